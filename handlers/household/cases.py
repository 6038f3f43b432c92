"""我反映的事: what a household brought to the office, what became of it, and whether the answer will do."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import in_zone_of, local_date
from bot.core.talk import Offers, Reply, Talk, reader_of_words
from bot.messages import cases as say
from storage import cadres, cases
from storage.areas import Area
from storage.cases import Case, CaseState, NotNow, confidential
from storage.people import Villager

read_words = reader_of_words(shortest=say.SHORTEST, longest=say.LONGEST, say_more=say.SAY_MORE)
"""Read a free answer; longer than a phone's screen it would not be read either."""

SHOWN = 6

_OPEN = "open"
_TAKE_BACK = "take_back"
_AGREEING = ("满意", "可以", "行", "好", "好的")
_DISAGREEING = ("不满意", "不行", "不可以")


async def my_cases(talk: Talk[Villager]) -> Reply:
    """Show what the household brought, the answered first; one in full, to agree with, to disagree with or to undo."""
    found = await _found(talk)
    taken_back, opened = talk.opened(_TAKE_BACK), talk.opened(_OPEN)
    if taken_back is not None:
        return await _withdrawn(talk, found, taken_back)
    if opened is None and len(found) == 1:
        opened = talk.answers[_OPEN] = str(found[0].id)
    if opened is not None:
        return await _one(talk, found, opened)
    if not found:
        return Reply(say.NOTHING_BROUGHT)
    shown = found[:SHOWN]
    lines = [_line(talk, case) for case in shown]
    return Reply(say.brought(lines, more=len(found) - len(shown)), Offers(_OPEN, tuple(str(case.id) for case in shown)))


async def lines_of(talk: Talk[Villager]) -> list[str]:
    """Give a line for each case that is not at its end, for who asks what became of what they brought."""
    return [_line(talk, case) for case in await _found(talk) if case.state not in cases.ENDED]


async def _found(talk: Talk[Villager]) -> list[Case]:
    """The household's cases; its proxy, who may be its cadre's friend or the cadre, sees none that is confidential."""
    found = await cases.cases_of(talk.session, talk.speaker.household_id)
    if talk.speaker.proxy:
        found = [case for case in found if not confidential(case.kind, case.against_cadre_id)]
    return sorted(found, key=lambda case: case.state != CaseState.RESOLVED)


def _line(talk: Talk[Villager], case: Case) -> str:
    return say.brought_line(case.number, case.kind, case.state, local_date(in_zone_of(talk.now, case.opened_at)))


async def _one(talk: Talk[Villager], found: Sequence[Case], opened: str) -> Reply:
    case = next((case for case in found if str(case.id) == opened), None)
    if case is None:
        return Reply(say.CHANGED_MEANWHILE)
    text = say.one(
        case.number,
        case.kind,
        case.state,
        local_date(in_zone_of(talk.now, case.opened_at)),
        cases.said(talk.session, case),
        await handler_name(talk.session, case),
        case.due_on,
        await cases.answer_of(talk.session, case),
    )
    if case.state in cases.UNANSWERED:
        return Reply(f"{text}\n{say.TO_TAKE_BACK}", Offers(_TAKE_BACK, (opened,)))
    if case.state != CaseState.RESOLVED:
        return Reply(text)
    return await _agreed(talk, case, text)


async def _agreed(talk: Talk[Villager], case: Case, text: str) -> Reply:
    """Ask whether the answer will do; what does not, is done again."""
    if talk.asked == "agree" and talk.heard is not None:
        said = talk.heard.strip(" 　，,。.！!")
        talk.heard = say.AGREE if said in _AGREEING else say.DISAGREE if said in _DISAGREEING else talk.heard
    options = (say.AGREE, say.DISAGREE, say.KEEP)
    answer = talk.choose("agree", f"{text}\n{say.WILL_IT_DO}", options, label=str, key=str)
    if answer == say.KEEP:
        return Reply(say.KEPT)
    try:
        if answer == say.AGREE:
            await cases.close_out(talk.session, case, actor=_actor(talk), now=talk.now)
            return Reply(say.closed(case.number))
        why = talk.ask("why", say.WHY_NOT, read_words)
        await cases.reopen(talk.session, case, why=why, actor=_actor(talk), now=talk.now)
        return Reply(say.reopened(case.number))
    except NotNow:
        return Reply(say.CHANGED_MEANWHILE)


async def _withdrawn(talk: Talk[Villager], found: Sequence[Case], opened: str) -> Reply:
    case = next((case for case in found if str(case.id) == opened), None)
    if case is None:
        return Reply(say.CHANGED_MEANWHILE)
    if not talk.confirm("sure", say.sure_to_take_back(case.number)):
        return Reply(say.STAYS)
    try:
        await cases.withdraw(talk.session, case, actor=_actor(talk), now=talk.now)
    except NotNow:
        return Reply(say.CHANGED_MEANWHILE)
    return Reply(say.withdrawn(case.number))


async def handler_name(session: AsyncSession, case: Case) -> str:
    """What a household may know of who answers for its case."""
    handler = await cases.handler_of(session, case)
    if handler is not None:
        return await cadres.name_of(session, handler)
    return say.office_of(await session.scalar(select(Area.name).where(Area.id == case.area_id)))


def _actor(talk: Talk[Villager]) -> str:
    return f"{'proxy' if talk.speaker.proxy else 'household'}:{talk.speaker.household_id}"
