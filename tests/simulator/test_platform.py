"""Conversations between a phone and a bot, with WeChat's rules in between."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.simulator.accounts import Side
from bot.simulator.chats import Form, Kind
from bot.simulator.faults import Faults
from bot.simulator.platform import FAULT_NOTICE, NotFollowing, Platform, Result
from tests.simulator.conftest import (
    CADRE,
    HOUSEHOLD,
    OFFICIAL,
    OFFICIAL_CRYPTO,
    TEMPLATES,
    WECOM,
    StoppedClock,
    StubBot,
    sealed_text,
)


def shown(platform: Platform, account: str) -> list[tuple[Kind, str]]:
    return [(message.kind, message.text) for message in platform.chat(account)]


async def test_a_household_speaks_and_reads_the_answer(platform: Platform, bot: StubBot) -> None:
    outcome = await platform.say(HOUSEHOLD, "钱来了没 <b>]]>&\n第二行")

    assert (outcome.result, outcome.text) == (Result.REPLIED, "你说：钱来了没 <b>]]>&\n第二行")
    [heard] = bot.heard
    assert heard["ToUserName"] == OFFICIAL.account
    assert heard["FromUserName"] == HOUSEHOLD
    assert heard["CreateTime"] == "1772674200"
    assert heard["MsgId"].isdecimal()


async def test_a_cadre_speaks_in_wecom_and_reads_the_answer(platform: Platform, bot: StubBot) -> None:
    await platform.say(CADRE, "走访")

    assert shown(platform, CADRE) == [(Kind.SAID, "走访"), (Kind.REPLY, "你说：走访")]
    [heard] = bot.heard
    assert (heard["ToUserName"], heard["AgentID"]) == (WECOM.corp_id, "1000002")


async def test_both_callback_addresses_prove_themselves(platform: Platform) -> None:
    assert await platform.verify(Side.OFFICIAL)
    assert await platform.verify(Side.WECOM)


async def test_a_silent_bot_is_delivered_to_three_times_with_the_very_same_push(
    platform: Platform, bot: StubBot
) -> None:
    async def silent(_: dict[str, str]) -> None:
        await asyncio.sleep(2)

    bot.answer = silent
    outcome = await platform.say(HOUSEHOLD, "在吗")

    assert (outcome.result, outcome.deliveries) == (Result.FAILED, 3)
    assert len(bot.requests) == 3
    assert len(set(bot.requests)) == 1
    assert shown(platform, HOUSEHOLD)[-1] == (Kind.FAULT, FAULT_NOTICE)


async def test_the_second_delivery_is_answered_and_the_user_sees_one_answer(platform: Platform, bot: StubBot) -> None:
    async def slow_at_first(_: dict[str, str]) -> str:
        await asyncio.sleep(2 if len(bot.heard) == 1 else 0)
        return "到了"

    bot.answer = slow_at_first
    outcome = await platform.say(HOUSEHOLD, "钱来了没")

    assert (outcome.text, outcome.deliveries) == ("到了", 2)
    assert shown(platform, HOUSEHOLD) == [(Kind.SAID, "钱来了没"), (Kind.REPLY, "到了")]


@pytest.mark.parametrize("body", ["", "success"])
async def test_success_or_nothing_shows_nothing(platform: Platform, bot: StubBot, body: str) -> None:
    async def quiet(_: dict[str, str]) -> web.Response:
        return web.Response(text=body)

    bot.answer = quiet
    outcome = await platform.say(HOUSEHOLD, "好")

    assert (outcome.result, outcome.deliveries) == (Result.SILENT, 1)
    assert shown(platform, HOUSEHOLD) == [(Kind.SAID, "好")]


@pytest.mark.parametrize(
    ("status", "body", "deliveries"),
    [
        (201, "success", 3),
        (500, "", 3),
        (200, "成功", 1),
        (200, "<xml><ToUserName>x</ToUserName></xml>", 1),
        (200, '{"errcode": 0}', 1),
    ],
)
async def test_a_bad_answer_shows_the_fault_notice(
    platform: Platform, bot: StubBot, status: int, body: str, deliveries: int
) -> None:
    async def bad(_: dict[str, str]) -> web.Response:
        return web.Response(status=status, text=body)

    bot.answer = bad
    outcome = await platform.say(HOUSEHOLD, "在吗")

    assert (outcome.result, outcome.deliveries) == (Result.FAILED, deliveries)
    assert shown(platform, HOUSEHOLD)[-1] == (Kind.FAULT, FAULT_NOTICE)


async def test_a_text_reply_of_2048_bytes_passes_and_one_more_does_not(platform: Platform, bot: StubBot) -> None:
    answers = ["字" * 682 + "ab", "字" * 682 + "abc"]

    async def long(_: dict[str, str]) -> str:
        return answers[len(bot.heard) - 1]

    bot.answer = long
    assert (await platform.say(HOUSEHOLD, "一")).result is Result.REPLIED
    assert (await platform.say(HOUSEHOLD, "二")).reason == "text of 2049 bytes"


async def test_a_reply_sealed_with_another_key_or_to_somebody_else_is_refused(platform: Platform, bot: StubBot) -> None:
    other = type(OFFICIAL_CRYPTO)(OFFICIAL.token, WECOM.aes_key, OFFICIAL.app_id)

    async def wrong(message: dict[str, str]) -> web.Response:
        if message["Content"] == "key":
            return sealed_text(message, "x", other)
        return sealed_text({**message, "FromUserName": "oSomebodyElse"}, "x", OFFICIAL_CRYPTO)

    bot.answer = wrong
    assert (await platform.say(HOUSEHOLD, "key")).result is Result.FAILED
    assert (await platform.say(HOUSEHOLD, "user")).result is Result.FAILED


async def test_redelivery_posts_the_same_bytes_and_leaves_the_chat_alone(platform: Platform, bot: StubBot) -> None:
    await platform.say(HOUSEHOLD, "走访")
    before = platform.chat(HOUSEHOLD)
    again = await platform.redeliver_last(HOUSEHOLD)

    assert again.text == "你说：走访"
    assert bot.requests[0] == bot.requests[1]
    assert platform.chat(HOUSEHOLD) == before


async def test_a_lost_answer_makes_the_bot_hear_it_twice(platform: Platform, bot: StubBot) -> None:
    platform.faults.lost_answers = 1
    outcome = await platform.say(HOUSEHOLD, "走访")

    assert (outcome.text, outcome.deliveries) == ("你说：走访", 2)
    assert bot.requests[0] == bot.requests[1]


async def test_a_slow_network_past_the_patience_loses_every_answer(platform: Platform, bot: StubBot) -> None:
    platform.set_faults(Faults(answer_delay=1))
    outcome = await platform.say(HOUSEHOLD, "在吗")

    assert (outcome.result, outcome.deliveries, len(bot.requests)) == (Result.FAILED, 3, 3)


async def test_events_carry_the_fields_of_their_kind(platform: Platform, bot: StubBot) -> None:
    newcomer = platform.new_phone(Side.OFFICIAL).account
    await platform.scan(newcomer, "village-12")
    await platform.scan(newcomer, "village-12")
    await platform.tap_menu(newcomer, "MY_MONEY")
    await platform.subscribe(newcomer, TEMPLATES[0].id)
    await platform.unfollow(newcomer)

    heard = [(message["Event"], message.get("EventKey")) for message in bot.heard]
    assert heard == [
        ("subscribe", "qrscene_village-12"),
        ("SCAN", "village-12"),
        ("CLICK", "MY_MONEY"),
        ("subscribe_msg_popup_event", None),
        ("unsubscribe", None),
    ]
    assert len({message["CreateTime"] for message in bot.heard}) == 5
    with pytest.raises(NotFollowing):
        await platform.say(newcomer, "在吗")


async def test_messages_of_every_kind_carry_their_fields(platform: Platform, bot: StubBot) -> None:
    for account in (HOUSEHOLD, CADRE):
        await platform.send_image(account)
        await platform.send_voice(account)
        await platform.send_location(account, 32.229, 106.29, "东河镇")

    kinds = [message["MsgType"] for message in bot.heard]
    assert kinds == ["image", "voice", "location"] * 2
    assert bot.heard[1]["Format"] == "amr"
    assert (bot.heard[2]["Location_X"], bot.heard[2]["Location_Y"]) == ("32.229000", "106.290000")
    assert [message.form for message in platform.chat(CADRE)] == [Form.IMAGE, Form.VOICE, Form.LOCATION]


async def test_a_tapped_menu_link_is_sent_as_its_text_with_the_id(platform: Platform, bot: StubBot) -> None:
    await platform.say(HOUSEHOLD, "王建国", menu_id="2")

    assert (bot.heard[0]["Content"], bot.heard[0]["bizmsgmenuid"]) == ("王建国", "2")


async def test_a_second_start_finds_chats_subscriptions_menus_and_faults(tmp_path: Path, clock: StoppedClock) -> None:
    store = tmp_path / "var" / "simulator.json"
    first = Platform(OFFICIAL, WECOM, base_url="http://127.0.0.1:1", clock=clock, store=store)
    phone = first.add_phone(Side.OFFICIAL, HOUSEHOLD)
    phone.subscriptions["notice-money"] = 2
    first.land(phone, Kind.SERVICE, "您好", form=Form.MENU)
    first.set_menu(Side.OFFICIAL, [{"type": "click", "name": "我的", "key": "MINE"}])
    first.set_faults(Faults(api_delay=2))
    await first.close()

    second = Platform(OFFICIAL, WECOM, base_url="http://127.0.0.1:1", clock=clock, store=store)
    assert second.chat(HOUSEHOLD) == first.chat(HOUSEHOLD)
    assert second.find(HOUSEHOLD) == phone
    assert second.menus == {Side.OFFICIAL: [{"type": "click", "name": "我的", "key": "MINE"}]}
    assert second.faults == Faults(api_delay=2)
    assert "phones" in json.loads(store.read_text())


async def test_a_file_of_another_version_does_not_stop_the_start(tmp_path: Path, clock: StoppedClock) -> None:
    store = tmp_path / "simulator.json"
    store.write_text('{"phones": "none"}')
    platform = Platform(OFFICIAL, WECOM, base_url="http://127.0.0.1:1", clock=clock, store=store)

    assert platform.phones(Side.OFFICIAL) == []


async def test_a_chat_keeps_its_last_two_hundred_messages(platform: Platform) -> None:
    phone = platform.add_phone(Side.OFFICIAL, HOUSEHOLD)
    for number in range(205):
        platform.land(phone, Kind.SERVICE, str(number))

    texts = [message.text for message in platform.chat(HOUSEHOLD)]
    assert (len(texts), texts[0], texts[-1]) == (200, "5", "204")


async def test_nobody_answering_is_a_fault_too(clock: StoppedClock) -> None:
    platform = Platform(OFFICIAL, WECOM, base_url="http://127.0.0.1:1", clock=clock)
    platform.add_phone(Side.OFFICIAL, HOUSEHOLD)
    clock.advance_to(clock.now() + timedelta(days=1))
    outcome = await platform.say(HOUSEHOLD, "在吗")
    await platform.close()

    assert (outcome.result, outcome.deliveries) == (Result.FAILED, 3)
