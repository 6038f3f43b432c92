"""合并: questions of many turns to the store, asked in one statement.

A statement costs far more in its round trip and its layers than in the database. While one runs, the questions of
other turns gather and go together next: alone, a turn waits for nothing; under load, the cost is shared.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


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
