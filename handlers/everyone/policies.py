"""查政策: the rule itself, for anybody: how much, what to bring, where, how, by when; what was asked, and no more."""

from collections.abc import Callable, Sequence
from datetime import date

from bot.core.clock import local_date
from bot.core.errors import NotUnderstood
from bot.core.talk import Offers, Reply, SwitchTo, Talk
from bot.language.questions import About, asked_for, asks_why, told_wrong
from bot.messages import benefits as say_benefits
from bot.messages import entitlements as say
from handlers.everyone.standing import goes_by
from handlers.household.catalogue import (
    SERVICE,
    amount_of,
    ask_them,
    benefits_meant,
    how_far,
    name_of,
    named,
    named_in_answer,
    only_near,
    since_of,
    source_of,
)
from policies.amounts import in_words, of_the_county
from policies.catalogue import Benefit, Counted, County, Procedure, TimeLimit
from policies.evaluator import Deadline, Decision, Verdict, deadlines, decide
from policies.facts import HouseholdFacts
from storage.disbursements import standing
from storage.facts import facts_of
from storage.people import Speaker, Villager

OPEN = "open"
SHOWN = 7
OTHERS_SHOWN = 4
DEADLINES_SHOWN = 6

JUDGE, RULE = "=", "?"
"""What a number under an answer opens: `=id` whether the own household fits, `?id` the rule of another benefit."""

POLICY, OWN_CASE = "policy_question", "own_case"


async def policy_question(talk: Talk[Speaker]) -> Reply:
    """Answer exactly what was asked of a benefit, then where it is written and whom to ask; a household may then check.

    A question that names no benefit is about the one that stands on the screen.
    """
    opened = talk.opened(OPEN)
    if opened is not None:
        benefit = talk.county.benefits[opened[1:]]
        if opened.startswith(JUDGE):
            raise SwitchTo(OWN_CASE, talk.text, {"benefit": benefit.id})
        return await answer(talk, benefit, _asked(talk))
    said = named(talk)
    if said is None:
        shown = _shown_before(talk)
        if shown is not None:
            return await answer(talk, shown, _asked(talk))
    name = said or talk.ask("benefit", say.WHICH_BENEFIT, read=lambda said: _read_benefit(talk.county, said))
    if isinstance(talk.speaker, Villager) and asks_why(talk.text):
        raise SwitchTo("entitlement_check", talk.text, {**talk.slots, "benefit": name})
    meant = benefits_meant(talk.county, name, talk.text)
    if not meant:
        if await _is_told_of(talk, name):
            # No document of ours has it, but their own money does: that is what they can be told.
            raise SwitchTo("benefit_status", talk.text, {"benefit": name})
        return Reply(say.not_in_catalogue(name, await ask_them(talk)))
    asked = _asked(talk)
    if len(meant) == 1:
        return await answer(talk, meant[0], asked, name)
    if asked is None:
        lines = [say.item(number, benefit.name) for number, benefit in enumerate(meant[:SHOWN], 1)]
        keys = tuple(f"{RULE}{benefit.id}" for benefit in meant[:SHOWN])
        return Reply("\n".join([say.one_of(name), *lines, say.REPLY_WITH_NUMBER]), Offers(OPEN, keys))
    first = next((one for one in meant if _ANSWERS[asked](talk, one)[1]), meant[0])
    others = [one for one in meant if one is not first]
    return await answer(talk, first, asked, name, others[:OTHERS_SHOWN])


async def deadline_query(talk: Talk[Villager]) -> Reply:
    """Say by when something must be handed in: only days the county has confirmed; else whom to ask."""
    today = local_date(talk.now)
    said = named(talk)
    shown = None if talk.about is None else talk.county.benefits.get(talk.about)
    if said is None and shown is not None:
        return await answer(talk, shown, _asked(talk) or About.DEADLINE)
    if said is not None:
        return await _deadline_of(talk, said, today)
    household_id = talk.speaker.household_id
    # A day to be kept to is told by what is on file: it is the office that will ask.
    facts = (await facts_of(talk.session, [household_id], today))[household_id]
    due = [
        deadline
        for deadline in deadlines(talk.county, today)
        if decide(deadline.benefit, facts, today, talk.county).verdict is not Verdict.NO
    ]
    if not due:
        return Reply(say.no_deadlines(await ask_them(talk)))
    return Reply(say.deadlines([_due_line(one, today) for one in due[:DEADLINES_SHOWN]]))


async def answer(
    talk: Talk[Villager] | Talk[Speaker],
    benefit: Benefit,
    asked: About | None,
    name: str | None = None,
    others: Sequence[Benefit] = (),
) -> Reply:
    """One benefit: what was asked of it (all of it where nothing was), how far it holds, where it is written."""
    decision = decide(benefit, HouseholdFacts(), local_date(talk.now), talk.county)
    told = _rule(decision) if asked is None else _ANSWERS[asked](talk, benefit)[0]
    holds = _holds(decision, talk.county, told)
    said = [*holds, *told] if asked is None else [*told, *holds]
    near = [say.nearest(name)] if name is not None and only_near(benefit, name, talk.text) else []
    lines = [name_of(benefit, decision.confirmation), *near, *said, source_of(benefit), await ask_them(talk)]
    keys: list[str] = []
    if isinstance(talk.speaker, Villager):
        keys.append(f"{JUDGE}{benefit.id}")
        lines.append(say.OWN_CASE)
    if others:
        lines.append(say.others(name or benefit.name))
        for other in others:
            keys.append(f"{RULE}{other.id}")
            lines.append(say.item(len(keys), other.name))
    offers = Offers(OPEN, tuple(keys)) if keys else None
    return Reply("\n".join(lines), offers, afterwards=POLICY, about=benefit.id)


def _holds(decision: Decision, county: County, told: list[str]) -> list[str]:
    """How far the answer holds: why it may not be relied on, or the county's word since a day, said once."""
    doubt = how_far(decision, county)
    if doubt is not None:
        return [doubt]
    assert decision.confirmation is not None, "only the county's word removes every doubt"
    since = since_of(decision.confirmation)
    return [] if any((since or say.FOR_SHOW) in line for line in told) else [say.confirmed(since)]


def _asked(talk: Talk[Villager] | Talk[Speaker]) -> About | None:
    return asked_for(talk.text, talk.slots.get("question_type"))


def _shown_before(talk: Talk[Speaker]) -> Benefit | None:
    """The benefit on the screen, where a message that names none asks something of it.

    What came here only because nothing else understood it, and asks nothing of a benefit, goes on to the help.
    """
    shown = None if talk.about is None else talk.county.benefits.get(talk.about)
    not_understood = "guesses" in talk.slots
    if shown is not None and _asked(talk) is not None:
        return shown
    if shown is not None and told_wrong(talk.text) and isinstance(talk.speaker, Villager):
        raise SwitchTo("told_facts", talk.text)
    if not_understood:
        raise SwitchTo("help_menu", talk.text, talk.slots)
    return None


async def _is_told_of(talk: Talk[Speaker], name: str) -> bool:
    """Whether the household of the speaker asked for this benefit, or was paid it."""
    if not isinstance(talk.speaker, Villager):
        return False
    found = await standing(talk.session, talk.speaker.household_id)
    told_of = {one.benefit for one in found.payments} | {one.benefit for one in found.applications}
    return any(goes_by(benefit, name) for benefit in told_of)


def _read_benefit(county: County, said: str) -> str:
    name = named_in_answer(county, said)
    if name is None:
        raise NotUnderstood(say.NAME_A_BENEFIT)
    return name


def _rule(decision: Decision) -> list[str]:
    """The whole rule in short."""
    benefit = decision.benefit
    lines = [say.who(benefit.who), amount_of(benefit, decision.amount)]
    if benefit.how:
        lines.append(say.how(benefit.how))
    if benefit.department:
        lines.append(say.department(benefit.department))
    return lines


# The answers, one function a question: the lines, and whether the document or the county says it at all.

Told = tuple[list[str], bool]


def _amount(talk: Talk[Villager] | Talk[Speaker], benefit: Benefit) -> Told:
    decision = _nobodys(talk, benefit)
    said = None if decision.amount is None else in_words(decision.amount)
    if decision.amount is None or said is None:
        return [say.NO_AMOUNT_AT_ALL], False
    word = decision.confirmation
    if word is not None and word.amount_on(local_date(talk.now)) is not None:
        return [say.amount_confirmed(said, since_of(word))], True
    if decision.amount.kind == SERVICE:
        return [say.service(said)], False
    if of_the_county(benefit, decision.amount):
        return [say.amount_of_the_county(said)], False
    return [say.amount_written(said)], True


def _materials(talk: Talk[Villager] | Talk[Speaker], benefit: Benefit) -> Told:
    word = _nobodys(talk, benefit).confirmation
    if word is not None and word.papers:
        return [say.papers(word.papers), say.county_says_since(since_of(word))], True
    if word is not None and word.window is not None and not benefit.papers:
        return [say.hand_in(word.window.what, word.window.where), say.county_says_since(since_of(word))], True
    return ([say.papers(benefit.papers)], True) if benefit.papers else ([say.NO_PAPERS], False)


def _department(talk: Talk[Villager] | Talk[Speaker], benefit: Benefit) -> Told:
    word = _nobodys(talk, benefit).confirmation
    if word is not None and (word.where or word.phone):
        place = say.go_to(word.where, word.phone) if word.where else say.call(word.phone or "")
        return [place, say.county_says_since(since_of(word))], True
    if word is not None and word.window is not None and word.window.where and not benefit.where:
        return [say.go_to(word.window.where, None), say.county_says_since(since_of(word))], True
    if benefit.where:
        return [say.go_to(benefit.where, benefit.phone)], True
    if benefit.department:
        return [say.handled_by(benefit.department), *([say.call(benefit.phone)] if benefit.phone else [])], True
    return ([say.call(benefit.phone)], True) if benefit.phone else ([say.NO_PLACE], False)


def _procedure(talk: Talk[Villager] | Talk[Speaker], benefit: Benefit) -> Told:
    lines = [say.first_words(benefit.how)] if benefit.how else []
    procedure = talk.county.procedure_of(benefit)
    if procedure is not None and procedure.steps:
        lines.append(say.steps([step.name for step in procedure.steps]))
        lines.append(_whose_steps(procedure))
    return (lines, True) if lines else ([say.NO_STEPS], False)


def _how_long(talk: Talk[Villager] | Talk[Speaker], benefit: Benefit) -> Told:
    word = _nobodys(talk, benefit).confirmation
    if word is not None and word.within is not None:
        return [say.takes_by_county(_within(word.within), since_of(word))], True
    if benefit.within is not None:
        return [say.takes(_within(benefit.within))], True
    procedure = talk.county.procedure_of(benefit)
    timed = [] if procedure is None else [step for step in procedure.steps if step.within is not None]
    if procedure is None or not timed:
        return [say.NO_TIME], False
    lines = [say.step_takes(step.name, _within(step.within)) for step in timed if step.within is not None]
    return [say.TIMES_OF_STEPS, *lines, _whose_steps(procedure)], True


def _deadline(talk: Talk[Villager] | Talk[Speaker], benefit: Benefit) -> Told:
    today = local_date(talk.now)
    due = next((one for one in deadlines(talk.county, today) if one.benefit is benefit), None)
    if due is not None:
        closes = say_benefits.day(due.window.closes, today)
        told = [say.due(due.window.what, due.window.where, closes), say.county_says_since(since_of(due.confirmation))]
        return told, True
    if benefit.window is not None and benefit.window.text:
        return [say.window_written(benefit.window.text)], True
    return [say.NO_DEADLINE], False


def _eligibility(talk: Talk[Villager] | Talk[Speaker], benefit: Benefit) -> Told:
    texts = [condition.text for condition in benefit.conditions]
    return [say.who(benefit.who), say.conditions(texts) if texts else say.NO_CONDITIONS], True


_ANSWERS: dict[About, Callable[[Talk[Villager] | Talk[Speaker], Benefit], Told]] = {
    About.AMOUNT: _amount,
    About.MATERIALS: _materials,
    About.DEPARTMENT: _department,
    About.PROCEDURE: _procedure,
    About.HOW_LONG: _how_long,
    About.DEADLINE: _deadline,
    About.ELIGIBILITY: _eligibility,
}


def _nobodys(talk: Talk[Villager] | Talk[Speaker], benefit: Benefit) -> Decision:
    """The benefit as it stands today, for nobody in particular: its amount, and the county's word where that holds."""
    return decide(benefit, HouseholdFacts(), local_date(talk.now), talk.county)


def _whose_steps(procedure: Procedure) -> str:
    if procedure.source is not None:
        return say.source(procedure.source.document, procedure.source.line, procedure.source.quote)
    return say.STEPS_FOR_SHOW if procedure.demonstration else say.STEPS_OF_THE_COUNTY


def _within(limit: TimeLimit) -> str:
    return say.within(limit.days, limit.months, working_days=limit.counted is Counted.WORKING_DAYS)


async def _deadline_of(talk: Talk[Villager], name: str, today: date) -> Reply:
    """One benefit was named: its days are told whether or not this household qualifies."""
    meant = benefits_meant(talk.county, name, talk.text)
    due = [deadline for deadline in deadlines(talk.county, today) if deadline.benefit in meant]
    about = meant[0].id if meant else None
    if due:
        lines = [_due_line(one, today) for one in due[:DEADLINES_SHOWN]]
        return Reply(say.deadlines(lines), afterwards=POLICY, about=due[0].benefit.id)
    for benefit in meant:
        if benefit.window is not None and benefit.window.text:
            text = say.window_in_document(benefit.name, benefit.window.text, await ask_them(talk))
            return Reply(text, afterwards=POLICY, about=benefit.id)
    return Reply(say.no_deadline_of(name, await ask_them(talk)), afterwards=POLICY if about else None, about=about)


def _due_line(due: Deadline, today: date) -> str:
    closes = say_benefits.day(due.window.closes, today)
    return say.deadline(name_of(due.benefit, due.confirmation), due.window.what, due.window.where, closes)
