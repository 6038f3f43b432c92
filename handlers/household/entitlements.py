"""我能享受什么: what the documents give this household, why and why not; and the rule itself, for anybody."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from bot.core.clock import local_date
from bot.core.errors import NotUnderstood
from bot.core.talk import Offers, Reply, SwitchTo, Talk
from bot.language.benefits import benefit_of_file_word, find_benefit
from bot.messages import benefits as say_benefits
from bot.messages import cadres as say_cadres
from bot.messages import entitlements as say
from handlers.everyone.standing import goes_by
from policies.catalogue import Amount, Benefit, County, Payee, Strength
from policies.conditions import Asked, State
from policies.evaluator import Deadline, Decision, InForce, Verdict, deadlines, decide, decide_all
from policies.facts import HouseholdFacts
from policies.vocabulary import vocabulary
from storage.assignments import helper_of
from storage.disbursements import standing
from storage.facts import facts_of
from storage.people import Speaker, Villager

OPEN = "open"
SHOWN = 7
CONDITIONS_SHOWN = 6
DEADLINES_SHOWN = 6

_OF_THE_COUNTY = frozenset({"quota", "quota_min", "target", "target_min", "pool", "coverage", "priority"})
"""Amounts that count the whole county's tasks or money: nobody is paid these."""


async def entitlement_check(talk: Talk[Villager]) -> Reply:
    """Say which benefits fit, which are one fact away, which stand in a document that has run out; numbers open one."""
    today = local_date(talk.now)
    facts = await _facts(talk, today)
    opened = talk.opened(OPEN)
    if opened is not None and not opened.startswith("+"):
        return await _card(talk, talk.county.benefits[opened], facts, today)
    named = talk.slots.get("benefit")
    if named is not None:
        meant = benefits_called(talk.county, str(named))
        if not meant:
            return Reply(say.not_in_catalogue(str(named), await _ask_them(talk)))
        if len(meant) == 1:
            return await _card(talk, meant[0], facts, today)
        decisions = [decide(benefit, facts, today, talk.county) for benefit in meant]
        return _list(sorted(decisions, key=_place), opened, say.one_of(str(named)))
    decisions = [one for one in decide_all(talk.county, facts, today) if _worth_telling(one)]
    if not decisions:
        return Reply(say.nothing(await _ask_them(talk)))
    return _list(sorted(decisions, key=_place), opened, None)


async def policy_question(talk: Talk[Speaker]) -> Reply:
    """Say the rule itself: for whom, how much, how, who handles it, where it is written; a household may then check."""
    today = local_date(talk.now)
    opened = talk.opened(OPEN)
    if opened is not None and opened.startswith("?"):
        return await _rule(talk, talk.county.benefits[opened[1:]], today)
    if opened is not None:
        return await _card(talk, talk.county.benefits[opened], await _facts(talk, today), today)
    named = talk.slots.get("benefit")
    name = str(named) if named is not None else talk.ask("benefit", say.WHICH_BENEFIT, read=_read_benefit)
    meant = benefits_called(talk.county, name)
    if not meant:
        if await _is_told_of(talk, name):
            # No document of ours has it, but their own money does: that is what they can be told.
            raise SwitchTo("benefit_status", talk.text, {"benefit": name})
        return Reply(say.not_in_catalogue(name, await _ask_them(talk)))
    if len(meant) == 1:
        return await _rule(talk, meant[0], today)
    shown = meant[:SHOWN]
    lines = [say.item(number, benefit.name) for number, benefit in enumerate(shown, 1)]
    text = "\n".join([say.one_of(name), *lines, say.REPLY_WITH_NUMBER])
    return Reply(text, Offers(OPEN, tuple(f"?{benefit.id}" for benefit in shown)))


async def _is_told_of(talk: Talk[Speaker], name: str) -> bool:
    """Whether the household of the speaker asked for this benefit, or was paid it."""
    if not isinstance(talk.speaker, Villager):
        return False
    found = await standing(talk.session, talk.speaker.household_id)
    told_of = {one.benefit for one in found.payments} | {one.benefit for one in found.applications}
    return any(goes_by(benefit, name) for benefit in told_of)


async def deadline_query(talk: Talk[Villager]) -> Reply:
    """Say by when something must be handed in: only days the county has confirmed; else whom to ask."""
    today = local_date(talk.now)
    named = talk.slots.get("benefit")
    if named is not None:
        return await _deadline_of(talk, str(named), today)
    facts = await _facts(talk, today)
    due = [
        deadline
        for deadline in deadlines(talk.county, today)
        if decide(deadline.benefit, facts, today, talk.county).verdict is not Verdict.NO
    ]
    if not due:
        return Reply(say.no_deadlines(await _ask_them(talk)))
    lines = [_due_line(one, today) for one in due[:DEADLINES_SHOWN]]
    return Reply(say.deadlines(lines))


async def _deadline_of(talk: Talk[Villager], named: str, today: date) -> Reply:
    """One benefit was named: its days are told whether or not this household qualifies."""
    meant = benefits_called(talk.county, named)
    due = [deadline for deadline in deadlines(talk.county, today) if deadline.benefit in meant]
    if due:
        return Reply(say.deadlines([_due_line(one, today) for one in due[:DEADLINES_SHOWN]]))
    for benefit in meant:
        if benefit.window is not None and benefit.window.text:
            return Reply(say.window_in_document(benefit.name, benefit.window.text, await _ask_them(talk)))
    return Reply(say.no_deadline_of(named, await _ask_them(talk)))


def _due_line(due: Deadline, today: date) -> str:
    name = due.benefit.name
    if due.confirmation.demonstration:
        name = say.demonstration(name)
    return say.deadline(name, due.window.what, due.window.where, say_benefits.day(due.window.closes, today))


@lru_cache(maxsize=1024)
def benefits_called(county: County, name: str) -> tuple[Benefit, ...]:
    """The county's benefits people mean by a name: those that carry it, else those that sound like the same thing."""
    every = county.benefits.values()
    exactly = tuple(one for one in every if name in one.name or name in one.aliases)
    return exactly or tuple(
        one for one in every if any(_canonical(words) == name for words in (one.name, *one.aliases))
    )


@lru_cache(maxsize=8192)
def _canonical(words: str) -> str | None:
    return benefit_of_file_word(words)


def _read_benefit(answer: str) -> str:
    named = find_benefit(answer)
    if named is None:
        raise NotUnderstood(say.NAME_A_BENEFIT)
    return named


async def _facts(talk: Talk[Villager] | Talk[Speaker], today: date) -> HouseholdFacts:
    """What is on file of the household; of a stranger nothing is known."""
    if not isinstance(talk.speaker, Villager):
        return HouseholdFacts()
    found = await facts_of(talk.session, [talk.speaker.household_id], today)
    return found[talk.speaker.household_id]


async def _ask_them(talk: Talk[Villager] | Talk[Speaker]) -> str:
    if not isinstance(talk.speaker, Villager):
        return say_cadres.ask_them(None)
    helper = await helper_of(talk.session, talk.speaker.household_id)
    return say_cadres.ask_them(None if helper is None else say_cadres.helper(helper.name, helper.phone))


_GROUPS = (
    say.CONFIRMED,
    say.ONE_QUESTION,
    say.STATED,
    say.ENDED,
    say.DIRECTION,
    say.OPEN,
    say.REFUSED,
)


def _place(decision: Decision) -> tuple[int, bool]:
    """The order of the list; within a group, what is for everybody comes after what is for households like this."""
    return _group(decision), not decision.conditions


def _group(decision: Decision) -> int:
    """Where a decision stands on the list: what may be relied on first."""
    if decision.verdict is Verdict.NO:
        return _GROUPS.index(say.REFUSED)
    if decision.in_force is InForce.ENDED:
        return _GROUPS.index(say.ENDED)
    if decision.benefit.strength is not Strength.DEFINITE:
        return _GROUPS.index(say.DIRECTION)
    if decision.verdict is Verdict.YES:
        return _GROUPS.index(say.CONFIRMED if decision.in_force is InForce.CONFIRMED else say.STATED)
    return _GROUPS.index(say.ONE_QUESTION if decision.ask else say.OPEN)


def _worth_telling(decision: Decision) -> bool:
    """What a household may hope for: not what is refused, no village works of a document that has run out."""
    if decision.verdict is Verdict.NO:
        return False
    if decision.benefit.payee in (Payee.HOUSEHOLD, Payee.PERSON):
        return True
    return decision.verdict is Verdict.YES and decision.in_force is InForce.CONFIRMED


def _list(decisions: Sequence[Decision], opened: str | None, first: str | None) -> Reply:
    """A screen of the list from where `+7` says, with a heading a group."""
    start = int(opened[1:]) if opened is not None else 0
    shown = decisions[start : start + SHOWN]
    lines = [] if first is None else [first]
    group: int | None = None
    for number, decision in enumerate(shown, 1):
        if _group(decision) != group:
            group = _group(decision)
            lines.append(_GROUPS[group])
        asked = decision.ask.text if decision.ask and _GROUPS[group] == say.ONE_QUESTION else None
        lines.append(say.item(number, _name(decision), asked))
    keys = [decision.benefit.id for decision in shown]
    rest = len(decisions) - start - len(shown)
    if rest > 0:
        lines.append(say.more(len(keys) + 1, rest))
        keys.append(f"+{start + len(shown)}")
    return Reply("\n".join([*lines, say.REPLY_WITH_NUMBER]), Offers(OPEN, tuple(keys)))


async def _card(talk: Talk[Villager] | Talk[Speaker], benefit: Benefit, facts: HouseholdFacts, today: date) -> Reply:
    """One benefit: the answer as firm as it may be, each condition, what would change it, how much, where it stands."""
    decision = decide(benefit, facts, today, talk.county)
    lines = [_name(decision), _answer(decision)]
    condition_lines = {State.MET: say.met, State.NOT_MET: say.not_met, State.UNKNOWN: say.unknown}
    ordered = sorted(decision.conditions, key=lambda one: (State.NOT_MET, State.UNKNOWN, State.MET).index(one.state))
    lines += [condition_lines[one.state](one.text, one.fact) for one in ordered[:CONDITIONS_SHOWN]]
    names = {member.id: member.name for member in facts.members}
    people = [name for member in decision.for_members if (name := names.get(member))]
    if people:
        lines.append(say.people(people))
    if decision.change:
        lines.append(decision.change)
    lines += [_amount(decision.amount), _source(benefit), await _ask_them(talk)]
    # The list is still on the screen above, so its numbers stay open.
    return Reply("\n".join(lines), Offers(OPEN, tuple(talk.options)) if talk.options else None)


def _name(decision: Decision) -> str:
    """What the benefit is called, with a mark where the county's word is only a demonstration."""
    shown = decision.confirmation is not None and decision.confirmation.demonstration
    return say.demonstration(decision.benefit.name) if shown else decision.benefit.name


def _answer(decision: Decision) -> str:
    if decision.verdict is Verdict.NO:
        return say.NOT_FITTING
    if decision.in_force is InForce.ENDED:
        return _ended(decision)
    if decision.benefit.strength is not Strength.DEFINITE:
        return say.ONLY_DIRECTION
    if decision.verdict is Verdict.YES:
        return say.BY_DOCUMENT if decision.in_force is InForce.CONFIRMED else say.ALL_FIT_UNSTATED
    if decision.ask is None:
        return say.UNDECIDED
    if decision.ask.asked is Asked.OFFICE:
        return say.ask_office(decision.ask.text)
    return say.one_question(decision.ask.text)


def _ended(decision: Decision) -> str:
    valid = decision.benefit.valid
    if valid is None or valid.last_year is None:
        return say.ENDED_BY_COUNTY
    years = [str(year) for year in (valid.first_year, valid.last_year) if year is not None]
    return say.ended("—".join(dict.fromkeys(years)) + "年")


async def _rule(talk: Talk[Speaker], benefit: Benefit, today: date) -> Reply:
    decision = decide(benefit, HouseholdFacts(), today, talk.county)
    lines = [_name(decision)]
    if decision.in_force is InForce.ENDED:
        lines.append(_ended(decision))
    elif benefit.strength is not Strength.DEFINITE:
        lines.append(say.ONLY_DIRECTION)
    lines += [say.who(benefit.who), _amount(decision.amount)]
    if benefit.how:
        lines.append(say.how(benefit.how))
    if benefit.department:
        lines.append(say.department(benefit.department))
    lines += [_source(benefit), await _ask_them(talk)]
    if not isinstance(talk.speaker, Villager):
        return Reply("\n".join(lines))
    return Reply("\n".join([*lines, say.OWN_CASE]), Offers(OPEN, (benefit.id,)))


def _source(benefit: Benefit) -> str:
    return say.source(benefit.source.document, benefit.source.line, benefit.source.quote)


def _amount(amount: Amount | None) -> str:
    """How much, in the document's own words; a figure of the county is never told as anybody's money."""
    if amount is None:
        return say.NO_AMOUNT
    told = amount.text or _figure(amount)
    if told is None:
        return say.NO_AMOUNT
    return say.county_total(told) if amount.kind in _OF_THE_COUNTY else say.amount(told)


def _figure(amount: Amount) -> str | None:
    unit = f"{amount.unit or ''}{f'/{amount.period}' if amount.period else ''}"
    kind = vocabulary().amount_kinds.get(amount.kind, "")
    if amount.min is not None and amount.max is not None:
        return f"{kind}{_number(amount.min)}到{_number(amount.max)}{unit}"
    figure = next((one for one in (amount.value, amount.max, amount.min) if one is not None), None)
    if figure is not None:
        return f"{kind}{_number(figure)}{unit}"
    return f"{kind}{amount.rate}" if amount.rate else amount.expr


def _number(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
