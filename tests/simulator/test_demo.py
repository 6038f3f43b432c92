"""The demonstration as somebody meets it: one command, one address, two phones, and a clock to turn."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from playwright.async_api import Error, async_playwright, expect

from tests.processes import Running, free_port, running
from tests.simulator.test_pages import CHROMIUM, CHROMIUM_ARGS, type_and_send

FAILED = "农户，有一笔没发成"
NOTE = "昨天去了王建国家，送了两袋化肥，屋顶漏水，下周联系住建所"


class Demo:
    """The page of a running demonstration, without a browser."""

    def __init__(self, running: Running, session: ClientSession) -> None:
        self.running = running
        self._session = session

    async def state(self, **query: str) -> dict[str, Any]:
        """What the page shows."""
        async with self._session.get(f"{self.running.url}/simulator/state", params=query) as answer:
            return dict(await answer.json())

    async def do(self, action: str, **given: object) -> dict[str, Any]:
        """Do what a thumb does."""
        async with self._session.post(f"{self.running.url}/simulator/do/{action}", json=given) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    async def holder(self, side: str, *, title: str = "", note: str = "") -> str:
        """The account of the first who can hold a phone of that side and is called so."""
        people = (await self.state())["sides"][side]["people"]
        return str(next(one["account"] for one in people if title in one["title"] and note in one["note"]))

    async def chat(self, side: str, account: str) -> list[tuple[str, str]]:
        """What is in somebody's chat, each with the way it came."""
        shown = (await self.state(**{side: account}))["sides"][side]["phone"]
        assert shown["account"] == account
        return [(message["kind"], message["text"]) for message in shown["messages"]]

    async def says(self, side: str, account: str, text: str) -> str:
        """Say something; gives the reply."""
        before = len(await self.chat(side, account))
        await self.do("say", account=account, text=text)
        for _ in range(400):
            new = (await self.chat(side, account))[before:]
            # The clock rings by itself too: something else may come in between.
            replies = [told for kind, told in new if kind == "回复"]
            if replies:
                assert ("本人", text) in new
                assert len(replies) == 1
                return replies[0]
            await asyncio.sleep(0.02)
        raise AssertionError(f"no reply to {text}")


def demo_of(folder: Path, port: int) -> Any:
    return running(folder, "demo", settings={}, port=port, path="/simulator")


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


async def until_it_says(demo: Running, words: str) -> None:
    for _ in range(200):
        if words in demo.out:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(demo.out)


async def test_one_command_shows_both_sides_keeps_what_was_said_and_stops_cleanly(
    tmp_path: Path, session: ClientSession
) -> None:
    port = free_port()
    address = f"好了。用浏览器打开：http://127.0.0.1:{port}/simulator\n"
    async with demo_of(tmp_path, port) as first:
        await until_it_says(first, address)
        assert first.out.count("http://") == 1
        lines = first.out.splitlines()
        assert lines[:2] == ["准备演示用的密钥和数据库……", "生成示例县（名字、号码都是编的）……"]
        assert [line for line in lines if line.startswith("导入")] == [
            *("导入农户信息……", "导入干部名单……", "导入结对名单……", "导入申请进度……", "导入发放记录……"),
        ]
        assert sum("退回0。" in line for line in lines) == 5

        demo = Demo(first, session)
        household = await demo.holder("official", note=FAILED)
        money = await demo.says("official", household, "我的补贴")
        assert "没有发成功" in money
        assert "今年一共到账" in money
        neighbour = await demo.holder("official", title="王建国")
        assert "公示名单" in (await demo.says("official", neighbour, "公示")).split("\n")[0]
        cadre = await demo.holder("wecom", title="李梅")
        recorded = await demo.says("wecom", cadre, NOTE)
        assert recorded.startswith("记下了：")
        assert "走访王建国户。\n送了：化肥2袋\n问题：屋顶漏水\n措施：下周联系住建所\n" in recorded
        assert "送了：化肥3袋" in await demo.says("wecom", cadre, "不是2袋是3袋")
        newcomer = await demo.holder("official", note="还没绑定")
        hint = next(
            one["note"] for one in (await demo.state())["sides"]["official"]["people"] if one["account"] == newcomer
        )
        assert "绑" in await demo.says("official", newcomer, hint.partition("可以发：")[2])

        before = await demo.chat("wecom", cadre)
        moved = await demo.do("clock", to="month")
        assert moved["now"][8:13] == "01T09"
        month = int(moved["now"][5:7])
        for one in (await demo.state())["sides"]["wecom"]["people"]:
            came = (await demo.chat("wecom", one["account"]))[len(before) if one["account"] == cadre else 0 :]
            assert {kind for kind, _ in came} == {"应用消息"}
            assert [text.startswith(f"{month}月有") for _, text in came].count(True) == 1
        reminded = await demo.chat("wecom", cadre)
        [due] = [text for _, text in reminded if text.startswith(f"{month}月有")]
        assert "王建国" in due
        await demo.do("clock", to="now")
        again = await demo.chat("wecom", cadre)
        assert [text for _, text in again].count(due) == 1

        first.send(signal.SIGINT)
        assert await first.ended() in {0, 130}
        assert first.out.endswith("已停止。\n")
        assert "Traceback" not in first.err + first.out
    for word in ("王建国", "李梅", "化肥", "我的补贴", household, cadre):
        assert word not in first.err

    (tmp_path / f"out-{port}").write_text("")
    async with demo_of(tmp_path, port) as second:
        await until_it_says(second, address)
        assert second.out.startswith("数据已在，直接启动。\n")
        assert "导入" not in second.out
        demo = Demo(second, session)
        assert ("回复", money) in await demo.chat("official", household)
        assert (await demo.state())["now"][:13] == moved["now"][:13]
        assert (await demo.chat("wecom", cadre))[: len(reminded)] == reminded
        assert "今年一共到账" in await demo.says("official", household, "我的补贴")
        second.send(signal.SIGTERM)
        assert await second.ended() == 0
    assert "Traceback" not in second.err
    assert json.loads((tmp_path / "var" / "simulator.json").read_text())


async def test_the_conversations_of_the_readme_are_held_on_a_small_phone(
    tmp_path: Path, session: ClientSession
) -> None:
    if not CHROMIUM.exists() and os.environ.get("BANGFU_REQUIRE_BROWSER") != "1":
        pytest.skip("no chromium here")
    port = free_port()
    broken: list[Error] = []
    async with demo_of(tmp_path, port) as started, async_playwright() as playwright:
        household = await Demo(started, session).holder("official", note=FAILED)
        cadre = await Demo(started, session).holder("wecom", title="李梅")
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        page = await browser.new_page(viewport={"width": 375, "height": 667}, has_touch=True)
        page.on("pageerror", lambda error: broken.append(error))
        await page.goto(f"{started.url}/simulator")

        await page.locator(".official .holder-select").select_option(household)
        await type_and_send(page, "official", "钱来了没")
        answer = page.locator(".official .line").last
        await expect(answer).to_contain_text("没有发成功")
        await expect(answer).to_contain_text("请带身份证和银行卡")
        await expect(answer).to_contain_text("想问清楚，请找帮扶干部")

        await page.locator(".tabs [data-tab=wecom]").tap()
        await page.locator(".wecom .holder-select").select_option(cadre)
        await type_and_send(page, "wecom", NOTE)
        await expect(page.locator(".wecom .line").last).to_contain_text("走访王建国户。")
        await expect(page.locator(".wecom .line").last).to_contain_text("送了：化肥2袋")
        await type_and_send(page, "wecom", "不是2袋是3袋")
        await expect(page.locator(".wecom .line").last).to_contain_text("改好了：")
        await expect(page.locator(".wecom .line").last).to_contain_text("送了：化肥3袋")
        assert await page.evaluate("document.documentElement.scrollWidth") == 375
        await browser.close()
    assert broken == []
