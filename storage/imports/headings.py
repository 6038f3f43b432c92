"""找表头: finds the lines that hold the headings of a kind, on one line or several, and which column is which."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile
from typing import NamedTuple

from bot.messages import imports as say
from storage.imports.layouts import LAYOUTS, Kind, Layout
from storage.imports.tables import Line, Merged, Table, shown, without_invisible

_LINES = 30
_COLUMNS = 500
_DEEPEST = 3
_LONGEST = 60
_BRACKETED = re.compile(r"[(\[【〔{][^)\]】〕}]*[)\]】〕}]")
_NOT_IN_A_HEADING = re.compile(r"[\W_]+")
# 户 编 号 is spread out to fill its column; only words written with letters are parted by spaces.
_SPREAD = re.compile(r"\s*[\r\n]+\s*|(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
# 金额(万元) is not 金额(元): a unit in brackets that we do not keep must not be ignored like other brackets.
_OTHER_UNIT = re.compile(r"(?:单位[::]?)?(?:[万千百]元|[天日周年]|小时|分)")
_OTHER_MONEY = re.compile(r"单位[::]?([万千百]元)|[(\[]([万千百]元)[)\]]")
_YEAR = re.compile(r"^((?:19|20)\d\d)年?度?(?!\d)")
_YEAR_IN_A_TITLE = re.compile(r"(?<!\d)((?:19|20)\d\d)年度?(?!\d|\s*\d{1,2}月)")
_THIS_YEAR = re.compile(r"^(?:本年度?|当年|全年)")
_ABOUT = re.compile(r"(?:基本)?(?:信息|情况|资料)$")
_LONG_NUMBER = re.compile(r"\d{6}")
_COUNTED_IN_WORDS = frozenset("甲乙丙丁戊己庚辛")


@dataclass(frozen=True)
class Found:
    """The headings of one sheet for one kind of file.

    `last_line` counts from 1; `headings` are such as would be understood on one line without the lines above;
    `year` is the year the incomes are of, `in_title` if only a title says so; `lines` are the heading lines as they
    stand, and `initials` the characters they begin with, to know them again where each printed page repeats them.
    """

    last_line: int
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    extra_columns: Mapping[str, int]
    year: int | None
    in_title: bool
    lines: frozenset[tuple[str, ...]]
    initials: frozenset[str]


class Beginning(NamedTuple):
    """The first lines of a sheet as texts, and its merged cells."""

    lines: tuple[tuple[str, ...], ...]
    merged: tuple[Merged, ...]


class _Heading(NamedTuple):
    """What stands over a column: its own text, and the groups it belongs to, the widest first."""

    own: str
    groups: tuple[str, ...]

    @property
    def wholes(self) -> Iterator[str]:
        """The heading with its nearest group, with all of them, with the widest: 工资性 over 收入 is 工资性收入."""
        for groups in dict.fromkeys((self.groups[-1:], self.groups, self.groups[:1])):
            group = _ABOUT.sub("", _half_width("".join(groups)))
            if group:
                yield group + self.own


class _Claim(NamedTuple):
    """A column that may be one of ours; the better claim to the same heading sorts first."""

    older: int
    by_group: bool
    column: int
    ours: str
    year: int | None
    text: str


class _Columns(NamedTuple):
    ours: Mapping[str, int]
    headings: tuple[str, ...]
    year: int | None


def beginning_of(table: Table) -> Beginning:
    """Read where headings may stand."""
    lines = tuple(texts_of(line[:_COLUMNS]) for line in table.beginning(_LINES))
    return Beginning(lines, tuple(block for block in table.merged if block.top < _LINES))


def texts_of(line: Line) -> tuple[str, ...]:
    """Give a line's cells as they would stand in a heading, without the empty ones at the end."""
    texts = [_SPREAD.sub("", without_invisible(shown(cell))) for cell in line]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def find(beginning: Beginning, layout: Layout) -> Found | None:
    """Find the headings of that kind; None where there are none.

    The lines that name most of ours win, the upper ones of equals. A heading may be parted over up to three lines,
    the upper of them naming groups: 收入 over 工资性收入 and 转移性收入, 帮扶责任人 over 姓名 and 电话.
    """
    lines = beginning.lines
    unit = _unit_of(lines)
    best, last, depth = _Columns({}, (), None), 0, 1
    for number, line in enumerate(lines, start=1):
        if sum(map(bool, line)) < 2 or _is_data(line):
            continue
        for deep in range(1, min(_DEEPEST, number) + 1):
            columns = _columns(_headings(beginning, number, deep), layout, unit)
            more = len(columns.ours) - len(best.ours)
            if more > 0 or (more == 0 and best.ours and number == last and _is_of_groups(lines[number - deep])):
                best, last, depth = columns, number, deep
    if len(best.ours) < 2:
        return None
    while last < len(lines) and depth < _DEEPEST and _goes_on(lines[last], best, layout):
        further = _columns(_headings(beginning, last + 1, depth + 1), layout, unit)
        if len(further.ours) < len(best.ours):
            break
        best, last, depth = further, last + 1, depth + 1
    first = last - depth
    while last < len(lines) and _is_numbered(lines[last]):
        last += 1
    title_year = _year_of(lines[:first])
    return Found(
        last,
        best.headings,
        best.ours,
        _extra(best),
        best.year or title_year,
        best.year is None and title_year is not None,
        frozenset(lines[first:last]),
        frozenset(next(filter(None, line))[0] for line in lines[first:last] if any(line)),
    )


def better_kind(beginning: Beginning, layout: Layout) -> Kind | None:
    """Give the kind whose headings fit clearly better than the wanted one's, if there is one."""
    fits: dict[Kind, int] = {}
    for other in LAYOUTS.values():
        found = find(beginning, other)
        columns = {} if found is None else found.columns
        if other.kind == layout.kind or not missing(columns, other):
            fits[other.kind] = len(columns)
    best = max(fits, key=lambda kind: fits[kind])
    return best if fits[best] > fits[layout.kind] else None


def missing(columns: Mapping[str, int], layout: Layout) -> list[str]:
    """Give the headings a file of this kind cannot do without and these columns lack."""
    return [heading for heading in layout.required if heading not in columns]


def _headings(beginning: Beginning, last: int, depth: int) -> list[_Heading]:
    """Join the lines of a heading column by column; a group's name stands over each of its columns."""
    lines = [list(line) for line in beginning.lines[last - depth : last]]
    width = max(map(len, lines))
    for line in lines:
        line.extend([""] * (width - len(line)))
    for position, line in enumerate(lines[:-1]):
        below = [any(lower[column] for lower in lines[position + 1 :]) for column in range(width)]
        _spread(line, below, [block for block in beginning.merged if block.top == last - depth + position])
    headings = []
    for parts in zip(*lines, strict=True):
        said = [part for part in parts if part]
        headings.append(_Heading(said[-1], tuple(said[:-1])) if said else _Heading("", ()))
    return headings


def _spread(line: list[str], below: Sequence[bool], merged: Sequence[Merged]) -> None:
    """Write a group's name over all its columns: those it is merged over, or the empty ones to its right."""
    for block in merged:
        for column in range(block.left + 1, min(block.right + 1, len(line))):
            if below[column]:
                line[column] = line[block.left]
    if merged:
        return
    for column in range(1, len(line)):
        if not line[column] and below[column] and below[column - 1]:
            line[column] = line[column - 1]


def _is_data(line: Sequence[str]) -> bool:
    """Tell a row at a glance: several long numbers stand in no heading line."""
    return sum(_LONG_NUMBER.search(text) is not None for text in line) >= 2


def _is_of_groups(line: Sequence[str]) -> bool:
    return sum(map(bool, line)) >= 2


def _goes_on(line: Sequence[str], best: _Columns, layout: Layout) -> bool:
    """Tell a second line of headings from a first line of data: nothing stands where no row can do without."""
    needed = {best.ours[heading] for heading in layout.required if heading in best.ours}
    filled = {index for index, text in enumerate(line) if text}
    return len(filled) >= 2 and not filled & needed and not any(line[index][0].isdigit() for index in filled)


def _is_numbered(line: Sequence[str]) -> bool:
    """Tell the line that counts the columns: 1 2 3 …, or 甲 乙 1 2 3 …"""
    marks = [_NOT_IN_A_HEADING.sub("", _half_width(text)) for text in line if text]
    words = len(list(takewhile(_COUNTED_IN_WORDS.__contains__, marks)))
    numbers = marks[words:]
    return len(marks) >= 3 and numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _columns(headings: Sequence[_Heading], layout: Layout, unit: str | None) -> _Columns:
    claims = []
    texts = [heading.own for heading in headings]
    for index, heading in enumerate(headings):
        if not heading.own or len(heading.own) > _LONGEST:
            continue
        text, ours, year = _understood(heading, layout, unit)
        texts[index] = text
        if ours is not None:
            older = 0 if year is None else 3_000 - year
            claims.append(_Claim(older, text == heading.own and bool(heading.groups), index, ours, year, text))
    ours_by_index: dict[str, int] = {}
    years: dict[str, int | None] = {}
    for claim in sorted(claims):
        if claim.ours not in ours_by_index:
            ours_by_index[claim.ours], years[claim.ours] = claim.column, claim.year
    year = max((years[ours] or 0 for ours in layout.yearly if ours in years), default=0) or None
    # One row tells one year: what is left of another is kept beside, not mixed in.
    columns = {
        ours: index
        for ours, index in sorted(ours_by_index.items(), key=lambda item: item[1])
        if ours not in layout.yearly or years[ours] in (None, year)
    }
    return _Columns(columns, _distinct(texts, headings, frozenset(columns.values())), year)


def _understood(heading: _Heading, layout: Layout, unit: str | None) -> tuple[str, str | None, int | None]:
    """Give a heading as it would be understood alone, our name for it if it has one, and the year it tells."""
    for whole in heading.wholes:
        ours, year = _ours(whole, layout)
        if ours is not None or _is_of_another_kind(whole):
            return whole, ours, year
    ours, year = _ours(heading.own, layout)
    if ours is None:
        return heading.own, None, None
    other_unit = _unit_of([heading.groups]) or unit
    if other_unit is not None and layout.is_money(ours) and not _BRACKETED.search(_half_width(heading.own)):
        return f"{heading.own}({other_unit})", None, None
    of_group = _year_of([heading.groups]) if year is None and ours in layout.yearly else None
    return (heading.own, ours, year) if of_group is None else (f"{of_group}年{heading.own}", ours, of_group)


def _distinct(texts: Sequence[str], headings: Sequence[_Heading], taken: frozenset[int]) -> tuple[str, ...]:
    """Give each column without a place of ours a name of its own, by its group or else by counting."""
    distinct = [text if index in taken else "" for index, text in enumerate(texts)]
    used = {text for text in distinct if text}
    several = {text for text in texts if text and texts.count(text) > 1}
    for index, text in enumerate(texts):
        if index in taken or not text:
            continue
        bare = "".join((*headings[index].groups[-1:], text)) if text in several else text
        name, again = bare, 2
        while name in used:
            name, again = f"{bare}({again})", again + 1
        distinct[index] = name
        used.add(name)
    return tuple(distinct)


def _extra(columns: _Columns) -> dict[str, int]:
    taken = set(columns.ours.values())
    # The reasons we wrote beside rejected rows are not part of the file that comes back corrected.
    left_out = ("", say.REASON_COLUMN)
    return {
        heading: index
        for index, heading in enumerate(columns.headings)
        if index not in taken and heading not in left_out
    }


def _unit_of(lines: Iterable[Sequence[str]]) -> str | None:
    """Give the unit of money that stands above the headings, when it is not yuan."""
    for line in lines:
        for text in line:
            if "元" in text and (found := _OTHER_MONEY.search(_half_width(text).replace(" ", ""))) is not None:
                return found[1] or found[2]
    return None


def _year_of(lines: Iterable[Sequence[str]]) -> int | None:
    """Give the one year these lines name."""
    years = {int(year) for line in lines for text in line for year in _YEAR_IN_A_TITLE.findall(_half_width(text))}
    return years.pop() if len(years) == 1 else None


@cache
def _known(layout_kind: Kind) -> Mapping[str, str]:
    """Give our heading for every spelling; the earlier of two wins, and a full name beats a bare one."""
    known: dict[str, str] = {}
    for position in (0, 1):
        for ours, names in LAYOUTS[layout_kind].headings.items():
            for name in names:
                known.setdefault(bare_names(name)[position], ours)
    return known


def bare_names(heading: str) -> tuple[str, str]:
    """Give what a heading is known by: its letters and digits, and these without what stands in brackets."""
    return _bare(heading), _bare(_BRACKETED.sub("", _half_width(heading)))


def _is_of_another_kind(text: str) -> bool:
    bare = _bare(text)
    return any(bare in _known(kind) for kind in LAYOUTS)


@lru_cache(maxsize=20_000)
def _spellings(text: str) -> tuple[tuple[str, int | None], ...]:
    """Give what to look a heading up by, in that order, and the year each leaves out."""
    half = _half_width(text)
    year = _YEAR.match(half)
    of_this_year = _THIS_YEAR.sub("", half)
    tries: list[tuple[str, int | None]] = [(half, None)]
    if year is not None:
        tries.append((_THIS_YEAR.sub("", half[year.end() :]), int(year[1])))
    elif of_this_year != half:
        tries.append((of_this_year, None))
    spellings = []
    for one, of in tries:
        spellings.append((_bare(one), of))
        if not any(_OTHER_UNIT.fullmatch(part[1:-1].strip()) for part in _BRACKETED.findall(one)):
            spellings.append((_bare(_BRACKETED.sub("", one)), of))
    return tuple(spellings)


def _ours(text: str, layout: Layout) -> tuple[str | None, int | None]:
    known = _known(layout.kind)
    for spelling, year in _spellings(text):
        if spelling in known:
            return known[spelling], year
    return None, None


def _half_width(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=20_000)
def _bare(text: str) -> str:
    return _NOT_IN_A_HEADING.sub("", _half_width(text)).upper()
