"""我能享受什么: what the documents give this household, and why or why not."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.core.clock import local_date
from bot.core.talk import REST, Offers, Reply, SwitchTo, Talk
from bot.language.questions import asks_for_everything, asks_why
from bot.messages import benefits as say_benefits
from bot.messages import entitlements as say
from handlers.everyone.standing import goes_by, read
from handlers.household.catalogue import (
    SERVICE,
    amount_of,
    ask_them,
    benefits_called,
    benefits_meant,
    how_far,
    name_of,
    named,
    only_near,
    own_facts,
    source_of,
)
from policies.amounts import in_words, of_the_county
from policies.catalogue import Benefit, Payee, Strength
from policies.conditions import Asked, State
from policies.evaluator import Decision, InForce, Verdict, decide, decide_all
from policies.facts import HouseholdFacts
from policies.procedures import Outcome
from storage import offers
from storage.disbursements import standing
from storage.people import Official, Villager

OPEN = "open"
LINES = 8
"""So many lines of the list fit a small screen, headings with them; at most four more say what else there is."""

CONDITIONS_SHOWN = 6
AMOUNT_BESIDE_AT_MOST = 16

JUDGE = "="
"""What a number opens beside a card: `=id` the questions that decide; `+7` is the list from there on."""

_AS_MEMBER = {"低保": "dibao", "特困供养": "tekun"}
"""What the register itself says a household has; of every other benefit only the money ledger tells."""


async def entitlement_check(talk: Talk[Villager]) -> Reply:
    """Say which benefits fit, which are one fact away, which stand in a document that has run out; numbers open one.

    Of one benefit: whether the own household fits, asking what is not on file; or why it does not have it.
    """
    opened = talk.opened(OPEN) or talk.slots.get("opened")
    if opened is not None and opened.startswith(JUDGE):
        raise SwitchTo("own_case", talk.text, {"benefit": opened[1:]})
    facts = await own_facts(talk)
    if opened is not None and not opened.startswith(REST):
        return await card(talk, talk.county.benefits[opened], facts)
    said = named(talk)
    shown = None if talk.about is None or asks_for_everything(talk.text) else talk.county.benefits.get(talk.about)
    if said is None and shown is None:
        return await _all(talk, facts, opened)
    name = said or (shown.name if shown else "")
    meant = benefits_meant(talk.county, name, talk.text)
    if asks_why(talk.text):
        return await _why(talk, name, meant, facts)
    if not meant:
        return Reply(say.not_in_catalogue(name, await ask_them(talk)))
    decision = decide(meant[0], facts, local_date(talk.now), talk.county)
    if decision.questions:
        raise SwitchTo("own_case", talk.text, {"benefit": decision.benefit.id, "called": name})
    return await card(talk, decision.benefit, facts, called=name)


async def for_cadres(_: Talk[Official]) -> Reply:
    """What a household can have is for the household to ask; the rule is for anybody."""
    return Reply(say.FOR_CADRES)


async def card(
    talk: Talk[Villager],
    benefit: Benefit,
    facts: HouseholdFacts,
    *,
    called: str | None = None,
    first: Sequence[str] = (),
    asked: bool = False,
) -> Reply:
    """One benefit: the answer as firm as it may be, each condition, what would change it, how much, where it stands.

    `called`: the name it was asked for by; the county's other benefits of that name are offered below. `first` are
    lines that come before the answer. `asked`: what is open the household was asked just now, and does not know.
    """
    decision = decide(benefit, facts, local_date(talk.now), talk.county)
    near = [say.nearest(called)] if called is not None and only_near(benefit, called, talk.text) else []
    lines = [
        name_of(benefit, decision.confirmation),
        *near,
        *first,
        *_answer(decision, talk, as_told=_as_told(decision, talk, facts), asked=asked),
    ]
    condition_lines = {State.MET: say.met, State.NOT_MET: say.not_met, State.UNKNOWN: say.unknown}
    ordered = sorted(decision.conditions, key=lambda one: (State.NOT_MET, State.UNKNOWN, State.MET).index(one.state))
    lines += [condition_lines[one.state](one.text, one.fact) for one in ordered[:CONDITIONS_SHOWN]]
    names = {member.id: member.name for member in facts.members}
    people = [name for member in decision.for_members if (name := names.get(member))]
    if people:
        lines.append(say.people(people))
    if decision.change:
        lines.append(decision.change)
    lines += [amount_of(benefit, decision.amount), source_of(benefit), await ask_them(talk)]
    if decision.verdict is Verdict.YES:
        lines.append(say.ASK_MORE)
    # The list is still on the screen above, so its numbers stay open.
    keys = [key for key in talk.options if not key.startswith(JUDGE)] if talk.opened(OPEN) is not None else []
    if decision.questions and not asked:
        keys.append(f"{JUDGE}{benefit.id}")
        lines.append(say.answer_questions(len(keys)))
    others = [one for one in benefits_called(talk.county, called) if one is not benefit] if called else []
    if others:
        lines.append(say.others(called or ""))
        for other in others[:3]:
            keys.append(other.id)
            lines.append(say.item(len(keys), other.name))
    offered = Offers(OPEN, tuple(keys)) if keys else None
    return Reply("\n".join(lines), offered, afterwards="policy_question", about=benefit.id)


async def _all(talk: Talk[Villager], facts: HouseholdFacts, opened: str | None) -> Reply:
    """Everything a household may hope for, what may be relied on first."""
    today = local_date(talk.now)
    decisions = [one for one in decide_all(talk.county, facts, today) if _worth_telling(one)]
    if not decisions:
        return Reply(say.nothing(await ask_them(talk)))
    told = {one.benefit.id for one in decisions if _as_told(one, talk, facts)}
    had = (await offers.had(talk.session, [talk.speaker.household_id], talk.county))[talk.speaker.household_id]
    new = {one.benefit.id for one in decisions if _group(one) == 0 and one.benefit.id not in had}
    return _list(sorted(decisions, key=_place), opened, told, new)


async def _why(talk: Talk[Villager], name: str, meant: Sequence[Benefit], facts: HouseholdFacts) -> Reply:
    """Why the household does not have it: what the money and the register say first, then each condition."""
    found = await standing(talk.session, talk.speaker.household_id)

    def is_it(word: str) -> bool:
        return goes_by(word, name) or any(word in (one.name, *one.aliases) for one in meant)

    paid = next((payment.benefit for payment in found.payments if is_it(payment.benefit)), None)
    if paid is not None:
        # It was paid, or tried: what came and what failed is the answer.
        raise SwitchTo("benefit_status", talk.text, {"benefit": name if goes_by(paid, name) else paid})
    first = []
    label = _AS_MEMBER.get(name)
    told = (None, f"household.labels:{label}") in facts.told
    if label is not None and facts.labels.get(label) and not told:
        first.append(say.on_the_list([one.name for one in facts.members if one.name and one.labels.get(label)]))
    asked = next((one for one in found.applications if is_it(one.benefit)), None)
    if asked is None:
        first.append(say.NEVER_APPLIED)
    else:
        on = say_benefits.day(asked.applied_on, local_date(talk.now))
        first.append(say.applied(on, asked.state, None if asked.reason is None else say_benefits.short(asked.reason)))
        if read(talk.county, asked).outcome is Outcome.REFUSED:
            first.append(say_benefits.HOW_TO_OBJECT)
    if not meant:
        return Reply("\n".join([*first, say.not_in_catalogue(name, await ask_them(talk))]))
    return await card(talk, meant[0], facts, called=name, first=first)


_GROUPS = (
    say.CONFIRMED,
    say.STATED,
    say.ONE_QUESTION,
    say.OPEN,
    say.FOR_ALL,
    say.DIRECTION,
    say.ENDED,
    say.REFUSED,
)
_ENDED = _GROUPS.index(say.ENDED)


def _place(decision: Decision) -> tuple[int, bool, int, bool, Decimal, bool, int]:
    """The order of the list. In a group what is promised outright comes first, and of what has run out what was money;
    then what fits outright, the county's own money, the most of it; then what is for households like this before what
    is for everybody.
    """
    amount = decision.amount
    confirmed = decision.confirmation is not None and bool(decision.confirmation.amounts)
    money = amount.value or amount.max or amount.min if amount is not None and confirmed else None
    group, kind = _group(decision), _kind(decision)
    return (
        group,
        decision.benefit.strength is not Strength.DEFINITE,
        kind if group == _ENDED else 0,
        decision.verdict is not Verdict.YES,
        -(money or Decimal(0)),
        not decision.conditions,
        kind,
    )


_MONEY, _UNSAID, _SERVICE = range(3)


def _kind(decision: Decision) -> int:
    """Whether it is money, or is not said to be, or is a service or a task of the county."""
    benefit, amount = decision.benefit, decision.amount
    if amount is None:
        return _UNSAID
    return _SERVICE if amount.kind == SERVICE or of_the_county(benefit, amount) else _MONEY


def _group(decision: Decision) -> int:
    """Where a decision stands on the list: what may be relied on first."""
    if decision.verdict is Verdict.NO:
        return _GROUPS.index(say.REFUSED)
    if decision.in_force is InForce.ENDED:
        return _ENDED
    if decision.benefit.strength is not Strength.DEFINITE:
        return _GROUPS.index(say.DIRECTION)
    if decision.verdict is Verdict.YES and decision.in_force is InForce.CONFIRMED:
        return _GROUPS.index(say.FOR_ALL if _is_for_all(decision) else say.CONFIRMED)
    if decision.verdict is Verdict.YES:
        return _GROUPS.index(say.STATED)
    return _GROUPS.index(say.ONE_QUESTION if decision.ask else say.OPEN)


def _worth_telling(decision: Decision) -> bool:
    """What a household may hope for: not what is refused, no village works of a document that has run out."""
    if decision.verdict is Verdict.NO:
        return False
    if decision.benefit.payee in (Payee.HOUSEHOLD, Payee.PERSON):
        return True
    return decision.verdict is Verdict.YES and decision.in_force is InForce.CONFIRMED


def _is_for_all(decision: Decision) -> bool:
    """Whether it comes to the whole village or to everybody alike, so that no household has to ask for it: a line of
    electricity, a road, a visit of doctors.
    """
    if decision.benefit.payee not in (Payee.HOUSEHOLD, Payee.PERSON):
        return True
    return not decision.benefit.conditions and _kind(decision) == _SERVICE


def _list(decisions: Sequence[Decision], opened: str | None, told: set[str], new: set[str]) -> Reply:
    """A screen of the list from where `+7` says, with a heading a group; what has run out is one line on it, unless
    there is nothing else.
    """
    ended = next((at for at, one in enumerate(decisions) if _group(one) == _ENDED), len(decisions))
    start = int(opened[1:]) if opened is not None else 0
    end = ended if start < ended else len(decisions)
    lines: list[str] = []
    keys: list[str] = []
    group: int | None = None
    for decision in decisions[start:end]:
        heading = [] if _group(decision) == group else [_GROUPS[_group(decision)]]
        if len(lines) + len(heading) + 1 > LINES:
            break
        group = _group(decision)
        keys.append(decision.benefit.id)
        name = name_of(decision.benefit, decision.confirmation)
        item = say.item(len(keys), name, _beside(decision), as_told=decision.benefit.id in told)
        lines += [*heading, item]
    unasked = [number for number, key in enumerate(keys, 1) if key in new]
    shown = start + len(keys)
    if shown < end:
        keys.append(f"{REST}{shown}")
        lines.append(say.more(len(keys), end - shown))
    if end < len(decisions):
        keys.append(f"{REST}{end}")
        lines.append(say.more_ended(len(keys), len(decisions) - end))
    if unasked:
        lines.append(say.never_asked_for(unasked))
    return Reply("\n".join([*lines, say.REPLY_WITH_NUMBER]), Offers(OPEN, tuple(keys)))


def _beside(decision: Decision) -> str | None:
    """What stands beside a name on the list: its one question, or the money the county has confirmed."""
    if _GROUPS[_group(decision)] == say.ONE_QUESTION:
        return None if decision.ask is None else decision.ask.text
    if decision.confirmation is None or not decision.confirmation.amounts or decision.amount is None:
        return None
    said = in_words(decision.amount)
    return said if said is not None and len(said) <= AMOUNT_BESIDE_AT_MOST else None


def _as_told(decision: Decision, talk: Talk[Villager], facts: HouseholdFacts) -> bool:
    """Whether the household's own words count in this answer: without their marks its conditions read otherwise."""
    if not facts.told:
        return False
    unmarked = decide(decision.benefit, replace(facts, told=frozenset()), local_date(talk.now), talk.county)
    return unmarked.conditions != decision.conditions


def _answer(decision: Decision, talk: Talk[Villager], *, as_told: bool, asked: bool) -> list[str]:
    """The answer, how far it holds, and whose word it stands on."""
    doubt = how_far(decision, talk.county)
    unknown_to_them = asked and decision.verdict is Verdict.UNKNOWN
    verdict = say.NOT_KNOWN_TO_THEM if unknown_to_them else _verdict(decision, as_told=as_told)
    return [verdict, *([doubt] if doubt else []), *([say.AS_TOLD] if as_told else [])]


def _verdict(decision: Decision, *, as_told: bool) -> str:
    if decision.verdict is Verdict.NO:
        return say.NOT_FITTING_AS_TOLD if as_told else say.NOT_FITTING
    if decision.verdict is Verdict.YES:
        if as_told:
            return say.FIT_AS_TOLD
        certain = decision.in_force is InForce.CONFIRMED and decision.benefit.strength is Strength.DEFINITE
        return say.BY_DOCUMENT if certain else say.ALL_FIT
    if decision.ask is None:
        return say.UNDECIDED
    return (say.ask_office if decision.ask.asked is Asked.OFFICE else say.one_question)(decision.ask.text)
