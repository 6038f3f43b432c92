"""登记问题: a cadre opens a case for a household; and hears plainly what is done elsewhere, or need not be done."""

from bot.core.clock import local_date
from bot.core.talk import Reply, SwitchTo, Talk, reader_of_words
from bot.messages import cases as say_cases
from bot.messages import problems as say
from handlers.cadre.households import head, household_meant, named_in, visited_this_month
from storage import access, cadres, cases
from storage.cases import CaseKind, NotNow
from storage.people import Official

_read = reader_of_words(shortest=say.SHORTEST, longest=say.LONGEST, say_more=say.SAY_MORE)


async def issue_open(talk: Talk[Official]) -> Reply:
    """Open a case about what a household needs, once the cadre has said yes."""
    own = await access.paired_with(talk.session, talk.speaker)
    household = await household_meant(talk, "household", say.WHICH, own, named_in(talk, own))
    said = talk.slots.get("problem")
    words = (
        said if isinstance(said, str) and len(said) >= say.SHORTEST else talk.ask("what", say.WHAT, _read, story=True)
    )
    if not talk.confirm("sure", say.sure(head(household), words)):
        return Reply(say.NOT_KEPT)
    case = await cases.open_case(
        talk.session,
        kind=CaseKind.PROBLEM,
        text=words,
        now=talk.now,
        opened_by=f"cadre:{talk.speaker.cadre_id}",
        household_id=household.id,
        opened_by_cadre_id=talk.speaker.cadre_id,
    )
    other = case.handler_cadre_id not in (None, talk.speaker.cadre_id)
    handler = await cadres.name_of(talk.session, case.handler_cadre_id) if other and case.handler_cadre_id else None
    return Reply(say.opened(case.number, head(household), handler))


async def answer_case(talk: Talk[Official]) -> Reply:
    """Answer a case by its number in one message: 2026-000123 明天来看."""
    found = await cases.numbered(talk.session, str(talk.slots["case"]))
    case = None if found is None else await access.case_with_id(talk.session, talk.speaker, found.id)
    if case is None or case.state not in cases.UNANSWERED:
        return Reply(say_cases.GONE)
    if talk.speaker.cadre_id not in await cases.officials_of(talk.session, case):
        return Reply(say_cases.NOT_YOURS)
    answer = str(talk.slots["answer"])[: say.LONGEST]
    try:
        await cases.resolve(talk.session, case, answer=answer, actor=f"cadre:{talk.speaker.cadre_id}", now=talk.now)
    except NotNow:
        return Reply(say_cases.GONE)
    return Reply(say_cases.answer_sent(case.number, asked=case.household_id is not None))


async def add_measure(talk: Talk[Official]) -> Reply:
    """Put a measure where it belongs: into the last visit, or into a case that is closed once it is done."""
    options = (say.INTO_LAST_VISIT, say.AS_PROBLEM, say.NOTHING)
    where = talk.choose("where", say.MEASURE_TO_WHAT, options, label=str, key=str)
    if where == say.NOTHING:
        return Reply(say.NOT_KEPT)
    measure = talk.slots.get("measure")
    words = measure if isinstance(measure, str) and measure else talk.text
    if where == say.INTO_LAST_VISIT:
        raise SwitchTo("correct_checkin", f"补充措施：{words}")
    raise SwitchTo("issue_open", talk.text, {**talk.slots, "problem": words})


async def benefit_record(talk: Talk[Official]) -> Reply:
    """Say where money is on record, and offer to write down what was brought as a visit."""
    options = (say.TO_VISIT, say.NOTHING)
    if talk.choose("where", say.MONEY_ELSEWHERE, options, label=str, key=str) == say.NOTHING:
        return Reply(say.NOT_KEPT)
    raise SwitchTo("visit_checkin", talk.text, talk.slots)


async def reschedule_visit(talk: Talk[Official]) -> Reply:
    """Say that no day is fixed, so none has to be moved."""
    return Reply(say.NO_FIXED_DAY)


async def report_stats(talk: Talk[Official]) -> Reply:
    """Give the month of this cadre in a few numbers: of the work, never of the use of this chat."""
    own = await access.paired_with(talk.session, talk.speaker)
    days = await visited_this_month(talk)
    visited = [household for household in own if household.id in days]
    waiting = await access.cases_for(talk.session, talk.speaker)
    return Reply(say.figures(local_date(talk.now), len(own), len(visited), len(waiting)))
