"""The API clients: what every answer means, and what leaves this machine."""

from datetime import datetime, timedelta

import pytest
from aiohttp import ClientSession

from bot.core.errors import Broken, TryLater, TryOther, Unknown
from bot.outbound.api import WeChatApi, WeComApi, fit
from tests.outbound.conftest import official_at, work_at
from tests.outbound.platform import APP_SEND, BIZSEND, CUSTOM_SEND, GETTOKEN, STABLE_TOKEN, FakePlatform, Trouble


async def test_a_text_leaves_as_raw_utf8(official: WeChatApi, platform: FakePlatform, now: datetime) -> None:
    """WeChat shows \\uXXXX escapes as they are, or refuses them (40033)."""
    await official.send_text("o_1", "您好", now=now)

    [call] = platform.to(CUSTOM_SEND)
    assert "您好".encode() in call.raw
    assert call.body == {"touser": "o_1", "msgtype": "text", "text": {"content": "您好"}}
    assert call.token == "token-1"


async def test_a_success_without_errcode_is_a_success(
    official: WeChatApi, platform: FakePlatform, now: datetime
) -> None:
    platform.answer(CUSTOM_SEND, Trouble.NO_ERRCODE)
    await official.send_text("o_1", "您好", now=now)


@pytest.mark.parametrize(
    ("errcode", "error"),
    [
        (45015, TryOther(45015)),
        (45047, TryOther(45047)),
        (40003, TryOther(40003)),
        (43004, TryOther(43004, unreachable=True)),
        (48002, TryOther(48002, unreachable=True)),
        (45011, TryLater(45011, after=timedelta(minutes=1))),
        (43117, TryLater(43117, after=timedelta(minutes=30))),
        (45002, Broken(45002)),
        (48001, Broken(48001)),
        (99999, Broken(99999)),
        (-1, Unknown(-1)),
    ],
)
async def test_every_errcode_says_what_to_do(
    official: WeChatApi,
    platform: FakePlatform,
    now: datetime,
    errcode: int,
    error: Exception,
) -> None:
    platform.answer(CUSTOM_SEND, errcode)
    with pytest.raises(type(error)) as raised:
        await official.send_text("o_1", "您好", now=now)
    assert raised.value == error


async def test_a_notice_nobody_accepted_goes_another_way(
    official: WeChatApi, platform: FakePlatform, now: datetime
) -> None:
    platform.answer(BIZSEND, 43101)
    with pytest.raises(TryOther):
        await official.send_notice("o_1", "t", {"thing1": "走访"}, now=now)
    assert platform.to(BIZSEND)[0].body["data"] == {"thing1": {"value": "走访"}}


async def test_a_used_up_quota_holds_every_call_back_until_the_next_day(
    official: WeChatApi, platform: FakePlatform, now: datetime
) -> None:
    platform.answer(CUSTOM_SEND, 45009)
    for _ in range(3):
        with pytest.raises(TryLater) as raised:
            await official.send_text("o_1", "您好", now=now)
        assert raised.value == TryLater(45009, after=timedelta(hours=14, minutes=5))
    assert len(platform.to(CUSTOM_SEND)) == 1

    await official.send_text("o_1", "您好", now=now + timedelta(hours=14, minutes=5))


async def test_a_refused_token_is_replaced_once(official: WeChatApi, platform: FakePlatform, now: datetime) -> None:
    platform.answer(CUSTOM_SEND, 40001)
    await official.send_text("o_1", "您好", now=now)
    assert [call.token for call in platform.to(CUSTOM_SEND)] == ["token-1", "token-2"]
    assert platform.forced == 1


async def test_a_token_that_is_always_refused_is_our_fault(
    official: WeChatApi, platform: FakePlatform, now: datetime
) -> None:
    platform.answer(CUSTOM_SEND, 40001, 42001)
    with pytest.raises(Broken):
        await official.send_text("o_1", "您好", now=now)
    assert len(platform.to(CUSTOM_SEND)) == 2


async def test_a_busy_platform_is_asked_again_only_where_a_second_call_does_no_harm(
    official: WeChatApi, work: WeComApi, platform: FakePlatform, now: datetime
) -> None:
    platform.answer(APP_SEND, -1, -1)
    await work.send_text("li", "您好", now=now)
    assert len(platform.to(APP_SEND)) == 3

    platform.answer(APP_SEND, -1, -1, -1)
    with pytest.raises(TryLater):
        await work.send_text("li", "您好", now=now)

    platform.answer(CUSTOM_SEND, -1)
    with pytest.raises(Unknown):
        await official.send_text("o_1", "您好", now=now)
    assert len(platform.to(CUSTOM_SEND)) == 1


@pytest.mark.parametrize("trouble", [Trouble.HTML, Trouble.BAD_GATEWAY, Trouble.HANGS, Trouble.CUT])
async def test_a_call_that_left_and_was_not_answered_is_an_unknown_outcome(
    official: WeChatApi, platform: FakePlatform, now: datetime, trouble: Trouble
) -> None:
    platform.answer(CUSTOM_SEND, trouble)
    with pytest.raises(Unknown):
        await official.send_text("o_1", "您好", now=now)
    assert len(platform.to(CUSTOM_SEND)) == 1


@pytest.mark.parametrize("trouble", [Trouble.HTML, Trouble.HANGS, Trouble.CUT, -1, 45009])
async def test_no_token_means_nothing_was_sent(
    official: WeChatApi, platform: FakePlatform, now: datetime, trouble: Trouble | int
) -> None:
    platform.answer(STABLE_TOKEN, trouble, trouble, trouble)
    with pytest.raises(TryLater):
        await official.send_text("o_1", "您好", now=now)
    assert platform.to(CUSTOM_SEND) == []


async def test_a_wrong_secret_is_our_fault(work: WeComApi, platform: FakePlatform, now: datetime) -> None:
    platform.answer(GETTOKEN, 40001)
    with pytest.raises(Broken):
        await work.send_text("li", "您好", now=now)


async def test_nobody_listening_is_tried_later(http: ClientSession, nowhere: str, now: datetime) -> None:
    with pytest.raises(TryLater):
        await official_at(http, nowhere).send_text("o_1", "您好", now=now)
    with pytest.raises(TryLater):
        await work_at(http, nowhere).send_text("li", "您好", now=now)


async def test_a_work_message_asks_for_the_duplicate_check(
    work: WeComApi, platform: FakePlatform, now: datetime
) -> None:
    await work.send_text("li", "您好", now=now)
    assert platform.to(APP_SEND)[0].body == {
        "touser": "li",
        "msgtype": "text",
        "agentid": 7,
        "text": {"content": "您好"},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 14400,
    }


@pytest.mark.parametrize("left_out", ["invaliduser", "unlicenseduser"])
async def test_a_success_to_nobody_goes_another_way(
    work: WeComApi, platform: FakePlatform, now: datetime, left_out: str
) -> None:
    platform.answer(APP_SEND, {"errcode": 0, "errmsg": "ok", left_out: "li"})
    with pytest.raises(TryOther):
        await work.send_text("Li", "您好", now=now)


def test_a_long_text_is_cut_between_two_characters() -> None:
    assert fit("户" * 682) == "户" * 682
    assert fit("户" * 683) == "户" * 681 + "…"
    assert len(fit("户" * 683).encode()) == 2046
