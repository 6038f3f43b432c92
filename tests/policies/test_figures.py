"""低保线 and the like: figures of the county have a day from which they hold, and the past keeps its own."""

import shutil
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from policies import advice
from policies.catalogue import Mistake, check, county_names, load_county, read_county
from policies.conditions import Asked
from policies.evaluator import Verdict, decide, decide_all
from policies.facts import HouseholdFacts, MemberFacts
from policies.history import changes
from policies.vocabulary import CATALOGUE
from policies.writing import with_figure
from tests.policies.test_schema import complaints

COUNTY = """name: 某县
level: 县
title: 某县的一份文件
year: 2020
documents:
  paper: {title: 某县的一份文件}
values:
  dibao_line: LINE
  major_50:
    2026-01-01: {items: [白血病]}
    2027-01-01: {items: [白血病, 尿毒症], by: 县卫健委}
"""
BENEFITS = """category: 社保兜底
benefits:
  - id: living_somewhere
    family: living
    name: 生活补助
    payee: household
    strength: definite
    who: 收入低于低保线的农户，或者住危房的
    conditions:
      - text: 收入低，或者住D级危房
        any:
          - {text: 收入低于低保线, attr: household.income_pc, op: lt, value: dibao_line}
          - {text: 住D级危房, attr: household.house_grade, op: eq, value: D}
    source: {document: paper, line: 1, quote: 一句话}
  - id: disease_somewhere
    family: disease
    name: 大病补助
    payee: person
    strength: definite
    who: 得了名单里的病的人
    conditions:
      - {text: 得的是名单里的病, attr: member.disease, op: in_list, value: major_50}
    source: {document: paper, line: 2, quote: 又一句话}
  - id: roof_somewhere
    family: roof
    name: 修房补助
    payee: household
    strength: definite
    who: 住D级危房的
    conditions:
      - {text: 住D级危房, attr: household.house_grade, op: eq, value: D}
    source: {document: paper, line: 3, quote: 第三句话}
"""
RAISED = "{2025-01-01: {value: '4200', unit: 元/人·年}, 2026-07-01: {value: '4560', unit: 元/人·年}}"
BEFORE, FIRST, SECOND = date(2024, 12, 31), date(2026, 6, 30), date(2026, 7, 1)


def written(folder: Path, line: str) -> Path:
    pack = folder / "somewhere"
    pack.mkdir(parents=True)
    (pack / "county.yaml").write_text(COUNTY.replace("LINE", line), encoding="utf-8")
    (pack / "social_security.yaml").write_text(BENEFITS, encoding="utf-8")
    return pack


def living(pack: Path, income: str, days: tuple[date, ...]) -> list[Verdict]:
    county = read_county(pack)
    facts = HouseholdFacts(income_pc=Decimal(income), house_grade="A")
    return [decide(county.benefits["living_somewhere"], facts, day, county).verdict for day in days]


def test_a_line_that_is_raised_changes_answers_from_its_day_only(tmp_path: Path) -> None:
    pack = written(tmp_path, RAISED)
    assert living(pack, "4000", (BEFORE, FIRST, SECOND)) == [Verdict.UNKNOWN, Verdict.YES, Verdict.YES]
    assert living(pack, "4300", (BEFORE, FIRST, SECOND)) == [Verdict.UNKNOWN, Verdict.NO, Verdict.YES]
    assert living(pack, "5000", (BEFORE, FIRST, SECOND)) == [Verdict.UNKNOWN, Verdict.NO, Verdict.NO]


def test_the_order_in_which_days_are_written_is_all_the_same(tmp_path: Path) -> None:
    turned = "{2026-07-01: {value: '4560', unit: 元/人·年}, 2025-01-01: {value: '4200', unit: 元/人·年}}"
    assert living(written(tmp_path, turned), "4300", (BEFORE, FIRST, SECOND)) == [
        *(Verdict.UNKNOWN, Verdict.NO, Verdict.YES)
    ]


def test_what_a_document_says_without_a_day_holds_until_one_is_given(tmp_path: Path) -> None:
    line = "{value: '4200', unit: 元/人·年, 2026-07-01: {value: '4560', unit: 元/人·年}}"
    assert living(written(tmp_path, line), "4300", (BEFORE, FIRST, SECOND)) == [Verdict.NO, Verdict.NO, Verdict.YES]


def test_a_list_has_its_day_too(tmp_path: Path) -> None:
    county = read_county(written(tmp_path, "null"))
    ill = HouseholdFacts(members=(MemberFacts(id="1", name="王小明", disease="尿毒症"),))
    said = [
        decide(county.benefits["disease_somewhere"], ill, day, county)
        for day in (date(2025, 12, 31), date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert [one.verdict for one in said] == [Verdict.UNKNOWN, Verdict.NO, Verdict.YES]
    assert said[0].ask is not None
    assert said[0].ask.asked is Asked.OFFICE
    assert said[2].for_members == ("1",)


def test_what_is_asked_and_said_is_of_the_day(tmp_path: Path) -> None:
    """The reasons come of the figures of the day too, and a decision still speaks of the county's own benefit."""
    county = read_county(written(tmp_path, RAISED))
    benefit = county.benefits["living_somewhere"]
    nothing = HouseholdFacts(house_grade="A")
    asked = [decide(benefit, nothing, day, county).questions[0].value for day in (FIRST, SECOND)]
    assert asked == [Decimal(4200), Decimal(4560)]
    rich = HouseholdFacts(income_pc=Decimal(4300), house_grade="A")
    before = decide(benefit, rich, BEFORE, county)
    assert before.conditions[0].fact == "人均年纯收入：4300元（低保线文件没有写）；房屋等级：A级"
    assert all(one.benefit is county.benefits[one.benefit.id] for one in decide_all(county, rich, SECOND))


def test_only_what_compares_with_a_dated_figure_is_read_by_the_day(tmp_path: Path) -> None:
    county = read_county(written(tmp_path, RAISED))
    assert set(county.readings) == {"living_somewhere", "disease_somewhere"}
    roof = county.benefits["roof_somewhere"]
    assert county.as_read(roof, SECOND) is roof
    assert all(load_county(name).readings == {} for name in county_names())


WRONG = [
    ("{2026-02-30: {value: '4200', unit: 元/人·年}}", "2026-02-30", advice.NOT_A_DATE),
    ("{二〇二六年: {value: '4200', unit: 元/人·年}}", "二〇二六年", advice.NOT_A_DATE),
    ("{1026-01-01: {value: '4200', unit: 元/人·年}}", "1026-01-01", advice.ODD_YEAR),
    ("{2026-01-01: null}", "2026-01-01", advice.FIGURE_EMPTY),
    ("{2026-01-01: 4200}", "2026-01-01", advice.NOT_A_MAPPING),
    ("{2026-01-01: {unit: 元/人·年}}", "value", advice.MISSING),
    ("{2026-01-01: {value: 4200, unit: 元/人·年}}", "value", advice.MONEY_QUOTED),
    ("{2026-01-01: {value: '4200', items: [一]}}", "items", advice.NOT_BOTH),
    ("{2026-01-01: {value: '4200', on: 2026-01-01}}", "on", advice.unknown_key("on", None)),
    ("{vaule: '4200', unit: 元/人·年}", "vaule", advice.unknown_key("vaule", "value")),
    ("{unit: 元, 2026-01-01: {value: '4200', unit: 元}}", "value", advice.MISSING),
    (RAISED.replace("2026-07-01", "2025-01-01"), "2025-01-01", advice.TWICE),
    (RAISED.replace("'4560', unit: 元/人·年", "'380', unit: 元/人·月"), "unit", advice.other_unit("元/人·年")),
]


@pytest.mark.parametrize("place", range(len(WRONG)))
def test_a_figure_written_wrongly_is_told_at_its_line(tmp_path: Path, place: int) -> None:
    line, key, what = WRONG[place]
    pack = written(tmp_path, line)
    assert check(pack) == [Mistake("county.yaml", 8, key, what)]


def test_the_schema_takes_days_and_refuses_what_has_none(tmp_path: Path) -> None:
    for place, (line, complained) in enumerate(
        [
            (RAISED, False),
            ("{value: '4200', unit: 元/人·年, 2026-07-01: {value: '4560', unit: 元/人·年}}", False),
            ("null", False),
            ("{}", True),
            ("{unit: 元/人·年, 2026-07-01: {value: '4560', unit: 元/人·年}}", True),
            ("{2026-07-01: {unit: 元/人·年}}", True),
            ("{2026-07-01: null}", True),
            ("{2026年: {value: '4560', unit: 元/人·年}}", True),
        ]
    ):
        page = written(tmp_path / str(place), line) / "county.yaml"
        assert bool(complaints(page)) is complained, line


LATER = RAISED.removesuffix("}") + ", 2028-01-01: {value: '4800', unit: 元/人·年}}"
EARLIER = RAISED.removesuffix("}") + ", 2024-01-01: {value: '4000', unit: 元/人·年}}"
ALWAYS = "{value: '4200', unit: 元/人·年}"
HISTORY = [
    ("null", RAISED, None),
    (RAISED, LATER, None),
    (RAISED, EARLIER, None),
    (ALWAYS, ALWAYS.removesuffix("}") + ", 2026-07-01: {value: '4560', unit: 元/人·年}}", None),
    (RAISED, EARLIER.replace("2024", "2026"), "2026-01-01"),
    (RAISED, RAISED.replace("4560", "4650"), "value"),
    (LATER, RAISED, "2028-01-01"),
    (RAISED, RAISED.replace("2026-07-01", "2026-08-01"), "2026-07-01"),
    (ALWAYS, RAISED, "value"),
]


@pytest.mark.parametrize("place", range(len(HISTORY)))
def test_a_figure_is_added_with_its_day_and_never_edited(tmp_path: Path, place: int) -> None:
    before, after, key = HISTORY[place]
    told = changes(written(tmp_path / "before", before), written(tmp_path / "after", after))
    assert [one.key for one in told][:1] == ([] if key is None else [key])


def test_a_day_between_others_would_change_what_was_answered(tmp_path: Path) -> None:
    before, after, _ = HISTORY[4]
    [told] = changes(written(tmp_path / "before", before), written(tmp_path / "after", after))
    assert (told.line, told.what) == (8, advice.FIGURE_IN_THE_PAST)


FORMS: Mapping[str, str] = {
    "null": "values:\n  poverty_line: null\n  dibao_line: null  # 还没有\n",
    "nothing said": "values:\n  poverty_line: null\n",
    "empty": "values:\n\n",
    "braces": "values: {}\n",
    "null in braces": "values: {poverty_line: null, dibao_line: null}\n",
    "not in braces": "values: {poverty_line: null}\n",
    "always": "values:\n  dibao_line: {value: '4200', unit: 元/人·年}\n",
    "always, by lines": "values:\n  dibao_line:\n    value: '4200'\n    unit: 元/人·年\n\n  # 下面\n  x: null\n",
    "one day": "values:\n    dibao_line:\n        2025-01-01: {value: '4200', unit: 元/人·年}  # 2025年\n    x: null\n",
    "windows": "values:\r\n  dibao_line: null\r\n  x: null\r\n",
    "no values": "",
}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_figure_is_put_after_what_is_there_however_it_is_written(tmp_path: Path, form: str) -> None:
    pack = Path(shutil.copytree(CATALOGUE / "jishui", tmp_path / "jishui"))
    page = pack / "county.yaml"
    text = page.read_text(encoding="utf-8")
    begin, end = text.index("values:"), text.index("\n\n", text.index("values:"))
    text = text[:begin] + FORMS[form] + text[end:]
    figure = {"value": "4560", "unit": "元/人·年", "by": "县民政局", "note": None}
    after, added = with_figure(text, "dibao_line", date(2026, 7, 1), figure)
    page.write_text(after, encoding="utf-8", newline="")
    figures = read_county(pack).figures["dibao_line"]
    assert [(begins, one.value) for begins, one in figures][-1] == (date(2026, 7, 1), Decimal(4560))
    assert len(figures) == (2 if "4200" in FORMS[form] else 1)
    assert "2026-07-01: {value: '4560', unit: 元/人·年, by: 县民政局}" in added
    assert all(comment in after for comment in ("# 还没有", "# 下面", "# 2025年") if comment in text)
