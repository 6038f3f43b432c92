"""农户信息表: one row a member, as the national monitoring system exports it; read here into whole households."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from operator import itemgetter
from typing import Any

import msgspec

from bot.messages import imports as say
from storage.households import CATEGORY_NAMES, HouseholdCategory
from storage.ids import Fen
from storage.imports import columns
from storage.imports.columns import IdNumber, Unreadable
from storage.imports.layouts import HOUSEHOLDS
from storage.imports.readers import ColumnReaders, Wrong, are_themselves
from storage.imports.report import Findings, Place, Progress, Read
from storage.imports.tables import Cell, Line, blank
from storage.imports.workbook import Book, Sheet
from storage.incomes import IncomeKind
from storage.members import HEAD

CATEGORIES: Mapping[str, HouseholdCategory] = {
    **{name: category for category, name in CATEGORY_NAMES.items()},
    "脱贫": HouseholdCategory.LIFTED,
    "已脱贫户": HouseholdCategory.LIFTED,
    "稳定脱贫户": HouseholdCategory.LIFTED,
    "脱贫不稳定": HouseholdCategory.UNSTABLE,
    "脱贫不稳定监测户": HouseholdCategory.UNSTABLE,
    "边缘易致贫": HouseholdCategory.MARGINAL,
    "边缘户": HouseholdCategory.MARGINAL,
    "突发严重困难": HouseholdCategory.SUDDEN_HARDSHIP,
    "突发困难户": HouseholdCategory.SUDDEN_HARDSHIP,
    "一般户": HouseholdCategory.ORDINARY,
    "普通农户": HouseholdCategory.ORDINARY,
    "贫困户": HouseholdCategory.POOR,
    "一般贫困": HouseholdCategory.POOR,
    "低保贫困": HouseholdCategory.POOR_DIBAO,
    "特困供养": HouseholdCategory.POOR_TEKUN,
    "特困供养贫困户": HouseholdCategory.POOR_TEKUN,
}
"""What the files call each household category, the eight names and the short forms people use."""

# A file with one rounded number in twenty was saved by a spreadsheet that took the column for numbers.
_ROUNDED_COLUMN = 20

_WORD = partial(columns.text, longest=20)
_NAME_OF_A_PLACE = partial(columns.text, longest=60)
_HEADS = frozenset((HEAD, "本人", "本人或户主", "户主本人"))


class AreaPath(msgspec.Struct, frozen=True, gc=False):
    """Where a household lives, by names from the county down; the group may be unknown."""

    county: str | None
    township: str
    village: str
    group: str | None


class NamedCadre(msgspec.Struct, frozen=True, gc=False):
    """A cadre as a households or assignments file names one."""

    name: str
    phone: str
    unit: str | None
    rank: str | None = None


class MemberRow(msgspec.Struct, frozen=True, gc=False):
    """One person. `unstated`: our headings this row says nothing usable about, so the store keeps what it has."""

    place: Place
    number: str
    name: str
    sex: str | None
    id_number: IdNumber
    relation: str | None
    ethnicity: str | None
    education: str | None
    schooling: str | None
    health: str | None
    disability: str | None
    labor: str | None
    work_area: str | None
    work_months: int | None
    medical_insured: bool | None
    pension_insured: bool | None
    dibao: bool | None
    tekun: bool | None
    phone: str | None
    extra: Mapping[str, str]
    unstated: frozenset[str]


class HouseholdRow(msgspec.Struct, frozen=True, gc=False):
    """One household with the members whose rows were good, possibly none.

    `incomes` holds the kinds the file states, of `income_year`, or of a year the file does not tell.
    """

    place: Place
    number: str
    area: AreaPath
    head_name: str | None
    category: HouseholdCategory
    cause: str | None
    size: int | None
    income_per_capita_fen: Fen | None
    house_grade: str | None
    water_safe: bool | None
    phone: str | None
    bank: str | None
    card: str | None
    other_causes: str | None
    lifted_in: int | None
    dibao_class: str | None
    risk_cleared: bool | None
    incomes: tuple[tuple[IncomeKind, Fen], ...]
    income_year: int | None
    cadre: NamedCadre | None
    extra: Mapping[str, str]
    unstated: frozenset[str]
    members: tuple[MemberRow, ...]


class _Facts(msgspec.Struct, frozen=True, gc=False):
    """What a row says about its household. `wrong`: the cells it was warned of, with heading and code."""

    county: str | None
    township: str | None
    village: str | None
    group: str | None
    category: HouseholdCategory | None
    cause: str | None
    size: int | None
    income_per_capita_fen: Fen | None
    house_grade: str | None
    water_safe: bool | None
    phone: str | None
    bank: str | None
    card: str | None
    other_causes: str | None
    lifted_in: int | None
    dibao_class: str | None
    risk_cleared: bool | None
    wage_fen: Fen | None
    business_fen: Fen | None
    property_fen: Fen | None
    transfer_fen: Fen | None
    expense_fen: Fen | None
    income_year: int | None
    cadre: NamedCadre | None
    unstated: frozenset[str]
    wrong: tuple[tuple[str, str, Cell], ...]


def _category(cell: Cell) -> HouseholdCategory | None:
    try:
        return columns.choice(cell, CATEGORIES, missing="", unknown="category_unknown")
    except Unreadable as error:
        if error.code:
            raise
        return None


# Our heading and the reader of each household-level fact, in the order of the fields of _Facts.
_FACTS: Sequence[tuple[str, Callable[[Cell], object]]] = (
    ("县", _NAME_OF_A_PLACE),
    ("乡镇", _NAME_OF_A_PLACE),
    ("行政村", _NAME_OF_A_PLACE),
    ("自然村", _NAME_OF_A_PLACE),
    ("户类型", _category),
    ("致贫原因", partial(columns.text, longest=40)),
    ("家庭人口数", partial(columns.whole_number, most=60)),
    ("人均纯收入", columns.income),
    ("危房等级", columns.house_grade),
    ("饮水", columns.yes_no),
    ("联系电话", columns.phone),
    ("开户银行", partial(columns.text, longest=60)),
    ("银行卡号", columns.card),
    ("其他致贫原因", partial(columns.several, longest=200)),
    ("脱贫年度", columns.year),
    ("低保类别", _WORD),
    ("风险消除", columns.yes_no),
    ("工资性收入", columns.income),
    ("生产经营性收入", columns.income),
    ("财产性收入", columns.income),
    ("转移性收入", columns.income),
    ("生产经营性支出", columns.income),
    ("收入年度", columns.year),
)
_CADRE = ("帮扶责任人", "帮扶责任人电话", "帮扶单位")
_MEMBER: Sequence[tuple[str, Callable[[Cell], object]]] = (
    ("与户主关系", _WORD),
    ("性别", columns.sex),
    ("民族", _WORD),
    ("文化程度", _WORD),
    ("在校生状况", _WORD),
    ("健康状况", partial(columns.text, longest=40)),
    ("残疾等级", _WORD),
    ("劳动技能", _WORD),
    ("务工区域", _WORD),
    ("务工时间", partial(columns.whole_number, most=12)),
    ("医疗保险", columns.yes_no),
    ("养老保险", columns.yes_no),
    ("低保", columns.yes_no),
    ("特困", columns.yes_no),
)
# Long numbers and amounts differ from row to row: remembering them would only cost room.
_EACH_ITS_OWN = frozenset(("联系电话", "银行卡号", *HOUSEHOLDS.yearly))
_FACT_HEADINGS: Mapping[str, str] = dict(
    zip(_Facts.__struct_fields__, (*(heading for heading, _ in _FACTS), "帮扶责任人"), strict=False)
)
# Phones and groups may differ from member to member without contradiction.
_MAY_DIFFER = frozenset(("phone", "group"))
_INCOMES: Sequence[tuple[IncomeKind, str]] = (
    (IncomeKind.WAGE, "wage_fen"),
    (IncomeKind.BUSINESS, "business_fen"),
    (IncomeKind.PROPERTY, "property_fen"),
    (IncomeKind.TRANSFER, "transfer_fen"),
    (IncomeKind.EXPENSE, "expense_fen"),
    (IncomeKind.PER_CAPITA, "income_per_capita_fen"),
)
_NO_PHONE = frozenset(("联系电话",))
_NOTHING: Mapping[str, str] = {}


class _Line(msgspec.Struct, gc=False):
    place: Place
    number: str
    facts: _Facts
    is_head: bool
    head_name: str | None
    member: MemberRow | None
    extra: Mapping[str, str]


def read_households(book: Book, *, on: date, progress: Progress | None = None) -> Read[HouseholdRow]:
    """Read the rows into households.

    A bad row costs its member, not the household: what the household's columns say is taken from the good
    rows, or from the bad one when there is no other.

    Raises:
        BadFile: the file has changed since it was opened, or is broken further down.
    """
    findings = Findings()
    lines: list[_Line] = []
    for sheet in book.sheets:
        reader = _SheetReader(sheet, findings, on)
        for number, cells in findings.lines(sheet, progress):
            line = reader.line(Place(sheet, number), cells)
            if line is not None:
                lines.append(line)
    book.let_go()
    _reject_repeated(lines, findings)
    _reject_zeros(lines, findings)
    by_household: dict[str, list[_Line]] = {}
    for line in lines:
        by_household.setdefault(line.number, []).append(line)
    households = [
        household
        for number, of_it in by_household.items()
        if (household := _household(number, of_it, findings)) is not None
    ]
    doubtful = {line.number for line in lines if line.member is None}
    doubtful |= by_household.keys() - {household.number for household in households}
    return Read(
        tuple(households),
        tuple(sorted(findings.problems, key=lambda problem: (problem.sheet, problem.row))),
        tuple(sorted(findings.warnings, key=lambda problem: (problem.sheet, problem.row))),
        findings.read,
        frozenset(doubtful),
    )


class _SheetReader:
    """Reads the rows of one sheet: which column is which, and what its words mean, is found out once."""

    def __init__(self, sheet: Sheet, findings: Findings, on: date) -> None:
        self._sheet = sheet
        self._findings = findings
        self._on = on
        self._facts = ColumnReaders(sheet, _FACTS, _EACH_ITS_OWN)
        self._words = ColumnReaders(sheet, _MEMBER, frozenset())
        about_household = ("户编号", *(heading for heading, _ in _FACTS), *_CADRE)
        self._household = itemgetter(*(sheet.columns[name] for name in about_household if name in sheet.columns))
        self._last: tuple[Cell, ...] | None = None
        self._last_read: tuple[str, _Facts] | None = None
        self._known: dict[tuple[str, _Facts], _Facts] = {}
        self._cadres: dict[tuple[Cell, ...], tuple[NamedCadre | None, tuple[Wrong, ...]]] = {}

    def line(self, place: Place, cells: Line) -> _Line | None:
        """Read one row; None when it does not say which household it is of."""
        raw = self._household(cells)
        # Rows of one household mostly stand together and repeat its columns, so equal cells are read once.
        if raw != self._last:
            self._last_read = self._read_household(place, cells)
            self._last = raw if are_themselves(raw) else None
        if self._last_read is None:
            self._last = None
            return None
        number, facts = self._last_read
        extra = self._sheet.rest_of(cells) if self._sheet.extra_columns else _NOTHING
        words, wrong = self._words.read(cells)
        is_head = words[0] in _HEADS
        member = self._member(place, cells, facts, words, wrong, extra)
        for heading, code, _ in wrong:
            if member is not None or heading == "与户主关系":
                self._findings.warn(place, heading, code)
        head_name = self._head_name(cells, member) if is_head else None
        return _Line(place, number, facts, is_head, head_name, member, extra)

    def _read_household(self, place: Place, cells: Line) -> tuple[str, _Facts] | None:
        try:
            number = columns.household_number(cells[self._sheet.columns["户编号"]])
        except Unreadable as error:
            self._findings.reject(place, "户编号", error.code)
            return None
        meanings, wrong = self._facts.read(cells)
        cadre, wrong_of_cadre = self._cadre(cells)
        unstated = self._facts.unstated
        if wrong or wrong_of_cadre:
            unstated = unstated.union(heading for heading, _, _ in (*wrong, *wrong_of_cadre))
        if cadre is None and (wrong_of_cadre or "帮扶责任人" not in self._sheet.columns):
            unstated |= {"帮扶责任人"}
        facts = _Facts(*[*meanings, cadre, unstated, (*wrong, *wrong_of_cadre)])
        known = self._known.setdefault((number, facts), facts)
        if known is facts:
            for heading, code, _ in facts.wrong:
                # An unknown category is no warning: its rows are rejected.
                if heading != "户类型":
                    self._findings.warn(place, heading, code)
        return number, known

    def _cadre(self, cells: Line) -> tuple[NamedCadre | None, tuple[Wrong, ...]]:
        at = self._sheet.columns
        named = tuple(cells[at[heading]] if heading in at else None for heading in _CADRE)
        known = self._cadres.get(named)
        if known is None:
            known = _cadre(*named)
            if are_themselves(named):
                self._cadres[named] = known
        return known

    def _member(
        self,
        place: Place,
        cells: Line,
        facts: _Facts,
        words: Sequence[Any],
        wrong: Sequence[Wrong],
        extra: Mapping[str, str],
    ) -> MemberRow | None:
        # An unknown category is a fault of this row, even when other rows of the household know better.
        if facts.category is None and "户类型" in facts.unstated:
            self._findings.reject(place, "户类型", "category_unknown")
            return None
        at = self._sheet.columns
        heading = "人编号"
        try:
            number = columns.needed(columns.code(cells[at[heading]]), "person_code_missing")
            heading = "姓名"
            name = columns.name(cells[at[heading]])
            heading = "证件号码"
            id_number = columns.id_number(cells[at[heading]], on=self._on)
        except Unreadable as error:
            self._findings.reject(place, heading, error.code)
            return None
        relation, sex, *others = words
        if sex is not None and sex != id_number.sex:
            self._findings.warn(place, "性别", "id_sex")
        unstated = self._words.unstated
        if wrong:
            unstated = unstated.union(heading for heading, _, _ in wrong)
        if "联系电话" in facts.unstated:
            unstated |= _NO_PHONE
        who = (place, number, name, sex or id_number.sex, id_number, HEAD if relation in _HEADS else relation)
        return MemberRow(*[*who, *others, facts.phone, extra, unstated])

    def _head_name(self, cells: Line, member: MemberRow | None) -> str | None:
        if member is not None:
            return member.name
        try:
            return columns.name(cells[self._sheet.columns["姓名"]])
        except Unreadable:
            return None


def _cadre(named: Cell, called: Cell, of: Cell) -> tuple[NamedCadre | None, tuple[Wrong, ...]]:
    """Read the three cells that name a cadre; nobody is named where both the first two are empty."""
    if blank(named) and blank(called):
        return None, ()
    wrong = []
    name = phone = unit = None
    try:
        name = columns.name(named)
    except Unreadable:
        wrong.append(Wrong("帮扶责任人", "cadre_name", named))
    try:
        phone = columns.needed_phone(called)
    except Unreadable:
        wrong.append(Wrong("帮扶责任人电话", "cadre_phone", called))
    try:
        unit = columns.text(of, longest=80)
    except Unreadable as error:
        wrong.append(Wrong("帮扶单位", error.code, of))
    cadre = None if name is None or phone is None else NamedCadre(name, phone, unit)
    return cadre, tuple(wrong)


def _reject_repeated(lines: Sequence[_Line], findings: Findings) -> None:
    """One person stands in a file once: the first row counts."""
    by_number: dict[str, Place] = {}
    by_id: dict[str, Place] = {}
    for line in lines:
        member, place = line.member, line.place
        if member is None:
            continue
        if (first := by_number.setdefault(member.number, place)) is not place:
            findings.reject(place, "人编号", "person_repeated", say.repeated_person(place.name_of(first)))
            line.member = None
        elif (first := by_id.setdefault(member.id_number.number, place)) is not place:
            findings.reject(place, "证件号码", "id_repeated", say.repeated_id(place.name_of(first)))
            line.member = None


def _reject_zeros(lines: Sequence[_Line], findings: Findings) -> None:
    """Believe a valid number that ends in 000, unless its sex is wrong too or the whole column was rounded.

    One true number in a thousand ends so; of rounded ones, one in eleven is valid by accident.
    """
    rounded = sum(problem.code == "id_rounded" for problem in findings.problems)
    column_was_rounded = rounded * _ROUNDED_COLUMN > findings.read
    for line in lines:
        member = line.member
        if member is None or not member.id_number.zeros:
            continue
        if column_was_rounded or member.sex != member.id_number.sex:
            findings.reject(line.place, "证件号码", "id_rounded")
            line.member = None
        else:
            findings.warn(line.place, "证件号码", "id_zeros")


def _household(number: str, lines: Sequence[_Line], findings: Findings) -> HouseholdRow | None:
    trusted = sorted(lines, key=lambda line: (line.member is None, not line.is_head))
    facts = _agreed([line.facts for line in trusted])
    lacking = _lacking(facts)
    if lacking is not None:
        heading, code = lacking
        for line in lines:
            # A row that was rejected already is not named twice.
            if line.member is not None:
                findings.reject(line.place, heading, code)
        return None
    _warn_of_contradictions(facts, lines, findings)
    _warn_of_heads(lines, findings)
    incomes = tuple((kind, fen) for kind, name in _INCOMES if (fen := getattr(facts, name)) is not None)
    assert facts.township is not None
    assert facts.village is not None
    assert facts.category is not None
    return HouseholdRow(
        place=trusted[0].place,
        number=number,
        area=AreaPath(facts.county, facts.township, facts.village, facts.group),
        head_name=next((line.head_name for line in trusted if line.head_name is not None), None),
        category=facts.category,
        cause=facts.cause,
        size=facts.size,
        income_per_capita_fen=facts.income_per_capita_fen,
        house_grade=facts.house_grade,
        water_safe=facts.water_safe,
        phone=facts.phone,
        bank=facts.bank,
        card=facts.card,
        other_causes=facts.other_causes,
        lifted_in=facts.lifted_in,
        dibao_class=facts.dibao_class,
        risk_cleared=facts.risk_cleared,
        incomes=incomes,
        income_year=facts.income_year or (trusted[0].place.sheet.year if incomes else None),
        cadre=facts.cadre,
        extra=trusted[0].extra,
        unstated=facts.unstated,
        members=tuple(line.member for line in lines if line.member is not None),
    )


def _lacking(facts: _Facts) -> tuple[str, str] | None:
    if facts.township is None:
        return "乡镇", "area_missing"
    if facts.village is None:
        return "行政村", "area_missing"
    if facts.category is None:
        return "户类型", "category_missing"
    return None


def _agreed(facts: Sequence[_Facts]) -> _Facts:
    """Take each fact from the first row that states it."""
    first = facts[0]
    if all(other is first for other in facts):
        return first
    agreed = {
        name: next((value for one in facts if (value := getattr(one, name)) is not None), None)
        for name in _FACT_HEADINGS
    }
    unstated = frozenset.intersection(*(one.unstated for one in facts))
    return _Facts(**agreed, unstated=unstated, wrong=())


def _warn_of_contradictions(agreed: _Facts, lines: Sequence[_Line], findings: Findings) -> None:
    for line in lines:
        if line.facts is agreed:
            continue
        for name, heading in _FACT_HEADINGS.items():
            value = getattr(line.facts, name)
            if value is not None and value != getattr(agreed, name) and name not in _MAY_DIFFER:
                findings.warn(line.place, heading, "contradiction")


def _warn_of_heads(lines: Sequence[_Line], findings: Findings) -> None:
    heads = [line for line in lines if line.is_head]
    if not heads:
        findings.warn(lines[0].place, "与户主关系", "head_missing")
    for line in heads[1:]:
        findings.warn(line.place, "与户主关系", "head_twice")
