"""打电话名单: whom no message reached: a cadre sees whom to ring and what to say, and ticks off who was rung."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.clock import in_zone_of, local_date
from bot.core.talk import Offers, Reply, Talk
from bot.messages import calls as say
from storage import access, cadres, contacts, outbox
from storage.ids import CadreId
from storage.outbox import Kind, OpenCall, ToCadre
from storage.people import Official

SHOWN = 8
"""So many lines fit a phone's screen, and leave an end in sight."""

_OPEN = "open"
_MADE = "made"


@dataclass(frozen=True, slots=True)
class _Entry:
    """Somebody to ring once, about everything that did not reach them; on the list `of` a cadre, or the office's."""

    of: CadreId | None
    calls: tuple[OpenCall, ...]

    @property
    def key(self) -> str:
        """What stands for this entry while it is looked at: its oldest call."""
        return str(self.calls[0].id)


async def call_list(talk: Talk[Official]) -> Reply:
    """Show whom to ring; a number opens one in full, and who was rung is ticked off."""
    entries = await _entries(talk)
    opened = talk.opened(_OPEN)
    if opened is not None:
        return await _one(talk, entries, opened)
    if not entries:
        return Reply(say.NOBODY)
    shown = entries[:SHOWN]
    lines = [await _line(talk, entry) for entry in shown]
    return Reply(say.listed(lines, len(entries)), Offers(_OPEN, tuple(entry.key for entry in shown)))


async def _one(talk: Talk[Official], entries: Sequence[_Entry], opened: str) -> Reply:
    entry = next((entry for entry in entries if entry.key == opened), None)
    if entry is None:
        return Reply(say.MADE_ALREADY)
    who, phone = await _who(talk, entry)
    texts = [(_day(talk, call.made_at), call.text or "") for call in entry.calls]
    # What was shown is what gets ticked off: where a text came in between, all of it is shown again.
    made = f"{say.MADE}:{','.join(str(call.id) for call in entry.calls)}"
    if talk.asked == _MADE and made not in talk.options:
        talk.heard = None
    _in_own_words(talk)
    answer = talk.choose(
        _MADE,
        say.opened(who, phone, texts),
        (made, say.NOT_YET),
        label=lambda option: option.partition(":")[0],
        key=str,
    )
    if answer != made:
        return Reply(say.STAYS)
    for call in entry.calls:
        await outbox.call_made(talk.session, call.id, entry.of, talk.now)
    return Reply(say.made(who, local_date(talk.now), len(entries) - 1))


def _in_own_words(talk: Talk[Official]) -> None:
    """Take 没人接 for what it means."""
    if talk.asked == _MADE and talk.heard is not None:
        said = talk.heard.strip(" 　，,。.！!～~")
        if said in say.MADE_WORDS or said == say.MADE:
            talk.heard = "1"
        elif said in say.NOT_YET_WORDS:
            talk.heard = "2"


async def _entries(talk: Talk[Official]) -> list[_Entry]:
    """Everybody on the lists of this official, the urgent first, then the longest waiting."""
    own = await outbox.open_calls(talk.session, talk.speaker.cadre_id)
    office = await access.office_calls(talk.session, talk.speaker)
    entries = [*_by_person(own, talk.speaker.cadre_id), *_by_person(office, None)]
    return sorted(entries, key=lambda entry: (all(call.kind != Kind.URGENT for call in entry.calls), entry.calls[0].id))


def _by_person(calls: Sequence[OpenCall], of: CadreId | None) -> list[_Entry]:
    """Put together what goes to one household, or to one cadre; somebody we do not know stands alone."""
    people: dict[tuple[str, int], list[OpenCall]] = {}
    for call in calls:
        if call.household_id is not None:
            person = ("household", int(call.household_id))
        elif call.cadre_id is not None and call.kind != Kind.URGENT:
            person = ("cadre", int(call.cadre_id))
        else:
            person = ("call", int(call.id))
        people.setdefault(person, []).append(call)
    return [_Entry(of, tuple(together)) for together in people.values()]


async def _line(talk: Talk[Official], entry: _Entry) -> str:
    who, phone = await _who(talk, entry)
    return say.line(who, phone, [call.text or "" for call in entry.calls], _day(talk, entry.calls[0].made_at))


async def _who(talk: Talk[Official], entry: _Entry) -> tuple[str | None, str | None]:
    """What the one to ring is called, and their number; nothing where only the text tells who it is.

    Being on the official's list is the permission to see it.
    """
    call = entry.calls[0]
    if call.household_id is not None:
        door, phone = await access.to_ring(talk.session, call)
        return say.household(door.village, door.head_name), phone
    if call.cadre_id is not None:
        name = await cadres.name_of(talk.session, call.cadre_id)
        return say.cadre(name), await contacts.phone_of(talk.session, ToCadre(call.cadre_id))
    return None, None


def _day(talk: Talk[Official], at: datetime) -> date:
    return local_date(in_zone_of(talk.now, at))
