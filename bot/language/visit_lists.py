# ruff: noqa: E501 - patterns read better whole
"""走访清单: the visits of a whole village in one message, a line a household (1. 王建国：屋顶漏水), under a heading or none."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.language.dates import FoundDate, find_dates
from bot.language.names import find_names, surname_of
from bot.language.notes import VisitNote, read_note
from bot.language.spelling import fold

MOST_ROWS = 50
"""So many households a list may hold; a message of WeChat's holds few more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: its number in the list, the words of it, the household's name as said, what it tells.

    `told` are the words after the name. `ahead` is a day said that has not come yet.
    """

    place: int
    words: str
    household: str | None
    note: VisitNote
    told: str = ""
    ahead: date | None = None


_FEWEST, _FEWEST_INLINE = 2, 3
_NUMBER = re.compile(
    r"^\s*(?:[（(]?\d{1,2}[)）、.．:：]|\d{1,2}\s+(?=[一-鿿])|[①-⑳]|[（(]?[一二三四五六七八九十]{1,3}[)）、.．])\s*"
)
_INLINE = re.compile(r"(?:(?<=^)|(?<=[。；;，,：:\s]))(?=(?:[（(]?\d{1,2}[)）、.．](?!\d)|[①-⑳])\s*[一-鿿])")
_BETWEEN = re.compile(r"[\t|｜]+")
_HEAD = re.compile(
    r"^(?P<name>[一-鿿]{1,6}(?:[·•・][一-鿿]{1,8})*?)(?P<house>家里|家|户|屋头)?(?:[（(][^）)]{0,12}[)）])?(?:\s*[：:，,;；\-—]\s*|\s+|$)(?P<rest>.*)$"
)
_HEADING_WORDS = re.compile(
    r"走访|入户|签到|打卡|汇总|情况|名单|记录|今天|昨天|前天|上午|下午|本周|户主|姓名|内容|日期|备注|如下|\d+户|小结|台账"
)
_OTHER_BUSINESS = re.compile(r"移交|交给|转给|换成|绑定|查一?下|问题单|立单|上报问题")
_ONLY_COLUMNS = re.compile(
    r"^(?:序号|编号|户主|姓名|户主姓名|日期|走访日期|时间|情况|走访情况|内容|备注|问题|措施|物资|\s|[，,、])+$"
)


def is_visit_list(text: str) -> bool:
    """Whether a message is a list of visits: several lines, most begin with a name, and something is told of them."""
    if "\n" not in text.strip() and len(_INLINE.findall(text)) < _FEWEST_INLINE:
        return False
    heading, lines = _lines(text)
    if _OTHER_BUSINESS.search(heading):
        return False
    told = [rest.strip() for name, rest in (_head_of(line, ()) for line in lines) if name is not None]
    if len(told) < _FEWEST or 2 * len(told) < len(lines):
        return False
    return bool(heading) or 2 * sum(len(rest) > 1 for rest in told) >= len(told)


def read_list(text: str, today: date, names: Sequence[str] = ()) -> list[Row]:
    """Read a list of visits, a row a line in the order told; the heading's day is the day of rows that say none.

    A line that names nobody goes on with the household before it. `names` are the heads of the cadre's households.
    """
    heading, lines = _lines(text)
    default = _day_of(heading, today)
    rows: list[Row] = []
    for line in lines:
        name, _ = _head_of(line, names)
        if name is None and _is_day_only(line, today):
            default = _day_of(line, today)
        elif name is None and rows and not _NUMBER.match(line):
            rows[-1] = _row(rows[-1].place, f"{rows[-1].words}，{line}", rows[-1].household, today, default)
        else:
            rows.append(_row(len(rows) + 1, _tidy(line), name, today, default))
    return rows


def _lines(text: str) -> tuple[str, list[str]]:
    """The heading, empty where there is none, and the lines of the list."""
    lines = [line for line in text.split("\n") if line.strip() and not _ONLY_COLUMNS.match(_tidy(line))]
    if len(lines) <= _FEWEST:
        lines = [part for line in lines for part in _INLINE.split(line) if part.strip()]
    heading = []
    while lines and not _NUMBER.match(lines[0]) and _is_heading(_tidy(lines[0])):
        heading.append(_tidy(lines.pop(0)))
    return "，".join(heading), lines


def _is_heading(line: str) -> bool:
    if line.rstrip().endswith(("：", ":")) and _HEADING_WORDS.search(line):
        return True
    found = _HEAD.match(fold(line))
    named = found is not None and bool(found["rest"]) and _is_name(found["name"], found["house"])
    return (
        not named and bool(_HEADING_WORDS.search(line) or find_dates(line, date(2000, 12, 31))) and not find_names(line)
    )


def _tidy(line: str) -> str:
    cells = [cell.strip() for cell in _BETWEEN.split(_NUMBER.sub("", line.strip())) if cell.strip()]
    if len(cells) > 1 and cells[0].isdigit():
        cells = cells[1:]
    return "，".join(cells)


def _head_of(line: str, names: Iterable[str]) -> tuple[str | None, str]:
    """The household a line begins with, after a day perhaps, and what it tells of it."""
    said = fold(_tidy(line))
    days = find_dates(said, date(2000, 12, 31))
    if days and days[0].start == 0:
        said = said[days[0].end :].lstrip(" ，,：:")
    for name in sorted(names, key=len, reverse=True):
        if said.startswith(name):
            return name, said.removeprefix(name)
    found = _HEAD.match(said)
    if found and _is_name(found["name"], found["house"]):
        return found["name"] + ("家" if found["house"] and len(found["name"]) == 1 else ""), found["rest"]
    people = [person for person in find_names(said) if not said[: person.start].strip("去到走访入户看望了今天在给 ，,")]
    return (people[0].text, said[people[0].end :]) if people else (None, said)


def _is_name(said: str, house: str | None) -> bool:
    if house or "·" in said:
        return True
    known = bool(surname_of(said)) and 2 <= len(said) <= 4
    return (known or (said[0] in "老小" and len(said) in (2, 3))) and not _HEADING_WORDS.search(said)


def _row(place: int, words: str, name: str | None, today: date, default: FoundDate | None) -> Row:
    notes = read_note(words, today, () if name is None else (name,))
    about = [note for note in notes if note.household == name] or notes
    note = replace(about[0], household=name)
    own = _day_of(words, today)
    ahead = own.day if own is not None and own.day is not None and own.day > today else None
    day = own or default
    if day is not None and not note.cancelled and note.date_text is None:
        note = replace(note, visit_date=day.day, date_text=day.text)
    told = words.partition(name)[2] if name is not None and name in words else words
    return Row(place, words, name, note, told.lstrip("家户 ，,：:").rstrip("；;，,"), ahead)


def _day_of(words: str, today: date) -> FoundDate | None:
    """The day a heading or the beginning of a row says."""
    first = re.split(r"[，,。；;：:\n]", words)
    head = "，".join(first[:2])
    return next((found for found in find_dates(head, today) if found.start <= 8 or found.end == len(head)), None)


def _is_day_only(line: str, today: date) -> bool:
    found = find_dates(line, today)
    return len(found) == 1 and len(line.strip(" ：:，,。")) - len(found[0].text) <= 4
