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

from bot.core.clock import Clock, local_date
from bot.core.errors import Refused
from bot.core.talk import Asking, Reply, Route, State, SwitchTo, Talk, read_number
from bot.core.telemetry import MESSAGES, log, timed
from bot.inbound.auditing import Diary
from bot.inbound.dedupe import Ending, Flights, Ledger
from bot.inbound.understanding import Heard, Spoken, Understanding, plain, read
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


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: a route, the talk as far as it went, and the message if it answers a question of it."""

    route: Route
    state: State
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: what to say, and the talk that waits now; `forgets` as the reply says."""

    text: str | None
    state: State | None = None
    forgets: bool = False


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
    ) -> None:
        self._database = database
        self._clock = clock
        self._county = county
        self._pages = pages
        self._understanding = Understanding(routes)
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
        """Decide what a message is: an event, a cancelling, the next answer of a talk, or something new."""
        turn.speaker = speaker
        turn.waiting = None if waiting is None else msgspec.json.decode(waiting, type=State)
        if spoken.event is not None:
            route = self._understanding.route(speaker, spoken.event)
            return None if route is None else Plan(route, State(route.intent, "", dict(spoken.slots)))
        if plain(spoken.text) in say.CANCEL_WORDS:
            turn.intent, turn.outcome = "cancel", "done"
            asked = turn.waiting is not None and not turn.waiting.offered
            return Outcome(say.CANCELLED if asked else say.NOTHING_TO_CANCEL)
        route = self._continued(turn, spoken.text)
        if route is not None and turn.waiting is not None:
            return Plan(route, turn.waiting, spoken.text)
        heard = self._understanding.hear(speaker, spoken.text, local_date(turn.now))
        after = self._afterwards(turn) if heard.is_fallback else None
        plan = _begin(Heard(after, heard.slots) if after is not None else heard, spoken.text)
        if turn.waiting is not None and turn.waiting.offered:
            plan.state.about = turn.waiting.about
        return plan

    def _continued(self, turn: Turn, text: str) -> Route | None:
        """The route of the talk that waits, if this message goes on with it."""
        if turn.waiting is None or self._understanding.certain(turn.speaker, text) is not None:
            return None
        if turn.waiting.offered and (not turn.waiting.options or read_number(text) is None):
            return None
        return self._understanding.route(turn.speaker, turn.waiting.intent)

    def _afterwards(self, turn: Turn) -> Route | None:
        """The route that hears what nothing else understood, while what was just done can still be mended."""
        if turn.waiting is None or turn.waiting.afterwards is None:
            return None
        return self._understanding.route(turn.speaker, turn.waiting.afterwards)

    async def _run(self, session: AsyncSession, turn: Turn, plan: Plan, *, writing: bool) -> Outcome:
        """Hold one talk, and the one it hands over to."""
        for _ in range(3):
            if plan.route.writes and not writing:
                raise _NeedsTransaction
            turn.intent = plan.route.intent
            talk = self._talk(session, turn, plan)
            if plan.state.offered and plan.heard is not None:
                _open(talk, plan.state, plan.heard)
            try:
                async with _undone_with_what_stops_it(session, writing=writing):
                    reply = await plan.route.talk(talk)
            except Asking as asking:
                instead = self._instead(turn, plan) if asking.misread else None
                if instead is None:
                    turn.outcome = f"asked:{talk.asked}"
                    return Outcome(asking.text, _waiting(plan, talk))
                plan = instead
            except Refused as refused:
                turn.outcome = "refused"
                return Outcome(refused.sentence)
            except SwitchTo as switch:
                route = self._understanding.route(turn.speaker, switch.intent)
                assert route is not None, f"a talk handed over to {switch.intent}, which nobody holds"
                words = switch.text or (route.words[0] if route.words else "")
                plan = Plan(route, State(route.intent, words, switch.slots, about=talk.about))
            else:
                turn.outcome = "done"
                return Outcome(reply.text or None, _open_ended(plan, reply), reply.forgets)
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
        )

    def _instead(self, turn: Turn, plan: Plan) -> Plan | None:
        """What an answer that did not fit was really about, if that is clear and something else."""
        assert plan.heard is not None
        heard = self._understanding.hear(turn.speaker, plan.heard, local_date(turn.now))
        if heard.is_fallback:
            return None
        if heard.route.intent == plan.route.intent and "household" not in heard.slots:
            # More of the same talk; with a household of its own it is the talk begun anew, about that one.
            return None
        return _begin(heard, plan.heard)

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


def _begin(heard: Heard, text: str) -> Plan:
    return Plan(heard.route, State(heard.route.intent, text, dict(heard.slots)))


def _open_ended(plan: Plan, reply: Reply) -> State | None:
    """What stays open after a reply: its numbers, whom an unclear word belongs to, and what it showed."""
    if reply.offers is None and reply.afterwards is None and reply.about is None:
        return None
    return State(
        intent=plan.state.intent,
        opening=plan.state.opening,
        slots=plan.state.slots,
        asked=None if reply.offers is None else reply.offers.name,
        options=[] if reply.offers is None else list(reply.offers.keys),
        offered=True,
        afterwards=reply.afterwards,
        about=reply.about,
    )


def _place(turn: Turn, outcome: Outcome) -> Place | None:
    """Where the talk stands now; None where it stands as before."""
    if outcome.state == turn.waiting:
        return None
    state = None if outcome.state is None else msgspec.json.encode(outcome.state).decode()
    return Place(turn.account, state, turn.now)


def _open(talk: Talk[Speaker], state: State, text: str) -> None:
    """Answer an offer: the number opens what stood beside it."""
    number = read_number(text)
    if state.asked is not None and number is not None and 1 <= number <= len(state.options):
        talk.answers[state.asked] = state.options[number - 1]


def _waiting(plan: Plan, talk: Talk[Speaker]) -> State:
    return State(
        intent=plan.state.intent,
        opening=plan.state.opening,
        slots=plan.state.slots,
        answers=talk.answers,
        asked=talk.asked,
        options=talk.options,
        about=plan.state.about,
    )


def _name(speaker: Speaker) -> str:
    """What the log calls a speaker: our ids only."""
    if isinstance(speaker, Newcomer):
        return "newcomer"
    if isinstance(speaker, Villager):
        return f"{'proxy' if speaker.proxy else 'household'}:{speaker.household_id}"
    return f"cadre:{speaker.cadre_id}"
