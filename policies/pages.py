"""目录的一页: one YAML file of a pack, read so that every mistake has its line and none hides the others.

Only plain YAML is taken: text, whole numbers, decimals, true and false, null, lists, mappings. Anchors, merge keys,
tags and a second document are named and not followed, so no page can grow in memory. A page that does not parse
loses only the entry in which it breaks; the rest is read.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import yaml

from policies import advice

E = TypeVar("E", bound=StrEnum)
Report = Callable[[int, str, str], None]
"""Takes a line (from 1), the key there ("" for none) and what to do."""

MAX_PAGE_BYTES = 1_000_000
MAX_SOURCE_BYTES = 10_000_000
MAX_DEPTH = 12
MAX_BREAKS = 20
YEARS = range(1990, 2101)
"""What a year of policy may be; anything else is a slip of the keys."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something to mend in the catalogue: where it is and what to do, in words for who keeps it."""

    file: str
    line: int
    key: str
    what: str


class Items(list[Any]):
    """A YAML list that remembers its lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


class Entry(dict[str, Any]):
    """A YAML mapping that remembers its lines and reports what stands wrong in it, each key once."""

    def __init__(self, file: str, line: int, report: Report) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: dict[str, int] = {}
        self._report = report
        self._said: set[str] = set()
        self._merged = False

    def line_of(self, key: str) -> int:
        """The line of a key, or where the mapping begins when the key is missing."""
        return self.lines.get(key, self.line)

    def wrong(self, key: str, what: str, line: int | None = None) -> None:
        """Report a key; a second mistake of the same key follows from the first and is not said."""
        if key not in self._said and not (self._merged and key not in self):
            self._said.add(key)
            self._report(line or self.line_of(key), key, what)

    def unread(self, key: str) -> None:
        """What stands under a key was not read, and that has been said; with `<<` that may be any key."""
        self._said.add(key)
        self._merged = self._merged or key == "<<"

    def only(self, allowed: Collection[str]) -> None:
        """Report unknown keys. One that looks like a missing one is read as that, so that it is one mistake."""
        for key in [key for key in self if key not in allowed]:
            meant = advice.nearest(key, [one for one in allowed if one not in self])
            self.wrong(key, advice.unknown_key(key, meant or advice.nearest(key, allowed)))
            if meant is not None:
                self[meant] = self[key]
                self.lines[meant] = self.lines[key]

    def maybe_text(self, key: str) -> str | None:
        """A text, or None where nobody has said any."""
        found = self.get(key)
        if found is None:
            return None
        if not isinstance(found, str):
            self.wrong(key, advice.NOT_TEXT)
            return None
        if not found.strip():
            self.wrong(key, advice.EMPTY_TEXT)
            return None
        return found

    def text(self, key: str) -> str:
        """A text that must be there."""
        if self.get(key) is None:
            self.wrong(key, advice.MISSING)
        return self.maybe_text(key) or ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once; empty where there is none."""
        found = self.get(key)
        if found is None:
            return ()
        if not isinstance(found, Items):
            self.wrong(key, advice.NOT_A_LIST)
            return ()
        for line, item in zip(found.lines, found, strict=True):
            if not isinstance(item, str):
                self.wrong(key, advice.NOT_TEXT, line)
            elif not item.strip():
                self.wrong(key, advice.EMPTY_TEXT, line)
            elif found.count(item) > 1:
                self.wrong(key, advice.said_twice(item), found.lines[len(found) - 1 - found[::-1].index(item)])
        return tuple(dict.fromkeys(item for item in found if isinstance(item, str) and item.strip()))

    def words(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """A list of words, each of them one of those allowed."""
        found = self.texts(key)
        for word in found:
            if word not in allowed:
                self.wrong(key, advice.not_one_of(word, allowed))
        return found

    def word(self, key: str, allowed: Sequence[str]) -> str:
        """One of the words allowed; it must be there."""
        found = self.text(key)
        if found and found not in allowed:
            self.wrong(key, advice.not_one_of(found, allowed))
        return found

    def one_of(self, key: str, kind: type[E], otherwise: E) -> E:
        """One of an enumeration's words; it must be there."""
        found = self.word(key, [str(one) for one in kind])
        return kind(found) if found in list(kind) else otherwise

    def integer(self, key: str, *, least: int = 1, most: int | None = None) -> int | None:
        """A whole number within bounds, or None where nobody has said any."""
        found = self.get(key)
        if found is None:
            return None
        if not isinstance(found, int) or isinstance(found, bool):
            self.wrong(key, advice.NOT_AN_INTEGER)
            return None
        if found < least or (most is not None and found > most):
            self.wrong(key, advice.out_of_bounds(found, least, most))
            return None
        return found

    def year(self, key: str) -> int | None:
        """A year of policy, or None."""
        return self.integer(key, least=YEARS.start, most=YEARS.stop - 1)

    def number(self, key: str) -> Decimal | None:
        """An exact number that is not below nothing, or None."""
        found = self.get(key)
        if found is None:
            return None
        written = str(found).strip()
        if isinstance(found, bool | Entry | Items) or not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", written):
            self.wrong(key, advice.number_written(written) if isinstance(found, str) else advice.NOT_A_NUMBER)
            return None
        if written.startswith("-"):
            self.wrong(key, advice.NEGATIVE)
            return None
        return Decimal(written)

    def flag(self, key: str) -> bool | None:
        """A truth value, or None."""
        found = self.get(key)
        if found is None or isinstance(found, bool):
            return found
        self.wrong(key, advice.NOT_A_FLAG)
        return None

    def maybe_day(self, key: str) -> date | None:
        """A day of the calendar, or None."""
        found = self.get(key)
        if found is None:
            return None
        day = iso_date(found)
        if day is None:
            self.wrong(key, advice.NOT_A_DATE)
        elif day.year not in YEARS:
            self.wrong(key, advice.ODD_YEAR)
        return day

    def day(self, key: str) -> date | None:
        """A day that must be there; None only together with a report."""
        if self.get(key) is None:
            self.wrong(key, advice.MISSING)
        return self.maybe_day(key)

    def phone(self, key: str) -> str | None:
        """A telephone number as one writes it, or None."""
        found = self.get(key)
        if isinstance(found, int) and not isinstance(found, bool):
            self.wrong(key, advice.NOT_A_PHONE)
            return None
        phone = self.maybe_text(key)
        if phone and not re.fullmatch(r"(0\d{2,3}-?\d{7,8}(-\d{1,5})?|1\d{10}|[1-9]\d{2,7}|400-?\d{3}-?\d{4})", phone):
            self.wrong(key, advice.NOT_A_PHONE)
            return None
        return phone

    def below(self, key: str) -> "Entry | None":
        """The mapping under a key, or None."""
        found = self.get(key)
        if found is None or isinstance(found, Entry):
            return found
        self.wrong(key, advice.NOT_A_MAPPING)
        return None

    def entries(self, key: str) -> list["Entry"]:
        """The mappings of a list under a key; none where there is no list."""
        found = self.get(key)
        if found is None:
            return []
        if not isinstance(found, Items):
            self.wrong(key, advice.NOT_A_LIST)
            return []
        for line, item in zip(found.lines, found, strict=True):
            if not isinstance(item, Entry):
                self.wrong(key, advice.NOT_A_MAPPING, line)
        return [item for item in found if isinstance(item, Entry)]


def iso_date(found: Any) -> date | None:
    """Read a day written as 2026-12-31, or None."""
    if not isinstance(found, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", found):
        return None
    try:
        return date.fromisoformat(found)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Page:
    """What a file holds. Not `whole`: a part could not be read, and what it may have held is unknown."""

    data: Any
    whole: bool


def read_text(path: Path, report: Report, *, most: int) -> str | None:
    """The text of a file in UTF-8, with or without a byte order mark; None where it cannot be read."""
    try:
        if not path.is_file():
            report(1, "", advice.NOT_A_FILE)
            return None
        if path.stat().st_size > most:
            report(1, "", advice.TOO_BIG)
            return None
        raw = path.read_bytes()
    except OSError:
        report(1, "", advice.UNREADABLE)
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        report(raw[: error.start].count(b"\n") + 1, "", advice.NOT_UTF8)
        return None


def read_page(path: Path, file: str, report: Report) -> Page:
    """Read a file of a pack; what is wrong with it as YAML is reported."""
    text = read_text(path, report, most=MAX_PAGE_BYTES)
    if text is None:
        return Page(None, whole=False)
    lines = _without_control_characters(text, report).split("\n")
    breaks: list[tuple[range, Mistake]] = []
    for _ in range(MAX_BREAKS):
        builder = _Builder(file, report)
        try:
            data = builder.build("\n".join(lines))
        except yaml.MarkedYAMLError as error:
            line = min(_place(error), len(lines) - 1)
            while line and not lines[line].strip():
                line -= 1
            part = _broken_part(lines, line)
            line = line if part is None or line in part else part.start
            breaks.append(
                (part or range(0), Mistake(file, line + 1, "", advice.not_yaml(lines[line], error.context or "")))
            )
            if part is None or _broke_above(breaks):
                break
            # What is read next keeps its lines.
            lines[part.start : part.stop] = [""] * len(part)
        except yaml.YAMLError:
            report(1, "", advice.NOT_YAML)
            break
        except _SecondDocument as second:
            report(second.line + 1, "", advice.SECOND_DOCUMENT)
            lines[second.line] = ""
        else:
            builder.tell()
            _tell(breaks, report)
            if data is None and not breaks:
                report(1, "", advice.EMPTY_FILE)
            return Page(data, whole=not breaks)
    _tell(breaks[:1] if _broke_above(breaks) else breaks, report)
    return Page(None, whole=False)


def _broke_above(breaks: list[tuple[range, Mistake]]) -> bool:
    """Whether one entry after the other breaks: then it is not they, but what stands above the first."""
    parts = [part for part, _ in breaks]
    return len(parts) > 2 and all(before.stop == after.start for before, after in pairwise(parts))


def _tell(breaks: list[tuple[range, Mistake]], report: Report) -> None:
    for _, mistake in breaks:
        report(mistake.line, mistake.key, mistake.what)


_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _without_control_characters(text: str, report: Report) -> str:
    """YAML allows no control characters; each line that has some is reported, and read without them."""
    told = set()
    for found in _CONTROL.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if line not in told:
            told.add(line)
            report(line, "", advice.CONTROL_CHARACTER)
    return _CONTROL.sub("", text) if told else text


def _place(error: yaml.MarkedYAMLError) -> int:
    """Where to look: an open bracket or quote, or a key without its colon, breaks the page below where it stands."""
    marks = [error.problem_mark, error.context_mark]
    if error.context is not None and any(word in error.context for word in ("flow", "quoted", "simple key")):
        marks.reverse()
    return next((int(mark.line) for mark in marks if mark is not None), 0)


_START = re.compile(r" {0,2}- |[A-Za-z_]\w*:")
_HEAD = re.compile(r"\w+:\s*(#.*)?")


def _broken_part(lines: list[str], line: int) -> range | None:
    """The lines to leave out so that the rest can be read: the entry around a line, or what stands before the first.

    None where the page has no entries to go on with.
    """
    starts = [place for place, text in enumerate(lines) if _START.match(text)]
    first = max((place for place in starts if place <= line), default=None)
    if first is None:
        return None
    head = max((place for place in starts if place < first), default=first)
    if _HEAD.fullmatch(lines[head].rstrip()):
        stray = [place for place in range(head + 1, first) if re.match(r"\s*[^#\s]", lines[place])]
        if stray:
            return range(stray[0], first)
    if _HEAD.fullmatch(lines[first].rstrip()):
        return None
    return range(first, next((place for place in starts if place > first), len(lines)))


class _SecondDocument(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


_WHOLE = re.compile(r"[-+]?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"[-+]?\d{1,15}\.\d{1,15}")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class _Builder:
    """Builds one page from the parser's events; keeps what to report until the page is known to parse."""

    def __init__(self, file: str, report: Report) -> None:
        self.file = file
        self.report = report
        self.found: list[tuple[int, str, str]] = []

    def build(self, text: str) -> Any:
        events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        data = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _SecondDocument(_line(event) - 1)
                data = self._node(next(events), events, 0)
        return data

    def tell(self) -> None:
        for line, key, what in self.found:
            self.report(line, key, what)

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Any:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            self.found.append((line, "", advice.ANCHOR))
            return None
        if event.anchor is not None:
            self.found.append((line, "", advice.ANCHOR))
        if event.tag is not None:
            self.found.append((line, "", advice.TAG))
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style else _plain(event.value)
        if depth == MAX_DEPTH:
            self.found.append((line, "", advice.TOO_DEEP))
            _skip(events)
            return None
        return (
            self._items(events, depth)
            if isinstance(event, yaml.SequenceStartEvent)
            else self._entry(line, events, depth)
        )

    def _items(self, events: Iterator[Any], depth: int) -> Items:
        items = Items()
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.lines.append(_line(event))
            items.append(self._node(event, events, depth + 1))
        return items

    def _entry(self, line: int, events: Iterator[Any], depth: int) -> Entry:
        entry = Entry(self.file, line, self.report)
        twice: list[tuple[int, str, str]] = []
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent):
                self.found.append((line, "", advice.KEY_IS_NO_TEXT))
                self._node(event, events, depth + 1)
                self._node(next(events), events, depth + 1)
                continue
            key = event.value
            inside = next(events)
            value = self._node(inside, events, depth + 1)
            if key == "<<" and not event.style:
                self.found.append((line, key, advice.ANCHOR))
                entry.unread(key)
                continue
            if isinstance(inside, yaml.AliasEvent):
                entry.unread(key)
            if key in entry:
                twice.append((line, key, advice.TWICE))
            entry[key] = value
            entry.lines[key] = line
        # So many at once are two entries that have run together.
        self.found += [(*twice[0][:2], advice.RUN_TOGETHER)] if len(twice) > 2 else twice
        return entry


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _skip(events: Iterator[Any]) -> None:
    """Pass over what is left of a list or mapping."""
    open_ = 1
    for event in events:
        open_ += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if not open_:
            return


def _plain(value: str) -> Any:
    """A value without quotes. Days stay text: one that no calendar has is reported where a day is wanted."""
    if value in _NULLS:
        return None
    if value in ("true", "false"):
        return value == "true"
    if _WHOLE.fullmatch(value):
        return int(value)
    return Decimal(value) if _DECIMAL.fullmatch(value) else value
