"""送达: claims what is due, sends it by the first way that is open, and writes down what became of it.

Nobody can send exactly once. What is kept here: a call is written down and committed before it is made, its result
after it, and a call without a result is an unknown outcome with a name of its own, resolved by what was to be said.
So a person hears a thing once, or with a known and counted cause twice, and nothing is lost in silence.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import out_of_quiet_hours
from bot.core.errors import Broken, SendError, TryLater, TryOther, Unknown
from bot.core.telemetry import SENDS, log
from bot.messages import proxies as say_proxies
from bot.messages import reminders as say
from bot.outbound.channels import ORDER, Address, Channel, ChannelName, Letter, call_list
from storage import contacts, outbox, proxies, reminders
from storage.database import Database
from storage.households import doorplate
from storage.outbox import Claim, Cut, Kind, OutboxState, Outcome, Reason, ToHousehold
from storage.people import Account

Render = Callable[[AsyncSession, Claim, datetime], Awaitable[str | None]]
"""Words a promise just before it is sent; None: nothing of it is open any more."""

TRIES = 5
"""A way that asks us to come back later is asked so often; then the next way is taken."""

LEASE = timedelta(minutes=3)
"""Longer than any single call takes with its retries; it begins anew with every attempt."""

AT_ANY_HOUR = frozenset({Kind.REPLY, Kind.URGENT, Kind.OFFICE_URGENT})
"""What is told in the quiet hours too: an answer to who just wrote, and a cry for help."""

SAID_TWICE = frozenset({Kind.DEADLINE, Kind.MONEY_FAILED, Kind.REPLY, Kind.URGENT, Kind.OFFICE_URGENT})
"""Better heard twice than missed: sent once more, with a note, when nobody knows whether it arrived.

Everything else (a digest of visits due) is not sent again, unless the channel drops what it has sent already.
"""

NOT_RUNG_ABOUT = frozenset(
    {Kind.POLICY_CHANGE, Kind.OFFICE_URGENT, Kind.UNPAIRED, Kind.CASE_PRIVATE, Kind.PUBLIC_NOTICE, Kind.MONEY_ARRIVED}
)
"""What never goes on a call list: it is on the office's list already, it is said anew every day, the cadre who would
ring is perhaps whom it is about, a bank tells it too, or it hangs at the village's board for who has no telephone."""

_AT_ONCE = 4
_AFTER_UNKNOWN = timedelta(minutes=5)
_AFTER_ERROR = timedelta(minutes=5)
_DUPLICATE_MARGIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one round did with what was due, in reminders: a digest of five counts five, as planning counted it."""

    sent: int
    fallback: int
    deferred: int
    failed: int
    skipped: int
    uncertain: int

    def as_json(self) -> dict[str, int]:
        """Give the sums in the shape other programs rely on (`bangfu reminders deliver --json`)."""
        return asdict(self)


class _Done(StrEnum):
    SENT = "sent"
    FALLBACK = "fallback"
    DEFERRED = "deferred"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNCERTAIN = "uncertain"


_DONE_OF = {
    OutboxState.SENT: _Done.SENT,
    OutboxState.FALLBACK: _Done.FALLBACK,
    OutboxState.SKIPPED: _Done.SKIPPED,
    OutboxState.FAILED: _Done.FAILED,
    OutboxState.UNCERTAIN: _Done.UNCERTAIN,
}


class _Round:
    """One round: its time, which goes on while it lasts (a lease counts from now, not from when the round began), and
    what it did."""

    def __init__(self, now: datetime) -> None:
        self._began = now
        self._clock = asyncio.get_running_loop()
        self._started = self._clock.time()
        self.tally: Counter[_Done] = Counter()

    def now(self) -> datetime:
        return self._began + timedelta(seconds=self._clock.time() - self._started)


class Delivery:
    """Delivers what is due. Several may run at once, in one process or in many.

    Args:
        store: where the promises are.
        channels: the ways out that are set up here; see `channels.ORDER`.
        renders: how kinds that are worded at the last moment are worded; others go out as promised.
    """

    def __init__(self, store: Database, channels: Iterable[Channel], renders: Mapping[str, Render]) -> None:
        self._store = store
        self._channels = {channel.name: channel for channel in channels}
        self._renders = renders
        self._closing = False

    def close(self) -> None:
        """Take nothing more up: a round under way ends after the calls it is making."""
        self._closing = True

    async def deliver(self, now: datetime) -> Delivered:
        """Deliver everything that is due by now, in the county's zone; says what became of it."""
        current = _Round(now)
        await self._recover(current)
        await asyncio.gather(*(self._work(current) for _ in range(_AT_ONCE)))
        return Delivered(**{str(done): current.tally[done] for done in _Done})

    async def _work(self, current: _Round) -> None:
        while not self._closing:
            now = current.now()
            morning = out_of_quiet_hours(now)
            async with self._store.writing() as session:
                night = morning > now
                if night:
                    moved = await outbox.put_all_off(session, now, morning, but=AT_ANY_HOUR)
                    told = await reminders.told_by(session, moved)
                    current.tally[_Done.DEFERRED] += told
                claims = await outbox.claim(session, now, lease=LEASE, only=AT_ANY_HOUR if night else None)
            if not claims:
                return
            for claimed in claims:
                await self._handle(claimed, current)

    async def _handle(self, claimed: Claim, current: _Round) -> None:
        """Handle one promise; whatever goes wrong with it, the others are not held up."""
        try:
            await self._tell(claimed, current)
        except Exception as error:  # the edge: our own mistake, about one promise
            log.error("delivery.broke", outbox=claimed.id, kind=claimed.kind, error=error)
            async with self._store.writing() as session:
                if claimed.tries + 1 < TRIES:
                    await self._put_off(session, claimed, current, _AFTER_ERROR, claimed.reason)
                else:
                    await self._settle(session, claimed, OutboxState.FAILED, current, reason=Reason.ERROR)

    async def _tell(self, claimed: Claim, current: _Round) -> None:
        letter = await self._letter(claimed, current.now())
        if letter is None:
            async with self._store.writing() as session:
                await self._settle(session, claimed, OutboxState.SKIPPED, current, reason=Reason.DONE)
            return
        async for channel, address in self._ways(claimed, current):
            if await self._call(channel, address, letter, claimed, current):
                return
        async with self._store.writing() as session:
            await self._nobody_told(session, claimed, letter, current)

    async def _letter(self, claimed: Claim, now: datetime) -> Letter | None:
        """Word the promise as things are now; what may have arrived goes out in the same words, or with a note."""
        async with self._store.reading() as session:
            render = self._renders.get(claimed.kind)
            if render is None or claimed.reason == Reason.AGAIN:
                text = claimed.text
                assert text is not None, f"nothing words a promise of kind {claimed.kind}"
            else:
                worded = await render(session, claimed, now)
                if worded is None:
                    return None
                text = worded
            if claimed.reason == Reason.REPEATED:
                text = say.maybe_twice(text)
            return Letter(claimed.kind, text, await reminders.deadline_of(session, claimed.id))

    async def _ways(self, claimed: Claim, current: _Round) -> AsyncIterator[tuple[Channel, Address]]:
        """Give the ways to this person, in order, each looked up when it is its turn."""
        first = await self._way_again(claimed, current) if claimed.reason == Reason.AGAIN else None
        if first is not None:
            yield first
        for name in ORDER[type(claimed.to)]:
            channel = self._channels.get(name)
            if channel is None:
                continue
            async with self._store.reading() as session:
                addresses = await channel.addresses(session, claimed.to, current.now())
            for address in addresses:
                if first is None or (channel, address) != first:
                    yield channel, address

    async def _way_again(self, claimed: Claim, current: _Round) -> tuple[Channel, Address] | None:
        """Give the way by which it may have arrived; None where there was none after all."""
        async with self._store.reading() as session:
            cut = await outbox.cut_of(session, claimed)
        channel = None if cut is None else self._channels.get(ChannelName(cut.channel))
        if cut is None or channel is None or cut.account is None:
            return None
        return channel, Address(cut.account.name, cut.account)

    async def _call(self, channel: Channel, address: Address, letter: Letter, claimed: Claim, current: _Round) -> bool:
        """Make one call, between two transactions; says whether that was the end of it."""
        async with self._store.writing() as session:
            if claimed.reason == Reason.AGAIN and not await self._may_repeat(session, claimed, current):
                await self._settle(session, claimed, OutboxState.UNCERTAIN, current, reason=Reason.UNANSWERED)
                return True
            letter = await _for_whom(session, letter, address, claimed)
            attempt_id = await outbox.begin_attempt(
                session,
                claimed,
                channel=channel.name,
                account=address.account,
                text=letter.text,
                now=current.now(),
                lease=LEASE,
            )
        if attempt_id is None:
            log.warning("delivery.lease_lost", outbox=claimed.id)
            return True
        error: SendError | None = None
        try:
            await channel.send(address, letter, current.now())
        except SendError as raised:
            error = raised
        except Exception as raised:  # the call may have left: what it came to, nobody knows
            log.error("delivery.call_broke", outbox=claimed.id, channel=str(channel.name), error=raised)
            error = Unknown()
        outcome = _outcome(error)
        SENDS.labels(channel.name, outcome).inc()
        async with self._store.writing() as session:
            errcode = None if error is None else error.errcode
            now = current.now()
            await outbox.finish_attempt(session, attempt_id, outcome=outcome, errcode=errcode, now=now)
            await channel.learn(session, address, outcome, now)
            return await self._conclude(session, channel, address, error, claimed, current)

    async def _may_repeat(self, session: AsyncSession, claimed: Claim, current: _Round) -> bool:
        """Whether the platform still remembers the first call, so that a second of the same words is dropped."""
        cut = await outbox.cut_of(session, claimed)
        channel = None if cut is None else self._channels.get(ChannelName(cut.channel))
        if cut is None or channel is None:
            return True
        return current.now() - cut.started_at < channel.drops_duplicates_for - _DUPLICATE_MARGIN

    async def _conclude(
        self,
        session: AsyncSession,
        channel: Channel,
        address: Address,
        error: SendError | None,
        claimed: Claim,
        current: _Round,
    ) -> bool:
        """Draw the consequence of one call; false: the next way is to be tried."""
        match error:
            case None:
                reason = claimed.reason if claimed.reason == Reason.REPEATED else None
                await self._settle(session, claimed, OutboxState.SENT, current, channel=channel.name, reason=reason)
                return True
            case TryLater() if claimed.tries + 1 < TRIES:
                await self._put_off(session, claimed, current, error.after, claimed.reason)
                return True
            case Unknown():
                await self._resolve(session, claimed, channel.name, current)
                return True
            case TryOther() if error.unreachable and address.account is not None:
                await contacts.set_reachable(session, address.account, reachable=False, now=current.now())
            case Broken():
                # Somebody must mend this: whoever watches the log for errors is called.
                log.error("delivery.alarm", outbox=claimed.id, channel=str(channel.name), errcode=error.errcode)
            case _:
                pass
        if claimed.reason == Reason.AGAIN and not isinstance(error, TryOther):
            # The first call may have arrived, and this way can no longer tell: no second way is opened.
            await self._settle(session, claimed, OutboxState.UNCERTAIN, current, reason=Reason.UNANSWERED)
            return True
        return False

    async def _resolve(
        self, session: AsyncSession, claimed: Claim, channel_name: ChannelName | str, current: _Round
    ) -> None:
        """Decide what becomes of a promise that may or may not have arrived."""
        channel = self._channels.get(ChannelName(channel_name))
        safe = channel is not None and channel.drops_duplicates_for > timedelta()
        if safe and claimed.tries + 1 < TRIES:
            await self._put_off(session, claimed, current, _AFTER_UNKNOWN, Reason.AGAIN)
        elif claimed.kind in SAID_TWICE and claimed.reason != Reason.REPEATED:
            await self._put_off(session, claimed, current, _AFTER_UNKNOWN, Reason.REPEATED)
        else:
            await self._settle(
                session,
                claimed,
                OutboxState.UNCERTAIN,
                current,
                channel=str(channel_name),
                reason=Reason.UNANSWERED,
            )

    async def _nobody_told(self, session: AsyncSession, claimed: Claim, letter: Letter, current: _Round) -> None:
        """End on the call list. Who wrote from an account bound to nobody has no cadre to ring them."""
        if isinstance(claimed.to, Account) or claimed.kind in NOT_RUNG_ABOUT:
            await self._settle(session, claimed, OutboxState.FAILED, current, reason=Reason.NO_WAY)
            return
        settled = await self._settle(
            session,
            claimed,
            OutboxState.FALLBACK,
            current,
            channel=ChannelName.CALL_LIST,
            reason=Reason.NO_WAY,
            text=letter.text,
        )
        if settled:
            await call_list.put_down(session, claimed, letter.text, current.now())

    async def _recover(self, current: _Round) -> None:
        """Take up what dead workers left: a call under way is an unknown outcome, anything else waits again."""
        while True:
            async with self._store.writing() as session:
                found = await outbox.abandoned(session, current.now(), lease=LEASE)
                for claimed, cut in found:
                    if cut is None:
                        await outbox.put_off(session, claimed, due_at=current.now(), reason=claimed.reason, tried=False)
                    else:
                        await self._recover_call(session, claimed, cut, current)
            if not found:
                return

    async def _recover_call(self, session: AsyncSession, claimed: Claim, cut: Cut, current: _Round) -> None:
        now = current.now()
        log.warning("delivery.cut", outbox=claimed.id, channel=cut.channel)
        await outbox.finish_attempt(session, cut.attempt_id, outcome=Outcome.UNKNOWN, errcode=None, now=now)
        channel = self._channels.get(ChannelName(cut.channel))
        if channel is not None and cut.account is not None:
            await channel.learn(session, Address(cut.account.name, cut.account), Outcome.UNKNOWN, now)
        await self._resolve(session, claimed, cut.channel, current)

    async def _settle(
        self,
        session: AsyncSession,
        claimed: Claim,
        state: OutboxState,
        current: _Round,
        *,
        channel: str | None = None,
        reason: str | None = None,
        text: str | None = None,
    ) -> bool:
        if not await outbox.settle(
            session, claimed, state, now=current.now(), channel=channel, reason=reason, text=text
        ):
            log.warning("delivery.lease_lost", outbox=claimed.id)
            return False
        told = await reminders.told_by(session, [claimed.id])
        current.tally[_DONE_OF[state]] += told
        log.info(f"delivery.{state}", outbox=claimed.id, kind=claimed.kind, channel=channel, reason=reason)
        return True

    async def _put_off(
        self, session: AsyncSession, claimed: Claim, current: _Round, after: timedelta, reason: str | None
    ) -> None:
        due_at = current.now() + after
        if claimed.kind not in AT_ANY_HOUR:
            due_at = out_of_quiet_hours(due_at)
        if not await outbox.put_off(session, claimed, due_at=due_at, reason=reason):
            log.warning("delivery.lease_lost", outbox=claimed.id)
            return
        told = await reminders.told_by(session, [claimed.id])
        current.tally[_Done.DEFERRED] += told
        log.info("delivery.deferred", outbox=claimed.id, kind=claimed.kind, tries=claimed.tries + 1, reason=reason)


async def _for_whom(session: AsyncSession, letter: Letter, address: Address, claimed: Claim) -> Letter:
    """To a proxy, say first whose household it is about; words that go out again say so already."""
    to, account = claimed.to, address.account
    if not isinstance(to, ToHousehold) or account is None:
        return letter
    if not await proxies.is_proxy(session, account, to.household_id):
        return letter
    head_name = (await doorplate(session, to.household_id)).head_name
    if letter.text.startswith(say_proxies.about(head_name, "")):
        return letter
    return replace(letter, text=say_proxies.about(head_name, letter.text))


def _outcome(error: SendError | None) -> Outcome:
    match error:
        case None:
            return Outcome.SENT
        case TryLater():
            return Outcome.LATER
        case TryOther():
            return Outcome.OTHER
        case Unknown():
            return Outcome.UNKNOWN
        case _:
            return Outcome.BROKEN
