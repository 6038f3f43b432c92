"""`bangfu notices` and `bangfu cases`: the office looks first, hangs, prints, takes down; answers what comes in."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from storage.cadres import Role
from storage.cases import CaseKind
from storage.database import Database
from storage.sealing import Keyring
from tests.commands.conftest import Bangfu
from tests.conftest import SHANGHAI
from tests.databases import KEY
from tests.handlers.household.test_cases import brought, official
from tests.storage.imports.sheets import write
from tests.village import House, Village

CONTACT = "东河镇民政办，电话08394200000"
BY_HAND = ("--village", "青山村", "--benefit", "农村低保", "--days", "7", "--contact", CONTACT)


@pytest.fixture
def houses(on_clone: str) -> list[House]:
    """Three households of 青山村; the first two have applications that stand at 公示中."""

    async def make() -> list[House]:
        database = Database(on_clone, Keyring([KEY]))
        village = Village(database, datetime.now(SHANGHAI))
        made = [await village.household(name) for name in ("王建国", "陈秀英", "赵强")]
        for house in made[:2]:
            await village.applied(house, "农村低保金", "2026-10-01", state="公示中", since="2026-11-20")
        await database.close()
        return made

    return asyncio.run(make())


def test_a_list_is_looked_at_first_and_then_hung(bangfu: Bangfu, houses: list[House]) -> None:
    looked = bangfu("notices", "make", *BY_HAND, "--state", "公示中")
    assert (looked.status, looked.err) == (0, "")
    assert "1 1组 王*国 家里1人\n2 1组 陈*英 家里1人\n一共2户（人）。" in looked.out
    assert looked.out.endswith("还没有公示。看好了，加 --yes 再运行一次。\n")
    assert bangfu("notices", "list").out == "没有。\n"
    document = bangfu("notices", "make", *BY_HAND, "--state", "公示中", "--json").document
    assert (document["number"], document["page"], len(document["shown"])) == (None, None, 2)

    made = bangfu("notices", "make", *BY_HAND, "--state", "公示中", "--yes")
    year = datetime.now(SHANGHAI).year
    assert made.out.startswith(f"公示好了，编号{year}-0001。下面的话可以发到村里的群：\n\n【公示】青山村")
    assert f"/h5/notices/{year}-0001-" in made.out
    [row] = bangfu("notices", "list", "--hanging", "--json").document
    last = date.fromisoformat(row["opens_on"]) + timedelta(days=6)
    assert (row["number"], row["lines"], row["closes_on"], row["state"]) == (
        f"{year}-0001",
        2,
        last.isoformat(),
        "hanging",
    )
    shown = bangfu("notices", "show", row["number"], "--json").document
    assert [line["name"] for line in shown["shown"]] == ["王*国", "陈*英"]
    for house in houses:
        assert house.number not in str(shown)


def test_it_is_printed_on_a4_and_taken_down(bangfu: Bangfu, houses: list[House], bare: Path) -> None:
    rows = [{"户编号": houses[0].number, "金额(元)": "780.50", "身份证号": "990100197001010011", "残疾等级": "一级"}]
    file = write(bare / "in.xlsx", rows)
    made = bangfu("notices", "make", *BY_HAND, "--from", str(file), "--stage", "公告", "--yes")
    assert made.status == 0, made.err
    number = bangfu("notices", "list", "--json").document[0]["number"]
    assert bangfu("notices", "export", number, "out.xlsx").out == "存好了：out.xlsx\n"
    sheet = openpyxl.load_workbook(bare / "out.xlsx").worksheets[0]
    lines = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert lines[0] == ["青山村农村低保公告名单"]
    assert lines[2] == [f"有不同意见，请向这里反映：{CONTACT}。绑定了公众号的农户，也可以在公众号里回复“公示”提意见。"]
    assert lines[4:] == [["序号", "组", "姓名", "家庭人口", "金额"], [1, "1组", "王*国", 1, 780.5]]
    assert sheet.page_setup.paperSize == "9" or sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "东河镇（盖章）" in str(sheet.oddFooter.right.text)
    assert bangfu("notices", "export", number, "out.xlsx").sentence == "out.xlsx 已经有了，没有动它。请换个名字。"
    assert bangfu("notices", "withdraw", number, "--json").document["state"] == "withdrawn"
    assert bangfu("notices", "withdraw", number).sentence == "这份名单早就撤下了。"
    assert "王*国" in bangfu("notices", "show", number).out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--village", "没有村", "--state", "公示中"), "没有这个村。请核对村名，或写区划代码。"),
        (
            ("--state", "没有的状态"),
            "没有可以公示的：没有一份申请停在这一步。可以用 --state 写明当前状态，或用 --from 给一个表格。",
        ),
        (("--from", "nowhere.xlsx"), None),
        (("--state", "公示中", "--opens", "2020-01-01"), "开始的那天已经过了。"),
        (("--state", "公示中", "--days", "400"), "公示不能超过一年，请核对日期。"),
    ],
    ids=["village", "state", "file", "opens", "days"],
)
def test_what_does_not_fit_is_said_in_one_sentence(
    bangfu: Bangfu, houses: list[House], arguments: tuple[str, ...], sentence: str | None
) -> None:
    said = bangfu("notices", "make", *BY_HAND, *arguments, "--yes")
    assert said.status == 1
    assert sentence is None or said.sentence == sentence
    assert bangfu("notices", "list", "--json").document == []


def test_days_and_contact_are_invented_by_nobody(
    bangfu: Bangfu, houses: list[House], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No document of this county says either."""
    monkeypatch.setenv("BANGFU_COUNTY", "ganzi")
    village = ("notices", "make", "--village", "青山村", "--benefit", "农村低保", "--yes", "--state", "公示中")
    assert bangfu(*village).sentence == "文件没有写公示几天。请用 --days 或 --closes 写明县里定的天数。"
    assert bangfu(*village, "--days", "7").sentence == "文件没有写有意见向哪里反映。请用 --contact 写明单位和电话。"
    assert bangfu(*village[:-2], "--days", "7", "--contact", CONTACT).sentence.startswith(
        "县里没有写这项补贴的办理程序"
    )


def test_a_case_is_listed_without_names_shown_whole_referred_and_answered(bangfu: Bangfu, on_clone: str) -> None:
    async def make() -> tuple[House, str, str]:
        database = Database(on_clone, Keyring([KEY]))
        village = Village(database, datetime.now(SHANGHAI))
        wang = await village.household("王建国")
        li, zhao = await village.cadre("李梅", visits=[wang]), await official(village, "赵明", Role.TOWNSHIP)
        await brought(village, wang, CaseKind.COMPLAINT, "收了我家两百块", against=li.id)
        await database.close()
        return wang, li.phone, zhao.phone

    wang, accused, other = asyncio.run(make())
    [row] = bangfu("cases", "list", "--json").document
    assert row["household"] is None
    assert not {"text", "against"} & row.keys()
    listed = bangfu("cases", "list").out
    assert "王建国" not in listed
    assert "李梅" not in listed
    shown = bangfu("cases", "show", row["number"], "--json").document
    assert (shown["household"], shown["against"], shown["text"]) == (wang.number, "李梅", "收了我家两百块")
    number = row["number"]
    assert bangfu("cases", "refer", number, "--to", accused).sentence == "这件诉求说的就是他，不能转给他办。"
    assert bangfu("cases", "refer", number, "--to", other, "--due", "2020-01-01").sentence == "这一天已经过了。"
    referred = bangfu("cases", "refer", number, "--to", other, "--note", "查一查", "--json").document
    assert (referred["state"], referred["household"]) == ("referred", None)
    assert bangfu("cases", "resolve", number, "--answer", "钱退了").out == (
        f"{number}答复好了，群众会看到，同意了就销号。\n"
    )
    assert bangfu("cases", "resolve", number, "--answer", "钱退了").sentence == "这件诉求已经答复、办结或撤回了。"
    assert [event["state"] for event in bangfu("cases", "show", number, "--json").document["events"]] == [
        "open",
        "referred",
        "resolved",
    ]
    assert bangfu("cases", "show", "2026-999999").sentence == "没有这个编号的诉求。请核对后再试。"
