"""The situations officials read come out as they are written down."""

import pytest

from policies.catalogue import load_county
from policies.evaluator import decide
from tests.policies.situations import IN_FORCE, Situation, situations


@pytest.mark.parametrize("situation", situations("wangcang"), ids=lambda one: one.title)
def test_situation_is_decided_as_written(situation: Situation) -> None:
    county = load_county("wangcang")
    by_name = {benefit.name: benefit for benefit in county.benefits.values()}
    for expected in situation.expected:
        decision = decide(by_name[expected.benefit], situation.facts, situation.on, county)
        assert (expected.benefit, decision.verdict) == (expected.benefit, expected.verdict)
        said = expected.said
        if "效力" in said:
            assert decision.in_force is IN_FORCE[said["效力"]]
        if "为谁" in said:
            assert list(decision.for_members) == said["为谁"]
        if "要问" in said:
            assert (decision.ask.text if decision.ask else None) == said["要问"]
        if "怎样才行" in said:
            assert decision.change == said["怎样才行"]
