"""What turns show and change is in the audit: of officials before they see it, of one's own soon after."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.inbound import auditing
from storage import chain
from storage.audit import AuditEntry
from storage.database import Database
from tests.village import Helper, House, Village
from tests.wechat import Phone, WeChat

PhoneOf = Callable[[House | Helper | str], Phone]


async def noted(database: Database) -> list[tuple[str, str, list[int], dict[str, object]]]:
    """Every act of the store, oldest first."""
    async with database.reading() as session:
        entries = await session.execute(
            select(AuditEntry.actor, AuditEntry.action, AuditEntry.about, AuditEntry.detail).order_by(AuditEntry.id)
        )
        return [tuple(entry) for entry in entries]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a second."""
    monkeypatch.setattr(auditing, "BEHIND_SECONDS", 3600)


async def test_a_cadre_who_looks_is_noted_before_the_answer(wechat: WeChat, village: Village, phone: PhoneOf) -> None:
    wang, zhang = await village.household("王建国"), await village.household("张三")
    li = await village.cadre("李梅", visits=[wang, zhang])
    await phone(li).says("查一下王建国家情况")
    assert await noted(village.database) == [(f"cadre:{li.id}", "household_lookup", [wang.id], {})]
    await phone(li).says("我的户")
    assert (await noted(village.database))[1:] == [(f"cadre:{li.id}", "my_households", [wang.id, zhang.id], {})]
    assert (await chain.verify(village.database)).acts == 2


async def test_who_finds_nothing_has_seen_nothing(wechat: WeChat, village: Village, phone: PhoneOf) -> None:
    await village.household("王建国")
    li = await village.cadre("李梅", visits=[await village.household("张三")])
    await phone(li).says("查一下王建国家情况")
    await phone(li).says("谢谢")
    assert await noted(village.database) == []


async def test_households_that_read_their_own_stand_in_one_entry(
    wechat: WeChat, village: Village, phone: PhoneOf
) -> None:
    wang, zhang = await village.household("王建国"), await village.household("张三")
    for house in (wang, zhang, wang):
        await phone(house).says("我的补贴")
    await phone(wang).says("我家信息")
    assert await noted(village.database) == []
    await wechat.bot.pipeline.close()
    assert await noted(village.database) == [
        ("households", "benefit_status", [wang.id, zhang.id], {}),
        (f"household:{wang.id}", "household_profile", [wang.id], {}),
    ]
    assert (await chain.verify(village.database)).holds


async def test_a_visit_is_noted_with_its_rows_and_a_question_says_it_is_not_done(
    wechat: WeChat, village: Village, phone: PhoneOf
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    await phone(li).says("走访")
    await phone(li).says("1")
    await phone(li).says("屋顶漏水")
    actor = f"cadre:{li.id}"
    acts = await noted(village.database)
    assert acts[0] == (actor, "visit_checkin", [wang.id], {"outcome": "asked"})
    assert acts[-1] == (actor, "visit_checkin", [wang.id], {})
    await phone(li).says("撤回")
    assert (await noted(village.database))[-1] == (actor, "correct_checkin", [wang.id], {})


async def test_a_household_that_changes_something_is_noted(wechat: WeChat, village: Village, phone: PhoneOf) -> None:
    wang = await village.household("王建国")
    await phone(wang).says("退订")
    assert (await noted(village.database))[-1] == (f"household:{wang.id}", "unsubscribe_reminders", [wang.id], {})


async def test_acts_wait_for_a_store_that_is_away(
    wechat: WeChat, village: Village, phone: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = await village.household("王建国")
    await phone(wang).says("我的补贴")

    async def away(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(chain, "append", away)
        await wechat.bot.pipeline.close()
    assert await noted(village.database) == []
    await wechat.bot.pipeline.close()
    assert await noted(village.database) == [(f"household:{wang.id}", "benefit_status", [wang.id], {})]
