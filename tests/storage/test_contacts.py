"""Who can be reached where."""

from datetime import datetime

from storage import bindings, contacts, proxies
from storage.database import Database
from storage.outbox import ToCadre, ToHousehold
from storage.people import Account, Platform
from tests.village import Village


async def test_a_households_accounts_are_those_bound_and_following(
    store: Database, people: Village, now: datetime
) -> None:
    wang = await people.household("王建国")
    son, gone = Account(Platform.WECHAT, "o_son"), Account(Platform.WECHAT, "o_gone")
    async with store.writing() as session:
        for account in (son, gone):
            await bindings.bind(session, account, household_id=wang.id, now=now)
        await contacts.set_reachable(session, gone, reachable=False, now=now)
    async with store.writing() as session:
        found = await contacts.accounts_of(session, ToHousehold(wang.id), Platform.WECHAT)
        assert found == [wang.account, son]
        await contacts.set_reachable(session, gone, reachable=True, now=now)
        assert len(await contacts.accounts_of(session, ToHousehold(wang.id), Platform.WECHAT)) == 3
        assert await contacts.accounts_of(session, ToHousehold(wang.id), Platform.WECOM) == []


async def test_a_household_nobody_of_which_can_be_reached_is_reached_through_its_proxies(
    store: Database, people: Village, now: datetime
) -> None:
    gui = await people.household("王桂兰", bound=False)
    neighbour, own = Account(Platform.WECHAT, "o_neighbour"), Account(Platform.WECHAT, "o_own")
    async with store.writing() as session:
        await proxies.grant(session, neighbour, gui.id, called="邻居", granted_by="cadre:1", now=now)
        assert await contacts.accounts_of(session, ToHousehold(gui.id), Platform.WECHAT) == [neighbour]
        assert await contacts.accounts_of(session, ToHousehold(gui.id), Platform.WECOM) == []
        await bindings.bind(session, own, household_id=gui.id, now=now)
        assert await contacts.accounts_of(session, ToHousehold(gui.id), Platform.WECHAT) == [own]
        await contacts.set_reachable(session, own, reachable=False, now=now)
        assert await contacts.accounts_of(session, ToHousehold(gui.id), Platform.WECHAT) == [neighbour]
        await proxies.end_of_account(session, neighbour, proxies.ProxyEnd.GIVEN_UP, now)
        assert await contacts.accounts_of(session, ToHousehold(gui.id), Platform.WECHAT) == []


async def test_a_cadres_user_id_of_the_file_and_the_bound_one_are_one_account(
    store: Database, people: Village, now: datetime
) -> None:
    li = await people.cadre("李梅")
    async with store.writing() as session:
        same = Account(Platform.WECOM, li.account.name.upper())
        await bindings.bind(session, same, cadre_id=li.id, now=now)
        await bindings.bind(session, Account(Platform.WECHAT, "o_li"), cadre_id=li.id, now=now)
        assert await contacts.accounts_of(session, ToCadre(li.id), Platform.WECOM) == [same]
        assert await contacts.accounts_of(session, ToCadre(li.id), Platform.WECHAT) == [
            Account(Platform.WECHAT, "o_li")
        ]


async def test_notices_are_counted_down_and_never_below_nothing(store: Database, now: datetime) -> None:
    account = Account(Platform.WECHAT, "o_1")
    async with store.writing() as session:
        await contacts.accept(session, account, "t", now)
        await contacts.accept(session, account, "t", now)
        for left in (True, False, False):
            await contacts.used(session, account, "t", now)
            assert bool(await contacts.subscribed(session, [account], "t")) is left
        await contacts.accept(session, account, "t", now)
        assert await contacts.subscribed(session, [account], "t") == [account]
        assert await contacts.subscribed(session, [account], "another") == []


async def test_telephones_are_those_on_file(store: Database, people: Village) -> None:
    wang, li = await people.household("王建国"), await people.cadre("李梅")
    async with store.reading() as session:
        assert await contacts.phone_of(session, ToHousehold(wang.id)) == wang.phone
        assert await contacts.phone_of(session, ToCadre(li.id)) == li.phone
        assert await contacts.phone_of(session, li.account) is None
