"""Reads policies/examples/*.yaml: situations in the words of vocabulary.yaml, as an official writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

import policies
from policies.evaluator import InForce, Verdict
from policies.facts import EventFacts, HouseholdFacts, HouseholdStatus, MemberFacts
from policies.vocabulary import Attribute, Kind, vocabulary

EXAMPLES = Path(policies.__file__).parent / "examples"
VERDICTS = {"可以": Verdict.YES, "不行": Verdict.NO, "还不清楚": Verdict.UNKNOWN}
IN_FORCE = {"县里确认过": InForce.CONFIRMED, "已过期": InForce.ENDED, "没有说": InForce.UNSTATED}


@dataclass(frozen=True)
class Expected:
    benefit: str
    verdict: Verdict
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Situation:
    title: str
    on: date
    facts: HouseholdFacts
    expected: tuple[Expected, ...]


def situations(county: str) -> list[Situation]:
    raw = yaml.safe_load((EXAMPLES / f"{county}.yaml").read_text(encoding="utf-8"))
    return [
        Situation(
            title=one["情况"],
            on=one["日期"],
            facts=_household(one),
            expected=tuple(Expected(said["待遇"], VERDICTS[said["结论"]], said) for said in one["应当"]),
        )
        for one in raw
    ]


def _household(one: dict[str, Any]) -> HouseholdFacts:
    members = tuple(
        MemberFacts(id=said["人"], name=said["人"], **_facts("member", said)) for said in one.get("成员", [])
    )
    events = tuple(EventFacts(member=said.get("人"), **_facts("event", said)) for said in one.get("事", []))
    facts = _facts("household", one["户"]) | _facts("village", one["户"])
    return HouseholdFacts(**facts, members=members, events=events)


def _facts(scope: str, said: Mapping[str, Any]) -> dict[str, Any]:
    known = {a.words: a for a in vocabulary().attributes.values() if a.scope == scope}
    others = {a.words for a in vocabulary().attributes.values() if a.scope != scope}
    unheard_of = set(said) - set(known) - others - {"人"}
    assert not unheard_of, f"not in the vocabulary: {unheard_of}"
    return {known[name].field: _value(known[name], value) for name, value in said.items() if name in known}


def _value(attribute: Attribute, said: Any) -> Any:
    codes = {name: code for code, name in attribute.values.items()}
    if attribute.kind is Kind.STATUS:
        return HouseholdStatus(str(codes[said]))
    if attribute.kind is Kind.FLAG:
        return {"是": True, "否": False}[said]
    if attribute.kind is Kind.LABELS:
        return {codes[name]: True for name in said}
    return codes[said] if codes else said
