"""Reads policies/examples/*.yaml: situations in the words of vocabulary.yaml, as an official writes them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

import policies
from policies.catalogue import County, load_county
from policies.conditions import Condition
from policies.evaluator import InForce, Verdict
from policies.facts import EventFacts, HouseholdFacts, HouseholdStatus, MemberFacts
from policies.told import Told, with_told
from policies.vocabulary import Attribute, Kind, vocabulary

EXAMPLES = Path(policies.__file__).parent / "examples"
VERDICTS = {"可以": Verdict.YES, "不行": Verdict.NO, "还不清楚": Verdict.UNKNOWN}
YES_OR_NO = {"是": True, "否": False}
EXIT_YEAR = "脱贫年份"
IN_FORCE = {"县里确认过": InForce.CONFIRMED, "已过期": InForce.ENDED, "没有说": InForce.UNSTATED}


@dataclass(frozen=True)
class Expected:
    benefit: str
    verdict: Verdict
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Situation:
    county: County
    title: str
    on: date
    facts: HouseholdFacts
    expected: tuple[Expected, ...]


def written_counties() -> list[str]:
    """The counties that have examples."""
    return sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


def situations(name: str) -> list[Situation]:
    county = load_county(name)
    raw = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [
        Situation(
            county=county,
            title=one["情况"],
            on=one["日期"],
            facts=_household(county, one),
            expected=tuple(Expected(said["待遇"], VERDICTS[said["结论"]], said) for said in one["应当"]),
        )
        for one in raw
    ]


def _household(county: County, one: dict[str, Any]) -> HouseholdFacts:
    members = tuple(
        MemberFacts(id=said["人"], name=said["人"], **_facts("member", said)) for said in one.get("成员", [])
    )
    events = tuple(EventFacts(member=said.get("人"), **_facts("event", said)) for said in one.get("事", []))
    facts = _facts("household", one["户"]) | _facts("village", one["户"])
    on_file = HouseholdFacts(
        **facts,
        exit_year=one["户"].get(EXIT_YEAR),
        members=members,
        events=events,
        events_denied=frozenset(map(_event_kind, one.get("没有的事", []))),
        checked=_checked(county, one.get("核过", {})),
    )
    return with_told(on_file, _told(one.get("自己说的", {})))


def _told(said: Mapping[str, Any]) -> Iterator[Told]:
    """What the household says of itself, of the whole and of each of its people."""
    yield from _answers("household", None, said.get("户", {}))
    yield from _answers("village", None, said.get("户", {}))
    for member in said.get("成员", []):
        yield from _answers("member", member["人"], member)


def _answers(scope: str, member: str | None, said: Mapping[str, Any]) -> Iterator[Told]:
    names = {a.field: a.name for a in vocabulary().attributes.values() if a.scope == scope}
    for field, value in _facts(scope, said).items():
        if isinstance(value, dict):
            yield from (Told(f"{names[field]}:{word}", member, _text(is_so)) for word, is_so in value.items())
        else:
            yield Told(names[field], member, _text(value))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _checked(county: County, answers: Mapping[str, str]) -> dict[tuple[str, str], bool]:
    """What the village has checked, for every benefit that has such a condition."""
    keys = [
        (benefit.id, str(leaf.value))
        for benefit in county.benefits.values()
        for leaf in _leaves(benefit.conditions)
        if leaf.attribute is not None and leaf.attribute.kind is Kind.MANUAL
    ]
    assert set(answers) <= {value for _, value in keys}, "nobody has to check that"
    return {(benefit, value): YES_OR_NO[answers[value]] for benefit, value in keys if value in answers}


def _leaves(conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        parts = (*condition.any_of, *condition.all_of)
        yield from _leaves(parts) if parts else (condition,)


def _event_kind(said: str) -> str:
    kinds = vocabulary().attributes["event.kind"].values
    return next(str(code) for code, name in kinds.items() if name == said)


def _facts(scope: str, said: Mapping[str, Any]) -> dict[str, Any]:
    known = {a.words: a for a in vocabulary().attributes.values() if a.scope == scope}
    others = {a.words for a in vocabulary().attributes.values() if a.scope != scope}
    unheard_of = set(said) - set(known) - others - {"人", EXIT_YEAR}
    assert not unheard_of, f"not in the vocabulary: {unheard_of}"
    return {known[name].field: _value(known[name], value) for name, value in said.items() if name in known}


def _value(attribute: Attribute, said: Any) -> Any:
    codes = {name: code for code, name in attribute.values.items()}
    if attribute.kind is Kind.STATUS:
        return HouseholdStatus(str(codes[said]))
    if attribute.kind is Kind.FLAG:
        return YES_OR_NO[said]
    if attribute.kind is Kind.LABELS:
        return dict(_label(codes, name) for name in said)
    if attribute.kind is Kind.NUMBER:
        return Decimal(str(said)) if isinstance(said, float) else said
    return codes[said] if codes else said


def _label(codes: Mapping[str, Any], said: str) -> tuple[Any, bool]:
    """低保户 is so, 不是低保户 is known not to be so; of names of projects any will do."""
    name = said.removeprefix("不是")
    return codes[name] if codes else name, name == said
