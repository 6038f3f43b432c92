"""审计: what a turn has shown or changed is noted: who it was, what it was, which households.

A turn that writes notes it in its own transaction. A turn that reads has none: before an official or a proxy gets the
answer, their act is written down in one statement with those of others. Households that read what is their own are
gathered for a second, and those that asked for the same in it stand in one entry.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import Clock
from bot.core.telemetry import log
from storage import audit, chain
from storage.audit import ABOUT_AT_MOST, OWN, Act, Collected
from storage.batches import Batch
from storage.database import Database
from storage.ids import HouseholdId
from storage.people import Speaker, Villager

BEHIND_SECONDS = 1.0
"""How long an act may wait for others, and an entry for its place in the chain: a kill loses so much at most."""


@dataclass(slots=True)
class _Own:
    """Households that have read the same of their own within a second, from that time on."""

    since: datetime
    households: set[HouseholdId] = field(default_factory=set)

    def acts(self, action: str) -> list[Act]:
        """What is written down of them: no entry names more than it can."""
        ids = sorted(self.households)
        parts = [ids[start : start + ABOUT_AT_MOST] for start in range(0, len(ids), ABOUT_AT_MOST)]
        return [
            audit.act(
                actor=f"household:{part[0]}" if len(part) == 1 else OWN, action=action, about=part, now=self.since
            )
            for part in parts
        ]


class Diary:
    """Writes down what the turns of this process have read, and links what they have written."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._shared: Batch[Act, None] = Batch(self._append)
        self._own: dict[str, _Own] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    async def read(self, speaker: Speaker, actor: str, action: str, collected: Collected, now: datetime) -> None:
        """Note what a turn that only reads has shown; of an official or a proxy, before they get to see it."""
        if not collected.left:
            return
        if isinstance(speaker, Villager) and not speaker.proxy and collected.seen == {speaker.household_id}:
            if action not in self._own:
                self._own[action] = _Own(now)
            self._own[action].households.add(speaker.household_id)
            self._write_soon()
        else:
            await self._shared.ask(audit.act(actor=actor, action=action, about=collected.seen, now=now))

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
        if waiting or self._own:
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
        if self._own:
            self._write_soon()

    async def _write(self) -> None:
        own, self._own = self._own, {}
        try:
            if own:
                await self._append([act for action, one in own.items() for act in one.acts(action)])
                own = {}
            await chain.link(self._database, self._clock.now())
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            # What was noted in a transaction waits in the store; what was gathered waits for the next second.
            log.error("audit.behind", unwritten=sum(len(one.households) for one in own.values()), error=error)
            for action, one in own.items():
                later = self._own.get(action)
                self._own[action] = _Own(one.since, one.households | (later.households if later else set()))

    async def _append(self, acts: Sequence[Act]) -> list[None]:
        async with self._database.writing() as session:
            await chain.append(session, acts, self._clock.now())
        return [None] * len(acts)
