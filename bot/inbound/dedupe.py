"""去重: each message is acted on once, however often and wherever it is delivered, and every delivery hears the same.

Within a process all deliveries of a message wait for one turn (single flight). Between processes the inbox decides:
whoever writes the key first has answered, and the other undoes its turn and gives the reply that was written.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from storage import conversations, inbox, turns
from storage.batches import Batch
from storage.conversations import Place
from storage.database import Database
from storage.inbox import Answer
from storage.people import Account
from storage.turns import Opening


class Flights:
    """Turns that are under way, by message key; those of one account follow each other in the order they came."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[str | None]] = {}
        self._last: dict[Account, asyncio.Task[str | None]] = {}

    def join(self, key: str, account: Account, begin: Callable[[], Awaitable[str | None]]) -> asyncio.Task[str | None]:
        """Give the turn of this message: the one under way, or a new one."""
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.create_task(self._follow(self._last.get(account), begin))
            self._tasks[key] = self._last[account] = task
            task.add_done_callback(lambda ended: self._end(key, account, ended))
        return task

    async def landed(self) -> None:
        """Wait until every turn under way has ended."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _follow(
        self, before: asyncio.Task[str | None] | None, begin: Callable[[], Awaitable[str | None]]
    ) -> str | None:
        if before is not None:
            await asyncio.wait([before])
        return await begin()

    def _end(self, key: str, account: Account, task: asyncio.Task[str | None]) -> None:
        self._tasks.pop(key, None)
        if self._last.get(account) is task:
            del self._last[account]


@dataclass(frozen=True, slots=True)
class Ending:
    """What a turn that wrote nothing leaves behind: its answer, and where the talk stands if that has changed."""

    answer: Answer
    place: Place | None


class Ledger:
    """What the inbox knows and is told, many turns in one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._line = database.new_line()
        self._endings: Batch[Ending, bool] = Batch(self._settle)

    async def opening(self, key: str, account: Account) -> Opening:
        """Give what is known before a turn begins."""
        return await self._database.lookups.ask(turns.openings, (key, account))

    async def settle(self, ending: Ending) -> bool:
        """Write down the end of a turn that changed nothing else; says whether nobody wrote one before."""
        return await self._endings.ask(ending)

    async def _settle(self, endings: Sequence[Ending]) -> list[bool]:
        # The place before the answer: a process that dies in between answers the next delivery the same way again.
        keyring = self._database.keyring
        await conversations.save(self._line, keyring, [ending.place for ending in endings if ending.place is not None])
        new = await inbox.settle_new(self._line, keyring, [ending.answer for ending in endings])
        return [ending.answer.key in new for ending in endings]
