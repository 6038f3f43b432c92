"""公示的网页: read by whoever was given the address, while it hangs; afterwards it names nobody."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import async_playwright

from bot.pages import public_notices as page
from storage import public_notices as notices
from storage.public_notices import PublicNotice
from tests.hanging import CONTACT, hung
from tests.pages.test_profiles import CHROMIUM, fetch, words
from tests.village import Village
from tests.wechat import TimeMachine, WeChat

Address = Callable[[PublicNotice], str]


@pytest.fixture
async def address(wechat: WeChat, village: Village) -> AsyncIterator[Address]:
    """Where the page of a list is."""
    async with village.database.reading() as session:

        def of(notice: PublicNotice) -> str:
            return f"{wechat.platform.base_url}/h5/notices/{notices.page_of(session, notice)}"

        yield of


async def test_it_shows_the_list_and_nothing_else(village: Village, address: Address) -> None:
    houses = [
        await village.household(name, family=[("李秀英", "配偶", "19720304")]) for name in ("王建国", "陈秀英", "赵强")
    ]
    notice = await hung(village, houses[:2], yuan=780)
    status, html, headers = await fetch(address(notice))
    assert status == 200
    shown = words(html)
    for part in (
        "青山村农村低保村公示名单",
        "编号：2026-0001号",
        "公示时间：2026年11月23日到2026年11月29日，共7天",
        "11月29日截止，还有6天",
        "序号 组 姓名 家庭人口 金额",
        "1 1组 王*国 2 780元 2 1组 陈*英 2 780元",
        "一共2户（人）。 名字只写一部分，是为了保护个人信息。",
        f"有不同意见，请向这里反映：{CONTACT}。",
        "青山村村民委员会",
    ):
        assert part in shown, part
    for never in ("王建国", "李秀英", houses[0].number, houses[0].phone, houses[0].id_tail, "6217"):
        assert never not in html
    assert not re.search(r"https?://|<script|<img|<link", html), "nothing of another site, nothing that runs"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "noindex" in html


@pytest.mark.parametrize(
    ("day", "status", "title"),
    [("2026-11-23", 200, "还没有开始公示"), ("2026-11-24", 200, "王*国"), ("2026-11-25", 410, "公示已结束")],
)
async def test_it_names_somebody_only_while_it_hangs(
    village: Village, address: Address, time_machine: TimeMachine, day: str, status: int, title: str
) -> None:
    notice = await hung(village, [await village.household("王建国")], opens="2026-11-24", closes="2026-11-24")
    time_machine.move_to(f"{day}T23:30+08:00")
    got, html, _ = await fetch(address(notice))
    assert (got, title in html) == (status, True)
    assert ("王*国" in html) == (day == "2026-11-24")


async def test_a_list_taken_down_and_an_address_that_is_made_up_name_nobody(
    village: Village, address: Address, wechat: WeChat
) -> None:
    notice = await hung(village, [await village.household("王建国")])
    for wrong in ("2026-0001", "2026-0001-0000000000", "2026-0002-1234567890", "%E5%85%AC%E7%A4%BA"):
        status, html, _ = await fetch(f"{wechat.platform.base_url}/h5/notices/{wrong}")
        assert (status, "王*国" in html, "没有这份名单" in html) == (404, False, True)
    async with village.database.writing() as session:
        await notices.withdraw(session, await session.merge(notice), village.now)
    status, html, _ = await fetch(address(notice))
    assert (status, "王*国" in html, "这份名单已撤下" in html) == (410, False, True)


async def test_a_program_that_opens_it_again_and_again_is_stopped(
    village: Village, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = await hung(village, [await village.household("王建国")])
    async with ClientSession() as session:
        for _ in range(page.OPENED_AT_MOST):
            async with session.get(address(notice)) as answer:
                assert answer.status == 200
        async with session.get(address(notice)) as answer:
            assert answer.status == 429
            assert "王*国" not in await answer.text()


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no browser")
async def test_it_fits_an_old_phone(village: Village, address: Address, tmp_path: Path) -> None:
    houses = [await village.household(f"欧阳{n}雪") for n in "一二三四五"]
    notice = await hung(village, houses, benefit="提前实施到户产业扶持资金奖补", yuan=12_345)
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM)
        opened = await browser.new_page(viewport={"width": 320, "height": 568})
        await opened.goto(address(notice))
        assert await opened.evaluate("document.documentElement.scrollWidth") <= 320
        await browser.close()
