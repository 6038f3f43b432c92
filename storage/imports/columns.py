"""单元格: reads one cell as what its column holds, however it was typed, and says what is wrong with it."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from operator import mul
from typing import TypeVar

import msgspec

from storage.ids import Fen
from storage.imports.tables import Cell, shown, without_invisible

T = TypeVar("T")

_EXACT_BELOW = 10**15
_SURELY_EXACT_BELOW = 10_000_000
_EXCEL_EPOCH = date(1899, 12, 30)
_FORMULA_BEGINS = ("=", "+", "-", "@")
_FULL_WIDTH = {full: full - 0xFEE0 for full in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_FULL_WIDTH[0x3000] = 0x20
_SPACES = re.compile(r"\s+")
_BETWEEN = re.compile(r"[\s、,，;；/|]+")
_DOTS = re.compile("[•・．‧∙●]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE | re.ASCII)
# What nearly every cell is, and what the readers below would give back as it stands.
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{1,60}")
_PLAIN_NUMBER = re.compile("[0-9]{1,40}")
_PLAIN_ID = re.compile("[0-9]{17}[0-9X]")
# 700001.0 is what programs write into text files when they took the column for numbers; beyond 15 digits it is rounded.
_POINT_ZERO = re.compile("^([0-9]{1,15})[.]0+$")
_CODE = re.compile(r"[0-9A-Za-z_-]{1,40}")
_ID_CHARACTERS = re.compile(r"[0-9X]+")
_A_MOBILE_IN_WORDS = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_COUNTRY = re.compile(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", re.ASCII)
_LANDLINE = re.compile(r"(0\d{2,3})?[2-9]\d{6,7}", re.ASCII)
_LANDLINE_WITH_AREA = re.compile(r"0\d{9,11}", re.ASCII)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?([T ]?\d{1,2}:.*)?", re.ASCII)
_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?", re.ASCII)
_YEAR = re.compile(r"(19[89]\d|20\d\d)年?度?", re.ASCII)
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)

# What people put where there is nothing to say.
_EMPTY = frozenset(("", "-", "--", "—", "——", "/", "\\", "NULL", "N/A", "空"))
_NONE = _EMPTY | {"无", "暂无"}

# GB 11643-1999 5.2: the weights of the first 17 digits, and the check character for each remainder by 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_ZEROS = sum(_WEIGHTS) * ord("0")
_OLDEST = date(1900, 1, 1)


class Unreadable(Exception):
    """The cell does not hold what its column should; `code` names the sentence in `bot.messages.imports`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class IdNumber(msgspec.Struct, frozen=True, gc=False):
    """A checked identity number. `zeros`: ends in 000, as numbers do that a spreadsheet has rounded."""

    number: str
    birth_date: date
    sex: str
    zeros: bool


def plain_text(cell: Cell) -> str:
    """Give a cell's text: full-width letters and digits made half-width, invisible characters and edge space gone."""
    text = shown(cell)
    if not text.isascii():
        text = without_invisible(text.translate(_FULL_WIDTH)).strip()
    return _as_typed(text)


def text(cell: Cell, *, longest: int) -> str | None:
    """Give a short text on one line, None when the cell is empty.

    Raises:
        Unreadable: longer than we keep.
    """
    found = plain_text(cell)
    if found in _EMPTY:
        return None
    found = _SPACES.sub(" ", found)
    if len(found) > longest:
        raise Unreadable("too_long")
    return found


def several(cell: Cell, *, longest: int) -> str | None:
    """Give the words of a cell that may hold more than one, each once, parted by 、; None when the cell is empty.

    Raises:
        Unreadable: longer than we keep.
    """
    found = "、".join(dict.fromkeys(filter(None, _BETWEEN.split(_tight_words(cell)))))
    if len(found) > longest:
        raise Unreadable("too_long")
    return found or None


def _tight_words(cell: Cell) -> str:
    return plain_text(cell).strip("、,，;；/|。")


def name(cell: Cell) -> str:
    """Give a person's name.

    Raises:
        Unreadable: missing, not text (a formula leaves a number behind), or made to be run by a spreadsheet.
    """
    if isinstance(cell, str) and _PLAIN_NAME.fullmatch(cell):
        return cell
    return _name_however_typed(cell)


def _name_however_typed(cell: Cell) -> str:
    if cell is None:
        raise Unreadable("name_missing")
    if not isinstance(cell, str):
        raise Unreadable("name_injection")
    found = plain_text(cell)
    if not found:
        raise Unreadable("name_missing")
    half = unicodedata.normalize("NFKC", found)
    if half.startswith(_FORMULA_BEGINS) or any(unicodedata.category(char) == "Cc" for char in found):
        raise Unreadable("name_injection")
    if _NUMBER.fullmatch(half) or any(char in "<>{}|\\\"'=" for char in half):
        raise Unreadable("name_injection")
    found = _DOTS.sub("·", found)
    # 王 建国 is one name: spaces part words only in names written with letters.
    found = _SPACES.sub(" " if found.isascii() else "", found)
    if len(found) > 60:
        raise Unreadable("name_long")
    return found


def code(cell: Cell) -> str | None:
    """Give the number of a household or a person in the national system, None when the cell is empty.

    Raises:
        Unreadable: rounded by a spreadsheet (15 digits are all it keeps), or no such number at all.
    """
    if isinstance(cell, str) and _PLAIN_NUMBER.fullmatch(cell):
        return cell
    return _code_however_typed(cell)


def _code_however_typed(cell: Cell) -> str | None:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if abs(cell) >= _EXACT_BELOW:
            raise Unreadable("code_rounded")
        if not isfinite(cell) or cell != int(cell) or cell < 0:
            raise Unreadable("code_format")
        return str(int(cell))
    found = _POINT_ZERO.sub(r"\1", _tight(cell))
    if not found:
        return None
    if _SCIENTIFIC.fullmatch(found):
        raise Unreadable("code_rounded")
    if not _CODE.fullmatch(found):
        raise Unreadable("code_format")
    return found


def id_number(cell: Cell, *, on: date) -> IdNumber:
    """Give a checked identity number (GB 11643-1999).

    Raises:
        Unreadable: missing, too short or long, rounded by a spreadsheet, an impossible birth date, or a wrong
            check character.
    """
    if isinstance(cell, str) and _PLAIN_ID.fullmatch(cell):
        return _checked(cell, on)
    return _checked(_id_however_typed(cell), on)


def _id_however_typed(cell: Cell) -> str:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if abs(cell) >= 10**17:
            raise Unreadable("id_rounded")
        found = shown(cell)
    else:
        found = _tight(cell).upper()
    if not found:
        raise Unreadable("id_missing")
    if _SCIENTIFIC.fullmatch(found):
        raise Unreadable("id_rounded")
    if not _ID_CHARACTERS.fullmatch(found):
        raise Unreadable("id_format")
    if len(found) < 18:
        raise Unreadable("id_short")
    if len(found) > 18:
        raise Unreadable("id_length")
    if "X" in found[:17]:
        raise Unreadable("id_format")
    return found


def _checked(found: str, on: date) -> IdNumber:
    right = check_character(found[:17]) == found[17]
    zeros = found.endswith("000")
    if zeros and not right:
        raise Unreadable("id_rounded")
    try:
        birth_date = date.fromisoformat(found[6:14])
    except ValueError as error:
        raise Unreadable("id_birth") from error
    if not _OLDEST <= birth_date <= on:
        raise Unreadable("id_birth")
    if not right:
        raise Unreadable("id_checksum")
    return IdNumber(found, birth_date, "男" if found[16] in "13579" else "女", zeros)


def check_character(digits: str) -> str:
    """Give the 18th character for the first 17 digits (ISO 7064 MOD 11-2, as GB 11643-1999 takes it)."""
    total = sum(map(mul, digits.encode(), _WEIGHTS)) - _ZEROS
    return _CHECK_CHARACTERS[total % 11]


def phone(cell: Cell) -> str | None:
    """Give a phone number of the mainland, digits only, None when the cell is empty.

    Raises:
        Unreadable: neither a mobile number nor a landline.
    """
    if isinstance(cell, str) and _MOBILE.fullmatch(cell):
        return cell
    return _phone_however_typed(cell)


def _phone_however_typed(cell: Cell) -> str | None:
    found = _POINT_ZERO.sub(r"\1", _tight(cell))
    if found in _NONE:
        return None
    if _MOBILE.fullmatch(found):
        return found
    for part in re.split(r"[,，;；、/]", found):
        digits = _COUNTRY.sub("", re.sub(r"[-()—_.]", "", part))
        if _MOBILE.fullmatch(digits):
            return digits
        if _LANDLINE.fullmatch(digits) and (not digits.startswith("0") or _LANDLINE_WITH_AREA.fullmatch(digits)):
            return digits
    in_words = _A_MOBILE_IN_WORDS.findall(found)
    if len(in_words) == 1:
        return str(in_words[0])
    raise Unreadable("phone")


def card(cell: Cell) -> str | None:
    """Give a bank card's number, None when the cell is empty.

    Raises:
        Unreadable: rounded by a spreadsheet, or not 12 to 19 digits.
    """
    if isinstance(cell, str) and 12 <= len(cell) <= 19 and _PLAIN_NUMBER.fullmatch(cell):
        return cell
    return _card_however_typed(cell)


def _card_however_typed(cell: Cell) -> str | None:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if abs(cell) >= _EXACT_BELOW:
            raise Unreadable("card_rounded")
        found = shown(cell)
    else:
        found = _tight(cell)
    if found in _NONE:
        return None
    found = found.replace("-", "")
    if _SCIENTIFIC.fullmatch(found):
        raise Unreadable("card_rounded")
    if not (found.isascii() and found.isdigit() and 12 <= len(found) <= 19):
        raise Unreadable("card")
    return found


def day(cell: Cell) -> date | None:
    """Give a date: a spreadsheet's own, 2026-11-15, 2026/11/15, 2026年11月15日 or 20261115; None when empty.

    Raises:
        Unreadable: no such day, or not of our time.
    """
    found = _read_day(cell)
    if found is not None and not date(1980, 1, 1) <= found <= date(2100, 1, 1):
        raise Unreadable("date_invalid")
    return found


def _read_day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float | int) and not isinstance(cell, bool) and 20_000 <= cell <= 80_000:
        return _EXCEL_EPOCH + timedelta(days=int(cell))
    found = unicodedata.normalize("NFKC", plain_text(cell))
    if found in _NONE:
        return None
    if _SERIAL.fullmatch(found):
        return _EXCEL_EPOCH + timedelta(days=int(float(found)))
    found = re.sub(r"\s*([-/.年月日号])\s*", r"\1", found)
    parts = _DATE.fullmatch(found) or _EIGHT_DIGITS.fullmatch(found)
    result = _day(parts[1], parts[2], parts[3]) if parts else None
    if result is None:
        raise Unreadable("date_invalid")
    return result


def _day(year: str, month: str, day_of_month: str) -> date | None:
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        return None


def year(cell: Cell) -> int | None:
    """Give a year: 2025, 2025年, or that of a date; None when the cell is empty.

    Raises:
        Unreadable: no year of our time.
    """
    found = _tight(cell)
    if found in _EMPTY:
        return None
    stated = _YEAR.fullmatch(found)
    if stated is not None:
        return int(stated[1])
    try:
        written = day(cell)
    except Unreadable as error:
        raise Unreadable("year") from error
    return None if written is None else written.year


def amount(cell: Cell) -> Fen | None:
    """Give money in fen from yuan; None when the cell is empty.

    Raises:
        Unreadable: not a number, or with more than two decimals.
    """
    plain = _plain_fen(cell)
    return _amount_however_typed(cell) if plain is None else plain


def _amount_however_typed(cell: Cell) -> Fen | None:
    found = _decimal(cell)
    if found is None:
        return None
    fen = found * 100
    whole = fen.to_integral_value()
    # A spreadsheet keeps 780.1 as the nearest binary fraction; a thousandth of a fen is that, not money.
    if abs(fen - whole) > Decimal("0.001"):
        raise Unreadable("amount_invalid")
    return Fen(int(whole))


def income(cell: Cell) -> Fen | None:
    """Give a yearly income in fen, rounded to the fen, from yuan; None when the cell is empty.

    Raises:
        Unreadable: not a number.
    """
    plain = _plain_fen(cell)
    return _income_however_typed(cell) if plain is None else plain


def _income_however_typed(cell: Cell) -> Fen | None:
    try:
        found = _decimal(cell)
    except Unreadable as error:
        raise Unreadable("number") from error
    return None if found is None else Fen(int((found * 100).to_integral_value()))


def _plain_fen(cell: Cell) -> Fen | None:
    """Give the fen of a number that is yuan with at most two decimals, None for all else."""
    if not isinstance(cell, float) or not 0 <= cell < _SURELY_EXACT_BELOW:
        return None
    fen = cell * 100
    whole = round(fen)
    return Fen(whole) if abs(fen - whole) < 0.00001 else None


def _decimal(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool | date):
        raise Unreadable("amount_invalid")
    written = _tight(cell)
    if written in _NONE:
        return None
    found = re.sub(r"[,，¥￥]|人民币|RMB", "", written).removesuffix("整").removesuffix("元")
    times = 10_000 if found.endswith("万") else 1
    found = found.removesuffix("万")
    if not found:
        return None
    try:
        value = Decimal(found)
    except InvalidOperation as error:
        raise Unreadable("amount_invalid") from error
    if not value.is_finite() or abs(value) >= 10**12:
        raise Unreadable("amount_invalid")
    return value * times


def whole_number(cell: Cell, *, most: int) -> int | None:
    """Give a whole number from 0 to `most`; None when the cell is empty.

    Raises:
        Unreadable: anything else.
    """
    if isinstance(cell, bool | date):
        raise Unreadable("number")
    written = _tight(cell)
    if written in _NONE:
        return None
    found = re.sub(r"(个月|月|人|口|个)$", "", written)
    if not _NUMBER.fullmatch(found):
        raise Unreadable("number")
    value = Decimal(found)
    if value != value.to_integral_value() or not 0 <= value <= most:
        raise Unreadable("number")
    return int(value)


_YES = frozenset(
    ("是", "Y", "YES", "TRUE", "1", "√", "有", "已参加", "参加", "享受", "安全", "已解决", "已消除", "消除")
)
_NO = frozenset(
    ("否", "N", "NO", "FALSE", "0", "×", "X", "无", "没有", "未参加", "不享受", "未享受", "不安全", "未解决", "未消除")
)


def yes_no(cell: Cell) -> bool | None:
    """Give 是 or 否; None when the cell is empty.

    Raises:
        Unreadable: neither.
    """
    found = _tight(cell).upper()
    if found in _YES:
        return True
    if found in _NO:
        return False
    if found in _EMPTY:
        return None
    raise Unreadable("yes_no")


def sex(cell: Cell) -> str | None:
    """Give 男 or 女; None when the cell is empty.

    Raises:
        Unreadable: neither.
    """
    found = _tight(cell)
    if found in ("男", "男性"):
        return "男"
    if found in ("女", "女性"):
        return "女"
    if not found:
        return None
    raise Unreadable("sex")


def house_grade(cell: Cell) -> str | None:
    """Give the grade of a house, A to D; None when the cell is empty.

    Raises:
        Unreadable: no such grade.
    """
    found = _tight(cell).upper().removesuffix("级")
    if found in _EMPTY or found == "无":
        return None
    if found not in ("A", "B", "C", "D"):
        raise Unreadable("house_grade")
    return found


def choice(cell: Cell, meanings: Mapping[str, T], *, missing: str, unknown: str) -> T:
    """Give what a word from a closed list means.

    Raises:
        Unreadable: empty, or not in the list.
    """
    found = _tight(cell)
    if not found:
        raise Unreadable(missing)
    if found not in meanings:
        raise Unreadable(unknown)
    return meanings[found]


def needed(value: T | None, missing: str) -> T:
    """Give the value.

    Raises:
        Unreadable: there is none.
    """
    if value is None:
        raise Unreadable(missing)
    return value


def needed_phone(cell: Cell) -> str:
    """Give a phone number that must be there.

    Raises:
        Unreadable: missing or no phone number.
    """
    try:
        return needed(phone(cell), "phone_needed")
    except Unreadable as error:
        raise Unreadable("phone_needed") from error


def household_number(cell: Cell) -> str:
    """Give a household's number that must be there.

    Raises:
        Unreadable: missing, or no such number.
    """
    return needed(code(cell), "household_code_missing")


def optional_name(cell: Cell) -> str | None:
    """Give a name, None when the cell is empty.

    Raises:
        Unreadable: not a name.
    """
    return None if cell is None or cell == "" else name(cell)


def benefit_name(cell: Cell) -> str:
    """Give the name of a benefit, as the office writes it.

    Raises:
        Unreadable: missing, or not like a name.
    """
    return _words(cell, longest=80, missing="benefit_missing", wrong="benefit_format")


def state_name(cell: Cell) -> str:
    """Give the state of an application, in the words of the office.

    Raises:
        Unreadable: missing, or not like a state.
    """
    return _words(cell, longest=40, missing="state_missing", wrong="state_format")


def _words(cell: Cell, *, longest: int, missing: str, wrong: str) -> str:
    try:
        found = needed(text(cell, longest=longest), missing)
    except Unreadable as error:
        raise Unreadable(missing if error.code == missing else wrong) from error
    if not isinstance(cell, str) or found.startswith(("=", "+", "-", "@")):
        raise Unreadable(wrong)
    return found


def _tight(cell: Cell) -> str:
    """Give a cell's text in half-width without any space: for numbers, codes and words of closed lists."""
    found = shown(cell)
    if not found.isascii():
        found = without_invisible(unicodedata.normalize("NFKC", found))
    return _SPACES.sub("", _as_typed(found.strip()))


def _as_typed(text: str) -> str:
    """Take away what makes a spreadsheet keep a number as text: '700001 and ="700001"."""
    if text.startswith('="') and text.endswith('"') and text.count('"') == 2:
        return text[2:-1].strip()
    return text[1:].lstrip() if text.startswith("'") and not text.endswith("'") else text
