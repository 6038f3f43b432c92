"""Promises: once by key, in one pair of hands at a time, and counted."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select

from storage import contacts, outbox
from storage.database import Database
from storage.outbox import TEXT, Attempt, Claim, Outbox, OutboxState, Outcome, Promise, ToCadre, ToHousehold, ToOffice
from storage.people import Account, Platform
from tests.village import Village

LEASE = timedelta(minutes=3)
SOMEBODY = Account(Platform.WECHAT, "o_somebody")


async def promise(store: Database, now: datetime, key: str = "k", *, due_at: datetime | None = None) -> bool:
    async with store.writing() as session:
        made = await outbox.promise(session, SOMEBODY, kind="note", key=key, text="请收", due_at=due_at or now, now=now)
        return made is not None


async def claim(store: Database, now: datetime, limit: int = 1) -> list[Claim]:
    async with store.writing() as session:
        return await outbox.claim(session, now, lease=LEASE, limit=limit)


async def test_a_key_is_promised_once(store: Database, now: datetime) -> None:
    assert await promise(store, now)
    assert not await promise(store, now)


async def test_many_processes_promising_the_same_promise_it_once(store: Database, now: datetime) -> None:
    """Each in an order of its own: nobody waits for anybody for ever."""
    promises = [Promise(to=SOMEBODY, kind="note", key=f"k{n}", due_at=now, text="请收") for n in range(50)]

    async def all_of(order: list[Promise]) -> int:
        async with store.writing() as session:
            return len(await outbox.promise_all(session, order, now))

    made = await asyncio.gather(all_of(promises), all_of(promises[::-1]), all_of(promises[25:] + promises[:25]))
    assert sum(made) == 50


async def test_a_promise_is_sealed_and_says_to_whom(store: Database, people: Village, now: datetime) -> None:
    wang = await people.household("王建国")
    li = await people.cadre("李梅")
    async with store.writing() as session:
        for key, to in (("a", SOMEBODY), ("h", ToHousehold(wang.id)), ("c", ToCadre(li.id)), ("o", ToOffice())):
            await outbox.promise(session, to, kind="note", key=key, text="您家的事", due_at=now, now=now)
    async with store.reading() as session:
        rows = {row.key: row for row in await session.scalars(select(Outbox))}
    assert [(rows[key].account, rows[key].household_id, rows[key].cadre_id) for key in "ahco"] == [
        ("wechat:o_somebody", None, None),
        (None, wang.id, None),
        (None, None, li.id),
        (None, None, None),
    ]
    assert rows["h"].text_sealed is not None
    assert "您家".encode() not in rows["h"].text_sealed
    assert store.keyring.open(rows["h"].text_sealed, TEXT) == "您家的事"

    claims = {claimed.key: claimed.to for claimed in await claim(store, now, limit=4)}
    assert claims == {"a": SOMEBODY, "h": ToHousehold(wang.id), "c": ToCadre(li.id), "o": ToOffice()}


async def test_what_is_due_longest_is_claimed_first_and_what_is_not_due_stays(store: Database, now: datetime) -> None:
    await promise(store, now, "later", due_at=now + timedelta(seconds=1))
    await promise(store, now, "new")
    await promise(store, now, "old", due_at=now - timedelta(hours=1))
    assert [one.key for one in await claim(store, now)] == ["old"]
    assert [one.key for one in await claim(store, now, limit=5)] == ["new"]
    assert await claim(store, now, limit=5) == []


async def test_many_claiming_at_once_get_different_promises(store: Database, now: datetime) -> None:
    for number in range(12):
        await promise(store, now, f"k{number}")
    claims = await asyncio.gather(*(claim(store, now, limit=2) for _ in range(6)))
    keys = [one.key for some in claims for one in some]
    assert len(keys) == len(set(keys))


async def test_only_an_ended_lease_is_taken_over(store: Database, now: datetime) -> None:
    await promise(store, now, "idle")
    await promise(store, now, "calling")
    claims = {one.key: one for one in await claim(store, now, limit=2)}
    async with store.writing() as session:
        attempt = await outbox.begin_attempt(
            session, claims["calling"], channel="sms", account=None, text="请收", now=now, lease=LEASE
        )
    async with store.writing() as session:
        assert await outbox.abandoned(session, now + LEASE - timedelta(seconds=1), lease=LEASE) == []
    async with store.writing() as session:
        found = await outbox.abandoned(session, now + LEASE, lease=LEASE)
    cuts = {claimed.key: cut and cut.attempt_id for claimed, cut in found}
    assert cuts == {"idle": None, "calling": attempt}
    async with store.writing() as session:
        for old in claims.values():
            assert not await outbox.settle(session, old, OutboxState.SENT, now=now)


async def test_an_attempt_begins_the_lease_anew(store: Database, now: datetime) -> None:
    await promise(store, now)
    [claimed] = await claim(store, now)
    async with store.writing() as session:
        await outbox.begin_attempt(
            session, claimed, channel="sms", account=None, text="请收", now=now + LEASE / 2, lease=LEASE
        )
    async with store.writing() as session:
        assert await outbox.abandoned(session, now + LEASE, lease=LEASE) == []


async def test_counters_sum(store: Database, now: datetime) -> None:
    for number, state in enumerate(OutboxState):
        await promise(store, now, f"k{number}")
        if state is not OutboxState.WAITING:
            [claimed] = await claim(store, now)
            async with store.writing() as session:
                if state is not OutboxState.CLAIMED:
                    await outbox.settle(session, claimed, state, now=now)
        await asyncio.sleep(0)
        if state is OutboxState.WAITING:
            async with store.writing() as session:
                await outbox.put_all_off(session, now, now + timedelta(days=1), but=())
    async with store.reading() as session:
        counts = await outbox.counts(session)
    assert counts == outbox.Counts(
        promised=7, waiting=1, claimed=1, sent=1, fallback=1, skipped=1, failed=1, uncertain=1
    )


async def test_an_account_that_left_is_forgotten_and_still_counted(store: Database, now: datetime) -> None:
    await promise(store, now)
    [claimed] = await claim(store, now)
    async with store.writing() as session:
        attempt = await outbox.begin_attempt(
            session, claimed, channel="sms", account=SOMEBODY, text="请收", now=now, lease=LEASE
        )
        assert attempt is not None
        await outbox.finish_attempt(session, attempt, outcome=Outcome.SENT, errcode=None, now=now)
        await outbox.settle(session, claimed, OutboxState.SENT, now=now, channel="sms")
        await contacts.accept(session, SOMEBODY, "template", now)
        await contacts.set_reachable(session, SOMEBODY, reachable=False, now=now)
    async with store.writing() as session:
        await outbox.forget(session, SOMEBODY, now)
        await contacts.forget(session, SOMEBODY)
    async with store.reading() as session:
        assert list(await session.scalars(select(Attempt.account))) == ["wechat:left"]
        assert list(await session.scalars(select(Outbox.account))) == ["wechat:left"]
        assert list(await session.scalars(select(contacts.Contact))) == []
        assert list(await session.scalars(select(contacts.Subscription))) == []
        assert (await outbox.counts(session)).sent == 1
