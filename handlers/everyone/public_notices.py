"""公示: the lists that hang in a household's village, or where an official serves; one is read line by line."""

from collections.abc import Sequence

from bot.core.clock import local_date
from bot.core.talk import Offers, Reply, SwitchTo, Talk
from bot.messages import public_notices as say
from storage import public_notices as notices
from storage.people import Newcomer, Official, Speaker, Villager
from storage.public_notices import PublicNotice

OBJECT = "object_to_notice"
LINES = 12
"""So many lines of a list fit a phone with what stands above and below them."""

_OPEN = "open"
_FROM, _OBJECT = "+", "!"


async def current(talk: Talk[Speaker]) -> Reply:
    """Show which lists hang, or the one there is; numbers open one, go on in it, and say what is wrong with it."""
    if isinstance(talk.speaker, Newcomer):
        return Reply(say.FOR_NEWCOMERS)
    found = await _hanging(talk)
    opened = talk.opened(_OPEN)
    if opened is not None and opened.endswith(_OBJECT):
        raise SwitchTo(OBJECT, slots={"notice": opened.removesuffix(_OBJECT)})
    if opened is None and len(found) == 1:
        opened = str(found[0].id)
    if opened is not None:
        return await _page(talk, found, opened)
    if not found:
        return Reply(say.NONE_HANGING if isinstance(talk.speaker, Villager) else say.NONE_OF_OFFICIAL)
    today = local_date(talk.now)
    items = [say.item(await _title(talk, notice), notice.closes_on, today) for notice in found]
    return Reply(say.hanging(items), Offers(_OPEN, tuple(str(notice.id) for notice in found)))


async def _hanging(talk: Talk[Speaker]) -> Sequence[PublicNotice]:
    today = local_date(talk.now)
    if isinstance(talk.speaker, Villager):
        theirs = await notices.for_household(talk.session, talk.speaker.household_id, today)
        return [notice for notice in theirs if notice.opens_on <= today]
    assert isinstance(talk.speaker, Official)
    return await notices.for_official(talk.session, talk.speaker.cadre_id, today)


async def _title(talk: Talk[Speaker], notice: PublicNotice) -> str:
    village, _ = await notices.village_of(talk.session, notice)
    return say.title(village, notice.benefit, notice.stage)


async def _page(talk: Talk[Speaker], found: Sequence[PublicNotice], opened: str) -> Reply:
    """Some lines of one list; the numbers below go on, or say what is wrong with it."""
    id_, _, start = opened.partition(_FROM)
    notice = next((one for one in found if str(one.id) == id_), None)
    if notice is None:
        return Reply(say.GONE)
    shown = await notices.as_shown(talk.session, notice)
    begin = int(start or 0)
    end = begin + LINES
    more, keys = [], []
    if end < len(shown.lines):
        more.append(say.NEXT)
        keys.append(f"{id_}{_FROM}{end}")
    if isinstance(talk.speaker, Villager):
        more.append(say.SAY_IT_IS_WRONG)
        keys.append(f"{id_}{_OBJECT}")
    link = None if talk.pages is None else f"{talk.pages}/h5/notices/{notices.page_of(talk.session, notice)}"
    text = say.page(shown, shown.lines[begin:end], local_date(talk.now), link, more)
    return Reply(text, Offers(_OPEN, tuple(keys)) if keys else None)
