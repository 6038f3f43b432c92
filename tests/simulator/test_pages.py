"""What the page asks of the platform, and the page itself in a browser at a desk and on a small phone."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Error, Page, async_playwright, expect

from bot.simulator.accounts import Side
from bot.simulator.chats import Kind
from bot.simulator.faults import Faults
from bot.simulator.platform import Platform
from tests.simulator.conftest import CADRE, HOUSEHOLD, NEIGHBOUR, TEMPLATES, Calling, Ringing, StoppedClock, StubBot

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


async def do(platform: Platform, action: str, **given: object) -> tuple[int, dict[str, Any]]:
    async with (
        ClientSession() as session,
        session.post(f"{platform.base_url}/simulator/do/{action}", json=given) as answer,
    ):
        done = await answer.json() if answer.status == 200 else {}
        await platform.settle()
        return answer.status, done


async def state(platform: Platform, **query: str) -> dict[str, Any]:
    async with (
        ClientSession() as session,
        session.get(f"{platform.base_url}/simulator/state", params=query) as answer,
    ):
        return dict(await answer.json())


async def test_the_state_shows_who_can_hold_each_phone_and_the_chat_of_who_does(platform: Platform) -> None:
    await do(platform, "say", account=NEIGHBOUR, text="我能领什么")
    shown = await state(platform, official=NEIGHBOUR)

    official = shown["sides"]["official"]
    assert [holder["title"] for holder in official["people"]] == ["王秀英", "赵德发"]
    assert [message["text"] for message in official["phone"]["messages"]] == ["我能领什么", "你说：我能领什么"]
    assert shown["sides"]["wecom"]["phone"]["account"] == CADRE


async def test_everybody_can_be_written_to_before_the_page_was_opened(platform: Platform, call: Calling) -> None:
    work = {"touser": CADRE, "msgtype": "text", "agentid": 1000002, "text": {"content": "早"}}
    assert (await call("/cgi-bin/message/send", work))["errcode"] == 0


async def test_a_waiting_page_hears_of_a_change(platform: Platform) -> None:
    seen = await state(platform)
    platform.add_phone(Side.OFFICIAL, "oSomebodyNew")
    after = await state(platform, version=str(seen["version"]))

    assert after["sides"]["official"]["newcomers"] == ["oSomebodyNew"]


async def test_a_newcomer_gets_a_fresh_account_and_follows(platform: Platform, bot: StubBot) -> None:
    _, made = await do(platform, "newcomer", side="official")

    assert len(made["account"]) == 28
    assert (bot.heard[0]["FromUserName"], bot.heard[0]["Event"]) == (made["account"], "subscribe")


async def test_every_thing_a_thumb_can_do_reaches_the_bot(platform: Platform, bot: StubBot) -> None:
    for form in ("image", "voice"):
        await do(platform, "send", account=HOUSEHOLD, form=form)
    await do(platform, "send", account=HOUSEHOLD, form="location", latitude=32.2, longitude=106.2, label="村委会")
    await do(platform, "tap", account=HOUSEHOLD, key="MINE")
    await do(platform, "scan", account=HOUSEHOLD, scene="village")
    await do(platform, "subscription", account=HOUSEHOLD, template=TEMPLATES[0].id, answer="accept")
    await do(platform, "subscription", account=HOUSEHOLD, template=TEMPLATES[0].id, answer="withdraw")
    await do(platform, "follow", account=HOUSEHOLD, on=False)

    heard = [message.get("Event", message["MsgType"]) for message in bot.heard]
    assert heard == [
        "image",
        "voice",
        "location",
        "CLICK",
        "SCAN",
        "subscribe_msg_popup_event",
        "subscribe_msg_change_event",
        "unsubscribe",
    ]
    assert (await do(platform, "say", account=HOUSEHOLD, text="在吗"))[0] == 400


async def test_redelivery_tells_the_page_what_was_answered(platform: Platform) -> None:
    assert (await do(platform, "redeliver", account=CADRE))[1] == {"result": "nothing"}
    await do(platform, "say", account=CADRE, text="走访")
    assert (await do(platform, "redeliver", account=CADRE))[1] == {"result": "replied", "text": "你说：走访"}


@pytest.mark.parametrize(
    ("button", "moment"),
    [
        ("now", datetime(2026, 1, 31, 1, 30, tzinfo=UTC)),
        ("hour", datetime(2026, 1, 31, 2, 30, tzinfo=UTC)),
        ("tomorrow", datetime(2026, 2, 1, 9, 0, tzinfo=UTC)),
        ("month", datetime(2026, 2, 1, 9, 0, tzinfo=UTC)),
        ("2026-03-01T08:00:00", datetime(2026, 3, 1, 8, 0, tzinfo=UTC)),
    ],
)
async def test_a_clock_button_moves_the_clock_and_rings_once(
    platform: Platform, clock: StoppedClock, ring: Ringing, button: str, moment: datetime
) -> None:
    clock.advance_to(datetime(2026, 1, 31, 1, 30, tzinfo=UTC))
    await do(platform, "clock", to=button)

    assert (clock.now(), ring.rung) == (moment, 1)


async def test_faults_are_set_one_by_one(platform: Platform) -> None:
    await do(platform, "faults", answer_delay=6)
    await do(platform, "faults", api_errcode=45015, api_errcode_once=True)

    assert platform.faults == Faults(answer_delay=6.0, api_errcode=45015, api_errcode_once=True)
    assert (await do(platform, "faults", no_such_fault=1))[0] == 400


async def test_only_the_page_itself_can_act(platform: Platform) -> None:
    async with ClientSession() as session:
        address = f"{platform.base_url}/simulator/do/say"
        async with session.post(address, data={"account": HOUSEHOLD, "text": "x"}) as answer:
            assert answer.status == 415
        async with session.get(f"{platform.base_url}/simulator") as answer:
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert platform.chat(HOUSEHOLD) == []
    assert (await do(platform, "no-such-thing"))[0] == 404


# ---- in a browser


@pytest.fixture
def chromium() -> Path:
    """Debian's browser; where it is missing its tests are left out, unless they are required."""
    if not CHROMIUM.exists() and os.environ.get("BANGFU_REQUIRE_BROWSER") != "1":
        pytest.skip("no chromium here")
    return CHROMIUM


@dataclass
class Desk:
    """A browser that opens the page at a size, and remembers whatever broke in it."""

    browser: Browser
    broken: list[Error] = field(default_factory=list)

    async def open(self, platform: Platform, width: int, height: int) -> Page:
        page = await self.browser.new_page(viewport={"width": width, "height": height}, has_touch=width < 500)
        page.on("pageerror", lambda error: self.broken.append(error))
        await page.goto(platform.base_url + "/simulator")
        await expect(page.locator(".official .nav-name")).to_have_text("青山县帮扶通")
        return page


@pytest.fixture
async def desk(chromium: Path) -> AsyncIterator[Desk]:
    async with async_playwright() as playwright:
        desk = Desk(await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS))
        yield desk
        await desk.browser.close()
    assert desk.broken == []


async def type_and_send(page: Page, phone: str, text: str) -> None:
    await page.locator(f".{phone} .say").fill(text)
    await page.locator(f".{phone} .send").click()


async def test_two_people_talk_side_by_side_at_a_desk(
    platform: Platform, desk: Desk, call: Calling, clock: StoppedClock
) -> None:
    page = await desk.open(platform, 1440, 900)
    await type_and_send(page, "official", "钱来了没")
    await expect(page.locator(".official .line").last).to_contain_text("你说：钱来了没")
    await expect(page.locator(".official .tag").last).to_have_text("回复")

    await page.locator(".wecom .say").fill("走访")
    await page.locator(".wecom .say").press("Enter")
    await expect(page.locator(".wecom .line").last).to_contain_text("你说：走访")

    await call("/cgi-bin/message/custom/send", {"touser": HOUSEHOLD, "msgtype": "text", "text": {"content": "补一句"}})
    await expect(page.locator(".official .tag").last).to_have_text("客服消息")
    await page.locator(".top [data-clock=month]").click()
    await expect(page.locator("#day")).to_have_text("2026年4月1日 星期三")
    assert clock.now() == datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


async def test_everything_is_within_a_thumbs_reach_at_375_pixels(platform: Platform, desk: Desk) -> None:
    platform.set_menu(
        Side.OFFICIAL,
        [
            {"name": "我的补贴", "sub_button": [{"type": "click", "name": "钱来了没", "key": "MONEY"}]},
            {"type": "click", "name": "找干部", "key": "CADRE"},
        ],
    )
    page = await desk.open(platform, 375, 667)
    await type_and_send(page, "official", "字" * 300)
    await expect(page.locator(".official .line").last).to_contain_text("你说：字字")

    await page.locator(".official .to-menu").tap()
    await page.locator(".official .menu-item button").first.tap()
    await page.locator(".official .submenu button").tap()
    await expect(page.locator(".official .note").last).to_have_text("点了菜单「钱来了没」")

    await page.locator(".official .to-menu").tap()
    await page.locator(".official .plus").tap()
    await page.locator(".official [data-tool=subscribe]").tap()
    await page.locator(".official .sheet-item .go").tap()
    await expect(page.locator(".official .sheet-item small")).to_have_text("还能收 1 次")
    await page.locator(".official .sheet-close").tap()

    await page.locator(".tabs [data-tab=wecom]").tap()
    await expect(page.locator(".official .say")).to_be_hidden()
    await page.locator(".wecom .voice").tap()
    await expect(page.locator(".wecom .voice-bubble")).to_be_visible()
    await page.locator(".tabs [data-tab=control]").tap()
    await expect(page.locator(".clock-panel [data-clock=tomorrow]")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 375


async def test_what_people_write_is_shown_as_text_and_only_safe_links_are_links(
    platform: Platform, desk: Desk, bot: StubBot
) -> None:
    hostile = (
        '<img src=x onerror="document.title=1"><script>document.title=1</script>'
        '<a href="javascript:document.title=1">点这里</a> <a href="https://example.org/a?b=1&amp;c=2">网页</a>\n'
        '<a href="weixin://bizmsgmenu?msgmenucontent=%E5%A5%BD%E7%9A%84&msgmenuid=9">好的</a> http://example.org/x。'
    )

    async def answer(message: dict[str, str]) -> str | None:
        return hostile if message.get("Content") == "坏" else None

    bot.answer = answer
    page = await desk.open(platform, 1440, 900)
    await type_and_send(page, "official", "坏")
    bubble = page.locator(".official .line").last.locator(".bubble")
    await expect(bubble).to_contain_text('<img src=x onerror="document.title=1"><script>')

    links = await bubble.locator("a").evaluate_all("nodes => nodes.map(node => node.getAttribute('href'))")
    assert links == ["https://example.org/a?b=1&c=2", None, "http://example.org/x"]
    assert await page.title() == "帮扶通 · 模拟微信"

    await bubble.locator(".menu-link").click()
    await expect(page.locator(".official .line.mine").last).to_contain_text("好的")
    await platform.settle()
    assert (bot.heard[-1]["Content"], bot.heard[-1]["bizmsgmenuid"]) == ("好的", "9")


async def test_another_holder_and_the_fault_notice_are_seen(platform: Platform, desk: Desk, bot: StubBot) -> None:
    page = await desk.open(platform, 1440, 900)
    await page.locator(".official .newcomer").click()
    await expect(page.locator(".official .note").last).to_have_text("已关注")
    await page.locator(".wecom .newcomer").click()
    await expect(page.locator(".wecom .note").last).to_have_text("已开通应用")

    await page.locator(".official .holder-select").select_option(NEIGHBOUR)
    platform.set_faults(Faults(lost_answers=3))
    await type_and_send(page, "official", "在吗")
    await expect(page.locator(".official .fault")).to_have_text("该公众号提供的服务出现故障，请稍后再试")
    assert [message.kind for message in platform.chat(NEIGHBOUR)] == [Kind.SAID, Kind.FAULT]
    assert len(bot.requests) == 5


async def test_a_chip_answers_a_numbered_question(platform: Platform, desk: Desk, bot: StubBot) -> None:
    async def ask(message: dict[str, str]) -> str:
        return "走访了哪一户？\n1 王建国\n2 赵德发" if message["Content"] == "走访" else f"选了{message['Content']}"

    bot.answer = ask
    page = await desk.open(platform, 1440, 900)
    await type_and_send(page, "wecom", "走访")
    await page.locator(".wecom .chips button", has_text="2 赵德发").click()
    await expect(page.locator(".wecom .line").last).to_contain_text("选了2")


async def test_messages_of_days_ago_carry_their_day(platform: Platform, desk: Desk, clock: StoppedClock) -> None:
    await platform.say(HOUSEHOLD, "头一天")
    clock.advance_to(clock.now() + timedelta(days=1))
    await platform.say(HOUSEHOLD, "第二天")
    page = await desk.open(platform, 1440, 900)

    await expect(page.locator(".official .time")).to_have_text(["昨天 01:30", "01:30"])
