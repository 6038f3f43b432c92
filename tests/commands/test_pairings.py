"""`bangfu pairings`: who has nobody, who has more or fewer than the documents say, and the office's own moves."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.messages import pairings
from bot.messages.pairings import Household
from storage.sealing import new_key
from tests.commands.conftest import Bangfu
from tests.storage.imports.sheets import member, write
from tests.village import id_number


def rows(cadres: dict[str, int], *, alone: int = 0) -> list[dict[str, Any]]:
    """A households file in which each of these cadres (by phone) has so many households, and some have nobody."""
    found = []
    helpers = [phone for phone, count in cadres.items() for _ in range(count)] + [None] * alone
    for number, phone in enumerate(helpers, 1):
        person = {"姓名": f"户主{'甲乙丙丁戊己庚辛壬癸'[number - 1]}", "证件号码": id_number("19650101", number)}
        place = {"户编号": f"70{number:04d}", "人编号": f"70{number:04d}01"}
        helper = {
            "帮扶责任人": phone and NAMES[phone],
            "帮扶责任人电话": phone,
            "帮扶单位": phone and "县教育局",
        }
        found.append(member(**place, **person, **helper))
    return found


NAMES = {
    "19900000001": "李梅",
    "19900000002": "张磊",
    "19900000003": "赵强",
    "19900000004": "钱芳",
    "08391234567": "孙静",
}
RANKS = {"19900000001": "副县级", "19900000002": "正科", "19900000003": "局长", "19900000004": "科员"}


@pytest.fixture
def county(bangfu: Bangfu, on_clone: str, bare: Path, monkeypatch: pytest.MonkeyPatch) -> Bangfu:
    """A county of the 321 rule: 李梅 has two, 张磊 three, 赵强 (of no known rank) one, 钱芳 none; two have nobody."""
    monkeypatch.setenv("BANGFU_COUNTY", "yiyang")
    cadres = [
        {"姓名": name, "电话": phone, "单位": "县教育局", "职务级别": RANKS.get(phone), "角色": "帮扶干部"}
        for phone, name in NAMES.items()
        if phone in RANKS
    ]
    assert bangfu("import", "cadres", str(write(bare / "cadres.xlsx", cadres))).status == 0
    paired = {"19900000001": 2, "19900000002": 3, "19900000003": 1}
    households = str(write(bare / "in.xlsx", rows(paired, alone=2)))
    assert bangfu("import", "households", households, "--json").document["rejected"] == []
    return bangfu


def test_everybody_paired_is_said(bangfu: Bangfu, loaded: str) -> None:
    found = bangfu("pairings", "gaps", "--json").document
    assert (found["without_cadre"], found["out_of_reach"], found["rules"], found["most"]) == ([], [], [], None)
    assert (found["over"], found["under"], found["unknown"]) == ([], [], [])
    assert sum(cadre["households"] for cadre in found["cadres"]) == 40
    assert bangfu("pairings", "gaps").out == (
        "每一户都有帮扶干部。\n县里没有定一名干部结对几户，所以不查多和少。各干部的户数加 --json 看。\n"
    )


def test_an_empty_register_has_no_gaps(bangfu: Bangfu, on_clone: str) -> None:
    found = bangfu("pairings", "gaps", "--json").document
    assert not any(found.values())
    assert bangfu("pairings", "gaps").out.startswith("每一户都有帮扶干部。\n")


def test_gaps_by_the_rule_of_the_countys_document(county: Bangfu) -> None:
    assert county("pairings", "gaps").out == (
        "还没有帮扶干部的有2户：\n"
        "  户700007 户主庚 示范县河口镇上坝村2组\n"
        "  户700008 户主辛 示范县河口镇上坝村2组\n"
        "没有人帮的户，按文件由所在乡镇（场）干部（职工）包干托底。\n"
        "县处级领导干部每人3户（文件第665行“县处级领导干部结对帮扶3户”）：\n"
        "  少了的有1名：李梅 2户\n"
        "科级干部每人2户（文件第665行“科级干部结对帮扶2户”）：\n"
        "  多了的有1名：张磊 3户\n"
        "一般干部（职工）每人1户（文件第665行“一般干部(职工)结对帮扶1户”）：\n"
        "  少了的有1名：钱芳 0户\n"
        "看不出该结对几户的有1名，职务级别看不出是哪一级：赵强（局长）\n"
    )
    found = county("pairings", "gaps", "--json").document
    assert [one["household"] for one in found["without_cadre"]] == ["700007", "700008"]
    [over], [unknown] = found["over"], found["unknown"]
    assert (over["households"], over["least"], over["most"], over["who"]) == (3, 2, 2, "科级干部")
    assert (unknown["households"], unknown["missing"]) == (1, "rank_not_understood")
    assert [(one["households"], one["most"]) for one in found["under"]] == [(2, 3), (0, 1)]
    assert found["rules"][0]["source"]["quote"] == "县处级领导干部结对帮扶3户"
    assert not any(name in str(found) for name in (*NAMES.values(), *NAMES))


def test_other_counties_have_other_rules(county: Bangfu, monkeypatch: pytest.MonkeyPatch) -> None:
    """One number for everybody; and a rule that asks for what no register tells."""
    monkeypatch.setenv("BANGFU_COUNTY", "chengtou")
    found = county("pairings", "gaps", "--json").document
    assert (found["most"], found["over"], found["unknown"]) == (4, [], [])
    assert [one["households"] for one in found["under"]] == [3, 2, 1, 0]
    monkeypatch.setenv("BANGFU_COUNTY", "sifa_cun")
    said = county("pairings", "gaps").out
    assert (
        "副科级以上领导干部每人2户（文件第297行“副科级以上领导干部每人责任帮扶2户贫困户”）：\n  多了的有1名：张磊 3户\n"
        in said
    )
    assert "看不出该结对几户的有1名，要知道“是不是党员”才行：钱芳（科员）\n" in said


def test_households_whose_cadre_no_message_reaches_are_a_hint(bangfu: Bangfu, on_clone: str, bare: Path) -> None:
    bangfu("import", "households", str(write(bare / "in.xlsx", rows({"08391234567": 2, "19900000001": 1}))))
    found = bangfu("pairings", "gaps", "--json").document
    assert [one["household"] for one in found["out_of_reach"]] == ["700001", "700002"]
    assert (
        "有2户的帮扶干部收不到消息（没有绑定，登记的电话也不是手机号），请核对：孙静 2户\n"
        in bangfu("pairings", "gaps").out
    )


def test_two_thousand_gaps_stay_readable() -> None:
    households = [
        Household(f"7{number:05d}", "某某", f"{'东西南北'[number % 4]}河镇", f"{'甲乙丙丁戊己'[number % 6]}村", "")
        for number in range(2_000)
    ]
    assert pairings.without_cadre(households) == (
        "还没有帮扶干部的有2000户：\n"
        "  东河镇500户：戊村167户、甲村167户、丙村166户\n"
        "  北河镇500户：丁村167户、乙村167户、己村166户\n"
        "  南河镇500户：丙村167户、甲村167户、戊村166户\n"
        "  西河镇500户：乙村167户、己村167户、丁村166户\n"
        "全部名单：bangfu export gaps 文件.xlsx"
    )


# ---- hand-over


def helpers(bangfu: Bangfu) -> dict[str, int]:
    """How many households each cadre has, by our id."""
    return {one["cadre"]: one["households"] for one in bangfu("pairings", "gaps", "--json").document["cadres"]}


def test_the_office_hands_a_cadres_households_over(county: Bangfu) -> None:
    before = helpers(county)
    moving = ("pairings", "hand-over", "--from", "19900000002", "--to", "19900000004")
    assert county(*moving, "--dry-run").out == "会移交3户，还没有动。\n"
    assert helpers(county) == before
    assert county(*moving, "--household", "700003").out == "移交了1户，当天生效。\n"
    assert sorted(helpers(county).values()) == [1, 1, 2, 2]
    assert county(*moving).out == "移交了2户，当天生效。\n"
    assert sorted(helpers(county).values()) == [1, 2, 3]
    assert [one["household"] for one in county("pairings", "gaps", "--json").document["without_cadre"]] == [
        "700007",
        "700008",
    ], "nobody was left alone on the way"
    assert county(*moving).sentence == "这名干部名下没有结对的户。"


IMPOSSIBLE = (
    (("--from", "19900000009", "--to", "19900000001"), "没有这个电话的干部，请核对电话号码。"),
    (("--from", "19900000001", "--to", "19900000009"), "没有这个电话的干部，请核对电话号码。"),
    (("--from", "19900000001", "--to", "19900000001"), "两个电话是同一名干部。"),
    (
        ("--from", "19900000001", "--to", "19900000002", "--household", "700001", "700007", "1"),
        "这些户现在不是这名干部帮扶，什么都没有动：700007、1。",
    ),
)


def test_a_hand_over_that_cannot_be_changes_nothing(county: Bangfu) -> None:
    before = helpers(county)
    for arguments, sentence in IMPOSSIBLE:
        said = county("pairings", "hand-over", *arguments)
        assert (said.status, said.sentence) == (1, sentence)
    assert helpers(county) == before


# ---- their words


def test_a_store_that_is_not_made_yet_is_one_sentence(
    bangfu: Bangfu, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_DATABASE_URL", "sqlite+aiosqlite:///empty.db")
    monkeypatch.setenv("BANGFU_SECRET_KEYS", new_key())
    said = bangfu("pairings", "gaps", "--json")
    assert (said.status, said.sentence) == (1, "数据库还没有建好，请先运行 bangfu migrate。")


@pytest.mark.parametrize("command", [("pairings",), ("pairings", "gaps"), ("pairings", "hand-over")], ids=" ".join)
def test_these_commands_explain_themselves_in_chinese(bangfu: Bangfu, command: tuple[str, ...]) -> None:
    said = bangfu(*command, "--help")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"用法：{' '.join(('bangfu', *command))} ")
    for line in re.split(r"\n(?= {2}\S)", said.out)[1:]:
        assert re.search(r"[一-鿿]", line), f"{line!r} says nothing"
