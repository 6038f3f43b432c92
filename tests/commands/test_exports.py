"""What the office takes out: tables that can go in again, and files nobody else can read."""

import asyncio
import csv
import hashlib
import re
import stat
import struct
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import pyzipper
from sqlalchemy import select, text

from bot.simulator.county import County, make_county
from storage.audit import AuditEntry
from storage.database import Database
from storage.imports.layouts import LAYOUTS, Kind
from storage.sealing import Keyring, new_key
from tests.commands.conftest import COUNTY_DAY, IMPORTS, Bangfu
from tests.conftest import SHARED
from tests.databases import KEY
from tests.storage.imports.sheets import member, wife, write

COUNTY_SMALL = SHARED / "fixtures" / "county-small"
EXPORTS = (*IMPORTS, "visits", "reminders", "calls", "gaps")
WORD = "correct-horse-7"


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a file, by their headings."""
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    headings, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def text_file(path: Path, *rows: dict[str, Any], **more: str) -> str:
    """Write rows as text: nothing in it is a formula yet."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([[*rows[0], *more], *([*row.values(), *more.values()] for row in rows)])
    return str(path)


def nothing_changes(bangfu: Bangfu, folder: Path) -> dict[str, int]:
    """Export all five kinds, import each again, and give how many rows each had."""
    counts = {}
    for kind in IMPORTS:
        file = str(folder / f"out-{kind}.xlsx")
        assert bangfu("export", kind, file).status == 0
        sums = bangfu("import", kind, file, "--json").document
        assert (sums["created"], sums["updated"], sums["rejected"]) == (0, 0, []), kind
        assert sums["unchanged"] == sums["read"]
        counts[kind] = sums["read"]
    return counts


# ---- there and back


def test_an_exported_county_changes_nothing_when_it_is_imported(
    bangfu: Bangfu, on_clone: str, bare: Path, county_files: County
) -> None:
    for kind in IMPORTS:
        read = bangfu("import", kind, str(county_files.file(kind)), "--json").document["read"]
        assert read > 0
    assert nothing_changes(bangfu, bare)["households"] == county_files.members


def test_a_county_with_faults_in_it_changes_nothing_either(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    dirty = make_county(bare / "dirty", on=COUNTY_DAY, seed=3, villages=3, households=60, dirt=0.2)
    for kind in IMPORTS:
        bangfu("import", kind, str(dirty.file(kind)), "--json")
    assert 0 < nothing_changes(bangfu, bare)["households"] < dirty.members


@pytest.mark.skipif(not COUNTY_SMALL.exists(), reason="the sample county is not here")
def test_the_sample_county_changes_nothing_either(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    for kind in ("households", "assignments", "applications", "disbursements"):
        assert bangfu("import", kind, str(COUNTY_SMALL / f"{kind}.xlsx"), "--json").status == 0
    assert min(nothing_changes(bangfu, bare).values()) > 0


def test_the_headings_are_those_the_importers_publish(bangfu: Bangfu, loaded: str, bare: Path) -> None:
    for kind in IMPORTS:
        file = bare / f"{kind}.xlsx"
        bangfu("export", kind, str(file))
        published = [names[0] for names in LAYOUTS[Kind(kind)].headings.values()]
        assert list(rows_of(file)[0]) == published


def test_columns_we_have_no_place_for_stand_at_the_end_under_their_own_headings(
    bangfu: Bangfu, on_clone: str, bare: Path
) -> None:
    head, spouse = member() | {"是否党员": "是", "备 注": "=1+1"}, wife() | {"是否党员": "", "备 注": "007"}
    bangfu("import", "households", text_file(bare / "in.csv", head, spouse))
    bangfu("export", "households", "out.xlsx")
    first, second = rows_of(bare / "out.xlsx")
    assert set(list(first)[-2:]) == {"是否党员", "备注"}
    assert (first["是否党员"], first["备注"]) == ("是", "=1+1")
    assert (second["是否党员"], second["备注"]) == (None, "007")
    assert nothing_changes_of_households(bangfu, "out.xlsx")


def nothing_changes_of_households(bangfu: Bangfu, file: str) -> bool:
    sums = bangfu("import", "households", file, "--json").document
    return (sums["created"], sums["updated"], sums["rejected"]) == (0, 0, [])


def test_causes_classes_and_incomes_come_back_as_they_were(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    told: dict[str, Any] = {
        "其他致贫原因": "缺技术、因学",
        "脱贫年度": 2019,
        "低保类别": "二类",
        "风险是否已消除": "是",
        "人均纯收入(元)": 8123.45,
        "工资性收入(元)": 12000,
        "生产经营性收入(元)": 3456.78,
        "财产性收入(元)": 0,
        "转移性收入(元)": 1200.5,
        "生产经营性支出(元)": 900,
        "收入年度": 2025,
    }
    bangfu("import", "households", str(write(bare / "2024.xlsx", [member() | told | {"收入年度": 2024}])))
    bangfu("import", "households", str(write(bare / "2025.xlsx", [member() | told | {"转移性收入(元)": 1300}])))
    bangfu("export", "households", "out.xlsx")
    [row] = rows_of(bare / "out.xlsx")
    assert {heading: row[heading] for heading in told} == told | {"转移性收入(元)": 1300}
    assert nothing_changes_of_households(bangfu, "out.xlsx")


def test_who_has_gone_and_households_that_are_no_more_are_left_out(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    other = member(户编号="700002", 人编号="70000201", 证件号码="990100196511034424", 姓名="何秀兰", 性别="女")
    bangfu("import", "households", str(write(bare / "in.xlsx", [member(), wife(), other])))
    changed(on_clone, "UPDATE member SET left_on = '2026-11-01' WHERE number = '70000102'")
    changed(on_clone, "UPDATE household SET closed_on = '2026-11-01' WHERE number = '700002'")
    said = bangfu("export", "households", "out.xlsx")
    assert (said.err, [row["人编号"] for row in rows_of(bare / "out.xlsx")]) == ("", ["70000101"])


def changed(url: str, statement: str) -> None:
    """Change the store behind the commands' back."""

    async def change() -> None:
        database = Database(url, Keyring([KEY]))
        async with database.writing() as session:
            await session.execute(text(statement))
        await database.close()

    asyncio.run(change())


def test_a_second_column_of_the_same_heading_comes_back_as_it_was(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*member(), "联系电话"])
    sheet.append([*member().values(), "0839-4200000"])
    book.save(bare / "in.xlsx")
    bangfu("import", "households", "in.xlsx")
    bangfu("export", "households", "out.xlsx")
    assert nothing_changes_of_households(bangfu, "out.xlsx")


def test_a_phone_known_only_from_a_rejected_row_is_kept_and_shown(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    file = str(write(bare / "in.xlsx", [member(证件号码="990100196305171218"), wife(联系电话=None)]))
    bangfu("import", "households", file)
    bangfu("export", "households", "out.xlsx")
    [row] = rows_of(bare / "out.xlsx")
    assert (row["姓名"], row["联系电话"]) == ("何秀兰", "家里电话：199·1111·2222")
    assert nothing_changes_of_households(bangfu, "out.xlsx")


def test_households_of_whom_nobody_is_known_are_counted_aloud(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    file = str(write(bare / "in.xlsx", [member(证件号码="1"), wife(证件号码="2")]))
    bangfu("import", "households", file)
    said = bangfu("export", "households", "out.xlsx")
    assert (said.status, said.out) == (0, "写好了0行：out.xlsx\n")
    assert said.err == "另有1户没有一位登记好的成员，表里没有。\n"


def test_an_area_is_written_so_that_it_is_found_again(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    other = member(户编号="700002", 人编号="70000201", 证件号码="990100196511034424", 姓名="何秀兰", 性别="女")
    other |= {"与户主关系": "户主", "乡(镇)": "山口镇"}
    bangfu("import", "households", str(write(bare / "in.xlsx", [member(), other])))
    cadres = [
        {"姓名": "赵强", "电话": "19900000011", "角色": "村干部", "管辖区划": "河口镇上坝村"},
        {"姓名": "孙丽", "电话": "19900000012", "角色": "乡镇", "管辖区划": "山口镇"},
    ]
    bangfu("import", "cadres", str(write(bare / "cadres.xlsx", cadres)))
    bangfu("export", "cadres", "out.xlsx")
    assert [row["管辖区划"] for row in rows_of(bare / "out.xlsx")] == [None, "河口镇上坝村", "山口镇"]
    sums = bangfu("import", "cadres", "out.xlsx", "--json").document
    assert (sums["created"], sums["updated"], sums["warnings"]) == (0, 0, [])


# ---- the cells


def test_numbers_people_are_known_by_are_whole_texts(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    bangfu("import", "households", str(write(bare / "in.xlsx", [member()])))
    bangfu("export", "households", "out.xlsx")
    [row] = rows_of(bare / "out.xlsx")
    wanted = {
        "户编号": "700001",
        "人编号": "70000101",
        "证件号码": "990100196305171217",
        "联系电话": "19911112222",
        "银行卡号": "6217000000000000001",
        "帮扶责任人电话": "19900000001",
        "人均纯收入(元)": 8123.45,
    }
    assert {heading: row[heading] for heading in wanted} == wanted


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_nothing_becomes_a_formula(bangfu: Bangfu, on_clone: str, bare: Path, text: str) -> None:
    bangfu("import", "households", text_file(bare / "in.csv", member(), wife(), 说法=text))
    bangfu("export", "households", "out.xlsx")
    sheet = openpyxl.load_workbook(bare / "out.xlsx").active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {"s", "n"}
    assert rows_of(bare / "out.xlsx")[1]["说法"] == text.strip()


def test_days_are_days_to_a_spreadsheet(bangfu: Bangfu, loaded: str, bare: Path) -> None:
    bangfu("export", "applications", "out.xlsx")
    day = rows_of(bare / "out.xlsx")[0]["申请日期"]
    assert isinstance(day, datetime)


# ---- the file


@pytest.mark.parametrize("kind", EXPORTS)
def test_every_table_ends_with_one_line_and_is_its_owners_only(
    bangfu: Bangfu, loaded: str, bare: Path, kind: str
) -> None:
    file = bare / "out.xlsx"
    said = bangfu("export", kind, "out.xlsx")
    assert (said.status, said.err) == (0, "")
    found = re.fullmatch(r"写好了(\d+)行：out\.xlsx\n", said.out)
    assert found is not None
    assert len([row for row in rows_of(file) if any(row.values())]) == int(found[1])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in bare.iterdir()] == ["out.xlsx"]


@pytest.mark.parametrize("kind", EXPORTS)
def test_an_empty_store_gives_the_headings(bangfu: Bangfu, on_clone: str, bare: Path, kind: str) -> None:
    assert bangfu("export", kind, "out.xlsx").out == "写好了0行：out.xlsx\n"
    assert [set(row.values()) for row in rows_of(bare / "out.xlsx")] in ([], [{None}])
    sheet = openpyxl.load_workbook(bare / "out.xlsx").active
    assert sheet is not None
    assert all(re.search(r"[一-鿿]", str(cell.value)) for cell in sheet[1])


def test_a_file_that_is_there_is_left_alone_unless_told(bangfu: Bangfu, loaded: str, bare: Path) -> None:
    file = bare / "out.xlsx"
    file.write_text("别动")
    file.chmod(0o644)
    said = bangfu("export", "cadres", "out.xlsx")
    assert (said.status, said.sentence) == (1, "out.xlsx 已经有了，没有动它。请换个名字，或加 --force 覆盖。")
    assert file.read_text() == "别动"
    assert bangfu("export", "cadres", "out.xlsx", "--force").status == 0
    assert rows_of(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("place", ["nowhere/out.xlsx", "/proc/out.xlsx", "folder.xlsx"])
def test_a_place_that_is_none_is_one_sentence(bangfu: Bangfu, loaded: str, bare: Path, place: str) -> None:
    (bare / "folder.xlsx").mkdir()
    said = bangfu("export", "cadres", place)
    assert (said.status, said.sentence) == (1, f"写不了 {place}。请换一个已有的、允许写入的文件夹。")


def test_another_key_than_the_stores_leaves_no_half_file(
    bangfu: Bangfu, loaded: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_SECRET_KEYS", new_key())
    said = bangfu("export", "households", "out.xlsx")
    assert (said.status, said.sentence[:9]) == (1, "打不开库里已有的证")
    assert list(bare.iterdir()) == []


@pytest.mark.parametrize("command", [("export", "cadres", "out.xlsx")], ids=" ".join)
def test_a_store_that_is_not_made_yet_is_one_sentence(
    bangfu: Bangfu, bare: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("BANGFU_DATABASE_URL", "sqlite+aiosqlite:///empty.db")
    monkeypatch.setenv("BANGFU_SECRET_KEYS", new_key())
    said = bangfu(*command)
    assert (said.status, said.sentence) == (1, "数据库还没有建好，请先运行 bangfu migrate。")
    assert not (bare / "out.xlsx").exists()


# ---- encrypted


def opened(path: Path, word: str) -> bytes:
    """The one file in a zip, opened with a password."""
    with pyzipper.AESZipFile(path) as archive:
        archive.setpassword(word.encode())
        [name] = archive.namelist()
        content: bytes = archive.read(name)
    return content


def test_a_zip_is_encrypted_and_holds_the_workbook_whole(
    bangfu: Bangfu, loaded: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_EXPORT_PASSWORD", WORD)
    assert bangfu("export", "households", "plain.xlsx").status == 0
    said = bangfu("export", "households", "out.zip", "--encrypt")
    assert (said.status, said.err) == (0, "")
    assert re.fullmatch(r"写好了\d+行：out\.zip\n", said.out)
    assert sorted(path.name for path in bare.iterdir()) == ["out.zip", "plain.xlsx"]
    assert stat.S_IMODE((bare / "out.zip").stat().st_mode) == 0o600
    (bare / "opened.xlsx").write_bytes(opened(bare / "out.zip", WORD))
    assert rows_of(bare / "opened.xlsx") == rows_of(bare / "plain.xlsx")
    with pytest.raises(RuntimeError, match="Bad password"):
        opened(bare / "out.zip", "correct-horse-8")
    # AES-256 (strength 3) in the form that keeps no checksum of what it holds (AE-2); method 99 says so.
    with zipfile.ZipFile(bare / "out.zip") as archive:
        [entry] = archive.infolist()
    assert (entry.flag_bits & 1, entry.compress_type, entry.CRC) == (1, 99, 0)
    assert struct.unpack("<HHH2sBH", entry.extra)[2:5] == (2, b"AE", 3)


def test_a_zip_is_never_in_the_open_and_a_workbook_never_encrypted(bangfu: Bangfu, loaded: str, bare: Path) -> None:
    said = bangfu("export", "cadres", "out.zip")
    assert (said.status, said.sentence[:11]) == (1, "没有口令，没有导出。请")
    said = bangfu("export", "cadres", "out.xlsx", "--encrypt")
    assert (said.status, said.sentence) == (2, "用法不对：要加密，FILE 就要以 .zip 结尾。加 --help 看用法。")
    said = bangfu("export", "cadres", "out.xlsx", "--password-file", "word.txt")
    assert (said.status, said.sentence) == (2, "用法不对：--password-file 要和 .zip 的 FILE 一起用。加 --help 看用法。")
    assert list(bare.iterdir()) == []


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("elevenchars", "口令至少要12位，没有导出。"),
        ("", "口令至少要12位，没有导出。"),
        ("帮扶通帮扶通帮扶通帮扶通", "口令只能用英文字母、数字和符号，这样各种解压软件才认得，没有导出。"),
    ],
)
def test_a_password_that_is_none_is_refused(bangfu: Bangfu, loaded: str, bare: Path, word: str, sentence: str) -> None:
    (bare / "word.txt").write_text(f"{word}\n")
    said = bangfu("export", "cadres", "out.zip", "--password-file", "word.txt")
    assert (said.status, said.sentence) == (1, sentence)
    assert [path.name for path in bare.iterdir()] == ["word.txt"]


def test_a_password_file_gives_its_first_line(bangfu: Bangfu, loaded: str, bare: Path) -> None:
    (bare / "word.txt").write_text(f"{WORD}\n记在这里\n")
    assert bangfu("export", "cadres", "out.zip", "--password-file", "word.txt").status == 0
    assert opened(bare / "out.zip", WORD)[:2] == b"PK"
    said = bangfu("export", "cadres", "other.zip", "--password-file", "none.txt")
    assert (said.status, said.sentence[:13]) == (1, "文件 none.txt 读")


def test_at_the_terminal_the_password_is_asked_for_twice(
    bangfu: Bangfu, loaded: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([WORD, WORD, WORD, "correct-horse-8", ""])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert bangfu("export", "cadres", "one.zip").status == 0
    assert opened(bare / "one.zip", WORD)[:2] == b"PK"
    said = bangfu("export", "cadres", "two.zip")
    assert (said.status, said.sentence) == (1, "两遍口令不一样，没有导出。请再来一次。")
    made = bangfu("export", "cadres", "three.zip")
    found = re.match(r"压缩包的口令：([a-z2-9]{5}(?:-[a-z2-9]{5}){3})\n只显示这一次", made.out)
    assert found is not None
    assert opened(bare / "three.zip", found[1])[:2] == b"PK"
    assert sorted(path.name for path in bare.iterdir()) == ["one.zip", "three.zip"]


# ---- audited


def audited(url: str) -> list[tuple[str, dict[str, Any]]]:
    """What the audit has of exports, in order."""

    async def look() -> list[tuple[str, dict[str, Any]]]:
        database = Database(url, Keyring([KEY]))
        async with database.reading() as session:
            acts = select(AuditEntry.action, AuditEntry.detail).order_by(AuditEntry.id)
            found = await session.execute(acts.where(AuditEntry.action.startswith("export.")))
        await database.close()
        return [(action, detail) for action, detail in found]

    return asyncio.run(look())


def test_every_export_is_noted_with_the_digest_of_its_file(
    bangfu: Bangfu, on_clone: str, county_files: County, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_EXPORT_PASSWORD", WORD)
    bangfu("import", "cadres", str(county_files.file("cadres")))
    for name in ("out.xlsx", "out.zip"):
        assert bangfu("export", "cadres", name).status == 0
    digests = [hashlib.sha256((bare / name).read_bytes()).hexdigest() for name in ("out.xlsx", "out.zip")]
    rows = len(rows_of(bare / "out.xlsx"))
    assert audited(on_clone) == [
        ("export.cadres", {"kind": "cadres", "rows": rows, "sha256": digests[0], "encrypted": False}),
        ("export.cadres", {"kind": "cadres", "rows": rows, "sha256": digests[1], "encrypted": True}),
    ]


def test_an_export_that_could_not_be_put_in_its_place_is_not_noted(
    bangfu: Bangfu, on_clone: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("pathlib.Path.replace", full)
    said = bangfu("export", "cadres", "out.xlsx")
    assert (said.status, said.sentence[:12]) == (1, "写不了 out.xlsx")
    assert list(bare.iterdir()) == []
    assert audited(on_clone) == []


# ---- what is no export


def test_a_file_that_is_no_workbook_is_wrong_usage(bangfu: Bangfu, bare: Path) -> None:
    said = bangfu("export", "cadres", "out.csv")
    assert (said.status, said.sentence) == (2, "用法不对：FILE 要以 .xlsx 或 .zip 结尾。加 --help 看用法。")
    said = bangfu("export", "villages", "out.xlsx")
    assert said.status == 2
    assert said.sentence.startswith("用法不对：KIND 不能写 villages，可以写 households、cadres、")


# ---- their words


@pytest.mark.parametrize("command", [("export",)], ids=" ".join)
def test_these_commands_explain_themselves_in_chinese(bangfu: Bangfu, command: tuple[str, ...]) -> None:
    said = bangfu(*command, "--help")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"用法：{' '.join(('bangfu', *command))} ")
    for line in re.split(r"\n(?= {2}\S)", said.out)[1:]:
        assert re.search(r"[一-鿿]", line), f"{line!r} says nothing"
