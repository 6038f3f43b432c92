"""对公示有异议: a household says what is wrong with a list; township or county hears it, not the village."""

from collections.abc import Callable
from datetime import timedelta

from bot.core.clock import local_date
from bot.core.errors import NotUnderstood
from bot.core.talk import Reply, Talk, read_number
from bot.messages import public_notices as say
from handlers.household.cases import handler_name, read_words
from storage import cases
from storage import public_notices as notices
from storage.cases import CaseKind
from storage.people import Villager
from storage.public_notices import PublicNotice

STILL_MEANT = timedelta(days=90)
"""Who speaks of a list may mean one that closed so long ago; what is said then is heard all the same."""


async def object_to_notice(talk: Talk[Villager]) -> Reply:
    """Ask which list and which line, and what is wrong; say who will know; then open the case."""
    today = local_date(talk.now)
    recent = [
        one
        for one in await notices.for_household(talk.session, talk.speaker.household_id, today - STILL_MEANT)
        if one.opens_on <= today
    ]
    meant = [one for one in recent if str(one.id) == talk.slots.get("notice")] or recent
    if not meant:
        return Reply(say.NOTHING_TO_OBJECT)
    titles = {one.id: say.title(*await _named(talk, one)) for one in meant}
    notice = meant[0]
    if len(meant) > 1:
        notice = talk.choose("notice", say.WHICH, meant, label=lambda one: titles[one.id], key=lambda one: str(one.id))
    count = len(await notices.lines_of(talk.session, notice))
    line = talk.ask("line", say.WHICH_LINE, _read_line(count))
    text = talk.ask("text", say.WHAT_IS_WRONG, read_words)
    if not talk.confirm("sure", say.sure(titles[notice.id], line, text, over=today > notice.closes_on)):
        return Reply(say.NOT_SENT)
    case = await cases.open_case(
        talk.session,
        kind=CaseKind.OBJECTION,
        text=f"{say.about(titles[notice.id], notice.number, line)}{text}",
        now=talk.now,
        opened_by=f"{'proxy' if talk.speaker.proxy else 'household'}:{talk.speaker.household_id}",
        household_id=talk.speaker.household_id,
        notice_id=notice.id,
        benefit=notice.benefit,
    )
    return Reply(say.taken(case.number, await handler_name(talk.session, case)))


async def _named(talk: Talk[Villager], notice: PublicNotice) -> tuple[str, str, str]:
    village, _ = await notices.village_of(talk.session, notice)
    return village, notice.benefit, notice.stage


def _read_line(count: int) -> Callable[[str], int]:
    """Read which line is meant: 0 the whole list."""

    def read(answer: str) -> int:
        number = read_number(answer)
        if number is None and answer.strip().isascii() and answer.strip().isdigit():
            number = int(answer.strip())
        if number is None or number > count:
            raise NotUnderstood(say.NOT_A_LINE)
        return number

    return read
