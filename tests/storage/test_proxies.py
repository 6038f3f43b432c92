"""A proxy that is taken back ends at once, whatever happens at the same moment."""

import asyncio
from datetime import datetime

from storage import proxies
from storage.database import Database
from storage.people import Account, Platform
from storage.proxies import ProxyEnd
from tests.village import House, Village

NEIGHBOUR = Account(Platform.WECHAT, "o_neighbour")


async def let(store: Database, house: House, now: datetime) -> None:
    async with store.writing() as session:
        await proxies.grant(session, NEIGHBOUR, house.id, called="邻居", granted_by="cadre:1", now=now)
        await proxies.speak_for(session, NEIGHBOUR, None)


async def spoken_for(store: Database) -> int | None:
    async with store.reading() as session:
        return await proxies.spoken_for(session, NEIGHBOUR)


async def test_taken_back_while_they_begin_to_speak_for_it(store: Database, people: Village, now: datetime) -> None:
    gui = await people.household("王桂兰", bound=False)
    await let(store, gui, now)

    async def take_back() -> None:
        async with store.writing() as session:
            await proxies.end_of_account(session, NEIGHBOUR, ProxyEnd.TAKEN_BACK, now)

    async with store.writing() as session:
        assert await proxies.speak_for(session, NEIGHBOUR, gui.id)
        ending = asyncio.create_task(take_back())
        await asyncio.sleep(0.05)
    await ending
    assert await spoken_for(store) is None


async def test_who_begins_to_speak_while_it_is_taken_back_does_not(
    store: Database, people: Village, now: datetime
) -> None:
    gui = await people.household("王桂兰", bound=False)
    await let(store, gui, now)

    async def begin() -> bool:
        async with store.writing() as session:
            return await proxies.speak_for(session, NEIGHBOUR, gui.id)

    async with store.writing() as session:
        await proxies.end_of_account(session, NEIGHBOUR, ProxyEnd.TAKEN_BACK, now)
        beginning = asyncio.create_task(begin())
        await asyncio.sleep(0.05)
    assert await beginning is False
    assert await spoken_for(store) is None
