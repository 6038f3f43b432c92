"""What a sentence changes in a visit; the grammar alone, without a store."""

from datetime import date
from typing import Any

import pytest

from handlers.cadre.corrections import Correction, quantities_said, read_correction
from storage.ids import CadreId, HouseholdId
from storage.visits import Changes, Visit

TODAY = date(2026, 11, 23)
BAGS = {"name": "化肥", "quantity": 2, "unit": "袋"}
OIL = {"name": "油", "quantity": 1, "unit": "桶"}
GIFT = {"value": 500, "what": "慰问金"}


def read(said: str) -> Correction | None:
    visit = Visit(
        household_id=HouseholdId(1),
        cadre_id=CadreId(1),
        visited_on=TODAY,
        note="走访王建国",
        items=[BAGS, OIL],
        problems=["屋顶漏水"],
        measures=["联系住建所"],
        amounts=[GIFT],
    )
    return read_correction(said, visit, "王建国", ["王建国", "李秀英"], TODAY)


def bags(quantity: int) -> Any:
    return Changes(items=[BAGS | {"quantity": quantity}, OIL])


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ("不是2袋是3袋", bags(3)),
        ("是三袋不是两袋", bags(3)),
        ("化肥2袋改成3袋", bags(3)),
        ("化肥3袋", bags(3)),
        ("记错了，化肥应该是三袋", bags(3)),
        ("日期是昨天", Changes(visited_on=date(2026, 11, 22), date_text="昨天")),
        ("是前天去的", Changes(visited_on=date(2026, 11, 21), date_text="前天")),
        ("不是今天，是11月20日", Changes(visited_on=date(2026, 11, 20), date_text="11月20日")),
        ("我说的是三百不是五百", Changes(amounts=[GIFT | {"value": 300}])),
        ("慰问金是300元", Changes(amounts=[GIFT | {"value": 300}])),
        ("没送化肥", Changes(items=[OIL])),
        ("去掉屋顶漏水", Changes(problems=[])),
        ("不是屋顶漏水，是墙裂了", Changes(problems=["墙裂了"])),
        ("不是住建所是民政所", Changes(measures=["联系民政所"])),
        ("不是化肥是种子", Changes(items=[BAGS | {"name": "种子"}, OIL])),
    ],
)
def test_one_thing_is_put_right_and_the_rest_stays(said: str, changes: Changes) -> None:
    assert read(said) == Correction(changes=changes)


@pytest.mark.parametrize(
    ("said", "household"),
    [
        ("不是王建国是李秀英", "李秀英"),
        ("不是老王家，是李秀英家", "李秀英"),
        ("不是王建国是陈大毛", "陈大毛"),
        ("户主改成李秀英", "李秀英"),
    ],
)
def test_another_household_is_meant(said: str, household: str) -> None:
    assert read(said) == Correction(household=household)


def test_more_comes_on_top_and_into_the_note() -> None:
    assert read("还有腿疼，送了大米1袋") == Correction(
        changes=Changes(
            note="走访王建国\n腿疼，送了大米1袋",
            items=[BAGS, OIL, {"name": "大米", "quantity": 1, "unit": "袋"}],
            problems=["屋顶漏水", "腿疼"],
            measures=["联系住建所"],
            amounts=[GIFT],
        )
    )


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("他家还说想养猪", "想养猪"),
        ("老人还反映腿疼", "腿疼"),
        ("补充一下刚才那条，她还说要办慢性病证", "要办慢性病证"),
    ],
)
def test_what_the_family_said_besides_comes_on_top(said: str, problem: str) -> None:
    correction = read(said)
    assert correction is not None
    assert correction.changes["problems"] == ["屋顶漏水", problem]


@pytest.mark.parametrize("said", ["", "嗯嗯嗯", "改一下", "不对", "不是5袋是3袋", "今天天气好", "还有", "不是是"])
def test_what_fits_nothing_changes_nothing(said: str) -> None:
    assert read(said) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("化肥3袋", ["化肥"]),
        ("两桶油和大米1袋", ["油", "大米"]),
        ("走访王建国 化肥3袋", []),
        ("屋顶漏水", []),
        ("养牛3头，腿疼", []),
        ("", []),
    ],
)
def test_only_a_text_of_nothing_but_counted_things_counts(text: str, names: list[str]) -> None:
    assert [thing["name"] for thing in quantities_said(text)] == names
