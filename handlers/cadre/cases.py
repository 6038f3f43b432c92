"""问题清单: what waits for an answer of this official, or of the households they see; one is opened and answered."""

from bot.core.clock import in_zone_of, local_date
from bot.core.talk import Offers, Reply, Talk
from bot.messages import calls as say_calls
from bot.messages import cases as say
from handlers.household.cases import handler_name, read_words
from storage import access, cases
from storage.cases import Case, CaseState, NotNow
from storage.ids import CaseId
from storage.people import Official

SHOWN = 8

_OPEN = "open"


async def issue_list(talk: Talk[Official]) -> Reply:
    """Show what waits, the longest waiting first; a number opens one, which who answers for it may answer."""
    opened = talk.opened(_OPEN)
    if opened is not None:
        return await _one(talk, CaseId(int(opened)))
    found = await access.cases_for(talk.session, talk.speaker)
    if not found:
        return Reply(say.NONE_OPEN)
    shown = found[:SHOWN]
    lines = [await _line(talk, case) for case in shown]
    return Reply(say.listed(lines, len(found)), Offers(_OPEN, tuple(str(case.id) for case in shown)))


async def _line(talk: Talk[Official], case: Case) -> str:
    who, _ = await _who(talk, case)
    return say.line(case.number, case.kind, who, local_date(in_zone_of(talk.now, case.opened_at)), case.due_on)


async def _who(talk: Talk[Official], case: Case) -> tuple[str, str | None]:
    """What the one who brought it is called to this official, and their telephone."""
    brought = await access.who_brought(talk.session, talk.speaker, case)
    if brought is None:
        return (say.NEWCOMER if case.household_id is None else say.SOMEBODY), None
    door, phone = brought
    return say_calls.household(door.village, door.head_name), phone


async def _one(talk: Talk[Official], case_id: CaseId) -> Reply:
    case = await access.case_with_id(talk.session, talk.speaker, case_id)
    if case is None or case.state not in cases.UNANSWERED:
        return Reply(say.GONE)
    text = await _in_full(talk, case)
    if not await _answers_for(talk, case):
        return Reply(f"{text}\n{say.NOT_YOURS}")
    if talk.choose("what", text, (say.WRITE_ANSWER, say.LEAVE), label=str, key=str) == say.LEAVE:
        return Reply(say.LEFT)
    answer = talk.ask("answer", say.WHAT_ANSWER, read_words)
    if not talk.confirm("sure", say.send_answer(case.number, answer)):
        return Reply(say.LEFT)
    try:
        await cases.resolve(talk.session, case, answer=answer, actor=f"cadre:{talk.speaker.cadre_id}", now=talk.now)
    except NotNow:
        return Reply(say.GONE)
    return Reply(say.answer_sent(case.number, asked=case.household_id is not None))


async def _in_full(talk: Talk[Official], case: Case) -> str:
    who, phone = await _who(talk, case)
    more = []
    for event in (await cases.ledger(talk.session, case))[1:]:
        words = cases.said_then(talk.session, event)
        if words is not None and event.state in cases.UNANSWERED:
            more.append(say.noted(words) if event.state == CaseState.REFERRED else say.disagreed(words))
    return say.opened(
        case.number,
        case.kind,
        who,
        phone,
        local_date(in_zone_of(talk.now, case.opened_at)),
        cases.said(talk.session, case),
        more,
        await handler_name(talk.session, case),
    )


async def _answers_for(talk: Talk[Official], case: Case) -> bool:
    handler = await cases.handler_of(talk.session, case)
    if handler is not None:
        return handler == talk.speaker.cadre_id
    return await access.holds_office(talk.session, talk.speaker)
