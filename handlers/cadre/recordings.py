"""录音: what households have left for this cadre; a number gives a link that is good for a quarter of an hour."""

from bot.core.clock import in_zone_of
from bot.core.talk import Offers, Reply, Talk
from bot.messages import recordings as say
from storage import access, links
from storage.households import doorplate
from storage.ids import RecordingId
from storage.links import RecordingLink
from storage.people import Official
from storage.sealing import keyring_of

SHOWN = 10

_OPEN = "open"


async def recordings(talk: Talk[Official]) -> Reply:
    """List what is kept, the newest first; a number opens one."""
    if talk.pages is None:
        return Reply(say.NO_PAGES)
    found = (await access.recordings_for(talk.session, talk.speaker))[:SHOWN]
    opened = talk.opened(_OPEN)
    if opened is not None and opened in {str(one.id) for one in found}:
        link = RecordingLink(talk.speaker.account, RecordingId(int(opened)))
        token = links.make_for_recording(keyring_of(talk.session), link, talk.now)
        return Reply(say.link(f"{talk.pages}/h5/recordings?t={token}"), _numbers([str(one.id) for one in found]))
    if not found:
        return Reply(say.NOTHING_KEPT)
    lines = []
    for number, one in enumerate(found, 1):
        door = await doorplate(talk.session, one.household_id)
        at = in_zone_of(talk.now, one.received_at)
        lines.append(say.line(number, one.kind, door.head_name, door.village, f"{at.month}月{at.day}日"))
    return Reply(say.listed(lines), _numbers([str(one.id) for one in found]))


def _numbers(keys: list[str]) -> Offers:
    return Offers(_OPEN, tuple(keys))
