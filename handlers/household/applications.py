"""我的申请: where each application stands by the steps of its procedure; after a refusal why, and how to object."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.core.clock import local_date
from bot.core.errors import NotUnderstood
from bot.core.talk import Offers, Reply, SwitchTo, Talk
from bot.language.benefits import benefit_of_file_word
from bot.messages import applications as say
from bot.messages import benefits as say_benefits
from bot.messages import cases as say_cases
from handlers.everyone.standing import (
    application_line,
    ask_them,
    day_said,
    goes_by,
    helper_of,
    in_catalogue,
    payment_line,
    procedure_of,
    read,
)
from handlers.household.cases import lines_of
from policies.catalogue import County, Procedure, Step, TimeLimit
from policies.procedures import Outcome, Progress, limit_of
from storage import cases
from storage.applications import history_of
from storage.areas import names_of_all
from storage.cases import CaseKind, CaseState
from storage.disbursements import Asked, Payment, Standing, standing
from storage.people import Villager

OPEN = "open"
SHOWN = 6
PAYMENTS_SHOWN = 3
OBJECT = "object"

_STILL_OPEN = (CaseState.OPEN, CaseState.REFERRED)


async def request_status(talk: Talk[Villager]) -> Reply:
    """Say how far each application has come; what was asked without an application is the cadre's to answer."""
    found = await standing(talk.session, talk.speaker.household_id)
    opened = talk.opened(OPEN)
    if opened is not None and opened.startswith(f"{OBJECT}:"):
        raise SwitchTo("objection", slots={"application": opened.partition(":")[2]})
    if opened is not None and not opened.startswith("+"):
        asked = [one for one in found.applications if str(one.id) == opened]
        return await _card(talk, asked[0], found) if asked else Reply(say_benefits.no_applications(ask_them(found)))
    named = talk.slots.get("benefit")
    asked = [one for one in found.applications if named is None or goes_by(one.benefit, str(named))]
    if named is not None and not asked:
        raise SwitchTo("benefit_status", talk.text, talk.slots)
    brought = await lines_of(talk)
    if not asked:
        return Reply(say_cases.also_brought(brought) if brought else say_benefits.no_applications(ask_them(found)))
    reply = await _card(talk, asked[0], found) if len(asked) == 1 else _list(talk, asked, int(opened or 0))
    return replace(reply, text=f"{reply.text}\n{say_cases.also_brought(brought)}") if brought else reply


async def objection(talk: Talk[Villager]) -> Reply:
    """Take down why a refusal is not agreed with, and open a case for it once that was confirmed."""
    found = await standing(talk.session, talk.speaker.household_id)
    refused = [one for one in found.applications if read(talk.county, one).outcome is Outcome.REFUSED]
    if not refused:
        return Reply(say.nothing_refused(ask_them(found)))
    asked = _meant(talk, refused)
    what = say.title(asked.benefit, asked.person)
    # A proxy may be the cadre's friend, or the cadre: what the household itself has said is not told to them.
    brought = [] if talk.speaker.proxy else await cases.cases_of(talk.session, talk.speaker.household_id)
    for case in brought:
        if (case.kind, case.benefit) == (CaseKind.OBJECTION, asked.benefit) and case.state in _STILL_OPEN:
            return Reply(say.objected_before(case.number, what))
    why = talk.ask("why", say.WHY, read=_read_why)
    if not talk.confirm("sure", say.sure(what, why)):
        return Reply(say.NOT_SENT)
    on = say_benefits.day(asked.applied_on, local_date(talk.now))
    case = await cases.open_case(
        talk.session,
        kind=CaseKind.OBJECTION,
        text=say.objection(what, on, asked.state, why),
        now=talk.now,
        opened_by=f"{'proxy' if talk.speaker.proxy else 'household'}:{talk.speaker.household_id}",
        household_id=talk.speaker.household_id,
        benefit=asked.benefit,
    )
    place = () if case.area_id is None else (await names_of_all(talk.session))[case.area_id]
    return Reply(say.objected(case.number, say_cases.office_of(place[-1] if place else None)))


def _meant(talk: Talk[Villager], refused: Sequence[Asked]) -> Asked:
    """Give the refusal that is objected to: the one a number stood for or that was just read, else the one chosen."""
    just_read = (talk.about or "").removeprefix("application:")
    by_key = {str(one.id): one for one in refused}
    for key in (talk.slots.get("application"), just_read):
        if key in by_key:
            return by_key[str(key)]
    named = talk.slots.get("benefit")
    fitting = [one for one in refused if named is not None and goes_by(one.benefit, str(named))] or list(refused)
    if len(fitting) == 1:
        return fitting[0]
    return talk.choose(
        "application",
        say.WHICH,
        fitting,
        label=lambda one: say.title(one.benefit, one.person),
        key=lambda one: str(one.id),
    )


def _read_why(answer: str) -> str:
    if len(answer) > say.WHY_AT_MOST:
        raise NotUnderstood(say.TOO_LONG)
    return " ".join(answer.split())


def _list(talk: Talk[Villager], asked: Sequence[Asked], start: int) -> Reply:
    today = local_date(talk.now)
    shown = asked[start : start + SHOWN]
    lines = [
        say.item(number, f"{say.title(one.benefit, one.person)}：{application_line(talk.county, one, today)}")
        for number, one in enumerate(shown, 1)
    ]
    keys = [str(one.id) for one in shown]
    rest = len(asked) - start - len(shown)
    if rest > 0:
        lines.append(say.more(len(keys) + 1, rest))
        keys.append(f"+{start + SHOWN}")
    return Reply("\n".join([*lines, say.OPEN_ONE]), Offers(OPEN, tuple(keys)))


async def _card(talk: Talk[Villager], asked: Asked, found: Standing) -> Reply:
    """One application on one screen: what is done, where it stands, by when, what comes next or what can be done."""
    history = (await history_of(talk.session, talk.speaker.household_id)).get(asked.id, ())
    today = local_date(talk.now)
    come = read(talk.county, asked, history, on=today)
    procedure = procedure_of(talk.county, asked.benefit)
    lines = [f"{say.title(asked.benefit, asked.person)}，{say.asked_on(say_benefits.day(asked.applied_on, today))}"]
    further = [(step.name, on) for step, on in come.done if step is not _start_of(procedure)]
    if further:
        lines.append(say.done([(name, None if on is None else say_benefits.day(on, today)) for name, on in further]))
    keys = list(talk.options)
    match come.outcome:
        case Outcome.REFUSED:
            lines += _refusal(talk.county, asked, procedure, today)
            object_to_it = f"{OBJECT}:{asked.id}"
            keys += [] if object_to_it in keys else [object_to_it]
            lines.append(say.object_by_number(keys.index(object_to_it) + 1))
        case Outcome.RETURNED:
            lines += [say.returned(asked.state, day_said(asked.state_since, today), asked.reason), ask_them(found)]
        case Outcome.ENDED:
            lines += [say.ended(asked.state, day_said(asked.state_since, today), asked.reason), ask_them(found)]
        case Outcome.GRANTED:
            lines += _grant(talk, asked, come, found, today)
        case Outcome.UNDER_WAY:
            lines += _under_way(asked, come, procedure, found, today)
    if procedure is not None and procedure.demonstration:
        lines.append(say.FOR_SHOW)
    offers = Offers(OPEN, tuple(keys)) if keys else None
    return Reply("\n".join(lines), offers, about=f"application:{asked.id}")


def _start_of(procedure: Procedure | None) -> Step | None:
    """The step of asking itself, whose day is told first anyway."""
    return None if procedure is None else procedure.steps[0]


def _under_way(asked: Asked, come: Progress, procedure: Procedure | None, found: Standing, today: date) -> list[str]:
    since = day_said(asked.state_since, today)
    if come.at is not None and come.finished:
        lines = [say.passed(asked.state, come.at.name, since)]
    else:
        step = come.at
        lines = [say.stands(asked.state, None if step is None else step.name, since, None if step is None else step.by)]
    if asked.reason:
        lines.append(say.note(asked.reason))
    if come.limit is not None and procedure is not None:
        lines.append(_limit_line(come, procedure, today))
    if come.after:
        lines.append(say.coming([step.name for step in come.after], come.after[0].by))
    late = come.limit is not None and come.limit.late
    lines.append(say.hurry(helper_of(found)) if late else ask_them(found))
    return lines


def _grant(talk: Talk[Villager], asked: Asked, come: Progress, found: Standing, today: date) -> list[str]:
    """It was granted; whether it was paid is another matter, told from the payments."""
    lines = [say.granted(asked.state, day_said(asked.state_since, today))]
    if asked.reason:
        lines.append(say.note(asked.reason))
    since = asked.state_since or asked.applied_on
    later = [one for one in found.payments if _pays(one, asked, since)]
    if later:
        return [*lines, say.paid([payment_line(talk.session, one, None, today) for one in later[:PAYMENTS_SHOWN]])]
    lines.append(say.NOT_PAID_YET)
    procedure = procedure_of(talk.county, asked.benefit)
    paying = next((step for step in reversed(come.after) if step.within is not None), None)
    if come.limit is not None and procedure is not None:
        lines.append(_limit_line(come, procedure, today))
    elif paying is not None and paying.within is not None and procedure is not None:
        # Steps before it have no limit, so there is no day to count it from.
        lines.append(say.limit_as_written(_by_what(procedure), paying.name, _in_words(paying.within)))
    late = come.limit is not None and come.limit.late
    lines.append(say.hurry(helper_of(found)) if late else ask_them(found))
    return lines


def _pays(payment: Payment, asked: Asked, since: date) -> bool:
    """Whether a payment is for what was asked: of the same name, to the same person, and not from before."""
    same = payment.benefit == asked.benefit or goes_by(
        payment.benefit, benefit_of_file_word(asked.benefit) or asked.benefit
    )
    return same and payment.person in (None, asked.person) and (payment.paid_on is None or payment.paid_on >= since)


def _refusal(county: County, asked: Asked, procedure: Procedure | None, today: date) -> list[str]:
    """Why, what the document says, and how to object. What is said of asking again is the document's own."""
    lines = [say.refused(asked.state, day_said(asked.state_since, today), asked.reason)]
    meant = in_catalogue(county, asked.benefit)
    if len(meant) == 1:
        lines.append(say.conditions(meant[0].name, meant[0].who))
    ways = None if procedure is None else procedure.objection
    if procedure is None or ways is None:
        return [*lines, say.may_object(None, None, say.BY_DOCUMENT)]
    by_what = _by_what(procedure)
    where = say.office(ways.where, ways.phone)
    if ways.days is None or asked.state_since is None:
        return [*lines, say.may_object(where, None, by_what)]
    until = limit_of(TimeLimit(ways.days, None, ways.counted), asked.state_since, today)
    last_day = say.about(say_benefits.day(until.last_day, today), about=until.about)
    days = say.in_days(ways.days, ways.counted)
    if until.late:
        return [*lines, say.too_late_to_object(where, days, last_day, by_what)]
    return [*lines, say.may_object(where, (days, last_day), by_what)]


def _limit_line(come: Progress, procedure: Procedure, today: date) -> str:
    assert come.limit is not None
    within, step = come.limit.within, come.working_on
    return say.limit(
        _by_what(procedure),
        step.name if step is not None and step.within is within else None,
        _in_words(within),
        say.about(say_benefits.day(come.limit.last_day, today), about=come.limit.about),
        late=come.limit.late,
    )


def _in_words(within: TimeLimit) -> str:
    return say.in_months(within.months or 0) if within.days is None else say.in_days(within.days, within.counted)


def _by_what(procedure: Procedure) -> str:
    if procedure.source is not None:
        return say.BY_DOCUMENT
    return say.BY_SHOW if procedure.demonstration else say.BY_COUNTY
