"""办理进度: what an office's word says, which step it means, and by when a step is to be done."""

from datetime import date

import pytest

from policies.catalogue import Counted, Procedure, Step, Subject, TimeLimit
from policies.procedures import Outcome, Reached, limit_of, progress, read_state, step_meant

ON = date(2026, 11, 23)


def _step(name: str, *words: str, within: TimeLimit | None = None) -> Step:
    return Step(name=name, words=words, by=None, within=within, text=None)


def _procedure(*steps: Step) -> Procedure:
    return Procedure(
        id="p",
        name="程序",
        subject=Subject.BENEFIT,
        applies_to=(),
        steps=steps,
        objection=None,
        demonstration=False,
        note=None,
        source=None,
    )


USUAL = _procedure(
    _step("申请"),
    _step("村民代表大会评议"),
    _step("村公示"),
    _step("乡镇审核"),
    _step("公示", "镇上张榜"),
    _step("县审批", "入围"),
    _step("公告"),
    _step("发放"),
)


@pytest.mark.parametrize(
    ("word", "step"),
    [
        ("申请已受理", "申请"),
        ("村级评议", "村民代表大会评议"),
        ("村里公示中", "村公示"),
        ("第一榜公示", "村公示"),
        ("公示中", "公示"),
        ("镇上张榜", "公示"),
        ("东河镇初审", "乡镇审核"),
        ("街道办审核中", "乡镇审核"),
        ("县民政局审批", "县审批"),
        ("待批准", "县审批"),
        ("入围", "县审批"),
        ("公告期", "公告"),
        ("打卡发放", "发放"),
        ("办结", None),
        ("已转下个环节", None),
    ],
)
def test_an_offices_word_means_a_step_or_none(word: str, step: str | None) -> None:
    found = step_meant(word, USUAL)
    assert (None if found is None else found.name) == step


def test_who_has_it_counts_for_more_than_a_part_of_the_word() -> None:
    townships = _procedure(_step("乡镇审核", "审核中"), _step("县审批"))
    found = [step_meant(word, townships) for word in ("审核中", "已转审核中", "县民政局审核中")]
    assert [step and step.name for step in found] == ["乡镇审核", "乡镇审核", "县审批"]


def test_where_a_word_may_mean_two_steps_it_means_none() -> None:
    two = _procedure(_step("县民政局审核"), _step("县政府审批"))
    assert step_meant("县里审批中", two) is None


@pytest.mark.parametrize(
    ("word", "outcome", "finished"),
    [
        ("已批准", Outcome.GRANTED, True),
        ("县级审批通过", Outcome.GRANTED, True),
        ("通过", Outcome.GRANTED, True),
        ("发放中", Outcome.GRANTED, False),
        ("待发放", Outcome.GRANTED, False),
        ("乡镇审核通过", Outcome.UNDER_WAY, True),
        ("评议通过", Outcome.UNDER_WAY, True),
        ("公示无异议", Outcome.UNDER_WAY, True),
        ("待批准", Outcome.UNDER_WAY, False),
        ("拟批准", Outcome.UNDER_WAY, False),
        ("尚未批准", Outcome.UNDER_WAY, False),
        ("县级审批", Outcome.UNDER_WAY, False),
        ("不予批准", Outcome.REFUSED, False),
        ("未批准", Outcome.REFUSED, False),
        ("审核未通过", Outcome.REFUSED, False),
        ("民主评议没有通过", Outcome.REFUSED, False),
        ("不符合条件", Outcome.REFUSED, False),
        ("退回补正", Outcome.RETURNED, False),
        ("材料不全", Outcome.RETURNED, False),
        ("本人放弃", Outcome.ENDED, False),
        ("办结", Outcome.UNDER_WAY, False),
    ],
)
def test_only_a_word_that_says_so_grants_or_refuses(word: str, outcome: Outcome, finished: bool) -> None:
    said = read_state(word, USUAL)
    assert (said.outcome, said.finished) == (outcome, finished)


def test_only_days_that_files_gave_are_told_as_done() -> None:
    found = progress(
        USUAL,
        date(2026, 9, 1),
        Reached("县级审批", date(2026, 11, 2)),
        [Reached("村公示", date(2026, 9, 20)), Reached("乡镇审核", None), Reached("没听过的词", date(2026, 10, 1))],
        ON,
    )
    assert [(step.name, on) for step, on in found.done] == [
        ("申请", date(2026, 9, 1)),
        ("村公示", date(2026, 9, 20)),
        ("乡镇审核", None),
    ]
    assert [step.name for step in found.after] == ["公告", "发放"]


def test_a_word_that_means_no_step_leaves_everything_open() -> None:
    found = progress(USUAL, date(2026, 9, 1), Reached("没听过的词", date(2026, 10, 1)), [], ON)
    assert (found.at, found.done, found.after, found.limit) == (None, (), (), None)


@pytest.mark.parametrize(
    ("within", "since", "last_day", "about"),
    [
        (TimeLimit(7, None, Counted.DAYS), date(2026, 11, 20), date(2026, 11, 27), False),
        # A Friday: Monday is the first of the seven, the Tuesday after next the last.
        (TimeLimit(7, None, Counted.WORKING_DAYS), date(2026, 11, 20), date(2026, 12, 1), True),
        (TimeLimit(None, 1, Counted.DAYS), date(2026, 1, 31), date(2026, 2, 28), False),
        (TimeLimit(None, 3, Counted.DAYS), date(2027, 11, 30), date(2028, 2, 29), False),
    ],
)
def test_a_limit_begins_the_day_after(within: TimeLimit, since: date, last_day: date, about: bool) -> None:
    found = limit_of(within, since, since)
    assert (found.last_day, found.about, found.late) == (last_day, about, False)


@pytest.mark.parametrize(
    ("counted", "today", "late"),
    [
        (Counted.DAYS, date(2026, 11, 9), False),
        (Counted.DAYS, date(2026, 11, 10), True),
        (Counted.WORKING_DAYS, date(2026, 11, 21), False),
        (Counted.WORKING_DAYS, date(2026, 11, 22), True),
    ],
)
def test_nothing_is_called_late_while_a_holiday_may_have_moved_it(counted: Counted, today: date, late: bool) -> None:
    days = 7 if counted is Counted.DAYS else 9
    since = date(2026, 11, 2)
    found = limit_of(TimeLimit(days, None, counted), since, today)
    assert found.last_day == (date(2026, 11, 9) if counted is Counted.DAYS else date(2026, 11, 13))
    assert found.late is late
