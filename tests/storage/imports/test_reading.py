"""Rows into households, cadres, pairings, applications and payments."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from storage.disbursements import PaymentState
from storage.households import HouseholdCategory
from storage.imports.applications import read_applications
from storage.imports.cadres import read_cadres
from storage.imports.disbursements import DisbursementRow, read_disbursements
from storage.imports.households import HouseholdRow, read_households
from storage.imports.layouts import Kind
from storage.imports.report import Read
from storage.imports.workbook import open_book
from storage.incomes import IncomeKind
from tests.storage.imports import dirt
from tests.storage.imports.sheets import member, wife, write

TODAY = date(2026, 11, 23)


@pytest.fixture
def households(tmp_path: Path) -> Any:
    def read(*rows: dict[str, Any]) -> Read[HouseholdRow]:
        path = write(tmp_path / "households.xlsx", list(rows), title="农户信息表")
        return read_households(open_book(path, Kind.HOUSEHOLDS), on=TODAY)

    return read


def named(read: Read[Any]) -> tuple[list[tuple[int, str, str]], list[tuple[int, str, str]]]:
    """What was rejected, and what was warned of, as row, column and code."""
    return (
        [(problem.row, problem.column, problem.code) for problem in read.problems],
        [(problem.row, problem.column, problem.code) for problem in read.warnings],
    )


def test_two_good_rows_are_one_household(households: Any) -> None:
    read = households(member(), wife())
    [home] = read.rows
    assert (home.number, home.head_name, home.category) == ("700001", "周国平", HouseholdCategory.LIFTED)
    assert (home.area.township, home.area.village, home.income_per_capita_fen) == ("河口镇", "上坝村", 812345)
    assert [one.name for one in home.members] == ["周国平", "何秀兰"]
    assert home.cadre.phone == "19900000001"
    assert named(read) == ([], [])


def test_a_bad_row_costs_its_member_not_the_household(households: Any) -> None:
    read = households(member(), wife(证件号码="990100196511034425"))
    [home] = read.rows
    assert [one.name for one in home.members] == ["周国平"]
    assert named(read) == ([(4, "证件号码", "id_checksum")], [])


def test_a_household_whose_only_row_is_bad_is_still_made_without_that_member(households: Any) -> None:
    read = households(member(证件号码="990100630517121"))
    [home] = read.rows
    assert (home.head_name, home.members) == ("周国平", ())
    assert named(read) == ([(3, "证件号码", "id_short")], [])


def test_a_head_without_a_name_leaves_the_head_open(households: Any) -> None:
    read = households(member(姓名=None), wife())
    [home] = read.rows
    assert (home.head_name, [one.name for one in home.members]) == (None, ["何秀兰"])
    assert named(read) == ([(3, "姓名", "name_missing")], [])


def test_an_unknown_category_costs_the_row_and_an_empty_one_follows_the_head(households: Any) -> None:
    read = households(
        member(), wife(户类型="其他"), wife(人编号="70000103", 证件号码="990100195705171000", 户类型=None)
    )
    [home] = read.rows
    assert [one.number for one in home.members] == ["70000101", "70000103"]
    assert named(read) == ([(4, "户类型", "category_unknown")], [(5, "证件号码", "id_zeros")])


def test_no_category_at_all_rejects_every_row(households: Any) -> None:
    read = households(member(户类型=None), wife(户类型=None))
    assert read.rows == ()
    assert named(read) == ([(3, "户类型", "category_missing"), (4, "户类型", "category_missing")], [])


def test_short_names_of_categories_are_known(households: Any) -> None:
    [home] = households(member(户类型="脱贫不稳定")).rows
    assert home.category == HouseholdCategory.UNSTABLE


def test_a_wrong_phone_is_left_empty_and_the_row_accepted(households: Any) -> None:
    read = households(member(联系电话="1380013"), wife(联系电话="1380013"))
    [home] = read.rows
    assert (home.phone, len(home.members)) == (None, 2)
    assert "联系电话" in home.unstated
    assert named(read) == ([], [(3, "联系电话", "phone")])


def test_rows_that_contradict_the_head_are_warned_of(households: Any) -> None:
    read = households(wife(户类型="一般农户", 银行卡号="6217000000000000002"), member())
    [home] = read.rows
    assert (home.category, home.card) == (HouseholdCategory.LIFTED, "6217000000000000001")
    assert named(read) == ([], [(3, "户类型", "contradiction"), (3, "银行卡号", "contradiction")])


def test_a_sex_that_the_number_denies_is_only_warned_of(households: Any) -> None:
    read = households(member(性别="女"))
    assert named(read) == ([], [(3, "性别", "id_sex")])
    assert read.rows[0].members[0].sex == "女"


def test_a_person_stands_in_a_file_once(households: Any) -> None:
    read = households(member(), wife(), wife(), wife(人编号="70000109"))
    assert [(problem.row, problem.reason) for problem in read.problems] == [
        (5, "这个人在第4行已经出现过，这一行没有收。"),
        (6, "这个证件号码在第4行已经出现过，这一行没有收。"),
    ]


def test_a_person_on_two_sheets_is_repeated_even_in_the_same_row(tmp_path: Path) -> None:
    headings = list(member())
    one = dirt.Table("上坝村", [headings, list(member().values()), list(wife().values())])
    two = dirt.Table("下坝村", [headings, list(member().values())])
    path = dirt.write_xlsx(tmp_path / "a.xlsx", [one, two])
    read = read_households(open_book(path, Kind.HOUSEHOLDS), on=TODAY)
    assert [(problem.sheet, problem.row, problem.reason) for problem in read.problems] == [
        ("下坝村", 2, "这个人在工作表“上坝村”第2行已经出现过，这一行没有收。")
    ]
    [home] = read.rows
    assert len(home.members) == 2


def test_a_row_on_two_sheets_of_another_kind_is_repeated_too(tmp_path: Path) -> None:
    grid = [["姓名", "电话", "角色"], ["李梅", "19900000001", "帮扶干部"]]
    path = dirt.write_xls(tmp_path / "a.xls", [dirt.Table("甲", grid), dirt.Table("乙", grid)])
    read = read_cadres(open_book(path, Kind.CADRES))
    assert [problem.reason for problem in read.problems] == ["和工作表“甲”第2行说的是同一件事，这一行没有收。"]
    assert len(read.rows) == 1


def test_rows_of_one_household_far_apart_are_one_household_warned_of_once(households: Any) -> None:
    other = member(户编号="700002", 人编号="70000201", 证件号码="990100195705171000", 性别="女", 联系电话=None)
    read = households(member(联系电话="1380013"), other, wife(联系电话="1380013"))
    assert [len(home.members) for home in read.rows] == [2, 1]
    assert [(problem.row, problem.code) for problem in read.warnings] == [(3, "phone"), (4, "id_zeros")]


def test_a_file_without_phones_says_nothing_about_them(households: Any) -> None:
    row = member()
    del row["联系电话"]
    [home] = households(row).rows
    assert "联系电话" in home.unstated & home.members[0].unstated


def test_a_number_that_is_equal_to_a_truth_is_still_a_number(households: Any) -> None:
    rows = [
        member() | {"务工时间(月)": 1, "家庭人口数": True},
        wife() | {"务工时间(月)": True, "家庭人口数": 1},
    ]
    read = households(*rows)
    [home] = read.rows
    assert [one.work_months for one in home.members] == [1, None]
    assert home.size == 1
    assert [(problem.row, problem.column, problem.code) for problem in read.warnings] == [
        (3, "家庭人口数", "number"),
        (4, "务工时间(月)", "number"),
    ]


def test_a_number_ending_in_zeros_is_believed_unless_the_column_was_rounded(households: Any) -> None:
    true = wife(证件号码="990100195705171000")
    assert named(households(member(), true)) == ([], [(4, "证件号码", "id_zeros")])
    rounded = member(人编号="70000103", 证件号码=9.90100196305171e17)
    problems, _ = named(households(member(), true, rounded))
    assert problems == [(4, "证件号码", "id_rounded"), (5, "证件号码", "id_rounded")]


def test_numbers_typed_as_numbers_and_extra_columns_are_kept(households: Any) -> None:
    row = member(户编号=700001, 人编号=70000101, 联系电话=19911112222)
    [home] = households(row | {"搬迁安置点": "坪上小区"}).rows
    assert (home.number, home.phone, home.extra) == ("700001", "19911112222", {"搬迁安置点": "坪上小区"})
    assert home.members[0].extra == {"搬迁安置点": "坪上小区"}


def test_no_reason_repeats_what_stood_in_the_cell(households: Any) -> None:
    read = households(member(姓名="=周国平", 联系电话="1380013"), wife(证件号码="990100651103442"))
    for problem in (*read.problems, *read.warnings):
        assert not any(secret in str(problem.as_json()) for secret in ("周国平", "1380013", "990100651103442"))


def test_incomes_causes_and_what_has_become_of_a_household_are_read(households: Any) -> None:
    more = {
        "其他致贫原因": "缺技术；因学、因学",
        "脱贫年度": "2019年",
        "低保类别": "B类",
        "风险是否已消除": "否",
        "工资性收入(元)": "12,000",
        "生产经营性支出(元)": 300.5,
        "转移性收入(元)": None,
        "收入年度": 2025.0,
    }
    [home] = households(member() | more).rows
    assert (home.other_causes, home.lifted_in, home.dibao_class, home.risk_cleared) == (
        "缺技术、因学",
        2019,
        "B类",
        False,
    )
    assert (home.incomes, home.income_year) == (
        ((IncomeKind.WAGE, 1_200_000), (IncomeKind.EXPENSE, 30_050), (IncomeKind.PER_CAPITA, 812_345)),
        2025,
    )
    assert "财产性收入" in home.unstated
    assert "转移性收入" not in home.unstated


def payment(**changes: Any) -> dict[str, Any]:
    row = {
        "户编号": "700001",
        "户主姓名": "周国平",
        "补贴项目": "农村低保金",
        "金额(元)": 780.0,
        "发放日期": "2026-11-15",
        "发放批次": "202611低保",
        "银行卡号": "6217000000000000001",
        "发放状态": "已发放",
        "备注": "",
    }
    return row | changes


def read_payments(path: Path, *rows: dict[str, Any]) -> Read[DisbursementRow]:
    return read_disbursements(open_book(write(path / "d.xlsx", list(rows)), Kind.DISBURSEMENTS), on=TODAY)


def test_a_payment_is_read(tmp_path: Path) -> None:
    [row] = read_payments(tmp_path, payment(发放状态="发放失败", 备注="账户已销户")).rows
    assert (row.amount_fen, row.paid_on, row.state, row.remark) == (
        78000,
        date(2026, 11, 15),
        PaymentState.FAILED,
        "账户已销户",
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"金额(元)": ""}, ("金额(元)", "amount_missing")),
        ({"金额(元)": "七百八"}, ("金额(元)", "amount_invalid")),
        ({"金额(元)": -780}, ("金额(元)", "amount_sign")),
        ({"金额(元)": 0}, ("金额(元)", "amount_sign")),
        ({"金额(元)": 78000000}, ("金额(元)", "amount_large")),
        ({"发放日期": "2026-02-30"}, ("发放日期", "date_invalid")),
        ({"发放日期": ""}, ("发放日期", "date_missing")),
        ({"发放日期": "", "发放批次": "", "发放状态": "待发放"}, ("发放批次", "batch_missing")),
        ({"发放状态": "不知道"}, ("发放状态", "state_unknown")),
        ({"补贴项目": ""}, ("补贴项目", "benefit_missing")),
        ({"补贴项目": "+cmd|x"}, ("补贴项目", "benefit_format")),
        ({"户编号": ""}, ("户编号", "household_code_missing")),
        ({"户主姓名": "@x"}, ("户主姓名", "name_injection")),
    ],
)
def test_a_wrong_payment_is_rejected_by_name(tmp_path: Path, changes: dict[str, Any], problem: tuple[str, str]) -> None:
    read = read_payments(tmp_path, payment(**changes))
    assert named(read)[0] == [(2, *problem)]
    assert read.rows == ()


def test_two_lines_of_one_batch_are_numbered_whatever_their_order(tmp_path: Path) -> None:
    first, second = payment(), payment(**{"金额(元)": 520.0})
    for rows in ((first, second), (second, first)):
        read = read_payments(tmp_path, *rows)
        assert sorted((row.occurrence, row.amount_fen) for row in read.rows) == [(1, 52000), (2, 78000)]
        assert {problem.code for problem in read.warnings} == {"payment_twice"}


def test_a_day_yet_to_come_is_warned_of_once_money_was_paid(tmp_path: Path) -> None:
    assert named(read_payments(tmp_path, payment(发放日期="2026-11-24")))[1] == [(2, "发放日期", "date_future")]
    assert named(read_payments(tmp_path, payment(发放日期="2026-11-24", 发放状态="待发放")))[1] == []


def test_an_application_keeps_the_words_of_the_office(tmp_path: Path) -> None:
    row = {
        "户编号": "700001",
        "户主姓名": "周国平",
        "补贴项目": "农村危房改造补助",
        "申请日期": "2026年9月10日",
        "当前状态": "公示中",
        "状态日期": "20261020",
        "原因": "",
    }
    path = write(tmp_path / "a.xlsx", [row, row])
    read = read_applications(open_book(path, Kind.APPLICATIONS), on=TODAY)
    [found] = read.rows
    assert (found.state, found.applied_on, found.state_since) == ("公示中", date(2026, 9, 10), date(2026, 10, 20))
    assert [problem.reason for problem in read.problems] == ["和第2行说的是同一件事，这一行没有收。"]
