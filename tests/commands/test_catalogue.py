"""The staff's door to the catalogue: what they confirm, stop and add, without writing YAML."""

import json
import shutil
from pathlib import Path

import pytest

from policies.catalogue import load_county, read_county
from policies.vocabulary import CATALOGUE
from tests.commands.conftest import Bangfu

NOTICE = "某县2026年冬季取暖补贴通知\n对在册低保户每户发放取暖补贴300元\n凭低保证到村委会登记\n"
ROAD = """
  - benefit: home_road_wangcang
    on: 2026-01-05
    by: 县交通运输局
    amount:
      2026-01-05: {kind: fixed, value: '1000.00', unit: 元/户}
"""


@pytest.fixture
def own(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The county's own folder, empty at first."""
    folder = bare / "catalogue"
    folder.mkdir()
    monkeypatch.setenv("BANGFU_CATALOGUE", str(folder))
    load_county.cache_clear()
    return folder


def confirmed(own: Path) -> str:
    return (own / "wangcang" / "confirmed.yaml").read_text(encoding="utf-8")


def test_what_staff_confirm_stands_at_the_end_of_the_countys_own_file(bangfu: Bangfu, own: Path) -> None:
    said = bangfu(
        *(
            "policies",
            "confirm",
            "学前教育补助",
            "--on",
            "2026-12-01",
            "--by",
            "县教育局",
            "--note",
            "旺教发〔2026〕3号",
        ),
        *("--amount", "1500.00", "--unit", "元/人", "--period", "年", "--paper", "户口簿", "--phone", "0839-4201234"),
        *("--closes", "2027-02-28", "--what", "申请表", "--hand-in", "幼儿园", "--days", "20"),
    )
    assert said.status == 1, "nobody calls it that"
    benefit = "preschool_wangcang"
    said = bangfu(
        *("policies", "confirm", benefit, "--on", "2026-12-01", "--by", "县教育局", "--note", "旺教发〔2026〕3号"),
        *("--amount", "1500.00", "--unit", "元/人", "--period", "年", "--paper", "户口簿", "--phone", "0839-4201234"),
        *("--closes", "2027-02-28", "--what", "申请表", "--hand-in", "幼儿园", "--days", "20"),
    )
    assert (said.status, said.err) == (0, "")
    shipped = (CATALOGUE / "wangcang" / "confirmed.yaml").read_text(encoding="utf-8")
    added = """
  - benefit: preschool_wangcang
    on: 2026-12-01
    by: 县教育局
    note: 旺教发〔2026〕3号
    amount:
      2026-12-01:
        kind: fixed
        value: '1500.00'
        unit: 元/人
        period: 年
    window:
      closes: 2027-02-28
      what: 申请表
      where: 幼儿园
    papers:
    - 户口簿
    phone: 0839-4201234
    within:
      days: 20
      counted: 工作日
"""
    assert confirmed(own) == shipped + added
    assert added in said.out
    [word] = read_county(own / "wangcang").confirmations[benefit]
    assert (word.by, word.papers, word.amounts[0][1].unit) == ("县教育局", ("户口簿",), "元/人")


def test_a_new_amount_leaves_the_rest_as_it_was_said_last(bangfu: Bangfu, own: Path) -> None:
    first = ("policies", "confirm", "home_road_wangcang", "--by", "县交通运输局")
    assert bangfu(*first, "--on", "2026-01-01", "--amount", "1200", "--unit", "元/户", "--paper", "身份证").status == 0
    assert bangfu(*first, "--on", "2026-07-01", "--amount", "1300", "--unit", "元/户").status == 0
    earlier, later = read_county(own / "wangcang").confirmations["home_road_wangcang"]
    assert [(str(day), str(amount.value)) for day, amount in earlier.amounts] == [("2026-01-01", "1200")]
    assert [(str(day), str(amount.value)) for day, amount in later.amounts] == [("2026-07-01", "1300")]
    assert later.papers == ("身份证",)


def test_what_was_only_a_demonstration_is_not_said_again_in_earnest(bangfu: Bangfu, own: Path) -> None:
    said = bangfu("policies", "confirm", "training_wangcang", "--on", "2026-12-01", "--by", "县就业局")
    assert said.status == 0
    word = read_county(own / "wangcang").confirmations["training_wangcang"][-1]
    assert (word.amounts, word.papers, word.where, word.demonstration) == ((), (), None, False)


def test_what_is_only_a_demonstration_is_listed_as_that(bangfu: Bangfu, own: Path) -> None:
    assert bangfu("policies", "confirm", "power_wangcang", "--on", "2026-12-01", "--by", "县供电公司").status == 0
    listed = bangfu("policies", "list", "--on", "2026-12-02").out
    assert "（water_wangcang）只是演示，县里没有确认" in listed
    assert "（power_wangcang）县里已确认" in listed


def test_what_is_stopped_is_over_from_that_day(bangfu: Bangfu, own: Path) -> None:
    assert bangfu("policies", "stop", "water_wangcang", "--on", "2026-12-01", "--by", "县水利局").status == 0
    states = [
        next(row for row in bangfu("policies", "list", "--on", day, "--json").document if row["id"] == "water_wangcang")
        for day in ("2026-11-30", "2026-12-01")
    ]
    assert [state["in_force"] for state in states] == ["confirmed", "ended"]


def test_nothing_is_put_in_place_that_would_not_hold(bangfu: Bangfu, own: Path) -> None:
    """A second word of the same day, a unit nobody knows: refused with the reason, and the file is as it was."""
    again = ("policies", "confirm", "water_wangcang", "--on", "2026-01-05", "--by", "县水利局")
    said = bangfu(*again)
    assert (said.status, "同一天只能有一条" in said.err, "什么也没有加。" in said.err) == (1, True, True)
    said = bangfu(*again[:4], "2026-12-01", *again[5:], "--amount", "5", "--unit", "块")
    assert (said.status, "没有“块”这个单位" in said.err) == (1, True)
    assert confirmed(own) == (CATALOGUE / "wangcang" / "confirmed.yaml").read_text(encoding="utf-8")


def test_a_dry_run_only_shows(bangfu: Bangfu, own: Path) -> None:
    said = bangfu("policies", "stop", "water_wangcang", "--on", "2026-12-01", "--by", "县水利局", "--dry-run")
    assert said.status == 0
    assert "stopped: true" in said.out
    assert said.out.endswith("这是试看，没有写进去。\n")
    assert "stopped" not in confirmed(own)


def test_a_line_that_is_raised_is_added_from_its_day(bangfu: Bangfu, own: Path) -> None:
    raised = ("policies", "figure", "低保线", "--by", "县民政局")
    said = bangfu(*raised, "--on", "2025-01-01", "--value", "4200")
    assert said.sentence.startswith("用法不对：请写单位（--unit）")
    assert bangfu(*raised, "--on", "2025-01-01", "--value", "4200", "--unit", "元/人·年").status == 0
    page = own / "wangcang" / "county.yaml"
    before = page.read_text(encoding="utf-8")
    said = bangfu(*raised, "--on", "2026-07-01", "--value", "4560", "--dry-run")
    assert (said.status, page.read_text(encoding="utf-8")) == (0, before)
    said = bangfu(*raised, "--on", "2026-07-01", "--value", "4560", "--note", "旺民〔2026〕5号")
    added = "    2026-07-01: {value: '4560', unit: 元/人·年, by: 县民政局, note: 旺民〔2026〕5号}\n"
    assert (said.status, said.err, f"county.yaml 加上：\n\n{added}" in said.out) == (0, "", True)
    [first] = [line for line in before.splitlines(keepends=True) if "2025-01-01" in line]
    assert page.read_text(encoding="utf-8") == before.replace(first, first + added)
    figures = read_county(own / "wangcang").figures["dibao_line"]
    assert [(str(day), str(one.value), one.by) for day, one in figures] == [
        ("2025-01-01", "4200", "县民政局"),
        ("2026-07-01", "4560", "县民政局"),
    ]


def test_a_figure_that_would_change_the_past_is_not_taken(bangfu: Bangfu, own: Path) -> None:
    raised = ("policies", "figure", "dibao_line", "--by", "县民政局", "--unit", "元/人·年")
    for day in ("2025-01-01", "2026-07-01"):
        assert bangfu(*raised, "--on", day, "--value", "4200").status == 0
    before = (own / "wangcang" / "county.yaml").read_text(encoding="utf-8")
    for day, why in (("2026-01-01", "会改了以前的答复"), ("2026-07-01", "同一个键写了两遍")):
        said = bangfu(*raised, "--on", day, "--value", "4300")
        assert (said.status, why in said.err, "什么也没有加。" in said.err) == (1, True, True)
    assert bangfu("policies", "figure", "利率", *raised[3:], "--on", "2027-01-01", "--value", "1").status == 2
    assert bangfu("policies", "figure", "major_50", *raised[3:5], "--on", "2027-01-01", "--value", "1").status == 2
    assert (own / "wangcang" / "county.yaml").read_text(encoding="utf-8") == before


def test_a_benefit_is_added_with_its_document_and_found_again(bangfu: Bangfu, own: Path) -> None:
    notice = own.parent / "notice.txt"
    notice.write_text(NOTICE, encoding="utf-8")
    what = (
        *("policies", "add", "--id", "heating_wangcang", "--name", "冬季取暖补贴", "--category", "社保兜底"),
        *("--payee", "household", "--strength", "definite", "--who", "在册低保户"),
        *("--condition", "是低保户 = household.labels has dibao", "--amount", "300", "--unit", "元/户"),
        *("--text", "每户300元", "--alias", "烤火费"),
    )
    source = ("--document", "heating_2026", "--title", "取暖补贴通知", "--source", str(notice))
    said = bangfu(*what, *source, "--quote", "每户发放取暖补贴500元")
    assert (said.status, said.err) == (1, "heating_2026 的原文里没有这句话，请逐字照抄。\n")
    assert bangfu(*what, *source, "--quote", "每户发放取暖补贴300元").status == 0
    benefit = read_county(own / "wangcang").benefits["heating_wangcang"]
    assert (benefit.source.document, benefit.source.line, benefit.category) == ("取暖补贴通知", 2, "社保兜底")
    shown = bangfu("policies", "show", "烤火费")
    assert shown.out.startswith("冬季取暖补贴（heating_wangcang），社保兜底\n给谁：在册低保户\n条件：是低保户\n")
    assert bangfu("policies", "check", str(own)).out == "政策目录没有错误。\n"


def test_a_first_benefit_of_a_category_has_a_file_of_its_own(bangfu: Bangfu, own: Path) -> None:
    """Also beside a county file as Windows writes it: with a byte order mark and its line ends."""
    shutil.copytree(CATALOGUE / "jishui", own / "wangcang")
    page = own / "wangcang" / "county.yaml"
    page.write_bytes(b"\xef\xbb\xbf" + page.read_bytes().replace(b"\n", b"\r\n"))
    (own / "notice.txt").write_text(NOTICE, encoding="utf-8")
    said = bangfu(
        *("policies", "add", "--id", "heating_jishui", "--name", "冬季取暖补贴", "--category", "社保兜底"),
        *("--payee", "household", "--strength", "definite", "--who", "在册低保户", "--no-conditions"),
        *("--document", "heating_2026", "--title", "取暖补贴通知", "--source", str(own / "notice.txt")),
        *("--quote", "对在册低保户每户发放取暖补贴300元"),
    )
    assert (said.status, said.err) == (0, "")
    assert (own / "wangcang" / "social_security.yaml").read_text(encoding="utf-8").startswith("category: 社保兜底\n")
    assert read_county(own / "wangcang").benefits["heating_jishui"].source.line == 2


def test_a_benefit_without_a_quote_or_conditions_is_not_taken(bangfu: Bangfu, own: Path) -> None:
    what = (
        *("policies", "add", "--id", "heating_wangcang", "--name", "冬季取暖补贴", "--category", "社保兜底"),
        *("--payee", "household", "--strength", "definite", "--who", "在册低保户"),
    )
    assert bangfu(*what).sentence == "用法不对：还缺 --quote。加 --help 看用法。"
    quoted = (*what, "--quote", "每户贫困户都有帮扶干部")
    assert bangfu(*quoted).sentence.startswith("用法不对：条件至少写一条")
    assert bangfu(*quoted, "--condition", "是低保户").sentence.startswith("用法不对：条件要写成")


def test_without_a_folder_of_its_own_nothing_is_written(bangfu: Bangfu, bare: Path) -> None:
    said = bangfu("policies", "stop", "water_wangcang", "--on", "2026-12-01", "--by", "县水利局")
    assert said.sentence.startswith("还没有地方放本县自己的目录：请先设 BANGFU_CATALOGUE")


def test_the_countys_own_pack_is_the_one_in_force(bangfu: Bangfu, own: Path) -> None:
    """Another county's name too, where only the county's own folder has it."""
    shutil.copytree(CATALOGUE / "jishui", own / "wangcang")
    load_county.cache_clear()
    assert {row["category"] for row in bangfu("policies", "list", "--json").document} == {"教育"}
    load_county.cache_clear()


@pytest.fixture
def before(bare: Path) -> Path:
    """The pack as it was: with a confirmation that has an amount."""
    pack = Path(shutil.copytree(CATALOGUE / "wangcang", bare / "before" / "wangcang"))
    with (pack / "confirmed.yaml").open("a", encoding="utf-8") as page:
        page.write(ROAD)
    return pack


def test_what_was_edited_instead_of_added_is_named(bangfu: Bangfu, own: Path, before: Path) -> None:
    pack = shutil.copytree(before, own / "wangcang")
    assert bangfu("policies", "stop", "water_wangcang", "--on", "2026-12-01", "--by", "县水利局").status == 0
    assert bangfu("policies", "check", str(pack), "--before", str(before)).out == "政策目录没有错误。\n"

    page = pack / "housing.yaml"
    text = page.read_text(encoding="utf-8")
    line = text[: text.index("to: 2020-12-31")].count("\n") + 1
    page.write_text(text.replace("to: 2020-12-31", "to: 2022-12-31", 1), encoding="utf-8")
    (pack / "confirmed.yaml").write_text(
        confirmed(own)
        .replace("'1000.00'", "'1100.00'")
        .replace("  - benefit: power_wangcang", "  - benefit: tv_wangcang"),
        encoding="utf-8",
    )
    said = bangfu("policies", "check", str(pack), "--before", str(before), "--json")
    told = {(one["file"], one["line"], one["key"]) for one in json.loads(said.out)}
    assert said.status == 1
    assert ("housing.yaml", line, "to") in told
    assert {(file, key) for file, _, key in told} == {
        ("housing.yaml", "to"),
        ("confirmed.yaml", "power_wangcang 2026-01-05"),
        ("confirmed.yaml", "value"),
    }


def test_a_later_amount_may_be_added_and_a_source_may_not_change(bangfu: Bangfu, own: Path, before: Path) -> None:
    pack = shutil.copytree(before, own / "wangcang")
    with (pack / "confirmed.yaml").open("a", encoding="utf-8") as page:
        page.write("      2027-01-01: {kind: fixed, value: '1300.00', unit: 元/户}\n")
    assert bangfu("policies", "check", str(pack), "--before", str(before)).status == 0
    source = pack / "sources" / "thirteen_key_tasks.txt"
    source.write_text(source.read_text(encoding="utf-8") + "多了一句\n", encoding="utf-8")
    said = bangfu("policies", "check", str(pack), "--before", str(before))
    assert (said.status, "原文不能改" in said.out) == (1, True)


def test_a_pack_with_mistakes_stops_a_command_with_all_of_them_named(bangfu: Bangfu, own: Path) -> None:
    pack = shutil.copytree(CATALOGUE / "wangcang", own / "wangcang")
    for file, old, new in (("housing.yaml", "payee: household", "payee: 户"), ("county.yaml", "level: 县", "level: ")):
        text = (pack / file).read_text(encoding="utf-8")
        (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    said = bangfu("policies", "list")
    assert (said.status, said.out) == (1, "")
    assert said.err == (
        "county.yaml 第3行（level）：缺这一项。\n"
        "housing.yaml 第9行（payee）：“户”不在可用的词里：household、person、group、worker。\n"
        "政策目录有错，什么也没有做。改好上面几处再来一次。\n"
    )
