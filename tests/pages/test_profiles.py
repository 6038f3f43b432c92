"""我的信息: the page of 导出我的信息 shows its household everything, and nobody else anything."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import async_playwright
from sqlalchemy import select

from bot.messages import profiles as say
from bot.pages.profiles import OPENED_AT_MOST
from storage import cases, links
from storage.audit import OWN, AuditEntry
from storage.ids import Fen
from storage.incomes import Income
from storage.links import Link
from storage.people import Account, Platform
from storage.statuses import HouseholdStatus
from storage.visits import Visit
from tests.hanging import hung
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]

CHROMIUM = Path("/usr/bin/chromium")


async def fetch(url: str) -> tuple[int, str, dict[str, str]]:
    async with ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text(), dict(answer.headers)


async def link_for(wechat: WeChat, home: Phone) -> str:
    """The link in the answer, as the phone of a test opens it."""
    found = re.search(r"https://\S+", await home.says("导出我的信息"))
    assert found is not None
    return wechat.page(found[0])


def words(html: str) -> str:
    """What can be read on a page, without its style."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<body>") :]))


@pytest.fixture
async def wang(village: Village) -> House:
    """A household of which something of every kind is held."""
    house = await village.household("王建国", family=[("李秀英", "配偶", "19720303")])
    await village.paid(house, "农村低保金", 1280, "2026-11-01")
    await village.paid(house, "耕地补贴", 300, "2026-05-01", remark="账号6217000000001234不存在")
    await village.applied(house, "危房改造", "2026-08-01", state="公示中", since="2026-09-01", reason="公示7天")
    return house


async def test_a_household_hears_in_short_what_is_held_and_opens_the_page(
    phone: Phones, village: Village, wechat: WeChat, wang: House
) -> None:
    li = await village.cadre("李梅", visits=[wang])
    async with village.database.writing() as session:
        visit = Visit(household_id=wang.id, cadre_id=li.id, visited_on=date(2026, 11, 3), reported_at=village.now)
        visit.note, visit.items, visit.problems = (
            "他弟弟欠了债",
            [{"name": "化肥", "quantity": 2, "unit": "袋"}],
            ["屋顶漏水"],
        )
        status = {"household_id": wang.id, "since": date(2020, 12, 1), "noted_at": village.now}
        income = {"household_id": wang.id, "year": 2025, "noted_at": village.now}
        session.add_all(
            [
                visit,
                HouseholdStatus(status="lifted", category="lifted", lifted_in=2020, **status),
                Income(kind="wage", amount_fen=Fen(2_400_050), **income),
            ]
        )
    home = phone(wang)
    await phone(li).says("查王建国家")
    await home.says("代办人")
    await home.says("1")
    await phone("o_old_li").says((await home.says("邻居老李")).removeprefix("代办码：")[:8])

    said = await home.says("导出我的信息")
    assert said.split("https://")[0] == (
        "我们存着王建国家这些：\n"
        "登记：家里2个人，还有户类型、收入、房子、电话、银行卡\n"
        "补贴发放2笔，申请1项，走访1次\n"
        "绑定的微信1个，代办人1个\n"
        "谁看过、改过：记了4次\n"
        "点开看全部，也能存下来带走：\n"
    )
    assert said.endswith("15分钟内有效，别转给别人。\n不对的，告诉帮扶干部更正。不想用了，回复“注销”。")
    found = re.search(r"https://\S+", said)
    assert found is not None
    status_code, html, headers = await fetch(wechat.page(found[0]))
    assert status_code == 200
    shown = words(html)
    for part in (
        "户主 王建国",
        "旺苍县东河镇青山村1组",
        f"电话 尾号{wang.phone[-4:]}",
        "李秀英 配偶 出生1972年3月3日",
        "农村低保金 1280元 2026年11月1日，已发放，卡尾号1234",
        "账号…1234不存在",
        "危房改造 公示中 2026年8月1日申请，公示7天",
        "2026年11月3日 李梅 送了化肥2袋，问题：屋顶漏水",
        "脱贫 2020年12月1日起",
        "2025年工资性收入 24000.50元",
        "微信 用王建国的信息绑定 2026年11月23日起",
        "邻居老李 您家请的 2026年11月23日起",
        "2026年11月版",
        "现在 开着",
        "帮扶干部李梅 查看 2026年11月23日10:00",
        "您家自己 让人代办",
    ):
        assert part in shown, part
    for never in (wang.phone, "6217000000", "19720303", "欠了债", "wechat:", "o_old_li"):
        assert never not in html
    assert not re.search(r"https?://|<script|<img|<link", html), "nothing of another site, nothing that runs"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'nonce-")


async def test_it_is_taken_along_as_text_and_as_data_and_every_look_is_written_down(
    phone: Phones, wechat: WeChat, wang: House
) -> None:
    url = await link_for(wechat, phone(wang))
    status, text, headers = await fetch(url.replace("/profile?", "/profile.txt?"))
    assert (status, headers["Content-Disposition"]) == (200, 'attachment; filename="wode-xinxi.txt"')
    assert "【发的钱】\r\n农村低保金：1280元（2026年11月1日，已发放，卡尾号1234）" in text
    status, text, headers = await fetch(url.replace("/profile?", "/profile.json?"))
    assert (status, headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    document = json.loads(text)
    assert document["household"] == wang.number
    paid = next(section for section in document["sections"] if section["title"] == "发的钱")
    assert paid["lines"][0] == {"name": "农村低保金", "value": "1280元", "note": "2026年11月1日，已发放，卡尾号1234"}
    assert (await fetch(url))[0] == 200
    async with wechat.bot.database.reading() as session:
        rows = await session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        acts = [(row.actor, row.action, row.about) for row in rows if row.action.startswith("profile.")]
    assert acts == [
        (f"household:{wang.id}", f"profile.{act}", [wang.id]) for act in ("asked", "taken", "taken", "shown")
    ]


async def test_a_link_is_good_for_a_quarter_of_an_hour_and_several_times(
    phone: Phones, wechat: WeChat, time_machine: TimeMachine, wang: House
) -> None:
    url = await link_for(wechat, phone(wang))
    time_machine.move_to(time_machine.now() + timedelta(minutes=14, seconds=59))
    for _ in range(OPENED_AT_MOST):
        assert (await fetch(url))[0] == 200
    status, html, _ = await fetch(url)
    assert status == 429
    assert say.TOO_OFTEN in html
    time_machine.move_to(time_machine.now() + timedelta(seconds=1))
    for path in ("/profile?", "/profile.txt?", "/profile.json?"):
        status, html, headers = await fetch(url.replace("/profile?", path))
        assert (status, headers["Cache-Control"]) == (410, "no-store")
        assert say.GONE in html
        assert "王建国" not in html


async def test_a_link_that_is_wrong_or_changed_shows_nothing(phone: Phones, wechat: WeChat, wang: House) -> None:
    url = await link_for(wechat, phone(wang))
    changed = url[:-3] + ("AAA" if not url.endswith("AAA") else "BBB")
    for wrong in (
        url.split("t=")[0],
        url.split("?")[0],
        url.split("t=")[0] + "t=%00%FF",
        changed,
        f"{url}{'A' * 2000}",
    ):
        status, html, headers = await fetch(wrong)
        assert (status, headers["Cache-Control"]) == (403, "no-store")
        assert say.WRONG_LINK in html
        assert "王建国" not in html


async def test_a_link_ends_with_the_binding_and_is_worth_nothing_to_another(
    phone: Phones, wechat: WeChat, wang: House
) -> None:
    keyring = wechat.bot.database.keyring
    home = phone(wang)
    url = await link_for(wechat, home)
    # Even a token of our own making opens nothing for who is not bound to that household.
    stranger = Link(Account(Platform.WECHAT, "o_stranger"), wang.id)
    token = links.make(keyring, stranger, wechat.clock.now())
    assert (await fetch(f"{url.split('t=')[0]}t={token}"))[0] == 403
    # And what was sealed for anything else is no link.
    assert wang.account is not None
    assert (await fetch(f"{url.split('t=')[0]}t={keyring.seal('[]', 'inbox.reply').hex()}"))[0] == 403
    await home.says("注销")
    await home.says("是")
    status, html, _ = await fetch(url)
    assert status == 403
    assert "王建国" not in html


async def test_without_pages_the_household_hears_where_to_see_it_all(
    phone: Phones, wechat: WeChat, wang: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wechat.bot.pipeline, "_pages", None)
    said = await phone(wang).says("导出我的信息")
    assert "http" not in said
    assert "请到村委会，请他们把您家的登记打印出来给您看，不收钱。" in said


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no browser here")
async def test_an_old_phone_without_scripts_reads_it_without_scrolling_sideways(
    phone: Phones, wechat: WeChat, wang: House
) -> None:
    url = await link_for(wechat, phone(wang))
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = await browser.new_context(viewport={"width": 320, "height": 568}, java_script_enabled=False)
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(url)
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        assert await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
        assert await page.get_by_text("存成文字").is_visible()
        await browser.close()
    assert asked == [url]


@pytest.mark.parametrize(
    ("actor", "name", "who"),
    [
        ("cadre:7", "李梅", "帮扶干部李梅"),
        ("household:3", None, "您家自己"),
        (OWN, None, "您家自己"),
        ("proxy:3", None, "代办人"),
        ("office:root", None, "县里工作人员"),
        ("import:12", None, "系统"),
    ],
)
def test_who_looked_is_told_in_plain_words(actor: str, name: str | None, who: str) -> None:
    assert say.actor(actor.partition(":")[0], name) == who


async def test_what_it_brought_and_where_it_was_listed_stands_on_it(
    phone: Phones, village: Village, wechat: WeChat, wang: House
) -> None:
    li = await village.cadre("李梅", visits=[wang])
    async with village.database.writing() as session:
        case = await cases.open_case(
            session,
            kind=cases.CaseKind.COMPLAINT,
            text="收了我家两百块",
            now=village.now,
            opened_by=f"household:{wang.id}",
            household_id=wang.id,
            against_cadre_id=li.id,
        )
        await cases.resolve(session, case, answer="钱退了", actor="office:t", now=village.now)
    await hung(village, [wang], yuan=780)
    _, html, _ = await fetch(await link_for(wechat, phone(wang)))
    shown = words(html)
    assert "反映的问题 有答复了 2026年11月23日，“收了我家两百块”，答复：“钱退了”" in shown
    assert "农村低保村公示 王*国 2026年11月23日到2026年11月29日，780元" in shown


async def test_what_the_household_told_of_itself_is_shown_and_marked_as_its_own(
    phone: Phones, wechat: WeChat, village: Village
) -> None:
    zhao = await village.household("赵四海", house_grade=None)
    await phone(zhao).says("我家够不够条件危房改造")
    await phone(zhao).says("4")
    status, text, _ = await fetch((await link_for(wechat, phone(zhao))).replace("/profile?", "/profile.txt?"))
    assert status == 200
    assert (
        "【您家自己说的】\r\n只用来看您家够不够，不算登记。说错了，回复“改一下我说的”。\r\n"
        "全家：房屋等级：D级（2026年11月23日起）"
    ) in text


async def test_what_is_paid_to_one_of_the_household_stands_under_their_name(
    phone: Phones, village: Village, wechat: WeChat, wang: House
) -> None:
    await village.paid(wang, "高龄津贴", 50, "2026-11-02", person="李秀英")
    await village.applied(wang, "残疾人两项补贴", "2026-10-01", state="公示中", since="2026-11-01", person="李秀英")
    _, html, _ = await fetch(await link_for(wechat, phone(wang)))
    assert "高龄津贴（李秀英） 50元 2026年11月2日，已发放" in words(html)
    assert "残疾人两项补贴（李秀英） 公示中 2026年10月1日申请" in words(html)
