"""One cell at a time: what is taken, what is refused, and by which name."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.imports import columns
from storage.imports.columns import Unreadable, check_character

TODAY = date(2026, 11, 23)


def refusal(read: Callable[[], Any]) -> str:
    with pytest.raises(Unreadable) as caught:
        read()
    return caught.value.code


@pytest.mark.parametrize(
    "cell",
    [
        "990100196305171217",
        " 990100 19630517 1217 ",
        "９９０１００１９６３０５１７１２１７",
        "\u200b990100196305171217",
    ],
)
def test_an_id_number_is_read_however_it_was_typed(cell: str) -> None:
    found = columns.id_number(cell, on=TODAY)
    assert (found.number, found.birth_date, found.sex) == ("990100196305171217", date(1963, 5, 17), "男")


def test_a_small_x_is_a_capital_one() -> None:
    assert columns.id_number("99010019570726661x", on=TODAY).number == "99010019570726661X"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "id_missing"),
        (None, "id_missing"),
        ("990100195003313", "id_short"),
        ("9901001963051712170", "id_length"),
        ("990100196305171218", "id_checksum"),
        ("990100196302311210", "id_birth"),
        ("990100203005171217", "id_birth"),
        ("9901001963O5171217", "id_format"),
        ("990100********1217", "id_format"),
        (9.90100196305171e17, "id_rounded"),
        ("9.90100196305171E+17", "id_rounded"),
        ("990100196305171000", "id_rounded"),
        (990100630517121.0, "id_short"),
    ],
)
def test_a_wrong_id_number_is_refused_by_name(cell: Any, code: str) -> None:
    assert refusal(lambda: columns.id_number(cell, on=TODAY)) == code


@given(
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
    st.integers(0, 17),
    st.integers(1, 9),
)
def test_one_wrong_digit_never_passes(birth: date, order: int, place: int, shift: int) -> None:
    digits = f"990100{birth:%Y%m%d}{order:03d}"
    number = digits + check_character(digits)
    assert columns.id_number(number, on=TODAY).number == number
    if number[place] == "X":
        return
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(Unreadable):
        columns.id_number(wrong, on=TODAY)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("王建国", "王建国"),
        (" 王 建国\u3000", "王建国"),
        ("阿力木•买买提", "阿力木·买买提"),
        ("𠮷野", "𠮷野"),
    ],
)
def test_a_name_is_read(cell: str, name: str) -> None:
    assert columns.name(cell) == name


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "name_missing"),
        ("  ", "name_missing"),
        (None, "name_missing"),
        (0.0, "name_injection"),
        (True, "name_injection"),
        ('=HYPERLINK("http://x","a")', "name_injection"),
        ("＝1+1", "name_injection"),
        ("+1", "name_injection"),
        ("-周", "name_injection"),
        ("@SUM(A1)", "name_injection"),
        ("王\x07国", "name_injection"),
        ("王\n国", "name_injection"),
        ("<b>王</b>", "name_injection"),
    ],
)
def test_what_is_no_name_is_refused(cell: Any, code: str) -> None:
    assert refusal(lambda: columns.name(cell)) == code


@pytest.mark.parametrize(
    "cell",
    [
        datetime(2026, 11, 15, 0, 0),  # noqa: DTZ001 - spreadsheets know no zones
        date(2026, 11, 15),
        46341.0,
        20261115.0,
        *(
            "2026-11-15",
            "2026/11/15",
            "2026.11.15",
            "2026年11月15日",
            "20261115",
            "２０２６－１１－１５",
            " 2026 年 11 月 15 日 ",
        ),
        "2026-11-15 08:30:00",
    ],
)
def test_a_date_is_read_however_it_was_typed(cell: Any) -> None:
    assert columns.day(cell) == date(2026, 11, 15)


@pytest.mark.parametrize("cell", ["2026-02-30", "15/11/2026", "11月15日", "去年", "2026-11", 5.0, "0202-11-15"])
def test_what_is_no_date_is_refused(cell: Any) -> None:
    assert refusal(lambda: columns.day(cell)) == "date_invalid"


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("19911112222", "19911112222"),
        (19911112222.0, "19911112222"),
        ("199 1111 2222", "19911112222"),
        ("+86-199-1111-2222", "19911112222"),
        ("8619911112222", "19911112222"),
        ("0839-4201234", "08394201234"),
        ("4201234", "4201234"),
        ("无/19911112222", "19911112222"),
        ("", None),
    ],
)
def test_a_phone_number_is_read(cell: Any, phone: str | None) -> None:
    assert columns.phone(cell) == phone


@pytest.mark.parametrize("cell", ["1380013", "12345678901", "199111122223", "没有", "1991111222"])
def test_what_is_no_phone_number_is_refused(cell: str) -> None:
    assert refusal(lambda: columns.phone(cell)) == "phone"


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        (780.0, 78000),
        (780.1, 78010),
        ("1,300.00", 130000),
        ("￥780", 78000),
        ("780元", 78000),
        ("０.５万", 500000),
        ("", None),
        (0.29, 29),
    ],
)
def test_money_is_read_in_fen(cell: Any, fen: int | None) -> None:
    assert columns.amount(cell) == fen


@pytest.mark.parametrize("cell", ["七百八", 780.005, "NaN", "Infinity", "1e400", True])
def test_what_is_no_money_is_refused(cell: Any) -> None:
    assert refusal(lambda: columns.amount(cell)) == "amount_invalid"


@pytest.mark.parametrize(
    ("cell", "code"),
    [(6.217e18, "card_rounded"), ("6.217E+18", "card_rounded"), ("62170", "card"), ("卡丢了", "card")],
)
def test_a_wrong_bank_card_is_refused(cell: Any, code: str) -> None:
    assert refusal(lambda: columns.card(cell)) == code


def test_a_rounded_household_number_is_refused_but_a_text_of_zeros_is_not() -> None:
    assert columns.code("9901000000000000") == "9901000000000000"
    assert columns.code(700001.0) == "700001"
    assert refusal(lambda: columns.code(9901000000000002.0)) == "code_rounded"
    assert refusal(lambda: columns.code("9.901E+15")) == "code_rounded"
    assert refusal(lambda: columns.code("=A1")) == "code_format"


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.datetimes()))
def test_no_cell_makes_a_reader_fail_in_another_way(cell: Any) -> None:
    readers: list[Callable[[Any], object]] = [
        columns.name,
        columns.code,
        columns.phone,
        columns.card,
        columns.day,
        columns.amount,
        columns.income,
        columns.yes_no,
        columns.sex,
        columns.house_grade,
        columns.benefit_name,
        lambda value: columns.id_number(value, on=TODAY),
        lambda value: columns.whole_number(value, most=12),
        lambda value: columns.text(value, longest=20),
    ]
    for read in readers:
        try:
            read(cell)
        except Unreadable as refused:
            assert refused.code


LIKE_A_CELL = st.one_of(
    st.text(st.sampled_from("0123456789Xx王建国 一龥\u3000-./元'=\"０１９Ｅe+（）")),
    st.from_regex(r"[0-9]{15,20}[X0-9]?", fullmatch=True),
    st.from_regex(r"9901(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]{4}[0-9X]", fullmatch=True),
    st.from_regex(r"1[0-9]{10}", fullmatch=True),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=70),
)


@given(LIKE_A_CELL)
def test_what_is_plain_at_a_glance_is_read_as_what_must_be_looked_at_closely(cell: str) -> None:
    readers: list[Callable[[Any], object]] = [
        columns.name,
        columns.code,
        columns.phone,
        columns.card,
        lambda value: columns.id_number(value, on=TODAY),
    ]

    def came_of(read: Callable[[Any], object], value: str) -> object:
        try:
            return read(value)
        except Unreadable as refused:
            return refused.code

    for read in readers:
        # A character nobody sees sends a cell the long way, and changes nothing of what it says.
        assert came_of(read, cell) == came_of(read, "\u200b" + cell)


@given(st.one_of(st.floats(-10, 2e7), st.integers(0, 2_000_000_000).map(lambda fen: fen / 100)))
def test_a_number_of_yuan_is_read_as_the_same_number_in_words(yuan: float) -> None:
    for read in (columns.amount, columns.income):
        try:
            expected: object = read(str(yuan)) if "e" not in str(yuan) else read(yuan)
        except Unreadable as refused:
            assert refusal(lambda read=read: read(yuan)) == refused.code  # type: ignore[misc]
        else:
            assert read(yuan) == expected


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (columns.day, "46341", date(2026, 11, 15)),
        (columns.day, "2026年11月15日 08:30", date(2026, 11, 15)),
        (columns.day, "2026.11.15号", date(2026, 11, 15)),
        (columns.day, "/", None),
        (columns.phone, "儿子李强19911112222", "19911112222"),
        (columns.phone, "无", None),
        (columns.card, "/", None),
        (columns.card, "6217 0000 0000 0000 001", "6217000000000000001"),
        (columns.income, "——", None),
        (columns.year, 2025.0, 2025),
        (columns.year, "２０２５年度", 2025),
        (columns.year, "2019-12-31", 2019),
        (columns.year, "无年度", "year"),
        (columns.year, "25", "year"),
    ],
)
def test_what_people_write_instead_is_understood(read: Callable[[Any], object], cell: Any, value: object) -> None:
    assert (refusal(lambda: read(cell)) if value == "year" else read(cell)) == value
