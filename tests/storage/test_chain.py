"""The audit's chain: whatever is changed, left out or put in by somebody without the keys is noticed."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update

from storage import audit, chain
from storage.audit import AuditEntry, AuditHead
from storage.chain import Break, Expected, Fault
from storage.database import Database
from storage.ids import HouseholdId
from storage.sealing import Keyring, new_key
from tests.databases import KEY


async def acts(store: Database, now: datetime, count: int) -> None:
    """Note that many acts, and link them."""
    async with store.writing() as session:
        for order in range(count):
            await audit.note(
                session,
                actor=f"cadre:{order}",
                action="household.read",
                about=[HouseholdId(order), HouseholdId(7)],
                detail={"rows": order, "文件": "户"},
                now=now + timedelta(seconds=order),
            )
    await chain.link(store, now)


async def tamper(store: Database, *statements: object) -> None:
    """What somebody does who has the store and not the keys."""
    async with store.writing() as session:
        for statement in statements:
            await session.execute(statement)  # type: ignore[call-overload]


async def breaks(store: Database) -> list[tuple[int, str]]:
    return [(each.position, each.fault.value) for each in (await chain.verify(store)).breaks]


async def test_a_store_in_which_nothing_was_done_yet_holds(store: Database, now: datetime) -> None:
    assert await chain.link(store, now) == 0
    verdict = await chain.verify(store)
    assert (verdict.holds, verdict.acts, verdict.end) == (True, 0, None)


async def test_acts_are_linked_in_positions_without_gaps(store: Database, now: datetime) -> None:
    await acts(store, now, 3)
    await acts(store, now, 2)
    verdict = await chain.verify(store)
    assert verdict.holds
    assert verdict.acts == 5
    assert verdict.first_at == now
    assert verdict.last_at == now + timedelta(seconds=1)
    assert verdict.end == await chain.end_of(store)
    assert str(verdict.end).startswith("5:")


async def test_the_hash_is_what_the_documentation_says(store: Database, now: datetime) -> None:
    """Anybody can compute it with what every language has."""
    await acts(store, now, 2)
    async with store.reading() as session:
        entries = (await session.scalars(select(AuditEntry).order_by(AuditEntry.position))).all()
    before = bytes(32)
    for entry in entries:
        at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        written = [entry.position, at, entry.actor, entry.action, entry.about, entry.detail]
        told = json.dumps(written, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        before = hashlib.sha256(before + told.encode()).digest()
        assert entry.hash == before


async def test_acts_that_are_linked_at_once_stand_in_one_chain_with_the_others(store: Database, now: datetime) -> None:
    await acts(store, now, 2)
    read = [audit.act(actor=f"household:{n}", action="benefit_status", about=[HouseholdId(n)], now=now) for n in (5, 6)]
    async with store.writing() as session:
        await chain.append(session, read, now)
    await acts(store, now, 1)
    assert [(await chain.verify(store)).acts, await breaks(store)] == [5, []]


async def test_an_entry_that_was_changed_is_named(store: Database, now: datetime) -> None:
    await acts(store, now, 5)
    await tamper(store, update(AuditEntry).where(AuditEntry.position == 3).values(actor="cadre:99"))
    assert await breaks(store) == [(3, "altered")]


@pytest.mark.parametrize("column", ["at", "action", "about", "detail", "hash"])
async def test_nothing_of_an_entry_can_be_changed(store: Database, now: datetime, column: str) -> None:
    other = {"at": now, "action": "x.y", "about": [1], "detail": {"rows": 9}, "hash": bytes(32)}[column]
    await acts(store, now, 3)
    await tamper(store, update(AuditEntry).where(AuditEntry.position == 2).values({column: other}))
    assert (2, "altered") in await breaks(store)


async def test_an_entry_that_was_taken_out_is_named(store: Database, now: datetime) -> None:
    await acts(store, now, 5)
    await tamper(store, delete(AuditEntry).where(AuditEntry.position.in_([2, 3])))
    verdict = await chain.verify(store)
    assert verdict.breaks == [Break(2, Fault.MISSING, 3)]


async def test_a_gap_that_was_closed_up_is_noticed(store: Database, now: datetime) -> None:
    await acts(store, now, 4)
    await tamper(
        store,
        delete(AuditEntry).where(AuditEntry.position == 2),
        update(AuditEntry).where(AuditEntry.position == 3).values(position=2),
        update(AuditEntry).where(AuditEntry.position == 4).values(position=3),
    )
    assert await breaks(store) == [(2, "altered"), (3, "altered"), (4, "missing")]


async def test_a_chain_computed_anew_ends_in_a_signature_that_does_not_fit(store: Database, now: datetime) -> None:
    """With the store alone one can compute every hash, but not the signature of the last."""
    await acts(store, now, 3)
    async with store.writing() as session:
        await session.execute(update(AuditEntry).where(AuditEntry.position == 3).values(actor="cadre:1"))
        before = await session.scalar(select(AuditEntry.hash).where(AuditEntry.position == 2))
        entry = (await session.scalars(select(AuditEntry).where(AuditEntry.position == 3))).one()
        assert before is not None
        hash_ = chain._hash(before, 3, entry.at, "cadre:1", entry.action, entry.about, entry.detail)
        await session.execute(update(AuditEntry).where(AuditEntry.position == 3).values(hash=hash_))
    assert await breaks(store) == [(3, "forged")]
    await tamper(store, update(AuditHead).values(hash=hash_))
    assert await breaks(store) == [(3, "forged")]


async def test_a_tail_that_was_cut_off_is_noticed(store: Database, now: datetime) -> None:
    await acts(store, now, 5)
    await tamper(store, delete(AuditEntry).where(AuditEntry.position > 3))
    assert (await chain.verify(store)).breaks == [Break(4, Fault.MISSING, 5)]


async def test_a_tail_cut_off_with_the_old_end_put_back_is_found_by_the_code_on_paper(
    store: Database, now: datetime
) -> None:
    """Nothing inside the store can tell; what the office wrote down can."""
    await acts(store, now, 3)
    async with store.reading() as session:
        old = (await session.execute(select(AuditHead.position, AuditHead.hash, AuditHead.signature))).one()
    on_the_second = await chain.end_of(store)
    await acts(store, now, 2)
    on_paper = await chain.end_of(store)
    assert on_paper is not None
    assert on_the_second is not None
    await tamper(
        store,
        delete(AuditEntry).where(AuditEntry.position > 3),
        update(AuditHead).values(position=old.position, hash=old.hash, signature=old.signature),
    )
    assert await breaks(store) == []
    assert not (await chain.verify(store, Expected(on_paper.position, on_paper.code))).holds
    assert (await chain.verify(store, Expected(on_the_second.position, on_the_second.code))).holds
    await acts(store, now + timedelta(hours=1), 4)
    assert not (await chain.verify(store, Expected(on_paper.position, on_paper.code))).holds


async def test_a_lost_end_is_never_made_good(store: Database, now: datetime) -> None:
    """Linking goes on behind it, and the place stays visible."""
    await acts(store, now, 4)
    await tamper(store, delete(AuditHead), delete(AuditEntry).where(AuditEntry.position == 4))
    assert await breaks(store) == [(3, "unsigned")]
    await acts(store, now, 2)
    assert await breaks(store) == [(4, "anew")]
    await tamper(store, update(AuditEntry).where(AuditEntry.position == 5).values(actor="cadre:99"))
    assert await breaks(store) == [(4, "anew"), (5, "altered")]


async def test_a_forged_end_is_never_gone_on_from(store: Database, now: datetime) -> None:
    await acts(store, now, 3)
    await tamper(store, delete(AuditEntry).where(AuditEntry.position == 3), update(AuditHead).values(position=2))
    await acts(store, now, 1)
    assert await breaks(store) == [(3, "anew")]


async def test_entries_put_in_behind_the_end_are_noticed(store: Database, now: datetime) -> None:
    await acts(store, now, 2)
    made_up = {"at": now, "actor": "cadre:1", "action": "a.b", "about": [], "detail": {}, "position": 3, "hash": b"x"}
    await tamper(store, insert(AuditEntry).values(made_up))
    assert await breaks(store) == [(3, "beyond")]
    await acts(store, now, 1)
    assert (3, "altered") in await breaks(store)


async def test_two_who_link_at_once_make_one_chain(store: Database, now: datetime) -> None:
    async with store.writing() as session:
        for order in range(60):
            await audit.note(session, actor=f"cadre:{order}", action="a.b", now=now)
    other = Database(store.url.render_as_string(hide_password=False), store.keyring)
    linked = await asyncio.gather(*(chain.link(each, now) for each in (store, other, store)))
    await other.close()
    assert sum(linked) == 60
    assert [(await chain.verify(store)).acts, await breaks(store)] == [60, []]


async def test_what_was_noted_in_a_transaction_that_failed_never_happened(store: Database, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.writing() as session:
            await audit.note(session, actor="cadre:1", action="a.b", now=now)
            raise ZeroDivisionError
    await acts(store, now, 1)
    assert [(await chain.verify(store)).acts, await breaks(store)] == [1, []]


async def test_a_new_key_in_front_signs_the_end_anew(store_url: str, now: datetime) -> None:
    new = new_key()
    before = Database(store_url, Keyring([KEY]))
    await acts(before, now, 2)
    await before.close()

    both = Database(store_url, Keyring([new, KEY]))
    assert await breaks(both) == []
    assert await chain.under_older_keys(both) == 1
    assert await chain.sign_anew(both, now) == 1
    assert await chain.under_older_keys(both) == 0
    assert await chain.sign_anew(both, now) == 0
    await both.close()

    alone = Database(store_url, Keyring([new]))
    await acts(alone, now, 1)
    assert await breaks(alone) == []
    await alone.close()


async def test_without_its_key_nobody_goes_on_with_the_chain_or_harms_it(store_url: str, now: datetime) -> None:
    """A process started with the wrong keys leaves the acts for one that has them."""
    ours = Database(store_url, Keyring([KEY]))
    await acts(ours, now, 2)

    stranger = Database(store_url, Keyring([new_key()]))
    await acts(stranger, now, 1)
    async with stranger.writing() as session:
        await chain.append(session, [audit.act(actor="cadre:9", action="a.b", now=now)], now)
    assert await breaks(stranger) == [(2, "no_key")]
    assert await chain.sign_anew(stranger, now) == 0
    await stranger.close()

    assert await chain.link(ours, now) == 2
    assert [(await chain.verify(ours)).acts, await breaks(ours)] == [4, []]
    await ours.close()


async def test_an_entry_that_cannot_even_be_read_is_named(store: Database, now: datetime) -> None:
    """SQLite keeps whatever somebody writes into its file."""
    if store.is_postgresql:
        pytest.skip("PostgreSQL refuses what does not fit its columns")
    await acts(store, now, 3)
    await tamper(store, text("UPDATE audit SET detail = '{' WHERE position = 2"))
    assert (2, "altered") in await breaks(store)


async def test_a_fraction_is_refused_where_it_would_be_noted(store: Database, now: datetime) -> None:
    with pytest.raises(ValueError, match="no fractions"):
        audit.act(actor="cadre:1", action="a.b", detail={"share": 0.1}, now=now)


async def test_of_a_long_list_the_first_are_named_and_all_are_counted(store: Database, now: datetime) -> None:
    act = audit.act(actor="cadre:1", action="a.b", about=[HouseholdId(n) for n in range(300, 0, -1)], now=now)
    assert act.about == list(range(1, 201))
    assert act.detail == {"households": 300}
