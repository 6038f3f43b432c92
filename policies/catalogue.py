"""政策目录: a county's benefits and rules, read from its own YAML (catalogue/<county>/).

A pack is county.yaml (the county, its documents, figures, visits and pairing), one file a category with the
benefits, confirmed.yaml (what the county has confirmed still applies, by date; entries are added, never edited)
and sources/ (the documents' text, so that every quote can be checked). Reading and checking are one walk: every
mistake is collected with its line, `load_county` refuses a pack that has any, `check` lists them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from policies import words
from policies.conditions import (
    OPS_OF_KIND,
    AfterExit,
    Condition,
    Figure,
    Op,
    Operand,
    comparison,
    group,
)
from policies.vocabulary import CATALOGUE, Attribute, Kind, vocabulary

E = TypeVar("E", bound=StrEnum)

COUNTY_FILE = "county.yaml"
CONFIRMED_FILE = "confirmed.yaml"
SOURCES = "sources"


class Strength(StrEnum):
    """How firmly the document speaks. Only a definite promise may be answered with "by the document, yes"."""

    DEFINITE = "definite"
    PRINCIPLE = "principle"
    EXPLORE = "explore"
    NAMED = "named"


class Payee(StrEnum):
    """Whom the benefit goes to: a household, a person, a group (village, everybody), or staff."""

    HOUSEHOLD = "household"
    PERSON = "person"
    GROUP = "group"
    WORKER = "worker"


class Counted(StrEnum):
    """Which days a time limit counts: every day, or working days only."""

    DAYS = "天"
    WORKING_DAYS = "工作日"


class Subject(StrEnum):
    """What a procedure is for: a benefit, being registered as poor (识别、纳入), or leaving the register (退出)."""

    BENEFIT = "benefit"
    REGISTRATION = "registration"
    EXIT = "exit"


class Period(StrEnum):
    """A calendar period in which visits are counted."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something to mend in the catalogue: where it is and what to do, in words for who keeps it."""

    file: str
    line: int
    key: str
    what: str


class CatalogueError(Exception):
    """A pack that cannot be used; says each mistake with its file and line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{m.file}:{m.line} {m.key}: {m.what}" for m in self.mistakes))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document says it: its title, the line of its text and the exact words; `quote2` is elsewhere in it."""

    document: str
    line: int
    quote: str
    quote2: str | None


@dataclass(frozen=True, slots=True)
class Amount:
    """How much, exactly as the document or the county says; nothing here is ever worked out or guessed."""

    kind: str
    text: str | None = None
    value: Decimal | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    before: Decimal | None = None
    rate: str | None = None
    unit: str | None = None
    period: str | None = None
    expr: str | None = None
    term_max_years: int | None = None
    interest_subsidy: bool | None = None
    collateral: bool | None = None
    guarantee: bool | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When, as the document says it. `month_day` is used where the year is hidden; none of it is a deadline
    until the county confirms one."""

    opens: date | None
    closes: date | None
    month_day: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class HandIn:
    """What must be handed in, where and by when, as the county has confirmed it."""

    opens: date | None
    closes: date
    what: str
    where: str | None


@dataclass(frozen=True, slots=True)
class Valid:
    """The years the document itself speaks for."""

    first_year: int | None
    last_year: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Within how long an office does something: either `days`, counted as `counted` says, or whole `months`."""

    days: int | None
    months: int | None
    counted: Counted


@dataclass(frozen=True, slots=True)
class Objection:
    """For how many days a notice hangs and where who disagrees may say so; None where nobody has said it."""

    days: int | None
    counted: Counted
    where: str | None
    phone: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure. `words` are how offices write that a case stands there (公示中, 村里公示)."""

    name: str
    words: tuple[str, ...]
    by: str | None
    within: TimeLimit | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Procedure:
    """办理程序: the steps of applying, in their order, as a document or the county says them.

    `applies_to` names benefits, families or categories; empty: every benefit that has none of its own. `source` is
    None where the steps are the county's own word, and then `demonstration` tells whether even that is only a sample.
    """

    id: str
    name: str
    subject: Subject
    applies_to: tuple[str, ...]
    steps: tuple[Step, ...]
    objection: Objection | None
    demonstration: bool
    note: str | None
    source: Source | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The county's word that a benefit still applies, from `on` to `until`; amounts by the day they begin.

    `papers`, `where`, `phone` and `within` are the present word on applying; empty or None where it says nothing, and
    then the benefit's own hold.
    """

    benefit: str
    on: date
    until: date | None
    by: str
    note: str | None
    demonstration: bool
    amounts: tuple[tuple[date, Amount], ...]
    window: HandIn | None
    papers: tuple[str, ...] = ()
    where: str | None = None
    phone: str | None = None
    within: TimeLimit | None = None

    def amount_on(self, on: date) -> Amount | None:
        """The confirmed amount of that day, or None when the county gave none."""
        return next((amount for begins, amount in reversed(self.amounts) if begins <= on), None)


@dataclass(frozen=True, slots=True)
class Benefit:
    """One kind of help as one county's document gives it.

    `papers` (要带的材料), `where` (去哪里办), `phone` and `within` (多久办好) are only there where the document says
    them. `selecting` are those of `conditions` that select members or events.
    """

    id: str
    family: str
    name: str
    aliases: tuple[str, ...]
    category: str
    payee: Payee
    strength: Strength
    who: str
    conditions: tuple[Condition, ...]
    amount: Amount | None
    window: Window | None
    how: str | None
    department: str | None
    papers: tuple[str, ...]
    where: str | None
    phone: str | None
    within: TimeLimit | None
    source: Source
    valid: Valid | None
    note: str | None
    selecting: tuple[Condition, ...]
    about_members: bool
    about_events: bool


@dataclass(frozen=True, slots=True)
class VisitCount:
    """At least so many visits in each such calendar period."""

    period: Period
    at_least: int


@dataclass(frozen=True, slots=True)
class VisitRule:
    """How often an assigned household is visited and on which days of the month a cadre is reminded.

    `statuses` empty: every assigned household. `source` is None when no document says it (then a setting of
    the county, and `demonstration` when it is not even that).
    """

    per: tuple[VisitCount, ...]
    remind_on: tuple[int, ...]
    statuses: tuple[str, ...]
    exited_since: int | None
    demonstration: bool
    note: str | None
    source: Source | None


class PairedWith(StrEnum):
    """Whom a share is about. Schools pair their teachers with students, whom the register does not pair."""

    HOUSEHOLD = "household"
    STUDENT = "student"


@dataclass(frozen=True, slots=True)
class Share:
    """How many households one group of officials is to help, each of them; None where the document gives no number.

    `who` are the document's words for the group. It is known by role and by grade (empty: any); `not_on_file` is
    what else decides it and no register tells (是不是党员).
    """

    who: str
    paired_with: PairedWith
    roles: tuple[str, ...]
    ranks: tuple[str, ...]
    not_on_file: str | None
    at_least: int | None
    at_most: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class Rest:
    """Who takes the households that are left over (包干托底), where the document says so."""

    who: str
    roles: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class PairingRule:
    """How many cadres each household has, and how many households each official, where the county says so.

    `statuses` are of the households that must have one; empty: every household.
    """

    cadres_per_household: int | None
    statuses: tuple[str, ...]
    source: Source | None
    shares: tuple[Share, ...]
    rest: Rest | None


@dataclass(frozen=True, slots=True, eq=False)
class County:
    """One county's pack. `figures` has only what the county has given; a name that is missing is unknown."""

    id: str
    name: str
    level: str
    area_code: str | None
    title: str
    year: int | None
    note: str | None
    after_exit: AfterExit | None
    figures: Mapping[str, Figure]
    visits: tuple[VisitRule, ...]
    pairing: PairingRule | None
    procedures: tuple[Procedure, ...]
    benefits: Mapping[str, Benefit]
    confirmations: Mapping[str, tuple[Confirmation, ...]]

    def confirmation(self, benefit: str, on: date) -> Confirmation | None:
        """The county's latest word on a benefit that day, whether or not it has run out since."""
        return next((word for word in reversed(self.confirmations.get(benefit, ())) if word.on <= on), None)

    def procedure_of(self, benefit: Benefit | None) -> Procedure | None:
        """How one applies for it: the procedure that names it, else its family or category, else the general one.

        Without a benefit, the general one. None where neither a document nor the county has said any.
        """
        names = () if benefit is None else (benefit.id, benefit.family, benefit.category)
        ours = [one for one in self.procedures if one.subject is Subject.BENEFIT]
        own = (one for name in names for one in ours if name in one.applies_to)
        return next(own, None) or next((one for one in ours if not one.applies_to), None)


def county_names() -> list[str]:
    """The packs there are."""
    return sorted(path.parent.name for path in CATALOGUE.glob(f"*/{COUNTY_FILE}"))


@cache
def load_county(name: str) -> County:
    """A county's pack, read once; raises CatalogueError with every mistake in it."""
    if name not in county_names():
        raise CatalogueError([Mistake(COUNTY_FILE, 1, name, words.NO_SUCH_COUNTY)])
    return read_county(CATALOGUE / name)


def read_county(directory: Path) -> County:
    """The pack in a directory, not cached; raises CatalogueError with every mistake in it."""
    pack = _Pack(directory)
    county = pack.read()
    if pack.mistakes or county is None:
        raise CatalogueError(pack.mistakes)
    return county


def check(directory: Path = CATALOGUE) -> list[Mistake]:
    """Every mistake of one pack, or of every pack below a directory that is none itself."""
    if (directory / COUNTY_FILE).exists():
        return _check_pack(directory, "")
    packs = sorted(path.parent for path in directory.glob(f"*/{COUNTY_FILE}"))
    if not packs:
        return [Mistake(COUNTY_FILE, 1, "", words.NO_COUNTY_FILE)]
    return [mistake for pack in packs for mistake in _check_pack(pack, f"{pack.name}/")]


def _check_pack(directory: Path, prefix: str) -> list[Mistake]:
    pack = _Pack(directory)
    pack.read()
    return [Mistake(prefix + m.file, m.line, m.key, m.what) for m in sorted(pack.mistakes, key=_place)]


def _place(mistake: Mistake) -> tuple[str, int]:
    return mistake.file, mistake.line


class _Entry(dict[Any, Any]):
    """A YAML mapping that remembers its lines."""

    file: str
    line: int
    lines: dict[Any, int]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


class _Loader(yaml.CSafeLoader):
    """Safe YAML with lines, exact decimals, duplicate keys reported, and no yes/no/on/off as truth values."""

    file: str
    report: Callable[[str, int, str, str], None]


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, re.compile(r"^(?:true|false)$") if tag == "tag:yaml.org,2002:bool" else pattern)
        for tag, pattern in resolvers
        # A date that no calendar has would stop the reader; as text it is reported with its line.
        if tag != "tag:yaml.org,2002:timestamp"
    ]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _entry(loader: _Loader, node: yaml.MappingNode) -> _Entry:
    entry = _Entry()
    entry.file = loader.file
    entry.line = node.start_mark.line + 1
    entry.lines = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str | int):
            loader.report(loader.file, line, str(key), words.NOT_TEXT)
            continue
        if key in entry:
            loader.report(loader.file, line, str(key), words.TWICE)
        entry[key] = loader.construct_object(value_node, deep=True)
        entry.lines[key] = line
    return entry


def _decimal(loader: _Loader, node: yaml.ScalarNode) -> Decimal | str:
    try:
        return Decimal(node.value)
    except InvalidOperation:
        return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:map", _entry)
_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)

_COUNTY_KEYS = frozenset(
    [
        "name",
        "level",
        "area_code",
        "title",
        "year",
        "note",
        "documents",
        "values",
        "after_exit",
        "visits",
        "pairing",
        "procedures",
    ]
)
_BENEFIT_KEYS = frozenset(
    [
        "id",
        "family",
        "name",
        "aliases",
        "payee",
        "strength",
        "who",
        "conditions",
        "amount",
        "window",
        "how",
        "department",
        "papers",
        "where",
        "phone",
        "within",
        "source",
        "valid",
        "note",
    ]
)
_CONDITION_KEYS = frozenset(["text", "attr", "op", "value", "any", "all", "ask", "change"])
_AMOUNT_KEYS = frozenset(Amount.__dataclass_fields__)
_WINDOW_KEYS = frozenset(["from", "to", "month_day", "text"])
_SOURCE_KEYS = frozenset(["document", "line", "quote", "quote2"])
_CONFIRMATION_KEYS = frozenset(
    ["benefit", "on", "until", "by", "note", "demonstration", "amount", "window", "papers", "where", "phone", "within"]
)
_PROCEDURE_KEYS = frozenset(
    ["id", "name", "subject", "applies_to", "steps", "objection", "demonstration", "note", "source"]
)
_STEP_KEYS = frozenset(Step.__dataclass_fields__)
_HAND_IN_KEYS = frozenset(["opens", "closes", "what", "where"])
_VISIT_KEYS = frozenset(["per", "remind_on", "statuses", "exited_since", "demonstration", "note", "source"])
_PAIRING_KEYS = frozenset(["cadres_per_household", "statuses", "source", "shares", "rest"])
_SHARE_KEYS = frozenset(["who", "paired_with", "roles", "ranks", "not_on_file", "at_least", "at_most", "source"])
_MONEY = ("value", "min", "max", "before")


class _Pack:
    """One walk over a pack's files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.mistakes: list[Mistake] = []
        self.words = vocabulary()
        self.documents: dict[str, str] = {}
        self.texts: dict[str, list[str]] = {}
        self.after_exit: AfterExit | None = None
        self.figures: dict[str, Figure] = {}
        self.benefits: dict[str, Benefit] = {}
        self.places: dict[str, tuple[str, int]] = {}

    def read(self) -> County | None:
        """The county, as far as it could be read; what could not is in `mistakes`."""
        entry = self._load(COUNTY_FILE)
        if not isinstance(entry, _Entry):
            return None
        self._keys(entry, _COUNTY_KEYS)
        self._documents(entry)
        self.figures = self._figures(entry)
        self.after_exit = self._after_exit(entry)
        visits = tuple(self._visit(rule) for rule in self._entries(entry, "visits"))
        pairing = self._pairing(entry)
        for path in sorted(self.directory.glob("*.yaml")):
            if path.name not in (COUNTY_FILE, CONFIRMED_FILE):
                self._category(path.name)
        procedures = tuple(self._procedure(one) for one in self._entries(entry, "procedures"))
        return County(
            id=self.directory.name,
            name=self._text(entry, "name"),
            level=self._text(entry, "level"),
            area_code=self._maybe_text(entry, "area_code"),
            title=self._text(entry, "title"),
            year=self._integer(entry, "year"),
            note=self._maybe_text(entry, "note"),
            after_exit=self.after_exit,
            figures=self.figures,
            visits=visits,
            pairing=pairing,
            procedures=procedures,
            benefits=self.benefits,
            confirmations=self._confirmations(),
        )

    # Files and plain values

    def _load(self, file: str) -> Any:
        path = self.directory / file
        if not path.exists():
            self._report(file, 1, "", words.NO_COUNTY_FILE)
            return None
        try:
            loader = _Loader(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, yaml.YAMLError):
            self._report(file, 1, "", words.NOT_YAML)
            return None
        loader.file, loader.report = file, self._report
        try:
            return loader.get_single_data()
        except yaml.MarkedYAMLError as error:
            self._report(file, error.problem_mark.line + 1 if error.problem_mark else 1, "", words.NOT_YAML)
            return None
        finally:
            loader.dispose()

    def _report(self, file: str, line: int, key: str, what: str) -> None:
        self.mistakes.append(Mistake(file, line, key, what))

    def _wrong(self, entry: _Entry, key: str, what: str) -> None:
        self._report(entry.file, entry.line_of(key), key, what)

    def _keys(self, entry: _Entry, allowed: frozenset[str]) -> None:
        for key in entry:
            if key not in allowed:
                self._wrong(entry, key, words.UNKNOWN_KEY)

    def _entries(self, entry: _Entry, key: str) -> list[_Entry]:
        found = entry.get(key)
        if found is None:
            return []
        if not isinstance(found, list):
            self._wrong(entry, key, words.NOT_A_LIST)
            return []
        good = [item for item in found if isinstance(item, _Entry)]
        if len(good) < len(found):
            self._wrong(entry, key, words.NOT_A_MAPPING)
        return good

    def _below(self, entry: _Entry, key: str) -> _Entry | None:
        found = entry.get(key)
        if found is None or isinstance(found, _Entry):
            return found
        self._wrong(entry, key, words.NOT_A_MAPPING)
        return None

    def _maybe_text(self, entry: _Entry, key: str) -> str | None:
        found = entry.get(key)
        if found is None or isinstance(found, str):
            return found
        self._wrong(entry, key, words.NOT_TEXT)
        return None

    def _text(self, entry: _Entry, key: str) -> str:
        found = self._maybe_text(entry, key)
        if not found and not isinstance(entry.get(key), int | list | dict):
            self._wrong(entry, key, words.MISSING)
        return found or ""

    def _texts(self, entry: _Entry, key: str) -> tuple[str, ...]:
        found = entry.get(key) or []
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            self._wrong(entry, key, words.NOT_A_LIST)
            return ()
        return tuple(found)

    def _integer(self, entry: _Entry, key: str) -> int | None:
        found = entry.get(key)
        if found is None or (isinstance(found, int) and not isinstance(found, bool)):
            return found
        self._wrong(entry, key, words.NOT_AN_INTEGER)
        return None

    def _number(self, entry: _Entry, key: str) -> Decimal | None:
        found = entry.get(key)
        if found is None:
            return None
        try:
            number = Decimal(str(found))
        except InvalidOperation:
            number = Decimal("NaN")
        if isinstance(found, bool) or not number.is_finite():
            self._wrong(entry, key, words.NOT_A_NUMBER)
            return None
        return number

    def _flag(self, entry: _Entry, key: str) -> bool | None:
        found = entry.get(key)
        if found is None or isinstance(found, bool):
            return found
        self._wrong(entry, key, words.NOT_A_FLAG)
        return None

    def _date(self, entry: _Entry, key: str) -> date | None:
        found = entry.get(key)
        if found is None:
            return None
        day = _iso_date(found)
        if day is None:
            self._wrong(entry, key, words.NOT_A_DATE)
        return day

    def _day(self, entry: _Entry, key: str) -> date:
        day = self._date(entry, key)
        if entry.get(key) is None:
            self._wrong(entry, key, words.MISSING)
        return day or date.max

    def _one_of(self, entry: _Entry, key: str, kind: type[E], otherwise: E) -> E:
        found = entry.get(key)
        if found not in list(kind):
            self._wrong(entry, key, words.not_one_of(found, [str(word) for word in kind]))
            return otherwise
        return kind(found)

    # county.yaml

    def _documents(self, county: _Entry) -> None:
        for key, document in (self._below(county, "documents") or {}).items():
            if not isinstance(document, _Entry):
                self._wrong(county["documents"], key, words.NOT_A_MAPPING)
                continue
            self._keys(document, frozenset({"title", "file", "first_line"}))
            self.documents[key] = self._text(document, "title")
            file = self._maybe_text(document, "file")
            if file is None:
                continue
            path = self.directory / SOURCES / file
            if not path.is_file():
                self._wrong(document, "file", words.SOURCE_FILE_MISSING)
                continue
            # A part of a longer text keeps the line numbers it has there.
            before = (self._integer(document, "first_line") or 1) - 1
            self.texts[key] = [""] * before + path.read_text(encoding="utf-8").split("\n")

    def _figures(self, county: _Entry) -> dict[str, Figure]:
        figures: dict[str, Figure] = {}
        values = self._below(county, "values") or _Entry()
        for key in values:
            if key not in self.words.symbols:
                self._wrong(values, key, words.not_one_of(key, list(self.words.symbols)))
            entry = self._below(values, key)
            if entry is None:
                continue
            self._keys(entry, frozenset(Figure.__dataclass_fields__))
            figures[key] = Figure(
                value=self._number(entry, "value"),
                items=self._texts(entry, "items"),
                unit=self._maybe_text(entry, "unit"),
                year=self._integer(entry, "year"),
                text=self._maybe_text(entry, "text"),
                quote=self._maybe_text(entry, "quote"),
                line=self._integer(entry, "line"),
            )
        return figures

    def _after_exit(self, county: _Entry) -> AfterExit | None:
        entry = self._below(county, "after_exit")
        if entry is None:
            return None
        self._keys(entry, frozenset(AfterExit.__dataclass_fields__))
        if entry.get("scope") not in ("household", "village"):
            self._wrong(entry, "scope", words.not_one_of(entry.get("scope"), ["household", "village"]))
        keep = self._flag(entry, "keep")
        if keep is None:
            self._wrong(entry, "keep", words.MISSING)
        return AfterExit(
            keep=bool(keep),
            scope=self._text(entry, "scope"),
            exit_year_ge=self._integer(entry, "exit_year_ge"),
            quote=self._maybe_text(entry, "quote"),
            line=self._integer(entry, "line"),
        )

    def _visit(self, entry: _Entry) -> VisitRule:
        self._keys(entry, _VISIT_KEYS)
        counts = []
        for count in self._entries(entry, "per"):
            self._keys(count, frozenset({"period", "at_least"}))
            period = self._one_of(count, "period", Period, Period.YEAR)
            counts.append(VisitCount(period, self._integer(count, "at_least") or 1))
        if not counts:
            self._wrong(entry, "per", words.MISSING)
        days = entry.get("remind_on") or []
        if not isinstance(days, list) or not all(isinstance(day, int) and 1 <= day <= 31 for day in days):
            self._wrong(entry, "remind_on", words.NOT_AN_INTEGER)
            days = []
        return VisitRule(
            per=tuple(counts),
            remind_on=tuple(days),
            statuses=self._statuses(entry),
            exited_since=self._integer(entry, "exited_since"),
            demonstration=self._flag(entry, "demonstration") or False,
            note=self._maybe_text(entry, "note"),
            source=self._source(entry) if entry.get("source") else None,
        )

    def _pairing(self, county: _Entry) -> PairingRule | None:
        entry = self._below(county, "pairing")
        if entry is None:
            return None
        self._keys(entry, _PAIRING_KEYS)
        cadres = self._integer(entry, "cadres_per_household")
        shares = tuple(self._share(share) for share in self._entries(entry, "shares"))
        if cadres is None and not shares:
            self._wrong(entry, "cadres_per_household", words.MISSING)
        return PairingRule(
            cadres_per_household=cadres,
            statuses=self._statuses(entry),
            source=self._source(entry) if entry.get("source") else None,
            shares=shares,
            rest=self._rest(self._below(entry, "rest")),
        )

    def _share(self, entry: _Entry) -> Share:
        self._keys(entry, _SHARE_KEYS)
        least, most = self._integer(entry, "at_least"), self._integer(entry, "at_most")
        if least is not None and most is not None and most < least:
            self._wrong(entry, "at_most", words.MOST_BELOW_LEAST)
        paired_with = PairedWith.HOUSEHOLD
        if entry.get("paired_with") is not None:
            paired_with = self._one_of(entry, "paired_with", PairedWith, PairedWith.HOUSEHOLD)
        return Share(
            who=self._text(entry, "who"),
            paired_with=paired_with,
            roles=self._known(entry, "roles", self.words.roles),
            ranks=self._known(entry, "ranks", self.words.ranks),
            not_on_file=self._maybe_text(entry, "not_on_file"),
            at_least=least,
            at_most=most,
            source=self._source(entry),
        )

    def _rest(self, entry: _Entry | None) -> Rest | None:
        if entry is None:
            return None
        self._keys(entry, frozenset({"who", "roles", "source"}))
        return Rest(self._text(entry, "who"), self._known(entry, "roles", self.words.roles), self._source(entry))

    def _statuses(self, entry: _Entry) -> tuple[str, ...]:
        return self._known(entry, "statuses", [str(word) for word in self.words.attributes["household.status"].values])

    def _known(self, entry: _Entry, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        found = self._texts(entry, key)
        for word in found:
            if word not in allowed:
                self._wrong(entry, key, words.not_one_of(word, list(allowed)))
        return found

    # Benefits

    def _category(self, file: str) -> None:
        page = self._load(file)
        if not isinstance(page, _Entry):
            if page is not None:
                self._report(file, 1, "", words.NOT_A_MAPPING)
            return
        self._keys(page, frozenset({"category", "benefits"}))
        category = self._text(page, "category")
        if category not in self.words.categories:
            self._wrong(page, "category", words.not_one_of(category, list(self.words.categories)))
        for entry in self._entries(page, "benefits"):
            self._benefit(entry, category)

    def _benefit(self, entry: _Entry, category: str) -> None:
        self._keys(entry, _BENEFIT_KEYS)
        benefit = self._text(entry, "id")
        if benefit and not re.fullmatch(r"[a-z][a-z0-9_]*", benefit):
            self._wrong(entry, "id", words.BAD_ID)
        if benefit in self.places:
            self._wrong(entry, "id", words.duplicate_id(benefit, *self.places[benefit]))
        self.places[benefit] = (entry.file, entry.line_of("id"))
        conditions = tuple(
            condition
            for item in self._entries(entry, "conditions")
            if (condition := self._condition(item, benefit)) is not None
        )
        self.benefits[benefit] = Benefit(
            id=benefit,
            family=self._text(entry, "family"),
            name=self._text(entry, "name"),
            aliases=self._texts(entry, "aliases"),
            category=category,
            payee=self._one_of(entry, "payee", Payee, Payee.HOUSEHOLD),
            strength=self._one_of(entry, "strength", Strength, Strength.NAMED),
            who=self._text(entry, "who"),
            conditions=conditions,
            amount=self._amount(self._below(entry, "amount")),
            window=self._window(self._below(entry, "window")),
            how=self._maybe_text(entry, "how"),
            department=self._maybe_text(entry, "department"),
            papers=self._texts(entry, "papers"),
            where=self._maybe_text(entry, "where"),
            phone=self._phone(entry),
            within=self._time_limit(self._below(entry, "within")),
            source=self._source(entry),
            valid=self._valid(self._below(entry, "valid")),
            note=self._maybe_text(entry, "note"),
            selecting=tuple(one for one in conditions if one.about_members or one.about_events),
            about_members=any(condition.about_members for condition in conditions),
            about_events=any(condition.about_events for condition in conditions),
        )

    def _condition(self, entry: _Entry, benefit: str) -> Condition | None:
        self._keys(entry, _CONDITION_KEYS)
        text = self._maybe_text(entry, "text") or ""
        if not text:
            self._wrong(entry, "text", words.NO_CONDITION_TEXT)
        forms = [key for key in ("attr", "any", "all") if key in entry]
        if len(forms) != 1:
            self._wrong(entry, "text", words.ONE_FORM)
            return None
        change = self._maybe_text(entry, "change")
        if forms[0] != "attr":
            parts = tuple(
                part for item in self._entries(entry, forms[0]) if (part := self._condition(item, benefit)) is not None
            )
            if not parts:
                self._wrong(entry, forms[0], words.MISSING)
                return None
            any_of, all_of = (parts, ()) if forms[0] == "any" else ((), parts)
            return group(text=text, benefit=benefit, any_of=any_of, all_of=all_of, change=change)
        attribute = self.words.attributes.get(str(entry["attr"]))
        if attribute is None:
            self._wrong(entry, "attr", words.unknown_attribute(entry["attr"]))
            return None
        if entry.get("op") not in list(Op):
            self._wrong(entry, "op", words.not_one_of(entry.get("op"), [str(op) for op in Op]))
            return None
        op = Op(entry["op"])
        if op not in OPS_OF_KIND[attribute.kind]:
            self._wrong(entry, "op", words.op_not_for(op, attribute.name))
            return None
        value = self._operand(entry, attribute, op)
        if value is None:
            return None
        return comparison(
            text=text,
            attribute=attribute,
            op=op,
            value=value,
            benefit=benefit,
            ask=self._maybe_text(entry, "ask"),
            change=change,
            after_exit=self.after_exit,
            figures=self.figures,
        )

    def _operand(self, entry: _Entry, attribute: Attribute, op: Op) -> Operand | tuple[Operand, ...] | None:
        value = entry.get("value")
        if value is None or isinstance(value, dict):
            self._wrong(entry, "value", words.MISSING)
            return None
        several: list[Any] = value if isinstance(value, list) else [value]
        if isinstance(value, list) != (op in (Op.IN, Op.HAS_ANY, Op.BETWEEN)):
            self._wrong(entry, "value", words.ONE_VALUE if isinstance(value, list) else words.NOT_A_LIST)
            return None
        wrong = self._wrong_operand(several, attribute, op)
        if wrong is not None:
            self._wrong(entry, "value", wrong)
            return None
        return tuple(several) if isinstance(value, list) else several[0]

    def _wrong_operand(self, several: list[Any], attribute: Attribute, op: Op) -> str | None:
        """What is wrong with the value a condition compares with, or None."""
        symbolic = op is Op.IN_LIST or (attribute.kind is Kind.NUMBER and isinstance(several[0], str))
        if symbolic or attribute.values:
            allowed = list(self.words.symbols if symbolic else attribute.values)
            for item in several:
                if item not in allowed:
                    return words.not_one_of(item, [str(word) for word in allowed])
            return None
        if attribute.kind is Kind.FLAG:
            return None if isinstance(several[0], bool) else words.NOT_A_FLAG
        if attribute.kind is not Kind.NUMBER:
            return None if all(isinstance(item, str) for item in several) else words.NOT_TEXT
        if not all(isinstance(item, int | Decimal) and not isinstance(item, bool) for item in several):
            return words.NOT_A_NUMBER
        if op is Op.BETWEEN and len(several) != 2:
            return words.TWO_NUMBERS
        return words.ENDS_BEFORE_IT_BEGINS if several[0] > several[-1] else None

    def _amount(self, entry: _Entry | None) -> Amount | None:
        if entry is None:
            return None
        self._keys(entry, _AMOUNT_KEYS)
        kind = self._text(entry, "kind")
        if kind not in self.words.amount_kinds:
            self._wrong(entry, "kind", words.not_one_of(kind, list(self.words.amount_kinds)))
        unit = self._maybe_text(entry, "unit")
        for key in _MONEY:
            if unit and "元" in unit and not isinstance(entry.get(key), str | None):
                self._wrong(entry, key, words.MONEY_QUOTED)
        return Amount(
            kind=kind,
            text=self._maybe_text(entry, "text"),
            value=self._number(entry, "value"),
            min=self._number(entry, "min"),
            max=self._number(entry, "max"),
            before=self._number(entry, "before"),
            rate=self._maybe_text(entry, "rate"),
            unit=unit,
            period=self._maybe_text(entry, "period"),
            expr=self._maybe_text(entry, "expr"),
            term_max_years=self._integer(entry, "term_max_years"),
            interest_subsidy=self._flag(entry, "interest_subsidy"),
            collateral=self._flag(entry, "collateral"),
            guarantee=self._flag(entry, "guarantee"),
        )

    def _window(self, entry: _Entry | None) -> Window | None:
        if entry is None:
            return None
        self._keys(entry, _WINDOW_KEYS)
        month_day = self._maybe_text(entry, "month_day")
        if month_day and _iso_date(f"2024-{month_day}") is None:
            self._wrong(entry, "month_day", words.BAD_MONTH_DAY)
        opens, closes = self._date(entry, "from"), self._date(entry, "to")
        if opens and closes and closes < opens:
            self._wrong(entry, "to", words.ENDS_BEFORE_IT_BEGINS)
        return Window(opens, closes, month_day, self._maybe_text(entry, "text"))

    def _source(self, entry: _Entry) -> Source:
        source = self._below(entry, "source")
        if source is None:
            if entry.get("source") is None:
                self._wrong(entry, "source", words.NO_SOURCE)
            return Source("", 0, "", None)
        self._keys(source, _SOURCE_KEYS)
        document = source.get("document")
        if document not in self.documents:
            self._wrong(source, "document", words.unknown_document(document))
        line = self._integer(source, "line") or 0
        quote, quote2 = self._text(source, "quote"), self._maybe_text(source, "quote2")
        text = self.texts.get(str(document))
        if text is not None and not 1 <= line <= len(text):
            self._wrong(source, "line", words.NO_SUCH_LINE)
        elif text is not None:
            if quote and quote not in text[line - 1]:
                self._wrong(source, "quote", words.QUOTE_NOT_FOUND)
            if quote2 and not any(quote2 in one for one in text):
                self._wrong(source, "quote2", words.QUOTE_NOT_FOUND)
        return Source(self.documents.get(str(document), ""), line, quote, quote2)

    def _valid(self, entry: _Entry | None) -> Valid | None:
        if entry is None:
            return None
        self._keys(entry, frozenset({"from", "to", "note"}))
        first, last = self._integer(entry, "from"), self._integer(entry, "to")
        if first is not None and last is not None and last < first:
            self._wrong(entry, "to", words.ENDS_BEFORE_IT_BEGINS)
        return Valid(first, last, self._maybe_text(entry, "note"))

    # Applying

    def _procedure(self, entry: _Entry) -> Procedure:
        self._keys(entry, _PROCEDURE_KEYS)
        subject = Subject.BENEFIT
        if entry.get("subject") is not None:
            subject = self._one_of(entry, "subject", Subject, Subject.BENEFIT)
        demonstration = self._flag(entry, "demonstration") or False
        if entry.get("source") is None and not demonstration and not self._maybe_text(entry, "note"):
            self._wrong(entry, "source", words.PROCEDURE_WITHOUT_SOURCE)
        steps = tuple(self._step(step) for step in self._entries(entry, "steps"))
        if not steps:
            self._wrong(entry, "steps", words.MISSING)
        return Procedure(
            id=self._text(entry, "id"),
            name=self._text(entry, "name"),
            subject=subject,
            applies_to=self._texts(entry, "applies_to"),
            steps=steps,
            objection=self._objection(self._below(entry, "objection")),
            demonstration=demonstration,
            note=self._maybe_text(entry, "note"),
            source=self._source(entry) if entry.get("source") else None,
        )

    def _step(self, entry: _Entry) -> Step:
        self._keys(entry, _STEP_KEYS)
        return Step(
            name=self._text(entry, "name"),
            words=self._texts(entry, "words"),
            by=self._maybe_text(entry, "by"),
            within=self._time_limit(self._below(entry, "within")),
            text=self._maybe_text(entry, "text"),
        )

    def _objection(self, entry: _Entry | None) -> Objection | None:
        if entry is None:
            return None
        self._keys(entry, frozenset(Objection.__dataclass_fields__))
        return Objection(
            days=self._integer(entry, "days"),
            counted=self._counted(entry),
            where=self._maybe_text(entry, "where"),
            phone=self._phone(entry),
            text=self._maybe_text(entry, "text"),
        )

    def _time_limit(self, entry: _Entry | None) -> TimeLimit | None:
        if entry is None:
            return None
        self._keys(entry, frozenset(TimeLimit.__dataclass_fields__))
        days, months = self._integer(entry, "days"), self._integer(entry, "months")
        if (days is None) == (months is None):
            self._wrong(entry, "days", words.DAYS_OR_MONTHS)
        return TimeLimit(days, months, self._counted(entry))

    def _counted(self, entry: _Entry) -> Counted:
        return self._one_of(entry, "counted", Counted, Counted.DAYS) if entry.get("counted") else Counted.DAYS

    def _phone(self, entry: _Entry) -> str | None:
        phone = self._maybe_text(entry, "phone")
        if phone and not re.fullmatch(r"[0-9][0-9-]{1,18}[0-9]", phone):
            self._wrong(entry, "phone", words.NOT_A_PHONE)
        return phone

    # confirmed.yaml

    def _confirmations(self) -> dict[str, tuple[Confirmation, ...]]:
        if not (self.directory / CONFIRMED_FILE).exists():
            return {}
        page = self._load(CONFIRMED_FILE)
        if not isinstance(page, _Entry):
            if page is not None:
                self._report(CONFIRMED_FILE, 1, "", words.NOT_A_MAPPING)
            return {}
        self._keys(page, frozenset({"confirmed"}))
        said: dict[str, list[Confirmation]] = {}
        for entry in self._entries(page, "confirmed"):
            confirmation = self._confirmation(entry)
            said.setdefault(confirmation.benefit, []).append(confirmation)
        return {benefit: tuple(sorted(one, key=lambda word: word.on)) for benefit, one in said.items()}

    def _confirmation(self, entry: _Entry) -> Confirmation:
        self._keys(entry, _CONFIRMATION_KEYS)
        benefit = self._text(entry, "benefit")
        if benefit not in self.benefits:
            self._wrong(entry, "benefit", words.unknown_benefit(benefit))
        on, until = self._day(entry, "on"), self._date(entry, "until")
        if until is not None and until < on:
            self._wrong(entry, "until", words.ENDS_BEFORE_IT_BEGINS)
        return Confirmation(
            benefit=benefit,
            on=on,
            until=until,
            by=self._text(entry, "by"),
            note=self._maybe_text(entry, "note"),
            demonstration=self._flag(entry, "demonstration") or False,
            amounts=self._amounts_by_day(entry),
            window=self._hand_in(self._below(entry, "window")),
            papers=self._texts(entry, "papers"),
            where=self._maybe_text(entry, "where"),
            phone=self._phone(entry),
            within=self._time_limit(self._below(entry, "within")),
        )

    def _amounts_by_day(self, confirmation: _Entry) -> tuple[tuple[date, Amount], ...]:
        amounts: list[tuple[date, Amount]] = []
        entry = self._below(confirmation, "amount")
        for key in entry or ():
            assert entry is not None
            begins, amount = _iso_date(key), self._amount(self._below(entry, key))
            if begins is None:
                self._wrong(entry, key, words.NOT_A_DATE)
            elif amount is not None:
                amounts.append((begins, amount))
        return tuple(sorted(amounts, key=lambda pair: pair[0]))

    def _hand_in(self, entry: _Entry | None) -> HandIn | None:
        if entry is None:
            return None
        self._keys(entry, _HAND_IN_KEYS)
        opens, closes = self._date(entry, "opens"), self._day(entry, "closes")
        if opens is not None and closes < opens:
            self._wrong(entry, "closes", words.ENDS_BEFORE_IT_BEGINS)
        return HandIn(opens, closes, self._text(entry, "what"), self._maybe_text(entry, "where"))


def _iso_date(found: Any) -> date | None:
    if not isinstance(found, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", found):
        return None
    try:
        return date.fromisoformat(found)
    except ValueError:
        return None
