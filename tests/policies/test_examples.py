"""The situations officials read come out as they are written down."""

import pytest

from policies.catalogue import county_names, load_county
from policies.evaluator import Verdict, decide
from tests.policies.situations import IN_FORCE, Situation, situations, written_counties

EVERY = [situation for name in written_counties() for situation in situations(name)]


@pytest.mark.parametrize("situation", EVERY, ids=lambda one: f"{one.county.id}: {one.title}")
def test_situation_is_decided_as_written(situation: Situation) -> None:
    county = situation.county
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
        if "登记的" in said:
            assert [one.fact for one in decision.conditions] == said["登记的"]
        if "怎样才行" in said:
            assert decision.change == said["怎样才行"]
        if "金额" in said:
            assert (decision.amount.text if decision.amount else None) == said["金额"]


def test_every_benefit_with_an_amount_is_shown_in_every_light_it_can_have() -> None:
    """Yes, no and unknown; without a condition it is never refused."""
    shown: dict[tuple[str, str], set[Verdict]] = {}
    for situation in EVERY:
        for expected in situation.expected:
            shown.setdefault((situation.county.id, expected.benefit), set()).add(expected.verdict)
    for name in county_names():
        for benefit in load_county(name).benefits.values():
            if benefit.amount is None:
                continue
            wanted = set(Verdict) if benefit.conditions else {Verdict.YES}
            if benefit.id in FIGURE_NOT_GIVEN:
                wanted.discard(Verdict.YES)
            assert shown[name, benefit.name] >= wanted


FIGURE_NOT_GIVEN = {
    "disabled_living_ganzi",  # 贫困线
    "major_disease_huining",  # 50种重大疾病的名单
}
"""Nobody can be told yes before the county has said a figure."""
