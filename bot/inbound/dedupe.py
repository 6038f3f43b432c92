"""去重: each message is acted on once, however often and wherever it is delivered, and every delivery hears the same.

Within a process all deliveries of a message wait for one turn (single flight). Between processes the inbox decides:
whoever writes the key first has answered, and the other undoes its turn and gives the reply that was written.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.inbound.batches import Batch
from storage import inbox, turns
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


class Ledger:
    """What the inbox knows and is told, many turns in one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._openings: Batch[tuple[str, Account], Opening] = Batch(self._open)
        self._settling: Batch[Answer, bool] = Batch(self._settle)

    async def opening(self, key: str, account: Account) -> Opening:
        """Give what is known before a turn begins."""
        return await self._openings.ask((key, account))

    async def settle(self, answer: Answer) -> bool:
        """Write down the answer of a turn that changed nothing; says whether nothing was written of it before."""
        return await self._settling.ask(answer)

    async def _open(self, messages: Sequence[tuple[str, Account]]) -> list[Opening]:
        async with self._database.statements() as connection:
            return await turns.openings(connection, self._database.keyring, messages)

    async def _settle(self, answers: Sequence[Answer]) -> list[bool]:
        async with self._database.statements() as connection:
            new = await inbox.settle_new(connection, self._database.keyring, answers)
        return [answer.key in new for answer in answers]
