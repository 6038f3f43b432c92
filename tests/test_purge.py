"""What is old is forgotten on its day, and not a day before; what still counts stays."""

from collections.abc import Callable

from sqlalchemy import func, select

from bot.app import purge
from storage.bindings import BindingAttempt
from storage.conversations import Conversation
from storage.database import Base
from storage.inbox import Inbox
from storage.invitations import Invitation
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]


async def rows(wechat: WeChat, table: type[Base]) -> int:
    async with wechat.bot.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_tries_to_bind_are_forgotten_after_a_week(
    wechat: WeChat, phone: Phones, time_machine: TimeMachine
) -> None:
    await phone("o_new").says("王建国 123456 7890")
    assert await rows(wechat, BindingAttempt) == 1
    time_machine.move_to("2026-11-30T10:00:00+08:00")
    await purge(wechat.bot)
    assert await rows(wechat, BindingAttempt) == 1
    time_machine.move_to("2026-11-30T10:00:02+08:00")
    await purge(wechat.bot)
    assert await rows(wechat, BindingAttempt) == 0


async def test_codes_are_forgotten_thirty_days_after_they_expired(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国", bound=False)
    li = phone(await village.cadre("李梅", visits=[wang]))
    assert "绑定码" in await li.says("给王建国家一个绑定码")
    time_machine.move_to("2026-12-30T10:00:00+08:00")
    await purge(wechat.bot)
    assert await rows(wechat, Invitation) == 1
    time_machine.move_to("2026-12-30T10:00:02+08:00")
    await purge(wechat.bot)
    assert await rows(wechat, Invitation) == 0


async def test_a_talk_is_forgotten_after_thirty_days_of_silence(
    wechat: WeChat, village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang, zhang = await village.household("王建国"), await village.household("张三")
    li = phone(await village.cadre("李梅", visits=[wang, zhang]))
    asked = await li.says("走访")
    assert "1 王建国" in asked
    time_machine.move_to("2026-12-22T10:00:00+08:00")
    await purge(wechat.bot)
    assert await li.says("1") == "看到了什么？直接说就行。"
    time_machine.move_to("2027-01-21T10:00:02+08:00")
    await purge(wechat.bot)
    assert await rows(wechat, Conversation) == 0
    assert await village.visits_to(wang) == []
    assert await li.says("走访") == asked


async def test_the_ring_says_how_much_was_forgotten(wechat: WeChat, phone: Phones, time_machine: TimeMachine) -> None:
    await phone("o_new").says("王建国 123456 7890")
    assert await purge(wechat.bot) == 0
    kept = [await rows(wechat, table) for table in (BindingAttempt, Conversation, Inbox)]
    time_machine.move_to("2027-01-10T10:00+08:00")
    assert await purge(wechat.bot) == sum(kept)
    assert await purge(wechat.bot) == 0
