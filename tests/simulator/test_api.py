"""WeChat's API as the bot calls it: credentials, windows, subscriptions, limits and faults."""

from datetime import timedelta

import aiohttp
import pytest

from bot.simulator.accounts import Side
from bot.simulator.chats import Form, Kind
from bot.simulator.faults import Faults
from bot.simulator.platform import Platform
from tests.simulator.conftest import CADRE, HOUSEHOLD, OFFICIAL, TEMPLATES, Calling, StoppedClock, StubBot

CUSTOM = "/cgi-bin/message/custom/send"
BIZSEND = "/cgi-bin/message/subscribe/bizsend"
TEMPLATE = "/cgi-bin/message/template/send"
WORK = "/cgi-bin/message/send"


def custom(text: str = "您好", to: str = HOUSEHOLD) -> dict[str, object]:
    return {"touser": to, "msgtype": "text", "text": {"content": text}}


def notice(**values: str) -> dict[str, object]:
    values = {"thing1": "耕地地力保护补贴", "amount2": "312.50元", "time3": "2026年3月5日", **values}
    data = {name: {"value": value} for name, value in values.items()}
    return {"touser": HOUSEHOLD, "template_id": TEMPLATES[0].id, "data": data}


def work(text: str = "本月还有三户没有走访", to: str = CADRE, **more: object) -> dict[str, object]:
    return {"touser": to, "msgtype": "text", "agentid": 1000002, "text": {"content": text}, **more}


async def test_the_window_opens_when_the_user_speaks_and_holds_five_messages(platform: Platform, call: Calling) -> None:
    assert (await call(CUSTOM, custom()))["errcode"] == 45015

    await platform.say(HOUSEHOLD, "在吗")
    codes = [(await call(CUSTOM, custom(f"第{number}条")))["errcode"] for number in range(1, 7)]
    assert codes == [0, 0, 0, 0, 0, 45047]
    assert platform.chat(HOUSEHOLD)[-1].kind is Kind.SERVICE
    assert platform.chat(HOUSEHOLD)[-1].text == "第5条"

    await platform.say(HOUSEHOLD, "再问一句")
    assert (await call(CUSTOM, custom()))["errcode"] == 0


async def test_the_window_closes_after_48_hours(platform: Platform, call: Calling, clock: StoppedClock) -> None:
    await platform.say(HOUSEHOLD, "在吗")
    clock.advance_to(clock.now() + timedelta(hours=47, minutes=59))
    call.tokens.clear()
    assert (await call(CUSTOM, custom()))["errcode"] == 0

    clock.advance_to(clock.now() + timedelta(minutes=1))
    assert (await call(CUSTOM, custom()))["errcode"] == 45015


async def test_a_menu_tap_allows_three_messages_for_one_minute(
    platform: Platform, call: Calling, clock: StoppedClock
) -> None:
    await platform.tap_menu(HOUSEHOLD, "MINE")
    codes = [(await call(CUSTOM, custom()))["errcode"] for _ in range(4)]
    assert codes == [0, 0, 0, 45047]

    clock.advance_to(clock.now() + timedelta(minutes=1))
    assert (await call(CUSTOM, custom()))["errcode"] == 45015


async def test_who_blocks_or_left_cannot_be_written_to(platform: Platform, call: Calling) -> None:
    await platform.say(HOUSEHOLD, "在吗")
    platform.block(HOUSEHOLD)
    assert (await call(CUSTOM, custom()))["errcode"] == 43004
    assert (await call(TEMPLATE, notice()))["errcode"] == 43004

    platform.block(HOUSEHOLD, blocked=False)
    await platform.unfollow(HOUSEHOLD)
    assert (await call(CUSTOM, custom()))["errcode"] == 43004
    assert (await call(CUSTOM, custom(to="oNobody")))["errcode"] == 40003


async def test_one_accepted_subscription_is_one_notice(platform: Platform, call: Calling, bot: StubBot) -> None:
    assert (await call(BIZSEND, notice()))["errcode"] == 43101

    await platform.subscribe(HOUSEHOLD, TEMPLATES[0].id)
    assert (await call(BIZSEND, notice()))["errcode"] == 0
    assert (await call(BIZSEND, notice()))["errcode"] == 43101

    shown = platform.chat(HOUSEHOLD)[-1]
    assert (shown.kind, shown.title) == (Kind.NOTICE, "补贴到账通知")
    assert shown.lines == (("项目", "耕地地力保护补贴"), ("金额", "312.50元"), ("时间", "2026年3月5日"))
    await platform.settle()
    assert bot.heard[-1]["Event"] == "subscribe_msg_sent_event"


async def test_a_long_term_subscription_lasts_until_withdrawn(platform: Platform, call: Calling) -> None:
    await platform.subscribe(HOUSEHOLD, TEMPLATES[0].id, long_term=True)
    assert [(await call(BIZSEND, notice()))["errcode"] for _ in range(3)] == [0, 0, 0]

    await platform.withdraw(HOUSEHOLD, TEMPLATES[0].id)
    assert (await call(BIZSEND, notice()))["errcode"] == 43101


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("thing1", "二十一个字的事项说明太长了平台会退回来的呀"),
        ("thing1", ""),
        ("amount2", "三百元"),
        ("time3", "2026-03-05"),
        ("unknown9", "x"),
        ("phrase4", "六个字太长了"),
        ("character_string5", "编号12"),
        ("name6", "这个名字有十一个汉字长呢"),
    ],
)
async def test_a_notice_field_that_breaks_its_rule_is_refused_by_name(
    platform: Platform, call: Calling, field: str, value: str
) -> None:
    await platform.subscribe(HOUSEHOLD, TEMPLATES[0].id)
    answer = await call(BIZSEND, notice(**{field: value}))

    assert answer["errcode"] == 47003
    assert str(answer["errmsg"]).startswith(f"argument invalid! data.{field}.value invalid rid: ")


async def test_an_unknown_template_is_refused(call: Calling) -> None:
    assert (await call(BIZSEND, {**notice(), "template_id": "no-such"}))["errcode"] == 40037


async def test_a_template_message_with_one_client_id_is_sent_once_in_ten_minutes(
    platform: Platform, call: Calling, clock: StoppedClock
) -> None:
    message = {**notice(), "client_msg_id": "reminder-7"}
    assert [(await call(TEMPLATE, message))["errcode"] for _ in range(2)] == [0, 0]
    assert len(platform.chat(HOUSEHOLD)) == 1

    clock.advance_to(clock.now() + timedelta(minutes=10))
    await call(TEMPLATE, message)
    assert [shown.kind for shown in platform.chat(HOUSEHOLD)] == [Kind.TEMPLATE, Kind.TEMPLATE]


async def test_tokens_are_asked_for_and_expire(platform: Platform, call: Calling, clock: StoppedClock) -> None:
    assert (await call.post(CUSTOM, custom()))["errcode"] == 41001
    assert (await call.post(CUSTOM, custom(), access_token="made-up"))["errcode"] == 40001
    assert (await call.post(WORK, work(), access_token="made-up"))["errcode"] == 40014

    old = await call.token(Side.OFFICIAL)
    assert await call.token(Side.OFFICIAL) == old
    clock.advance_to(clock.now() + timedelta(hours=2))
    assert (await call.post(CUSTOM, custom(), access_token=old))["errcode"] == 42001

    new = await call.token(Side.OFFICIAL)
    assert (await call.post(CUSTOM, custom(), access_token=new))["errcode"] == 45015
    platform.expire_tokens()
    assert (await call.post(CUSTOM, custom(), access_token=new))["errcode"] == 40001


async def test_the_plain_token_dies_five_minutes_after_the_next_one(call: Calling, clock: StoppedClock) -> None:
    app = {"grant_type": "client_credential", "appid": OFFICIAL.app_id, "secret": OFFICIAL.app_secret}
    first = str((await call.get("/cgi-bin/token", **app))["access_token"])
    await call.get("/cgi-bin/token", **app)
    clock.advance_to(clock.now() + timedelta(minutes=4))
    assert (await call.post(CUSTOM, custom(), access_token=first))["errcode"] == 45015
    clock.advance_to(clock.now() + timedelta(minutes=1))
    assert (await call.post(CUSTOM, custom(), access_token=first))["errcode"] == 42001

    assert (await call.get("/cgi-bin/token", **{**app, "secret": "wrong"}))["errcode"] == 40125
    assert (await call.get("/cgi-bin/token", **{**app, "appid": "wx0"}))["errcode"] == 40013


async def test_escaped_chinese_bad_json_and_long_text_are_refused(platform: Platform, call: Calling) -> None:
    await platform.say(HOUSEHOLD, "在吗")
    token = await call.token(Side.OFFICIAL)
    address = call.base + CUSTOM

    async def send(raw: bytes) -> int:
        async with call.session.post(address, params={"access_token": token}, data=raw) as answer:
            return int((await answer.json())["errcode"])

    escaped = b'{"touser": "%s", "msgtype": "text", "text": {"content": "\\u60a8"}}' % HOUSEHOLD.encode()
    assert await send(escaped) == 40033
    assert await send(b"{") == 47001
    assert (await call(CUSTOM, custom("字" * 683)))["errcode"] == 45002
    assert (await call(CUSTOM, custom("")))["errcode"] == 44004
    assert (await call(CUSTOM, {**custom(), "msgtype": "dance"}))["errcode"] == 40008
    assert (await call("/cgi-bin/no/such", {}))["errcode"] == 40066


async def test_a_msgmenu_shows_its_choices_and_typing_is_seen(platform: Platform, call: Calling) -> None:
    await platform.say(HOUSEHOLD, "在吗")
    await call("/cgi-bin/message/custom/typing", {"touser": HOUSEHOLD, "command": "Typing"})
    phone = platform.find(HOUSEHOLD)
    assert phone is not None and phone.typing_until is not None

    entries = [{"id": "1", "content": "解决了"}, {"id": "2", "content": "没有"}]
    menu = {"head_content": "解决了吗？", "list": entries, "tail_content": "谢谢"}
    await call(CUSTOM, {"touser": HOUSEHOLD, "msgtype": "msgmenu", "msgmenu": menu})
    shown = platform.chat(HOUSEHOLD)[-1]
    assert (shown.form, [choice.text for choice in shown.choices]) == (Form.MENU, ["解决了", "没有"])
    assert phone.typing_until is None


async def test_a_menu_is_checked_and_shown(platform: Platform, call: Calling) -> None:
    create = "/cgi-bin/menu/create"
    mine = {"name": "我的", "sub_button": [{"type": "click", "name": "钱来了没", "key": "MONEY"}]}
    page = {"type": "view", "name": "办事", "url": "https://example.org/h5"}
    assert (await call(create, {"button": [mine, page]}))["errcode"] == 0
    assert platform.menus[Side.OFFICIAL] == [mine, page]
    token = await call.token(Side.OFFICIAL)
    assert await call.get("/cgi-bin/menu/get", access_token=token) == {"menu": {"button": [mine, page]}}

    assert (await call(create, {"button": [mine] * 4}))["errcode"] == 40016
    assert (await call(create, {"button": [{**page, "name": "六个汉字太长"}]}))["errcode"] == 40018
    assert (await call(create, {"button": [{**page, "url": "javascript:alert(1)"}]}))["errcode"] == 40020


async def test_wecom_names_who_cannot_get_a_message(platform: Platform, call: Calling) -> None:
    answer = await call(WORK, work(to=f"{CADRE}|Nobody"))
    assert (answer["errcode"], answer["invaliduser"]) == (0, "nobody")
    assert [(shown.kind, shown.text) for shown in platform.chat(CADRE)] == [(Kind.APP, "本月还有三户没有走访")]

    assert (await call(WORK, work(to="Nobody")))["errcode"] == 81013
    assert (await call(WORK, work(to="")))["errcode"] == 82001
    assert (await call(WORK, {**work(), "agentid": 7}))["errcode"] == 40056


async def test_wecom_sends_the_same_request_once_where_asked_to(
    platform: Platform, call: Calling, clock: StoppedClock
) -> None:
    checked = work(enable_duplicate_check=1, duplicate_check_interval=600)
    await call(WORK, checked)
    await call(WORK, checked)
    assert len(platform.chat(CADRE)) == 1

    await call(WORK, work())
    clock.advance_to(clock.now() + timedelta(minutes=10))
    await call(WORK, checked)
    assert len(platform.chat(CADRE)) == 3


async def test_wecom_drops_the_thirty_first_message_in_a_minute_without_a_word(
    platform: Platform, call: Calling
) -> None:
    codes = {(await call(WORK, work(f"第{number}条")))["errcode"] for number in range(31)}
    assert codes == {0}
    assert len(platform.chat(CADRE)) == 30


async def test_a_template_card_button_comes_back_as_an_event(platform: Platform, call: Calling, bot: StubBot) -> None:
    card = {
        "card_type": "button_interaction",
        "main_title": {"title": "记下了", "desc": "3月5日走访王建国户"},
        "button_list": [{"text": "改一下", "key": "fix"}],
        "task_id": "visit-9",
    }
    answer = await call(WORK, {"touser": CADRE, "agentid": 1000002, "msgtype": "template_card", "template_card": card})
    assert answer["response_code"]
    shown = platform.chat(CADRE)[-1]
    assert (shown.kind, shown.title, shown.text) == (Kind.APP, "记下了", "3月5日走访王建国户")

    await platform.tap_card(CADRE, shown.number, "fix")
    heard = bot.heard[-1]
    assert (heard["Event"], heard["EventKey"], heard["TaskId"]) == ("template_card_event", "fix", "visit-9")


@pytest.mark.parametrize("errcode", [45009, -1, 40001])
async def test_a_fault_answers_every_send_until_switched_off(platform: Platform, call: Calling, errcode: int) -> None:
    platform.set_faults(Faults(api_errcode=errcode))
    assert (await call(WORK, work()))["errcode"] == errcode
    assert (await call(CUSTOM, custom()))["errcode"] == errcode

    platform.set_faults(Faults(api_errcode=errcode, api_errcode_once=True))
    assert [(await call(WORK, work()))["errcode"] for _ in range(2)] == [errcode, 0]


async def test_a_closed_window_fault_touches_customer_service_only(platform: Platform, call: Calling) -> None:
    await platform.say(HOUSEHOLD, "在吗")
    platform.set_faults(Faults(api_errcode=45015))
    assert (await call(CUSTOM, custom()))["errcode"] == 45015
    assert (await call(WORK, work()))["errcode"] == 0


async def test_a_cut_after_acceptance_delivers_and_leaves_the_caller_without_an_answer(
    platform: Platform, call: Calling
) -> None:
    await call.token(Side.WECOM)
    platform.set_faults(Faults(cut_after_accept=True))
    with pytest.raises(aiohttp.ClientError):
        await call(WORK, work())
    assert len(platform.chat(CADRE)) == 1

    await call(WORK, work())
    assert len(platform.chat(CADRE)) == 2


async def test_calls_can_be_read_without_credentials_in_them(platform: Platform, call: Calling) -> None:
    await call(WORK, work())
    last = platform.calls[-1]
    assert (last.method, last.path, last.query, last.errcode) == ("POST", WORK, {}, 0)
    assert last.body == work()
