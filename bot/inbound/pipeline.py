"""一问一答: one turn from a push to its reply.

Deliveries of one message share one turn, and turns of one speaker follow each other. A talk that only reads is answered
without a transaction and then written down; a talk that writes has the mark, the talk's place, its rows and its
promises in one transaction. What takes longer than WeChat waits is kept, let go with `success` and answered later.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import Clock
from bot.core.errors import Refused
from bot.core.talk import Asking, Reply, Route, State, SwitchTo, Talk
from bot.core.telemetry import MESSAGES, log, timed
from bot.inbound import talks
from bot.inbound.auditing import Diary
from bot.inbound.dedupe import Ending, Flights, Ledger
from bot.inbound.talks import Floor, Outcome, Plan
from bot.inbound.understanding import Spoken, Understanding, read
from bot.language.corpus import Additions
from bot.language.intents import NOBODYS_ADDITIONS
from bot.messages import proxies as say_proxies
from bot.messages import talk as say
from bot.wechat.push import Kind, Push, parse
from policies.catalogue import County
from storage import audit, conversations, inbox, outbox, proxies, turns
from storage.conversations import Place
from storage.database import Database
from storage.households import doorplate
from storage.inbox import Answer, InboxState, Settled
from storage.people import Account, Newcomer, Speaker, Villager, nameless
from storage.sealing import CannotOpen

PATIENCE = timedelta(seconds=4.5)
"""WeChat cuts the connection after 5 s; what is not ready by then is sent by itself later."""

_LAST_MOMENT = 0.25
"""How many seconds may go, of the little that is left of WeChat's five, to write down that the answer comes later."""


@dataclass
class Turn:
    """One message on its way through; `intent` and `outcome` are for the log.

    `fell_silent`: who sends it spoke for another household before, too long ago.
    """

    account: Account
    push: Push
    now: datetime
    speaker: Speaker = field(init=False)
    text: str = ""
    waiting: State | None = None
    fell_silent: bool = False
    intent: str = "none"
    outcome: str = "none"

    def __post_init__(self) -> None:
        self.speaker = Newcomer(self.account)

    def answer(self, reply: str | None, *, forgets: bool = False) -> Answer:
        """The answer as the inbox keeps it; without the account where that has just been forgotten."""
        account = nameless(self.account) if forgets else self.account
        return Answer(self.push.key, account, self.now, self.push.kind is not Kind.EVENT, reply)


class _AnsweredElsewhere(Exception):
    """Another process answered this message; whatever this turn did is undone."""

    def __init__(self, reply: str | None) -> None:
        super().__init__()
        self.reply = reply


class _NeedsTransaction(Exception):
    """A talk that only reads handed over to one that writes."""


class Pipeline:
    """Hears pushes and gives replies."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        county: County,
        routes: Iterable[Route],
        *,
        pages: str | None = None,
        patience: timedelta = PATIENCE,
        additions: Additions = NOBODYS_ADDITIONS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._county = county
        self._pages = pages
        self._understanding = Understanding(routes, additions)
        self._patience = patience.total_seconds()
        self._ledger = Ledger(database)
        self._diary = Diary(database, clock)
        self._flights = Flights()
        self._let_go: set[asyncio.Task[None]] = set()

    async def hear(self, account: Account, push: Push, payload: bytes) -> str | None:
        """Give the reply to one delivery of a push; None stands for `success`: nothing to say, or not yet."""
        flight = self._flights.join(push.key, account, lambda: self._take_turn(account, push))
        try:
            return await asyncio.wait_for(asyncio.shield(flight), self._patience)
        except TimeoutError:
            turn = Turn(account, push, self._clock.now())
            kept = asyncio.create_task(self._keep_for_later(turn, payload))
            await asyncio.wait([kept], timeout=_LAST_MOMENT)
            if not kept.done():
                self._answer_by_itself(turn, kept, flight)
                return None
            if kept.result():
                return None
            # It was answered at the last moment: nothing would go out later, so the reply must go out now.
            return await flight

    async def resume(self) -> int:
        """Take over messages whose process died before it answered them; gives how many."""
        async with self._database.writing() as session:
            left = await inbox.take_over(session, self._clock.now())
        for account, payload in left:
            await self._take_over(account, parse(payload.encode()))
        return len(left)

    async def close(self) -> None:
        """Wait for the turns under way, and write down what they have read."""
        await self._flights.landed()
        await asyncio.gather(*self._let_go)
        await self._diary.close()

    def _answer_by_itself(self, turn: Turn, kept: asyncio.Task[bool], flight: asyncio.Task[str | None]) -> None:
        """Let a message go that cannot be written down yet: somebody else holds the store (an import, on SQLite)."""
        task = asyncio.create_task(self._promise_reply(turn, kept, flight))
        self._let_go.add(task)
        task.add_done_callback(self._let_go.discard)

    async def _promise_reply(self, turn: Turn, kept: asyncio.Task[bool], flight: asyncio.Task[str | None]) -> None:
        try:
            if await kept:
                return
            # Answered before it was kept, and WeChat had hung up: the reply would reach nobody.
            reply = await flight
            if reply is not None:
                async with self._database.writing() as session:
                    await self._promise(session, turn, reply)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.error("message.not_kept", error=error)

    async def _keep_for_later(self, turn: Turn, payload: bytes) -> bool:
        async with self._database.writing() as session:
            if await inbox.keep_for_later(session, turn.answer(None), payload.decode()):
                return True
            return await inbox.state_of(session, turn.push.key) is InboxState.LATER

    async def _take_over(self, account: Account, push: Push) -> None:
        await self._flights.join(push.key, account, lambda: self._take_turn(account, push))

    async def _take_turn(self, account: Account, push: Push) -> str | None:
        turn = Turn(account, push, self._clock.now())
        with timed() as took:
            reply = await self._safely(turn)
        log.info(
            "message.answered", speaker=_name(turn.speaker), route=turn.intent, outcome=turn.outcome, ms=took["ms"]
        )
        MESSAGES.labels(account.platform, turn.intent, turn.outcome).inc()
        return reply

    async def _safely(self, turn: Turn) -> str | None:
        try:
            return await self._answer(turn)
        except _AnsweredElsewhere as elsewhere:
            turn.outcome = "answered_elsewhere"
            return elsewhere.reply
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            # Nothing was written, so nothing is remembered: the next delivery tries again.
            turn.outcome = "store_away"
            log.error("message.store_away", error=error)
            return say.STORE_AWAY
        except CannotOpen as error:
            # Once the right key is back, the same message finds its answer: this one is not remembered.
            turn.outcome = "cannot_open"
            log.error("message.cannot_open", route=turn.intent, error=error)
            return say.CANNOT_OPEN
        except Exception as error:
            reference = secrets.token_hex(3)
            turn.outcome = "broke"
            log.error("message.broke", reference=reference, route=turn.intent, error=error)
            reply = say.broke(reference)
            await self._ledger.settle(Ending(turn.answer(reply), None))
            return reply

    async def _answer(self, turn: Turn) -> str | None:
        opening = await self._ledger.opening(turn.push.key, turn.account)
        if opening.answered:
            turn.outcome = "heard_before"
            return opening.reply
        spoken = read(turn.push)
        if spoken.event is None and _is_proxy(opening.speaker) and await self._fell_silent(turn):
            opening = await self._ledger.opening(turn.push.key, turn.account)
        plan = self._plan(turn, opening.speaker, opening.state, spoken)
        if plan is None:
            turn.outcome = "nothing_to_say"
            return None
        if isinstance(plan, Plan) and not plan.route.writes:
            try:
                return await self._answer_reading(turn, plan)
            except _NeedsTransaction:
                pass
        return await self._answer_writing(turn, spoken)

    async def _answer_reading(self, turn: Turn, plan: Plan) -> str | None:
        async with self._database.reading() as session:
            with audit.collecting(session) as collected:
                outcome = await self._run(session, turn, plan, writing=False)
                outcome = await self._for_whom(session, turn, outcome)
        await self._diary.read(turn.speaker, _name(turn.speaker), turn.intent, collected, turn.now)
        if await self._ledger.settle(Ending(turn.answer(outcome.text), _place(turn, outcome))):
            return outcome.text
        async with self._database.writing() as session:
            return await self._land(session, turn, outcome)

    async def _answer_writing(self, turn: Turn, spoken: Spoken) -> str | None:
        async with self._database.writing() as session:
            await self._lock_speaker(session, turn.account)
            # Another replica may have moved this speaker on while we waited for the lock.
            [opening] = await turns.openings(session, self._database.keyring, [(turn.push.key, turn.account)])
            if opening.answered:
                raise _AnsweredElsewhere(opening.reply)
            plan = self._plan(turn, opening.speaker, opening.state, spoken)
            with audit.collecting(session) as collected:
                outcome = await self._run(session, turn, plan, writing=True) if isinstance(plan, Plan) else plan
                outcome = await self._for_whom(session, turn, outcome or Outcome(None))
            await self._diary.wrote(
                session, _name(turn.speaker), turn.intent, collected, outcome=turn.outcome, now=turn.now
            )
            return await self._land(session, turn, outcome)

    async def _fell_silent(self, turn: Turn) -> bool:
        """Let a proxy who has said nothing for long speak for themselves again; a talk that waits is dropped."""
        async with self._database.reading() as session:
            if not await proxies.fell_silent(session, turn.account, turn.now):
                return False
        async with self._database.writing() as session:
            await proxies.speak_for(session, turn.account, None)
            await conversations.end(session, turn.account)
        turn.fell_silent = True
        return True

    async def _for_whom(self, session: AsyncSession, turn: Turn, outcome: Outcome) -> Outcome:
        """Begin what a proxy hears with whose household it is about, so that nobody takes it for their own."""
        if outcome.text is None:
            return outcome
        route = self._understanding.route(turn.speaker, turn.intent)
        if isinstance(turn.speaker, Villager) and turn.speaker.proxy and not (route and route.of_account):
            door = await doorplate(session, turn.speaker.household_id)
            return replace(outcome, text=say_proxies.about(door.head_name, outcome.text))
        if turn.fell_silent:
            return replace(outcome, text=say_proxies.yourself_again(outcome.text))
        return outcome

    def _plan(self, turn: Turn, speaker: Speaker, waiting: str | None, spoken: Spoken) -> Plan | Outcome | None:
        """Decide what a message is, as the one who speaks and the talk that waits make it."""
        turn.speaker, turn.text = speaker, spoken.text
        turn.waiting = talks.still_theirs(waiting, _name(speaker))
        plan = talks.plan(self._floor(turn), spoken)
        if isinstance(plan, Outcome):
            turn.intent, turn.outcome = "of_the_talk", "done"
        return plan

    def _floor(self, turn: Turn) -> Floor:
        return Floor(
            understanding=self._understanding,
            speaker=turn.speaker,
            name=_name(turn.speaker),
            now=turn.now,
            text=turn.text,
            waiting=turn.waiting,
        )

    async def _run(self, session: AsyncSession, turn: Turn, plan: Plan, *, writing: bool) -> Outcome:
        """Hold one talk, and the one it hands over to."""
        floor = self._floor(turn)
        for _ in range(3):
            if plan.route.writes and not writing:
                raise _NeedsTransaction
            turn.intent = plan.route.intent
            talk = self._talk(session, turn, plan)
            if plan.state.offered and plan.heard is not None:
                talks.opened(talk, plan.state, plan.heard)
            try:
                async with _undone_with_what_stops_it(session, writing=writing):
                    reply = await plan.route.talk(talk)
            except Asking as asking:
                instead = None
                if asking.hint is not None:
                    instead = talks.other_than(floor, plan) or talks.given_up(floor)
                if instead is None:
                    turn.outcome = f"asked:{talk.asked}"
                    return talks.asking(floor, plan, talk, asking)
                plan = instead
            except Refused as refused:
                turn.outcome = "refused"
                return talks.ended(floor, plan, Reply(refused.sentence))
            except SwitchTo as switch:
                plan = talks.handed_over(floor, plan, switch.intent, switch.text, switch.slots)
            else:
                turn.outcome = "done"
                return talks.ended(floor, plan, reply)
        raise RecursionError("talks hand over to each other without end")

    def _talk(self, session: AsyncSession, turn: Turn, plan: Plan) -> Talk[Speaker]:
        return Talk(
            session=session,
            speaker=turn.speaker,
            now=turn.now,
            county=self._county,
            text=plan.state.opening,
            slots=plan.state.slots,
            pages=self._pages,
            about=plan.state.about,
            answers=dict(plan.state.answers),
            asked=plan.state.asked,
            options=list(plan.state.options),
            heard=plan.heard,
            said=tuple(talks.words_before(turn.waiting, turn.now)),
            lost=0 if turn.waiting is None else turn.waiting.lost,
            refused=0 if turn.waiting is None else turn.waiting.refused,
        )

    async def _land(self, session: AsyncSession, turn: Turn, outcome: Outcome) -> str | None:
        """Write down the answer and the place of the talk, with whatever the talk itself has written."""
        place = _place(turn, outcome)
        if place is not None:
            await conversations.put(session, place)
        settled = await inbox.settle(session, turn.answer(outcome.text, forgets=outcome.forgets))
        if settled is Settled.ELSEWHERE:
            raise _AnsweredElsewhere(await inbox.reply_to(session, turn.push.key))
        if settled is Settled.LATE and outcome.text is not None:
            await self._promise(session, turn, outcome.text)
        return outcome.text

    async def _promise(self, session: AsyncSession, turn: Turn, reply: str) -> None:
        """Have the reply sent by itself, once."""
        await outbox.promise(
            session,
            turn.account,
            kind="reply",
            key=f"reply:{turn.push.key}",
            text=reply,
            due_at=turn.now,
            now=turn.now,
        )

    async def _lock_speaker(self, session: AsyncSession, account: Account) -> None:
        """Let one process at a time hold a turn of this speaker; SQLite lets only one write anyway."""
        if self._database.is_postgresql:
            await session.execute(
                sql("SELECT pg_advisory_xact_lock(hashtextextended(:account, 0))"), {"account": account.key}
            )


@asynccontextmanager
async def _undone_with_what_stops_it(session: AsyncSession, *, writing: bool) -> AsyncIterator[None]:
    """Undo what a talk has written, and noted for the audit, when something stops it; the mark and its place are
    written after it.
    """
    try:
        async with session.begin_nested() if writing else nullcontext():
            yield
    except (Asking, Refused, SwitchTo):
        audit.undone(session)
        raise


def _is_proxy(speaker: Speaker) -> bool:
    return isinstance(speaker, Villager) and speaker.proxy


def _place(turn: Turn, outcome: Outcome) -> Place | None:
    """Where the talk stands now; None where it stands as before."""
    if outcome.state == turn.waiting:
        return None
    state = None if outcome.state is None else msgspec.json.encode(outcome.state).decode()
    return Place(turn.account, state, turn.now)


def _name(speaker: Speaker) -> str:
    """What the log calls a speaker: our ids only."""
    if isinstance(speaker, Newcomer):
        return "newcomer"
    if isinstance(speaker, Villager):
        return f"{'proxy' if speaker.proxy else 'household'}:{speaker.household_id}"
    return f"cadre:{speaker.cadre_id}"
