"""合并: questions of many turns to the store, asked in one statement.

A statement costs far more in its round trip and its layers than in the database. While one runs, the questions of
other turns gather and go together next: alone, a turn waits for nothing; under load, the cost is shared.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from storage.lines import Line
from storage.sealing import Keyring, keyring_of

Q = TypeVar("Q")
A = TypeVar("A")

Store = AsyncSession | Line
Lookup = Callable[[Store, Keyring, Sequence[Q]], Awaitable[Sequence[A]]]
"""A query that answers many questions at once, in their order."""


class Batch(Generic[Q, A]):
    """Answers questions by a function that takes many at once and gives the answers in their order."""

    def __init__(self, run: Callable[[Sequence[Q]], Awaitable[Sequence[A]]], *, most: int = 64) -> None:
        self._run = run
        self._most = most
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        """Give the answer to one question; whatever the run raises, every question of it raises."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run_all())
        return await future

    async def _run_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._run_one(batch)
        finally:
            self._runner = None

    async def _run_one(self, batch: list[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            answers = await self._run([question for question, _ in batch])
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)


class SharedLookups:
    """The look-ups that the reading turns of one store share: for each a batch, and a line of its own."""

    def __init__(self, new_line: Callable[[], Line], keyring: Keyring) -> None:
        self._new_line = new_line
        self._keyring = keyring
        self._batches: dict[object, Batch[Any, Any]] = {}

    async def ask(self, lookup: Lookup[Q, A], question: Q) -> A:
        """Give the answer to one question, asked together with what others ask of the same look-up."""
        batch: Batch[Q, A] | None = self._batches.get(lookup)
        if batch is None:
            line = self._new_line()
            batch = self._batches[lookup] = Batch(lambda questions: lookup(line, self._keyring, questions))
        return await batch.ask(question)


def padded(values: Iterable[Q]) -> list[Q]:
    """The values once each, the last repeated up to a power of two: so few texts of a statement are prepared."""
    distinct = list(dict.fromkeys(values))
    wanted = 1 << max(len(distinct) - 1, 0).bit_length()
    return distinct + distinct[-1:] * (wanted - len(distinct))


async def shared(session: AsyncSession, lookup: Lookup[Q, A], question: Q) -> A:
    """Answer one question by a look-up: together with other turns when reading, alone inside a transaction.

    Inside a transaction the session itself must ask, since only it sees what it has written.
    """
    lookups: SharedLookups | None = session.info.get("lookups")
    if lookups is not None:
        return await lookups.ask(lookup, question)
    [answer] = await lookup(session, keyring_of(session), [question])
    return answer
