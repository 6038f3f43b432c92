"""农户信息表: one row a member, as the national monitoring system exports it; read here into whole households."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from operator import itemgetter

from bot.messages import imports as say
from storage.households import CATEGORY_NAMES, HouseholdCategory
from storage.ids import Fen
from storage.imports import columns
from storage.imports.columns import IdNumber, Unreadable
from storage.imports.report import Cells, Findings, Place, Progress, Read, Rejected
from storage.imports.workbook import Book, Cell, Row
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


@dataclass(frozen=True, slots=True)
class AreaPath:
    """Where a household lives, by names from the county down; the group may be unknown."""

    county: str | None
    township: str
    village: str
    group: str | None


@dataclass(frozen=True, slots=True)
class NamedCadre:
    """A cadre as a households or assignments file names one."""

    name: str
    phone: str
    unit: str | None
    rank: str | None = None


@dataclass(frozen=True, slots=True)
class MemberRow:
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


@dataclass(frozen=True, slots=True)
class HouseholdRow:
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


# Our heading for each household-level fact; phones may differ from member to member without contradiction.
_FACT_HEADINGS: Mapping[str, str] = {
    "county": "县",
    "township": "乡镇",
    "village": "行政村",
    "group": "自然村",
    "category": "户类型",
    "cause": "致贫原因",
    "size": "家庭人口数",
    "income_per_capita_fen": "人均纯收入",
    "house_grade": "危房等级",
    "water_safe": "饮水",
    "phone": "联系电话",
    "bank": "开户银行",
    "card": "银行卡号",
    "other_causes": "其他致贫原因",
    "lifted_in": "脱贫年度",
    "dibao_class": "低保类别",
    "risk_cleared": "风险消除",
    "wage_fen": "工资性收入",
    "business_fen": "生产经营性收入",
    "property_fen": "财产性收入",
    "transfer_fen": "转移性收入",
    "expense_fen": "生产经营性支出",
    "income_year": "收入年度",
    "cadre": "帮扶责任人",
}
_INCOMES: Sequence[tuple[IncomeKind, str]] = (
    (IncomeKind.WAGE, "wage_fen"),
    (IncomeKind.BUSINESS, "business_fen"),
    (IncomeKind.PROPERTY, "property_fen"),
    (IncomeKind.TRANSFER, "transfer_fen"),
    (IncomeKind.EXPENSE, "expense_fen"),
    (IncomeKind.PER_CAPITA, "income_per_capita_fen"),
)
_MAY_DIFFER = frozenset(("phone", "group"))
_HOUSEHOLD_HEADINGS = (*_FACT_HEADINGS.values(), "帮扶责任人电话", "帮扶单位")


@dataclass(frozen=True, slots=True)
class _Facts:
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


@dataclass(slots=True)
class _Line:
    place: Place
    facts: _Facts
    is_head: bool
    head_name: str | None
    member: MemberRow | None
    extra: Mapping[str, str]


@dataclass(slots=True)
class _Draft:
    lines: list[_Line] = field(default_factory=list)
    facts_by_cells: dict[tuple[Cell, ...], _Facts] = field(default_factory=dict)


def read_households(book: Book, *, on: date, progress: Progress | None = None) -> Read[HouseholdRow]:
    """Read the rows into households.

    A bad row costs its member, not the household: what the household's columns say is taken from the good
    rows, or from the bad one when there is no other.
    """
    findings = Findings()
    drafts: dict[str, _Draft] = {}
    household_cells = {
        sheet.name: itemgetter(*(index for ours, index in sheet.columns.items() if ours in _HOUSEHOLD_HEADINGS))
        for sheet in book.sheets
    }
    for sheet, row, place in findings.rows(book, progress):
        raw: tuple[Cell, ...] = household_cells[sheet.name](row.cells)
        try:
            number = columns.household_number(row["户编号"])
        except Unreadable as error:
            findings.reject(place, "户编号", error.code)
            continue
        draft = drafts.setdefault(number, _Draft())
        draft.lines.append(_line(Cells(row, place, findings), draft, raw, sheet.rest_of(row), on))
    _reject_repeated(drafts.values(), findings)
    _reject_zeros(drafts.values(), findings)
    households = [_household(number, draft.lines, findings) for number, draft in drafts.items()]
    return Read(
        tuple(household for household in households if household is not None),
        tuple(sorted(findings.problems, key=lambda problem: (problem.sheet, problem.row))),
        tuple(sorted(findings.warnings, key=lambda problem: (problem.sheet, problem.row))),
        findings.read,
    )


def _line(cells: Cells, draft: _Draft, raw: tuple[Cell, ...], extra: Mapping[str, str], on: date) -> _Line:
    row, place = cells.row, cells.place
    relation = cells.word("与户主关系", _WORD)
    is_head = relation in _HEADS
    line = _Line(place, _facts(cells, draft, raw), is_head, _good_name(row) if is_head else None, None, extra)
    try:
        # An unknown category is a fault of this row, even when other rows of the household know better.
        if line.facts.category is None and "户类型" in line.facts.unstated:
            cells.findings.reject(place, "户类型", "category_unknown")
            raise Rejected
        line.member = _member(cells, HEAD if is_head else relation, extra, on)
    except Rejected:
        line.member = None
    return line


def _good_name(row: Row) -> str | None:
    try:
        return columns.name(row["姓名"])
    except Unreadable:
        return None


def _facts(cells: Cells, draft: _Draft, raw: tuple[Cell, ...]) -> _Facts:
    """Read the household's columns; rows of one household mostly repeat them, so equal cells are read once."""
    known = draft.facts_by_cells.get(raw)
    if known is None:
        known = draft.facts_by_cells[raw] = _read_facts(Cells(cells.row, cells.place, cells.findings))
    return known


def _read_facts(cells: Cells) -> _Facts:
    return _Facts(
        county=cells.word("县", _NAME_OF_A_PLACE),
        township=cells.word("乡镇", _NAME_OF_A_PLACE),
        village=cells.word("行政村", _NAME_OF_A_PLACE),
        group=cells.word("自然村", _NAME_OF_A_PLACE),
        category=_category(cells),
        cause=cells.word("致贫原因", partial(columns.text, longest=40)),
        size=cells.word("家庭人口数", partial(columns.whole_number, most=60)),
        income_per_capita_fen=cells.take("人均纯收入", columns.income),
        house_grade=cells.word("危房等级", columns.house_grade),
        water_safe=cells.word("饮水", columns.yes_no),
        phone=cells.take("联系电话", columns.phone),
        bank=cells.word("开户银行", partial(columns.text, longest=60)),
        card=cells.take("银行卡号", columns.card),
        other_causes=cells.word("其他致贫原因", partial(columns.several, longest=200)),
        lifted_in=cells.word("脱贫年度", columns.year),
        dibao_class=cells.word("低保类别", _WORD),
        risk_cleared=cells.word("风险消除", columns.yes_no),
        wage_fen=cells.take("工资性收入", columns.income),
        business_fen=cells.take("生产经营性收入", columns.income),
        property_fen=cells.take("财产性收入", columns.income),
        transfer_fen=cells.take("转移性收入", columns.income),
        expense_fen=cells.take("生产经营性支出", columns.income),
        income_year=cells.word("收入年度", columns.year),
        cadre=_cadre(cells),
        unstated=frozenset(cells.unstated),
    )


def _category(cells: Cells) -> HouseholdCategory | None:
    """Read the category: empty says nothing, an unknown one is marked unstated for the row to be rejected."""
    try:
        return columns.choice(cells.row["户类型"], CATEGORIES, missing="", unknown="category_unknown")
    except Unreadable as error:
        if error.code:
            cells.unstated.add("户类型")
        return None


def _cadre(cells: Cells) -> NamedCadre | None:
    empty = (None, "")
    if cells.row["帮扶责任人"] in empty and cells.row["帮扶责任人电话"] in empty:
        if "帮扶责任人" not in cells.row.columns:
            cells.unstated.add("帮扶责任人")
        return None
    name = cells.take("帮扶责任人", columns.name, code="cadre_name")
    phone = cells.take("帮扶责任人电话", columns.needed_phone, code="cadre_phone")
    unit = cells.take("帮扶单位", partial(columns.text, longest=80))
    if name is None or phone is None:
        cells.unstated.add("帮扶责任人")
        return None
    return NamedCadre(name, phone, unit)


def _member(cells: Cells, relation: str | None, extra: Mapping[str, str], on: date) -> MemberRow:
    number = cells.need("人编号", lambda cell: columns.needed(columns.code(cell), "person_code_missing"))
    name = cells.need("姓名", columns.name)
    id_number = cells.need("证件号码", partial(columns.id_number, on=on))
    sex = cells.word("性别", columns.sex)
    if sex is not None and sex != id_number.sex:
        cells.findings.warn(cells.place, "性别", "id_sex")
    return MemberRow(
        place=cells.place,
        number=number,
        name=name,
        sex=sex or id_number.sex,
        id_number=id_number,
        relation=relation,
        ethnicity=cells.word("民族", _WORD),
        education=cells.word("文化程度", _WORD),
        schooling=cells.word("在校生状况", _WORD),
        health=cells.word("健康状况", partial(columns.text, longest=40)),
        disability=cells.word("残疾等级", _WORD),
        labor=cells.word("劳动技能", _WORD),
        work_area=cells.word("务工区域", _WORD),
        work_months=cells.word("务工时间", partial(columns.whole_number, most=12)),
        medical_insured=cells.word("医疗保险", columns.yes_no),
        pension_insured=cells.word("养老保险", columns.yes_no),
        dibao=cells.word("低保", columns.yes_no),
        tekun=cells.word("特困", columns.yes_no),
        phone=_own_phone(cells),
        extra=extra,
        unstated=frozenset(cells.unstated),
    )


def _own_phone(cells: Cells) -> str | None:
    # The household's columns were read before and have warned already.
    try:
        return columns.phone(cells.row["联系电话"])
    except Unreadable:
        cells.unstated.add("联系电话")
        return None


def _reject_repeated(drafts: Iterable[_Draft], findings: Findings) -> None:
    """One person stands in a file once: the first row counts."""
    by_number: dict[str, int] = {}
    by_id: dict[str, int] = {}
    for line in sorted((line for draft in drafts for line in draft.lines), key=lambda line: line.place.row):
        member = line.member
        if member is None:
            continue
        row = line.place.row
        if (first := by_number.setdefault(member.number, row)) != row:
            findings.reject(line.place, "人编号", "person_repeated", say.repeated_person(first))
            line.member = None
        elif (first := by_id.setdefault(member.id_number.number, row)) != row:
            findings.reject(line.place, "证件号码", "id_repeated", say.repeated_id(first))
            line.member = None


def _reject_zeros(drafts: Iterable[_Draft], findings: Findings) -> None:
    """Believe a valid number that ends in 000, unless its sex is wrong too or the whole column was rounded.

    One true number in a thousand ends so; of rounded ones, one in eleven is valid by accident.
    """
    rounded = sum(problem.code == "id_rounded" for problem in findings.problems)
    column_was_rounded = rounded * _ROUNDED_COLUMN > findings.read
    for draft in drafts:
        for line in draft.lines:
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
        incomes=tuple((kind, fen) for kind, name in _INCOMES if (fen := getattr(facts, name)) is not None),
        income_year=facts.income_year,
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
    return _Facts(**agreed, unstated=unstated)


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
