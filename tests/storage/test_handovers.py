"""移交: offers that are open by what is on file, each ended once, and everybody told of a change."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from storage import assignments, cadres, handovers
from storage.database import Database
from storage.handovers import HOLDS_FOR, Handover, Outcome
from storage.households import Household
from storage.ids import CadreId
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.imports.undo import CannotUndo, undo
from storage.outbox import TEXT, Outbox
from tests.storage.imports.sheets import write
from tests.village import House, Village

TODAY = date(2026, 11, 23)


@pytest.fixture
def village(store: Database, now: datetime) -> Village:
    return Village(store, now)


async def offered(store: Database, house: House, old: CadreId | None, to: CadreId, by: CadreId, now: datetime) -> bool:
    async with store.writing() as session:
        return await handovers.offer(session, {house.id: old}, to=to, asked_by=by, now=now)


async def test_two_offers_of_one_household_at_once_leave_one(store: Database, village: Village, now: datetime) -> None:
    wang = await village.household("王建国")
    zhang, li, zhao = (
        await village.cadre("张磊", visits=[wang]),
        await village.cadre("李梅"),
        await village.cadre("赵强"),
    )
    made = await asyncio.gather(
        offered(store, wang, zhang.id, li.id, zhang.id, now),
        offered(store, wang, zhang.id, zhao.id, zhang.id, now),
    )
    assert sorted(made) == [False, True]
    async with store.reading() as session:
        assert len(await handovers.asked_by(session, zhang.id, now)) == 1


async def test_an_offer_is_open_for_seven_days_and_while_nothing_else_happened(
    store: Database, village: Village, now: datetime
) -> None:
    wang, chen = await village.household("王建国"), await village.household("陈秀英")
    zhang, li = await village.cadre("张磊", visits=[wang, chen]), await village.cadre("李梅")
    for house in (wang, chen):
        assert await offered(store, house, zhang.id, li.id, zhang.id, now)
    last = now + HOLDS_FOR
    async with store.reading() as session:
        assert len(await handovers.offered_to(session, li.id, last - timedelta(seconds=1))) == 2
        assert await handovers.offered_to(session, li.id, last) == []
        assert [offer.head_name for offer in await handovers.lapsed(session, last)] == ["王建国", "陈秀英"]
        assert await handovers.leaving(session, zhang.id, now) == {wang.id: "李梅", chen.id: "李梅"}
    async with store.writing() as session:
        await session.execute(update(Household).where(Household.id == wang.id).values(closed_on=TODAY))
        await assignments.hand_over(session, {chen.id: zhang.id}, li.id, on=TODAY)
    async with store.reading() as session:
        assert await handovers.offered_to(session, li.id, now) == []
        assert await handovers.lapsed(session, last) == []
    assert await offered(store, chen, li.id, zhang.id, li.id, now)
    async with store.reading() as session:
        outcomes = await session.scalars(select(Handover.outcome).where(Handover.household_id == chen.id))
        assert sorted(map(str, outcomes)) == ["None", "passed"], "what was overtaken is closed by the next offer"


async def test_an_offer_ends_once(store: Database, village: Village, now: datetime) -> None:
    wang = await village.household("王建国")
    zhang, li = await village.cadre("张磊", visits=[wang]), await village.cadre("李梅")
    await offered(store, wang, zhang.id, li.id, zhang.id, now)
    async with store.reading() as session:
        offers = await handovers.offered_to(session, li.id, now)

    async def ended(outcome: Outcome) -> bool:
        async with store.writing() as session:
            return await handovers.end(session, offers, outcome, now)

    assert sorted(await asyncio.gather(ended(Outcome.ACCEPTED), ended(Outcome.WITHDRAWN))) == [False, True]


async def test_everybody_hears_of_what_the_office_did(store: Database, village: Village, now: datetime) -> None:
    wang, chen = await village.household("王建国"), await village.household("陈秀英")
    zhang, li = await village.cadre("张磊", visits=[wang]), await village.cadre("李梅", unit="县水利局")
    async with store.writing() as session:
        moved = {wang.id: zhang.id, chen.id: None}
        await handovers.tell(session, moved, to=li.id, by_office=True, due_at=now, now=now)
    async with store.reading() as session:
        rows = (await session.scalars(select(Outbox).order_by(Outbox.id))).all()
        said = {(row.household_id, row.cadre_id): store.keyring.open_if(row.text_sealed, TEXT) for row in rows}
    assert said == {
        (wang.id, None): f"您家的帮扶干部换了，现在是李梅（县水利局），电话{li.phone}。有事可以直接打电话。",
        (chen.id, None): f"您家有帮扶干部了，是李梅（县水利局），电话{li.phone}。有事可以直接打电话。",
        (None, zhang.id): "李梅接手了青山村王建国户，从今天起由李梅帮扶。",
        (None, li.id): "县里把青山村王建国、青山村陈秀英共2户交给您帮扶，从今天起生效。回复“我的户”看名单。",
    }


async def test_who_is_asked_is_not_taken_back_with_their_import(
    store: Database, village: Village, now: datetime, tmp_path: Path
) -> None:
    wang = await village.household("王建国")
    zhang = await village.cadre("张磊", visits=[wang])
    file = write(tmp_path / "cadres.xlsx", [{"姓名": "李梅", "电话": "19900000001", "角色": "帮扶干部"}])
    async with store.writing() as session:
        batch = (await import_file(session, Kind.CADRES, file, now=now)).batch
        new = await cadres.by_phone(session, "19900000001")
    assert batch is not None
    assert new is not None
    assert await offered(store, wang, zhang.id, new.id, zhang.id, now)
    with pytest.raises(CannotUndo, match="移交"):
        async with store.writing() as session:
            await undo(session, batch, now=now)
