"""绑定、绑定码: races and limits that no conversation shows."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage import bindings, cadres, households, invitations
from storage.bindings import Binding
from storage.database import Database
from storage.invitations import Invitation, looks_like_code, read_code
from storage.people import Account, Platform
from tests.village import Village


def account(number: int) -> Account:
    return Account(Platform.WECHAT, f"o_{number}")


async def test_one_code_sent_by_many_at_once_is_good_for_one(store: Database, now: datetime) -> None:
    house = await Village(store, now).household("王建国")
    async with store.writing() as session:
        code, _ = await invitations.make(session, household_id=house.id, made_by=None, now=now)

    async def send() -> bool:
        async with store.writing() as session:
            return await invitations.redeem(session, code, now) is not None

    assert sum(await asyncio.gather(*(send() for _ in range(8)))) == 1


async def test_a_code_dies_with_its_days(store: Database, now: datetime) -> None:
    village = Village(store, now)
    house, cadre = await village.household("王建国"), await village.cadre("李梅")
    async with store.writing() as session:
        code, until = await invitations.make(session, household_id=house.id, made_by=cadre.id, now=now)
        assert until == now + timedelta(days=7)
        other, until = await invitations.make(session, cadre_id=cadre.id, made_by=None, now=now)
        assert until == now + timedelta(days=3)
        assert await invitations.redeem(session, code, now + timedelta(days=7)) is None
        assert await invitations.redeem(session, other, now + timedelta(days=2)) is not None


async def test_the_store_keeps_no_code(store: Database, now: datetime) -> None:
    house = await Village(store, now).household("王建国")
    async with store.writing() as session:
        code, _ = await invitations.make(session, household_id=house.id, made_by=None, now=now)
        row = (await session.scalars(select(Invitation))).one()
    assert code.encode() not in row.code_index


async def test_many_accounts_at_once_cannot_slip_past_the_limit_on_a_name(store: Database, now: datetime) -> None:
    async def try_once(number: int) -> bool:
        async with store.writing() as session:
            allowed = await bindings.may_try(session, account(number), "王建国", now)
            if allowed:
                await bindings.note_try(session, account(number), "王建国", succeeded=False, now=now)
            return allowed

    assert sum(await asyncio.gather(*(try_once(number) for number in range(15)))) == 10


async def test_binding_again_ends_the_binding_before(store: Database, now: datetime) -> None:
    village = Village(store, now)
    wang, zhao = await village.household("王建国", bound=False), await village.household("赵四海", bound=False)
    async with store.writing() as session:
        await bindings.bind(session, account(1), household_id=wang.id, now=now)
        await bindings.bind(session, account(1), household_id=zhao.id, now=now)
    async with store.reading() as session:
        first, second = await session.scalars(select(Binding).order_by(Binding.id))
    assert (first.household_id, first.end_reason) == (wang.id, "replaced")
    assert (second.household_id, second.ended_at) == (zhao.id, None)


async def test_lookups_of_the_invite_command(store: Database, now: datetime) -> None:
    village = Village(store, now)
    house, cadre = await village.household("王建国"), await village.cadre("李梅")
    async with store.reading() as session:
        household = await households.by_number(session, f" {house.number} ")
        found = await cadres.by_phone(session, cadre.phone)
        assert household is not None and household.id == house.id
        assert found is not None and found.id == cadre.id
        assert await households.by_number(session, "0") is None
        assert await cadres.by_phone(session, "10000000000") is None


@pytest.mark.parametrize(
    "said", ["ABCD2345", "abcd2345", "abcd 2345", "ＡＢＣＤ２３４５", "绑定码：ABCD-2345", "我的邀请码是abcd2345。"]
)
def test_codes_are_read_as_people_send_them(said: str) -> None:
    assert read_code(said) == "ABCD2345"


@pytest.mark.parametrize(
    "said", ["12345678", "2345 6789", "234567X", "ABCD1234", "我的补贴", "", "HW0392", "ABCD23456"]
)
def test_other_messages_are_no_codes(said: str) -> None:
    assert not looks_like_code(said)
