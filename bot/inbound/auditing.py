"""审计: what a turn has shown or changed is noted: who it was, what it was, which households.

A turn that writes notes it in its own transaction. A turn that reads has none, so its act is written down in one
statement with those of others: before an official or a proxy gets the answer, and within a second after it where a
household has read what is its own.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import Clock
from bot.core.telemetry import log
from storage import audit, chain
from storage.audit import Act, Collected
from storage.batches import Batch
from storage.database import Database
from storage.people import Speaker, Villager

BEHIND_SECONDS = 1.0
"""How long an act may wait for others, and an entry for its place in the chain: a kill loses so much at most."""

_AT_ONCE = 500
_KEPT = 50_000
"""So many acts are kept while the store cannot be written to."""


class Diary:
    """Writes down what the turns of this process have read, and links what they have written."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._shared: Batch[Act, None] = Batch(self._append)
        self._gathered: list[Act] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    async def read(self, speaker: Speaker, actor: str, action: str, collected: Collected, now: datetime) -> None:
        """Note what a turn that only reads has shown; of an official or a proxy, before they get to see it."""
        if not collected.left:
            return
        act = audit.act(actor=actor, action=action, about=collected.seen, now=now)
        if isinstance(speaker, Villager) and not speaker.proxy:
            self._gathered.append(act)
            self._write_soon()
        else:
            await self._shared.ask(act)

    async def wrote(
        self, session: AsyncSession, actor: str, action: str, collected: Collected, *, outcome: str, now: datetime
    ) -> None:
        """Note, in its transaction, what a turn has shown or changed, unless its talk has noted that by itself."""
        if collected.left:
            detail = {} if outcome == "done" else {"outcome": outcome.partition(":")[0]}
            await audit.note(session, actor=actor, action=action, about=collected.seen, detail=detail, now=now)
        if collected.seen or collected.noted:
            self._write_soon()

    async def close(self) -> None:
        """Write down what is left."""
        waiting = self._timer is not None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._writing is not None:
            await self._writing
        if waiting or self._gathered:
            await self._write()

    def _write_soon(self) -> None:
        if self._timer is None and self._writing is None:
            self._timer = asyncio.get_running_loop().call_later(BEHIND_SECONDS, self._begin)

    def _begin(self) -> None:
        self._timer = None
        self._writing = asyncio.create_task(self._write())
        self._writing.add_done_callback(self._ended)

    def _ended(self, _: asyncio.Task[None]) -> None:
        self._writing = None
        if self._gathered:
            self._write_soon()

    async def _write(self) -> None:
        try:
            while self._gathered:
                some = self._gathered[:_AT_ONCE]
                await self._append(some)
                del self._gathered[: len(some)]
            await chain.link(self._database, self._clock.now())
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            # What was noted in a transaction waits in the store; what was gathered waits here for the next second.
            log.error("audit.behind", waiting=len(self._gathered), error=error)
            del self._gathered[:-_KEPT]

    async def _append(self, acts: Sequence[Act]) -> list[None]:
        async with self._database.writing() as session:
            await chain.append(session, acts, self._clock.now())
        return [None] * len(acts)
