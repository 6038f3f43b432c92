"""A key that is gone: who writes hears a sentence they understand, and nobody is kept from being heard."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import update

from bot.messages import talk as say
from storage import conversations, households, inbox
from storage.database import Database
from storage.households import Household
from storage.inbox import Answer
from storage.sealing import Keyring, new_key
from tests.village import Helper, Village
from tests.wechat import Phone, TimeMachine

GONE = Keyring([new_key()])


async def test_what_cannot_be_opened_is_said_and_what_was_not_sealed_goes_on(
    phone: Callable[[Helper], Phone], village: Village, store: Database
) -> None:
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang]))
    async with store.writing() as session:
        await session.execute(update(Household).values(phone_sealed=GONE.seal("19900000000", households.PHONE)))
    assert await li.says("查王建国") == say.CANNOT_OPEN
    assert "王建国" in await li.says("我的户")
    async with store.writing() as session:
        sealed = store.keyring.seal("19900000000", households.PHONE)
        await session.execute(update(Household).values(phone_sealed=sealed))
    assert (await li.says("查王建国")).startswith("王建国")


async def test_a_talk_nobody_can_open_begins_anew(
    phone: Callable[[Helper], Phone], village: Village, store: Database
) -> None:
    wang = await village.household("王建国")
    helper = await village.cadre("李梅", visits=[wang])
    li = phone(helper)
    asked = await li.says("走访")
    async with store.writing() as session:
        state = GONE.seal("{}", conversations.STATE)
        await session.execute(update(conversations.Conversation).values(state_sealed=state))
    assert await li.says("走访") == asked


async def test_a_message_nobody_can_open_does_not_hold_up_the_others(
    store: Database, village: Village, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国")
    assert wang.account is not None
    now = time_machine.now()
    async with store.writing() as session:
        for key in ("m1", "m2"):
            await inbox.keep_for_later(session, Answer(key, wang.account, now, True, None), f"<xml>{key}</xml>")
        push = GONE.seal("<xml>m1</xml>", inbox.PUSH)
        await session.execute(update(inbox.Inbox).where(inbox.Inbox.key == "m1").values(push_sealed=push))
    async with store.writing() as session:
        assert await inbox.take_over(session, now + timedelta(hours=1)) == [(wang.account, "<xml>m2</xml>")]
