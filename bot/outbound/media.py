"""取录音和图片: fetches from WeChat what households left for their cadres, before it is gone after three days.

Claimed in one transaction, fetched outside any, written down in another: whoever dies in between lets it go with its
lease. What cannot be had is said to the cadre honestly.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import in_zone_of
from bot.core.errors import SendError
from bot.core.speech import Listener
from bot.core.telemetry import log
from bot.messages import recordings as say
from bot.outbound.api import Fetched, NotThere
from storage import assignments, contacts, inbox, outbox, recordings
from storage.database import Database
from storage.households import doorplate
from storage.inbox import Answer
from storage.outbox import ToCadre, ToHousehold
from storage.people import Platform
from storage.recordings import Waiting

LARGEST = 5_000_000
"""Bytes; a voice message of WeChat has 2 MB at the most, a picture of a telephone fits too."""

_AT_ONCE = 5
_SIGNS = (
    (b"#!AMR", "audio/amr"),
    (b"#!SPEEX", "audio/speex"),
    (b"Speex", "audio/speex"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
)
"""How each begins: what it is called by whom it comes from proves nothing."""


class Library(Protocol):
    """Where media of one platform are fetched from."""

    async def media(self, media_id: str, *, now: datetime, largest: int) -> Fetched:
        """Give one; raises SendError, and NotThere for good."""


class Fetching:
    """Fetches what waits. Several may run at once.

    Args:
        store: where the recordings are.
        libraries: where each platform's media are fetched from.
        listener: hears what is said in them; None: nobody does.
    """

    def __init__(self, store: Database, libraries: Mapping[Platform, Library], listener: Listener | None) -> None:
        self._store = store
        self._libraries = libraries
        self._listener = listener

    async def fetch(self, now: datetime) -> int:
        """Fetch what is due; gives how many are settled now."""
        settled = 0
        async with self._store.writing() as session:
            claimed = await recordings.claim(session, now, most=_AT_ONCE)
        for waiting in claimed:
            settled += await self._one(waiting, now)
        return settled

    async def _one(self, waiting: Waiting, now: datetime) -> bool:
        library = self._libraries.get(waiting.account.platform)
        try:
            if library is None or now - waiting.received_at > recordings.AT_WECHAT:
                raise NotThere
            fetched = await library.media(waiting.media_id, now=now, largest=LARGEST)
            content_type = _type_of(fetched.content, waiting.kind)
            if content_type is None:
                raise NotThere
        except NotThere:
            return await self._lost(waiting, now)
        except SendError as error:
            log.warning("media.later", recording=waiting.id, tries=waiting.tries, error=error)
            async with self._store.writing() as session:
                await recordings.try_later(session, waiting, now)
            return False
        words = await self._words(waiting, fetched.content, content_type)
        async with self._store.writing() as session:
            kept = await recordings.fetched(session, waiting.id, fetched.content, content_type, words)
            if kept:
                await _tell(session, waiting, now, lost=False)
                if words is not None:
                    await _understand(session, waiting, words, now)
        return kept

    async def _lost(self, waiting: Waiting, now: datetime) -> bool:
        async with self._store.writing() as session:
            lost = await recordings.lost(session, waiting.id)
            if lost:
                await _tell(session, waiting, now, lost=True)
        log.warning("media.lost", recording=waiting.id, tries=waiting.tries)
        return lost

    async def _words(self, waiting: Waiting, content: bytes, content_type: str) -> str | None:
        if self._listener is None or not content_type.startswith("audio/"):
            return None
        try:
            words = await self._listener.words_of(content, content_type)
        except Exception as error:  # the edge: a service of somebody else's
            log.error("media.not_heard", recording=waiting.id, error=error)
            return None
        return words.strip()[:_LONGEST] or None if words else None


_LONGEST = 500


def _type_of(content: bytes, kind: str) -> str | None:
    """What it is by how it begins; None where it is nothing a voice message or a picture can be."""
    wanted = "audio/" if kind == "voice" else "image/"
    found = next((type_ for sign, type_ in _SIGNS if content.startswith(sign)), None)
    return found if found is not None and found.startswith(wanted) else None


async def _tell(session: AsyncSession, waiting: Waiting, now: datetime, *, lost: bool) -> None:
    """Tell the household's cadre that something is there, or that it cannot be had."""
    helper = (await assignments.whose(session, [waiting.household_id])).get(waiting.household_id)
    if helper is None:
        return
    door = await doorplate(session, waiting.household_id)
    phone = await contacts.phone_of(session, ToHousehold(waiting.household_id))
    at = in_zone_of(now, waiting.received_at)
    if lost:
        text = say.lost(waiting.kind, door.head_name, door.village, phone, f"{at.month}月{at.day}日")
    else:
        text = say.arrived(waiting.kind, door.head_name, door.village, phone)
    await outbox.promise(
        session,
        ToCadre(helper),
        kind=outbox.Kind.RECORDING,
        key=f"{outbox.Kind.RECORDING}:{waiting.id}",
        text=text,
        due_at=now,
        now=now,
    )


async def _understand(session: AsyncSession, waiting: Waiting, words: str, now: datetime) -> None:
    """Have the words heard as if they had been typed: put down like a message whose process died before it answered,
    so that it is taken over from there, and answered by itself, once.
    """
    payload = json.dumps(
        {
            "ToUserName": "recording",
            "FromUserName": waiting.account.name,
            "CreateTime": int(waiting.received_at.timestamp()),
            "MsgType": "text",
            "Content": words,
            "MsgId": str(waiting.id),
        },
        ensure_ascii=False,
    )
    key = blake2b(payload.encode(), digest_size=16).hexdigest()
    long_ago = now - inbox.LEASE - inbox.LEASE
    await inbox.keep_for_later(session, Answer(key, waiting.account, long_ago, False, None), payload)
