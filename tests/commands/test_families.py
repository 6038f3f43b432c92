"""`bangfu household …`: the office writes down what happened to a family, sees it first, and can take it back."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from storage.audit import AuditEntry
from storage.database import Database
from storage.imports.columns import check_character
from storage.outbox import TEXT, Outbox
from storage.sealing import Keyring
from tests.commands.conftest import Bangfu
from tests.databases import KEY
from tests.storage.imports.sheets import member, wife, write

T = TypeVar("T")

SON = {
    "人编号": "70000103",
    "姓名": "周小军",
    "性别": "男",
    "证件号码": "990100199203030033",
    "与户主关系": "之子",
}
OTHER = {
    "户编号": "700002",
    "人编号": "70000201",
    "姓名": "陈大山",
    "证件号码": "990100195803030011",
    "联系电话": "19911113333",
}


@pytest.fixture
def family(bangfu: Bangfu, on_clone: str, bare: Path) -> str:
    """周国平, his wife and his son, and another household; gives where the store is."""
    rows = [member(), wife()]
    for row in (member(**SON), member(**OTHER)):
        digits = row["证件号码"][:17]
        rows.append(row | {"证件号码": digits + check_character(digits)})
    assert bangfu("import", "households", str(write(bare / "户.xlsx", rows))).status == 0
    return on_clone


def in_store(url: str, work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database(url, Keyring([KEY]))
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


async def _promised(database: Database) -> list[str]:
    async with database.reading() as session:
        rows = await session.scalars(select(Outbox).where(Outbox.kind == "family").order_by(Outbox.id))
        return [database.keyring.open(row.text_sealed or b"", TEXT) for row in rows]


async def _noted(database: Database) -> list[tuple[str, list[Any]]]:
    async with database.reading() as session:
        rows = await session.execute(
            select(AuditEntry.action, AuditEntry.about).where(AuditEntry.action.like("household.%"))
        )
        return [(action, about) for action, about in rows if action != "household.show"]


def shown(bangfu: Bangfu, number: str) -> Any:
    return bangfu("household", "show", number, "--json").document


def test_a_split_is_shown_first_then_done_told_audited_and_taken_back(bangfu: Bangfu, family: str) -> None:
    split = ("household", "split", "700001", "--members", "周小军", "--number", "700009", "--on", "2026-03-01")
    before = shown(bangfu, "700001")
    tried = bangfu(*split, "--dry-run")
    assert tried.out == (
        "试算，没有写入：\n"
        "周小军从周国平家分出来，另立一户（户编号700009）。\n"
        "户编号700009的户主登记为周小军。\n"
        "周国平家的帮扶干部：李梅。\n"
        "周小军家的帮扶干部：李梅。\n"
    )
    assert shown(bangfu, "700001") == before
    assert in_store(family, _promised) == []

    assert bangfu(*split).out == tried.out.replace("试算，没有写入：", "办好了：")
    own = shown(bangfu, "700009")
    assert (own["head"], own["category"], own["status"], own["cadre"]) == ("周小军", "脱贫户", "脱贫", "李梅")
    assert [one["name"] for one in own["members"]] == ["周小军"]
    assert own["incomes"] == []
    assert [(one["cadre"], one["since"], one["until"]) for one in own["pairings"]] == [("李梅", "2026-03-01", None)]
    [split_event, new_head] = own["events"]
    assert (split_event["kind"], split_event["person"], split_event["on"]) == ("分户", "周小军", "2026-03-01")
    assert (split_event["household"], split_event["other_household"]) == ("700001", "700009")
    assert (new_head["kind"], new_head["told_by"]) == ("变更户主", "office")
    assert in_store(family, _promised) == [
        "登记有变动：周小军从周国平家分出来，另立一户（户编号700009）；户编号700009的户主登记为周小军。"
        "名单已经更新，走访时请按新的登记来。",
        "您家已经单独登记成一户，户主是周小军。帮扶干部还是李梅。以后查补贴、查登记，看到的就是这一户的。不对的请告诉村里。",
    ]
    [(action, about)] = in_store(family, _noted)
    assert (action, len(about)) == ("household.split", 2)

    undone = bangfu("household", "undo", "700001")
    assert (undone.status, undone.err) == (0, "")
    assert undone.out.startswith("办好了：\n周国平家上一次变动撤回。\n户编号700009这一户没有人住了，登记撤户。\n")
    assert [one["name"] for one in shown(bangfu, "700001")["members"]] == ["周国平", "何秀兰", "周小军"]
    gone = shown(bangfu, "700009")
    assert (gone["members"], gone["cadre"], gone["closed_on"] is None) == ([], None, False)
    assert [one["taken_back"] for one in gone["events"]] == [True, True]


def test_a_death_names_the_new_head_and_stays_on_the_card(bangfu: Bangfu, family: str) -> None:
    refused = bangfu("household", "died", "700001", "周国平")
    assert (refused.status, refused.sentence) == (1, "周国平是户主，家里还有别人。请写明谁来当户主。")
    assert bangfu("household", "died", "700001", "周国平", "--new-head", "何秀兰").status == 0
    card = shown(bangfu, "700001")
    assert card["head"] == "何秀兰"
    assert [one["name"] for one in card["members"]] == ["何秀兰", "周小军"]
    [former] = card["former_members"]
    assert (former["name"], former["id_number"]) == ("周国平", "…1217")
    assert "不在这一户的：\n  70000101 周国平 户主 …1217 " in bangfu("household", "show", "700001").out


def test_a_birth_a_return_a_marriage_and_a_merge(bangfu: Bangfu, family: str) -> None:
    assert bangfu("household", "born", "700001", "--name", "周小宝", "--sex", "女", "--relation", "之孙女").status == 0
    assert bangfu("household", "moved-out", "700001", "周小宝").status == 0
    assert bangfu("household", "moved-in", "700001", "--member", "周小宝").status == 0
    moved = bangfu("household", "moved-out", "700001", "周小军", "--to", "700002", "--relations", "周小军=女婿")
    assert moved.out.startswith("办好了：\n周小军从周国平家转到陈大山家。\n")
    assert [(one["name"], one["relation"]) for one in shown(bangfu, "700002")["members"]] == [
        ("陈大山", "户主"),
        ("周小军", "女婿"),
    ]
    assert bangfu("household", "head", "700001", "何秀兰", "--relations", "周国平=配偶").status == 0
    merged = bangfu("household", "merge", "700001", "--into", "700002")
    assert "何秀兰家没有人住了，登记撤户。\n" in merged.out
    assert len(shown(bangfu, "700002")["members"]) == 5
    for command in (["entitlements", "700001"], ["invite", "--household", "700001"], ["household", "close", "700001"]):
        said = bangfu(*command)
        assert (said.status, said.sentence) == (1, "700001这一户已经撤了，不能再办变动。")


def test_what_cannot_be_read_or_meant_is_one_sentence(bangfu: Bangfu, family: str) -> None:
    for arguments, status, sentence in (
        (["born", "700001", "--name", "周小宝", "--id-number", "123"], 1, "证件号码不对：证件号码位数不够，应为18位。"),
        (["died", "700001", "张三"], 1, "这一户里没有“张三”这个人，请写人编号，或者写全名。"),
        (["moved-in", "700001"], 2, "用法不对：--name 和 --member 要写一个，也只写一个。加 --help 看用法。"),
        (["close", "700001"], 1, "家里还有人，不能撤户。先办迁出、死亡或者并户。"),
        (["undo", "700001"], 1, "这一户没有可以撤回的变动。"),
        (["close", "999"], 1, "没有这个户编号。请核对后再试。"),
    ):
        said = bangfu("household", *arguments)
        assert (said.status, said.sentence) == (status, sentence)
