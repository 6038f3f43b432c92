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
    """Turns that are under way, by message key."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[str | None]] = {}

    def join(self, key: str, begin: Callable[[], Awaitable[str | None]]) -> asyncio.Task[str | None]:
        """Give the turn of this message: the one under way, or a new one."""
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.ensure_future(begin())
            self._tasks[key] = task
            task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return task

    async def landed(self) -> None:
        """Wait until every turn under way has ended."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Ending:
    """What a turn that wrote nothing leaves behind: its answer, and where the talk stands if that has changed."""

    answer: Answer
    place: Place | None


class Ledger:
    """What the inbox knows and is told, many turns in one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._endings: Batch[Ending, bool] = Batch(self._settle)

    async def opening(self, key: str, account: Account) -> Opening:
        """Give what is known before a turn begins."""
        return await self._database.lookups.ask(turns.openings, (key, account))

    async def settle(self, ending: Ending) -> bool:
        """Write down the end of a turn that changed nothing else; says whether nobody wrote one before."""
        return await self._endings.ask(ending)

    async def _settle(self, endings: Sequence[Ending]) -> list[bool]:
        keyring = self._database.keyring
        answers = [ending.answer for ending in endings]
        if all(ending.place is None for ending in endings):
            async with self._database.statements() as connection:
                new = await inbox.settle_new(connection, keyring, answers)
        else:
            async with self._database.writing() as session:
                new = await inbox.settle_new(session, keyring, answers)
                places = [ending.place for ending in endings if ending.place and ending.answer.key in new]
                await conversations.save(session, keyring, places)
        return [answer.key in new for answer in answers]
