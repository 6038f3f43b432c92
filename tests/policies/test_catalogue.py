"""The shipped catalogue is whole, and its checker finds what a hand can get wrong."""

import re
import shutil
import time
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies import advice
from policies.catalogue import (
    Benefit,
    CatalogueError,
    County,
    Mistake,
    Period,
    Strength,
    check,
    county_names,
    load_county,
    read_county,
)
from policies.conditions import Op, State
from policies.evaluator import as_json, deadlines, decide
from policies.facts import EventFacts, HouseholdFacts, HouseholdStatus, MemberFacts
from policies.vocabulary import CATALOGUE, vocabulary
from policies.writing import NEW_FILES

SHARED = Path(__file__).resolve().parents[2] / "../shared"
BENEFITS = SHARED / "policy/benefits.yaml"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the shipped pack to spoil."""
    return Path(shutil.copytree(CATALOGUE / "wangcang", tmp_path / "wangcang"))


def spoil(pack: Path, file: str, old: str, new: str) -> int:
    """Replace once and tell the line on which it happened."""
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_shipped_catalogue_has_no_mistakes() -> None:
    assert check() == []
    assert len(load_county("wangcang").benefits) == 53


def test_county_is_as_its_document_leaves_it() -> None:
    county = load_county("wangcang")
    assert (county.name, county.level, county.area_code) == ("旺苍县", "县", "510821")
    assert county.after_exit is None
    assert county.figures == {}
    [rule] = county.visits
    assert [(count.period, count.at_least) for count in rule.per] == [(Period.MONTH, 1)]
    assert (rule.remind_on, rule.source, rule.demonstration) == ((1, 20), None, True)
    assert county.pairing is not None
    assert county.pairing.cadres_per_household == 1
    assert (county.pairing.shares, county.pairing.rest, county.pairing.statuses) == ((), None, ())


def test_what_no_document_says_is_marked_as_a_demonstration() -> None:
    county = load_county("wangcang")
    for confirmations in county.confirmations.values():
        for confirmation in confirmations:
            assert confirmation.demonstration
            assert confirmation.note == "演示数据，不是旺苍县的正式答复"
            assert all("演示" in (amount.text or "") for _, amount in confirmation.amounts)
    for procedure in (one for name in county_names() for one in load_county(name).procedures):
        assert procedure.demonstration == (procedure.source is None)


@pytest.mark.skipif(not BENEFITS.exists(), reason="the list the catalogue was made from is not here")
def test_nothing_of_the_source_list_is_lost() -> None:
    raw = yaml.load(BENEFITS.read_bytes(), Loader=yaml.CSafeLoader)
    assert set(county_names()) == set(raw["regions"])
    for name, region in raw["regions"].items():
        county = load_county(name)
        assert (county.name, county.level, county.title) == (region["name"], region["level"], region["title"])
        assert (county.year, county.note) == (region["year"], region.get("note"))
        listed = {b["id"]: b for b in raw["benefits"] if b["region"] == name}
        assert set(county.benefits) == set(listed)
        for ours in county.benefits.values():
            compare(ours, listed[ours.id], county)


def compare(ours: Benefit, theirs: dict[str, Any], county: County) -> None:
    for name in ("family", "name", "category", "who", "how", "department"):
        assert getattr(ours, name) == theirs[name]
    assert (ours.payee, ours.strength, ours.note) == (theirs["payee"], theirs["strength"], theirs.get("note"))
    assert list(ours.aliases) == theirs["aliases"]
    assert [plain(one) for one in ours.conditions] == theirs["conditions"]
    source = theirs["source"]
    assert (ours.source.line, ours.source.quote, ours.source.quote2) == (
        source["line"],
        source["quote"],
        source.get("quote2"),
    )
    assert (ours.valid is None) == (theirs["valid"] is None)
    if ours.valid is not None:
        valid = {"from": ours.valid.first_year, "to": ours.valid.last_year, "note": ours.valid.note}
        assert valid == {"from": None, "to": None, "note": None} | theirs["valid"]
    assert (ours.window is None) == (theirs["window"] is None)
    if ours.window is not None:
        window = {
            "from": ours.window.opens and ours.window.opens.isoformat(),
            "to": ours.window.closes and ours.window.closes.isoformat(),
            "text": ours.window.text,
            "month_day": ours.window.month_day,
        }
        assert window == {"month_day": None} | theirs["window"]
    said = as_json(decide(ours, HouseholdFacts(), date(2018, 5, 1), county))
    # A bound the list leaves empty is not said.
    wanted = theirs["amount"] and {
        k: v for k, v in theirs["amount"].items() if v is not None or k not in ("min", "max", "before")
    }
    assert said["amount"] == wanted


def plain(condition: Any) -> dict[str, Any]:
    for key, parts in (("any", condition.any_of), ("all", condition.all_of)):
        if parts:
            return {key: [plain(part) for part in parts]}
    value = list(condition.value) if isinstance(condition.value, tuple) else condition.value
    return {"attr": condition.attribute.name, "op": str(condition.op), "value": value}


@pytest.mark.skipif(not BENEFITS.exists(), reason="the list the catalogue was made from is not here")
def test_vocabulary_speaks_for_every_county_of_the_source_list() -> None:
    raw = yaml.load(BENEFITS.read_bytes(), Loader=yaml.CSafeLoader)
    assert set(vocabulary().attributes) == set(raw["vocab"]["attrs"])
    assert set(vocabulary().amount_kinds) == set(raw["vocab"]["amount_kind"])
    assert list(vocabulary().categories) == raw["vocab"]["category"]
    assert [str(one) for one in Strength] == list(raw["vocab"]["strength"])


def test_every_attribute_has_its_fact_and_every_fact_its_attribute() -> None:
    not_asked_by_rules = {
        "household": {"exit_year", "members", "events", "events_denied", "not_befallen", "checked", "told"},
        "member": {"id", "name"},
        "event": {"member"},
    }
    homes: dict[str, type[Any]] = {"household": HouseholdFacts, "member": MemberFacts, "event": EventFacts}
    for scope, home in homes.items():
        asked = {
            one.field
            for one in vocabulary().attributes.values()
            if one.scope == scope or (scope == "household" and one.scope == "village")
        }
        assert asked == {one.name for one in fields(home)} - not_asked_by_rules[scope]
    assert set(vocabulary().attributes["household.status"].values) == set(HouseholdStatus)


def test_a_pack_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CatalogueError, match="没有这个县的政策目录"):
        load_county("../wangcang")


def test_a_pack_with_a_mistake_is_refused(pack: Path) -> None:
    line = spoil(pack, "housing.yaml", "strength: definite", "strength: surely")
    with pytest.raises(CatalogueError, match=f"housing.yaml:{line} strength"):
        read_county(pack)


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "what"),
    [
        (
            "housing.yaml",
            "attr: household.house_grade",
            "attr: household.roof",
            "attr",
            "没有“household.roof”这个属性，可用的见 vocabulary.yaml",
        ),
        (
            "housing.yaml",
            "op: in",
            "op: near",
            "op",
            advice.not_one_of(
                "near",
                [str(op) for op in Op],
            ),
        ),
        ("housing.yaml", "op: in\n", "op: lt\n", "op", "“household.house_grade”不能用 lt 来比，可以用 eq、ne、in"),
        ("housing.yaml", "value: [C, D]", "value: [C, E]", "value", "“E”不在可用的词里：A、B、C、D"),
        ("housing.yaml", "value: [C, D]", "value: C", "value", "这里要写成一列（每项前加 -）"),
        (
            "housing.yaml",
            "strength: definite",
            "strength: sure",
            "strength",
            "“sure”不在可用的词里：definite、principle、explore、named",
        ),
        ("housing.yaml", "name: 农村危房改造", "nmae: 农村危房改造", "nmae", "没有“nmae”这个键，是不是要写 name"),
        ("housing.yaml", "- text: 房屋鉴定为C级或D级", "- text: ''", "text", advice.NO_CONDITION_TEXT),
        ("housing.yaml", "quote: 全面完成农村D级", "quote: 全部完成农村D级", "quote", advice.QUOTE_NOT_FOUND),
        ("housing.yaml", "line: 30", "line: 9999", "line", "这句话不在这一行，在原文第30行，请改行号"),
        ("housing.yaml", "to: 2020-12-31", "to: 2020-12-32", "to", advice.NOT_A_DATE),
        ("housing.yaml", "{from: 2015, to: 2020}", "{from: 2020, to: 2015}", "to", "结束比开始还早"),
        (
            "confirmed.yaml",
            "benefit: water_wangcang",
            "benefit: wine_wangcang",
            "benefit",
            "目录里没有 wine_wangcang 这个待遇，是不是要写 water_wangcang",
        ),
        ("confirmed.yaml", "closes: 2026-12-31", "closes: 2025-12-31", "closes", "结束比开始还早"),
        ("confirmed.yaml", "closes: 2026-12-31", "closes: 2026-02-30", "closes", advice.NOT_A_DATE),
        ("confirmed.yaml", "on: 2026-01-05", "on: 今年", "on", advice.NOT_A_DATE),
        ("county.yaml", "poverty_line: null", "poverty_line: {value: 多}", "value", "这里要写数"),
        ("county.yaml", "poverty_line: null", "dibao_line: null", "dibao_line", "同一个键写了两遍"),
    ],
)
def test_checker_names_the_mistake_and_its_place(
    pack: Path, file: str, old: str, new: str, key: str, what: str
) -> None:
    line = spoil(pack, file, old, new)
    found = check(pack)
    if what == advice.TWICE:
        line += 1
    assert Mistake(file, line, key, what) in found


def test_checker_finds_a_benefit_without_a_source(pack: Path) -> None:
    text = (pack / "social_security.yaml").read_text(encoding="utf-8")
    start, end = text.index("    source:"), text.index("    valid:")
    (pack / "social_security.yaml").write_text(text[:start] + text[end:], encoding="utf-8")
    assert [(one.key, one.what) for one in check(pack)] == [("source", "没有出处的待遇不能收")]


def test_checker_finds_an_id_used_twice(pack: Path) -> None:
    spoil(pack, "other.yaml", "id: culture_show_wangcang", "id: water_wangcang")
    assert "编号 water_wangcang 已经在 infrastructure.yaml" in " ".join(one.what for one in check(pack))


def test_checker_wants_money_in_quotes(pack: Path) -> None:
    spoil(
        pack,
        "housing.yaml",
        "amount: null  # 文件没有写金额",
        "amount: {kind: fixed, value: 1200.5, unit: 元/户}",
    )
    assert [(one.key, one.what) for one in check(pack)] == [("value", '钱数要加引号写，如 "1200.00"')]


def test_checker_points_at_the_line_where_yaml_breaks(pack: Path) -> None:
    (pack / "other.yaml").write_text("category: 其他\nbenefits: [\n", encoding="utf-8")
    [mistake] = [one for one in check(pack) if one.file == "other.yaml"]
    assert (mistake.line, mistake.what) == (2, advice.OPEN_BRACKET)


def test_checker_takes_the_whole_catalogue_or_one_pack(pack: Path) -> None:
    line = spoil(pack, "housing.yaml", "line: 30", "line: 31")
    assert {one.file for one in check(pack.parent)} == {"wangcang/housing.yaml"}
    assert check(pack)[0].line in (line, line + 1)
    assert [one.what for one in check(pack / "sources")] == ["这个目录里没有 county.yaml"]


def test_confirmed_amount_counts_from_its_day(pack: Path) -> None:
    (pack / "confirmed.yaml").write_text(
        """
confirmed:
  - benefit: home_road_wangcang
    on: 2026-01-01
    until: 2027-12-31
    by: 县交通运输局
    amount:
      2026-01-01: {kind: fixed, value: '1200.00', unit: 元/户}
      2027-01-01: {kind: fixed, value: '1260.00', unit: 元/户}
""",
        encoding="utf-8",
    )
    county = read_county(pack)
    benefit = county.benefits["home_road_wangcang"]

    def said(on: date) -> tuple[str, Any]:
        decision = decide(benefit, HouseholdFacts(), on, county)
        return str(decision.in_force), decision.amount and decision.amount.value

    assert said(date(2018, 5, 1)) == ("unstated", None)
    assert said(date(2025, 12, 31)) == ("ended", None)
    assert said(date(2026, 1, 1)) == ("confirmed", Decimal("1200.00"))
    assert said(date(2027, 1, 1)) == ("confirmed", Decimal("1260.00"))
    assert said(date(2028, 1, 1)) == ("ended", None)
    decision = decide(benefit, HouseholdFacts(), date(2027, 6, 1), county)
    assert as_json(decision)["amount"] == {
        "kind": "fixed",
        "value": 1260,
        "unit": "元/户",
        "period": None,
    }


def test_deadlines_are_the_confirmed_windows_that_have_not_closed() -> None:
    county = load_county("wangcang")
    assert deadlines(county, date(2026, 1, 4)) == []
    [deadline] = deadlines(county, date(2026, 12, 31))
    assert (deadline.benefit.id, deadline.window.closes) == ("dangerous_house_wangcang", date(2026, 12, 31))
    assert (deadline.window.what, deadline.window.where) == ("危房改造申请", "村委会")
    assert deadline.confirmation.demonstration
    assert deadlines(county, date(2027, 1, 1)) == []


def test_exit_rule_of_a_county_is_followed(pack: Path) -> None:
    """What goes on after the exit is each county's word; silence, or a word on villages, is unknown."""
    cases: list[tuple[str, int | None, State]] = [
        ("null", 2018, State.UNKNOWN),
        ("{keep: true, scope: village}", 2018, State.UNKNOWN),
        ("{keep: true, scope: household}", None, State.MET),
        ("{keep: true, scope: household, exit_year_ge: 2017}", 2018, State.MET),
        ("{keep: true, scope: household, exit_year_ge: 2017}", 2016, State.UNKNOWN),
        ("{keep: true, scope: household, exit_year_ge: 2017}", None, State.UNKNOWN),
        ("{keep: false, scope: household}", 2018, State.NOT_MET),
    ]
    shipped = (pack / "county.yaml").read_text(encoding="utf-8")
    for rule, exit_year, state in cases:
        changed = shipped.replace("after_exit: null", f"after_exit: {rule}")
        (pack / "county.yaml").write_text(changed, encoding="utf-8")
        county = read_county(pack)
        for status in (HouseholdStatus.EXITED, HouseholdStatus.UNSTABLE):
            facts = HouseholdFacts(status=status, exit_year=exit_year)
            decision = decide(county.benefits["micro_credit_wangcang"], facts, date(2020, 1, 1), county)
            assert decision.conditions[0].state is state


def test_the_worked_example_of_the_staffs_guide_is_whole(tmp_path: Path) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "catalogue.md").read_text(encoding="utf-8")
    pack = tmp_path / "somewhere"
    (pack / "sources").mkdir(parents=True)
    for file, page in re.findall(r"`(\w+\.yaml)`：\n\n```yaml\n(.*?)```", guide, re.S):
        (pack / file).write_text(page, encoding="utf-8")
    quoted = "对住C级、D级危房的农户，每户最多补助2万元\n申请时带身份证和户口簿\n"
    text = "\n" * 7 + "建档立卡的标准是人均年收入2800元\n" + "\n" * 3 + quoted
    (pack / "sources" / "opinion_2018.txt").write_text(text, encoding="utf-8")
    county = read_county(pack)
    benefit = county.benefits["dangerous_house_somewhere"]
    assert benefit.papers == ("身份证", "户口簿")
    procedure = county.procedure_of(benefit)
    assert procedure is not None
    assert [step.name for step in procedure.steps] == ["申请", "村公示", "县审批", "发放"]
    amounts = [decide(benefit, HouseholdFacts(), date(year, 2, 1), county).amount for year in (2025, 2026, 2027)]
    assert [amount and amount.max for amount in amounts] == [Decimal(20000), Decimal(22000), Decimal(24000)]
    assert str(decide(benefit, HouseholdFacts(), date(2027, 7, 1), county).in_force) == "ended"
    assert [str(day) for day, _ in county.figures["dibao_line"]] == ["2025-01-01", "2026-07-01"]


def test_a_procedure_is_the_nearest_that_speaks_of_a_benefit(pack: Path) -> None:
    spoil(
        pack,
        "county.yaml",
        "procedures:\n",
        """procedures:
  - {id: by_category, name: 住房类, applies_to: [住房], note: 县里定, steps: [{name: 一}]}
  - {id: by_family, name: 危房类, applies_to: [dangerous_house], note: 县里定, steps: [{name: 一}]}
  - {id: by_name, name: 残疾人危房, applies_to: [dangerous_house_disabled_wangcang], note: 县里定, steps: [{name: 一}]}
  - {id: leaving, name: 退出, subject: exit, note: 县里定, steps: [{name: 一}]}
""",
    )
    county = read_county(pack)

    def of(benefit: str | None) -> str | None:
        found = county.procedure_of(county.benefits[benefit] if benefit else None)
        return None if found is None else found.id

    assert of("dangerous_house_disabled_wangcang") == "by_name"
    assert of("dangerous_house_wangcang") == "by_family"
    assert of("relocation_wangcang") == "by_category"
    assert of("water_wangcang") == of(None) == "applying_wangcang"


def test_every_category_has_a_name_for_its_file() -> None:
    assert tuple(NEW_FILES) == vocabulary().categories
    for page in CATALOGUE.glob("*/*.yaml"):
        if page.stem in NEW_FILES.values():
            category = page.read_text(encoding="utf-8").partition("category: ")[2].partition("\n")[0]
            assert NEW_FILES[category] == page.stem


def test_the_biggest_pack_is_read_at_once() -> None:
    """A start may take a second in all; of that this takes three hundredths, on a busy machine five times as much."""
    packs = [CATALOGUE / name for name in county_names()]
    biggest = max(packs, key=lambda pack: sum(path.stat().st_size for path in pack.glob("*.yaml")))
    took = []
    for _ in range(3):
        begun = time.process_time()
        read_county(biggest)
        took.append(time.process_time() - begun)
    assert min(took) < 0.15
