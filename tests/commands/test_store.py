"""The commands that work on the store: what they print, what they promise programs, and what stops them."""

import json
import re
import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.simulator.county import CADRE_PHONE, County
from policies.vocabulary import CATALOGUE
from storage.sealing import new_key
from tests.commands.conftest import COUNTY_DAY, IMPORTS, Bangfu, shell
from tests.conftest import SHARED
from tests.storage.imports.sheets import member, wife, write

COUNTY_SMALL = SHARED / "fixtures" / "county-small"
SUMS = {"batch", "read", "created", "updated", "unchanged", "warnings", "rejected"}
PERSONAL = re.compile(r"[0-9]{11,}")


def numbers(said_file: Path) -> list[str]:
    """The 户编号 of a households file."""
    book = openpyxl.load_workbook(said_file, read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    headings = next(row for row in rows if "户编号" in row)
    column = headings.index("户编号")
    return list(dict.fromkeys(str(row[column]) for row in rows[rows.index(headings) + 1 :]))


# ---- migrate, and what is wrong with the store


def test_migrate_makes_a_store_and_may_be_run_again(
    bangfu: Bangfu, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_DATABASE_URL", "sqlite+aiosqlite:///deep/down/new.db")
    for _ in range(2):
        said = bangfu("migrate")
        assert (said.status, said.out, said.err) == (0, "数据库已是最新。\n", "")
    with sqlite3.connect(bare / "deep" / "down" / "new.db") as connection:
        assert connection.execute("SELECT count(*) FROM household").fetchone() == (0,)


NEEDS_A_STORE = (
    ["household", "show", "1"],
    ["visits", "list", "--json"],
    ["entitlements", "1", "--json"],
    ["invite", "--household", "1", "--json"],
    ["reminders", "list", "--json"],
    ["reminders", "plan", "--at", "2026-12-01T09:00", "--json"],
    ["reminders", "deliver", "--at", "2026-12-01T09:00", "--json"],
)


@pytest.mark.parametrize("command", NEEDS_A_STORE, ids=" ".join)
@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite+aiosqlite:///empty.db", "数据库还没有建好，请先运行 bangfu migrate。"),
        *(
            (url, "连不上数据库，请检查 BANGFU_DATABASE_URL，并确认数据库已经启动。")
            for url in (
                "sqlite+aiosqlite:///text.txt",
                "sqlite+aiosqlite:////proc/none/bangfu.db",
                "postgresql+asyncpg://nobody:secret@127.0.0.1:9/none",
            )
        ),
    ],
    ids=["not migrated", "no database", "no folder", "no server"],
)
def test_a_store_that_cannot_be_used_is_one_sentence(
    bangfu: Bangfu, bare: Path, monkeypatch: pytest.MonkeyPatch, url: str, sentence: str, command: list[str]
) -> None:
    (bare / "text.txt").write_text("这不是数据库。" * 100, encoding="utf-8")
    monkeypatch.setenv("BANGFU_DATABASE_URL", url)
    monkeypatch.setenv("BANGFU_SECRET_KEYS", new_key())
    said = bangfu(*command)
    assert (said.status, said.sentence) == (1, sentence)


@pytest.mark.parametrize("command", [*NEEDS_A_STORE, ["serve"], ["worker"], ["doctor"]], ids=" ".join)
def test_without_a_key_nothing_is_done(bangfu: Bangfu, bare: Path, command: list[str]) -> None:
    said = bangfu(*command)
    assert (said.status, said.out) == (1, "")
    assert "BANGFU_SECRET_KEYS 必须填写：先运行 bangfu keys new 生成一把密钥" in said.err
    assert list(bare.iterdir()) == []


def test_another_key_than_the_stores_is_said_and_not_called_unexpected(
    bangfu: Bangfu, loaded: str, county_files: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_SECRET_KEYS", new_key())
    said = bangfu("household", "show", numbers(county_files.file("households"))[0])
    assert said.status == 1
    assert said.sentence == (
        "打不开库里已有的证件号、电话：BANGFU_SECRET_KEYS 不是当初用的密钥，请把旧密钥也填上，新的在前。"
        "密钥真的丢了，运行 bangfu doctor 看哪些还能补。"
    )


# ---- import


def test_the_countys_five_files_go_in_once(
    bangfu: Bangfu, on_clone: str, county_files: County, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind in IMPORTS:
        file = str(county_files.file(kind))
        tried = bangfu("import", kind, file, "--dry-run", "--json").document
        first = bangfu("import", kind, file, "--json").document
        again = bangfu("import", kind, file, "--json").document
        assert tried.keys() == first.keys() == (SUMS | {"missing"} if kind == "households" else SUMS)
        assert tried == first | {"batch": None}
        assert isinstance(first["batch"], int)
        assert first["rejected"] == []
        assert first["created"] + first["updated"] + first["unchanged"] == first["read"] > 0
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, first["read"])


def test_the_sums_are_said_to_people_too(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    file = str(write(bare / "表.xlsx", [member(), wife(证件号码="990100196511034425")]))
    said = bangfu("import", "households", file, "--dry-run")
    assert (said.status, said.out.splitlines()[-1]) == (0, "试算，没有写入：读2行，新增1，更新0，未变0，退回1。")
    assert said.err == "第3行“证件号码”：证件号码最后一位校验不对，请对照身份证核对。\n"
    assert bangfu("import", "households", file).out == "第1批：读2行，新增1，更新0，未变0，退回1。\n"


def test_a_dry_run_shows_at_most_200_changes_and_says_how_many_more(
    bangfu: Bangfu, on_clone: str, county_files: County
) -> None:
    file = str(county_files.file("households"))
    said = bangfu("import", "households", file, "--dry-run").out.splitlines()
    assert re.fullmatch(r"还有\d+处", said[200])
    assert said[201].startswith("农户新增40户、改0户；成员新增")
    assert said[202].startswith("试算，没有写入：读")
    assert not any(re.search(r"→ .*[0-9]{11}", line) for line in said)


def test_a_dry_run_shows_cells_and_the_ends_of_numbers(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    bangfu("import", "households", str(write(bare / "1.xlsx", [member()])))
    changed = str(write(bare / "2.xlsx", [member(户类型="一般农户", 银行卡号="6217000000000000009")]))
    assert bangfu("import", "households", changed, "--dry-run").out == (
        "700001 户类型：脱贫户 → 一般农户\n700001 银行卡号：…0001 → …0009\n"
        "农户新增0户、改1户；成员新增0人、改0人；换帮扶责任人0户。\n"
        "户类型 脱贫户 → 一般农户：1户。\n"
        "试算，没有写入：读1行，新增0，更新1，未变0，退回0。\n"
    )


def test_whom_a_newer_file_lacks_is_named_and_written_down(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    neighbour = member(户编号="700002", 人编号="70000201", 姓名="周国安", 性别="女", 证件号码="990100195705171000")
    bangfu("import", "households", str(write(bare / "1.xlsx", [member(), wife(), neighbour])))
    newer = str(write(bare / "2.xlsx", [member()]))
    assert bangfu("import", "households", newer, "--missing", "absent.xlsx").out == (
        "系统里有1户不在这个文件里，没有删：\n700002 周国安\n"
        "系统里有1人不在文件里他们那一户，没有删：\n70000102 何秀兰\n"
        "第2批：读1行，新增0，更新0，未变1，退回0。\n"
    )
    sheet = openpyxl.load_workbook(bare / "absent.xlsx").active
    assert sheet is not None
    assert list(sheet.iter_rows(values_only=True)) == [
        ("户编号", "户主姓名", "所在地", "人编号", "姓名"),
        ("700002", "周国安", "示范县河口镇上坝村2组", None, None),
        ("700001", "周国平", None, "70000102", "何秀兰"),
    ]
    said = bangfu("import", "households", newer, "--json")
    assert said.document["missing"] == {"households": 1, "members": 1}
    assert "周国平" not in said.out


def test_all_changes_can_be_had_as_a_table_before_they_are_made(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    bangfu("import", "households", str(write(bare / "1.xlsx", [member()])))
    changed = str(write(bare / "2.xlsx", [member(户类型="一般农户")]))
    said = bangfu("import", "households", changed, "--differences", "changes.xlsx")
    assert (said.status, said.sentence) == (1, "--differences 要和 --dry-run 一起用。")
    assert bangfu("import", "households", changed, "--dry-run", "--differences", "changes.xlsx").status == 0
    sheet = openpyxl.load_workbook(bare / "changes.xlsx").active
    assert sheet is not None
    assert list(sheet.iter_rows(values_only=True)) == [
        ("编号", "项目", "原来", "改后"),
        ("700001", "户类型", "脱贫户", "一般农户"),
    ]


def test_an_import_is_taken_back_once(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    file = str(write(bare / "1.xlsx", [member()]))
    first = bangfu("import", "households", file, "--json").document
    bangfu("import", "households", str(write(bare / "2.xlsx", [member(户类型="一般农户")])))
    said = bangfu("import", "undo", "1")
    assert (said.status, said.sentence) == (1, "第1批不能撤回，什么也没有改：第2批后来又动了这些行，要先撤回。")
    # The household has its category back, and the stretch of its history that had ended goes on.
    assert bangfu("import", "undo", "2").out == "第2批已撤回：删除1条，改回2条。\n"
    # Four areas, a household with its history and its income, a member, a cadre and their pairing.
    assert bangfu("import", "undo", "1", "--json").document == {"batch": 1, "deleted": 10, "restored": 0}
    said = bangfu("import", "undo", "1")
    assert (said.status, said.sentence) == (1, "第1批已经撤回过了。")
    for number in ("7", "99999999999999999999"):
        said = bangfu("import", "undo", number)
        assert said.status == 1
        assert re.fullmatch(r"没有第\d+批导入。请核对批号。", said.sentence)
    again = bangfu("import", "households", file, "--json").document
    assert again == first | {"batch": 3}


def test_rejected_rows_are_named_without_their_contents_and_can_be_had_back(
    bangfu: Bangfu, on_clone: str, bare: Path
) -> None:
    bad = wife(证件号码="990100196511034425")
    file = str(write(bare / "rows.xlsx", [member(), bad]))
    said = bangfu("import", "households", file, "--json", "--errors", "back.xlsx")
    assert said.document["rejected"] == [
        {
            "row": 3,
            "column": "证件号码",
            "code": "id_checksum",
            "reason": "证件号码最后一位校验不对，请对照身份证核对。",
        }
    ]
    assert not PERSONAL.search(said.out)
    assert "何秀兰" not in said.out
    sheet = openpyxl.load_workbook(bare / "back.xlsx").active
    assert sheet is not None
    headings, row = sheet.iter_rows(values_only=True)
    assert dict(zip(headings, row, strict=True))["姓名"] == "何秀兰"
    mended = [dict(zip(headings, row, strict=True)) | {"证件号码": "990100196511034424"}]
    again = bangfu("import", "households", str(write(bare / "mended.xlsx", mended)), "--json").document
    assert (again["created"], again["rejected"]) == (1, [])


def test_a_place_for_rejected_rows_that_is_none_stops_the_import_before_it_begins(
    bangfu: Bangfu, on_clone: str, bare: Path
) -> None:
    file = str(write(bare / "rows.xlsx", [member(), wife(姓名="")]))
    said = bangfu("import", "households", file, "--json", "--errors", "nowhere/back.xlsx")
    assert (said.status, said.sentence) == (1, "写不了 nowhere/back.xlsx。请换一个已有的、允许写入的文件夹。")
    assert bangfu("import", "households", file, "--json").document["created"] == 1


def test_rejected_rows_that_cannot_be_kept_do_not_hide_that_the_import_has_landed(
    bangfu: Bangfu, on_clone: str, bare: Path
) -> None:
    file = str(write(bare / "rows.xlsx", [member(), wife(姓名="")]))
    (bare / "taken").mkdir()
    said = bangfu("import", "households", file, "--json", "--errors", "taken")
    assert (said.status, said.sentence) == (
        1,
        "导入已完成，但退回的行没能另存：写不了 taken。请换一个已有的、允许写入的文件夹。",
    )
    assert bangfu("import", "households", file, "--json").document["unchanged"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken",
        b"<html></html>",
        b"a,b\n1,2",
    ],
    ids=["empty", "bytes", "broken xlsx", "broken xls", "web page", "other table"],
)
def test_a_file_that_is_no_such_table_is_one_sentence(
    bangfu: Bangfu, on_clone: str, bare: Path, content: bytes
) -> None:
    (bare / "rows.xlsx").write_bytes(content)
    for kind in IMPORTS:
        said = bangfu("import", kind, "rows.xlsx", "--json")
        assert said.status == 1
        assert re.search(r"[一-鿿]", said.sentence)
        assert "没有办成" not in said.sentence


@pytest.mark.skipif(not COUNTY_SMALL.exists(), reason="the sample county is not here")
def test_the_sample_county_goes_in_as_its_sheet_of_facts_says(bangfu: Bangfu, on_clone: str) -> None:
    expected = json.loads((COUNTY_SMALL / "expected.json").read_text())
    households = bangfu("import", "households", str(COUNTY_SMALL / "households.xlsx"), "--json").document
    assert households["read"] == expected["rows"]
    must = [row for row in expected["bad"] if row["must"] == "reject_row"]
    may = [row for row in expected["bad"] if row["must"] == "warn_or_reject"]
    assert len(must) <= len({row["row"] for row in households["rejected"]}) <= len(must) + len(may)
    for kind in ("assignments", "applications", "disbursements"):
        said = bangfu("import", kind, str(COUNTY_SMALL / f"{kind}.xlsx"), "--json").document
        assert (
            said["created"] + said["updated"] + said["unchanged"] + len({r["row"] for r in said["rejected"]})
            == (said["read"])
        )
        assert said["rejected"] == []


# ---- looking


def test_a_household_is_shown_with_the_ends_of_its_numbers_only(
    bangfu: Bangfu, loaded: str, county_files: County
) -> None:
    number = numbers(county_files.file("households"))[0]
    shown = bangfu("household", "show", number, "--json").document
    assert (shown["number"], shown["members"][0]["relation"]) == (number, "户主")
    assert shown["head"] == shown["members"][0]["name"]
    for ends in (shown["phone"], shown["card"], *(person["id_number"] for person in shown["members"])):
        assert ends is None or re.fullmatch(r"…[0-9X]{4}", ends)
    said = bangfu("household", "show", number)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"户编号：{number}\n户主：{shown['head']}\n")


def test_a_household_or_phone_nobody_has_is_one_sentence(bangfu: Bangfu, loaded: str) -> None:
    for command in (
        ["household", "show", "零零一", "--json"],
        ["entitlements", "000", "--json"],
        ["invite", "--household", "000", "--json"],
    ):
        said = bangfu(*command)
        assert (said.status, said.sentence) == (1, "没有这个户编号。请核对后再试。")
    for phone in ("13800000000", "打电话"):
        said = bangfu("invite", "--cadre", phone, "--json")
        assert (said.status, said.sentence) == (1, "没有登记这个手机号的干部。请先导入干部名单，或核对号码。")


def test_a_code_is_made_for_a_cadre_and_for_a_household(bangfu: Bangfu, loaded: str, county_files: County) -> None:
    number = numbers(county_files.file("households"))[0]
    codes = set()
    for whom in (["--cadre", CADRE_PHONE], ["--household", number], ["--household", number]):
        made = bangfu("invite", *whom, "--json").document
        assert made.keys() == {"code", "expires_at"}
        assert re.fullmatch(r"\S{6,12}", made["code"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", made["expires_at"])
        codes.add(made["code"])
    assert len(codes) == 3
    said = bangfu("invite", "--household", number)
    assert re.fullmatch(r"绑定码 \S+，\d{4}-\d\d-\d\d \d\d:\d\d前有效，只能用一次。\n", said.out)
    # A code for who will speak for the household, with what it calls them or without.
    for proxy in (["--proxy", "外甥"], ["--proxy"]):
        said = bangfu("invite", "--household", number, *proxy)
        assert re.fullmatch(r"代办码 \S+，\d{4}-\d\d-\d\d \d\d:\d\d前有效，只能用一次。\n", said.out)


def test_a_change_of_the_rules_names_the_households_it_touches(bangfu: Bangfu, loaded: str) -> None:
    said = bangfu("policies", "impact", "--from", "2025-12-31", "--to", "2026-01-10", "--json")
    told: list[dict[str, Any]] = said.document
    assert told
    for one in told:
        assert list(one) == ["household", "benefit", "name", "before", "after"]
        assert (one["before"]["in_force"], one["after"]["in_force"]) == ("ended", "confirmed")
        assert one["after"]["decision"] in {"yes", "unknown"}
    nothing = bangfu("policies", "impact", "--from", "2026-11-01", "--to", "2026-11-02")
    assert nothing.out == "没有哪一户的答复有变动。\n"
    assert bangfu("policies", "impact", "--from", "2026-11-01", "--to", "2026-11-02", "--json").document == []


def test_households_are_told_of_a_change_only_once_somebody_has_read_how(bangfu: Bangfu, loaded: str) -> None:
    """Looked at first; told by --send; and then never again."""
    change = ("policies", "impact", "--from", "2025-12-31", "--to", "2026-01-10", "--notify")
    looked = bangfu(*change, "--json").document["notices"]
    assert looked["households"] > 0
    assert (looked["already"], looked["sent"]) == (0, False)
    assert all(text.startswith("补贴政策有变动，跟您家说一声：\n") for text in looked["samples"])
    assert "还没有告诉谁。加上 --send 才会告诉。\n" in bangfu(*change).out
    assert bangfu("reminders", "list", "--json").document == []

    assert f"记下了，到时候告诉{looked['households']}户。\n" in bangfu(*change, "--send").out
    again = bangfu(*change, "--send", "--json").document["notices"]
    assert (again["households"], again["already"], again["sent"]) == (0, looked["households"], True)
    planned = bangfu("reminders", "list", "--json").document
    assert {row["kind"] for row in planned} == {"policy_change"}
    assert len({row["household"] for row in planned}) == looked["households"]


def test_a_pack_of_before_is_compared_with_the_present_one(bangfu: Bangfu, loaded: str, tmp_path: Path) -> None:
    pack = tmp_path / "wangcang"
    shutil.copytree(CATALOGUE / "wangcang", pack)
    same = ("policies", "impact", "--from", "2026-11-01", "--to", "2026-11-01", "--before", str(pack))
    assert bangfu(*same, "--json").document == []
    (pack / "confirmed.yaml").unlink()
    told = bangfu(*same, "--json").document
    assert {(one["before"]["in_force"], one["after"]["in_force"]) for one in told} == {("ended", "confirmed")}
    (pack / "county.yaml").write_text("name: [", encoding="utf-8")
    assert bangfu(*same).status == 1


def test_telling_wants_a_look_first(bangfu: Bangfu, loaded: str) -> None:
    said = bangfu("policies", "impact", "--from", "2026-01-01", "--to", "2026-02-01", "--send")
    assert said.status == 2
    assert "--notify" in said.sentence


def test_entitlements_are_told_benefit_by_benefit(bangfu: Bangfu, loaded: str, county_files: County) -> None:
    number = numbers(county_files.file("households"))[0]
    told: list[dict[str, Any]] = bangfu("entitlements", number, "--on", "2026-11-22", "--json").document
    assert len({one["benefit"] for one in told}) == len(told) > 5
    for one in told:
        assert list(one) == [
            *("benefit", "name", "decision", "strength", "in_force", "for", "amount", "conditions", "ask", "change"),
            "source",
        ]
        assert one["decision"] in {"yes", "no", "unknown"}
        assert one["strength"] in {"definite", "principle", "explore", "named"}
        assert one["in_force"] in {"confirmed", "ended", "unstated"}
        assert all(condition.keys() == {"text", "state", "fact"} for condition in one["conditions"])
        assert {condition["state"] for condition in one["conditions"]} <= {"met", "not_met", "unknown"}
        assert one["source"].keys() == {"document", "line", "quote"}
        assert one["decision"] == "no" or one["change"] is None
    said = bangfu("entitlements", number, "--on", "2026-11-22")
    assert (said.status, said.out.count("出处：")) == (0, len(told))


def test_no_visits_are_an_empty_list(bangfu: Bangfu, loaded: str) -> None:
    assert bangfu("visits", "list", "--since", "2020-01-01", "--all", "--json").document == []
    assert bangfu("visits", "list").out == "没有。\n"


# ---- reminders


def test_reminders_are_planned_once_listed_and_delivered(bangfu: Bangfu, on_clone: str, county_files: County) -> None:
    for kind in IMPORTS:
        bangfu("import", kind, str(county_files.file(kind)))
    at = f"{COUNTY_DAY.replace(day=1) + timedelta(days=31):%Y-%m}-01T10:00"
    first = bangfu("reminders", "plan", "--at", at, "--json").document
    assert list(first) == ["planned", "already", "by_kind"]
    assert first["planned"] == sum(first["by_kind"].values()) > 0
    assert "visit_due" in first["by_kind"]
    again = bangfu("reminders", "plan", "--at", at + "+08:00", "--json").document
    assert (again["planned"], again["already"], again["by_kind"]) == (0, first["planned"], {})

    listed = bangfu("reminders", "list", "--json").document
    assert len(listed) == first["planned"]
    for one in listed:
        assert list(one) == ["kind", "to", "role", "household", "due_at", "state", "channel", "attempts", "key"]
        assert re.fullmatch(r"(cadre|household):\d+", one["to"])
        assert one["role"] == one["to"].partition(":")[0]
        assert one["due_at"].endswith("+08:00")
    assert len({one["key"] for one in listed}) == len(listed)

    later = f"{date.fromisoformat(at[:10]) + timedelta(days=3)}T10:00"
    sums = bangfu("reminders", "deliver", "--at", later, "--json").document
    assert list(sums) == ["sent", "fallback", "deferred", "failed", "skipped", "uncertain"]
    # No platform is set up here: nothing can be sent, and nothing is lost.
    assert (sums["sent"], sum(sums.values()) > 0) == (0, True)
    assert len(bangfu("reminders", "list", "--json").document) == len(listed)
    assert bangfu("reminders", "plan", "--at", at).out == f"新记下0条提醒，早已记下{first['planned']}条。\n"
    assert bangfu("reminders", "list").status == 0


def test_programs_read_nothing_but_the_document_even_while_things_are_logged(
    on_clone: str, bare: Path, county_files: County
) -> None:
    for kind in ("households", "assignments"):
        assert shell("import", kind, str(county_files.file(kind)), folder=bare).returncode == 0
    assert shell("reminders", "plan", "--at", "2026-12-01T10:00", folder=bare).returncode == 0
    said = shell("reminders", "deliver", "--at", "2026-12-04T10:00", "--json", folder=bare)
    assert said.returncode == 0
    assert json.loads(said.stdout)["fallback"] > 0
    assert all("event" in json.loads(line) for line in said.stderr.splitlines())


# ---- doctor


def test_doctor_names_what_is_well_and_what_is_not(
    bangfu: Bangfu, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_REDIS_URL", "redis://127.0.0.1:9/0")
    said = bangfu("doctor")
    assert (said.status, said.err) == (1, "")
    lines = said.out.splitlines()
    well = [line.removeprefix("正常  ") for line in lines if line.startswith("正常")]
    assert {"设置", "数据库", "政策目录"} <= set(well)
    bad = [line for line in lines if line.startswith("不对")]
    assert [line for line in bad if "Redis" in line]
    assert [line for line in bad if "公众号和企业微信都没有配置" in line]
    assert lines[-1] == "有问题要处理，见上。"


def test_doctor_says_which_key_and_which_store_is_missing(
    bangfu: Bangfu, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_SECRET_KEYS", new_key())
    assert "BANGFU_SECRET_KEYS 不是当初用的密钥" in bangfu("doctor").out
    monkeypatch.setenv("BANGFU_DATABASE_URL", "sqlite+aiosqlite:////proc/none/bangfu.db")
    said = bangfu("doctor")
    assert (said.status, said.err) == (1, "")
    assert "不对  数据库：连不上数据库" in said.out


def test_a_menu_without_an_official_account_is_one_sentence(bangfu: Bangfu, loaded: str) -> None:
    said = bangfu("menu")
    assert (said.status, said.sentence) == (1, "还没有配置公众号（BANGFU_WECHAT_…）。")
