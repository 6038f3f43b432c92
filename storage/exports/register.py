"""导出登记: households with their members, cadres and pairings, in the layouts that the importers read."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, Subquery, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import exports as say
from storage import cadres as cadre_table
from storage import households as household_table
from storage import members as member_table
from storage.areas import Area, names_of_all
from storage.assignments import Assignment
from storage.cadres import ROLE_NAMES, Cadre, Role
from storage.exports.tables import Cell, Table, headings_of, in_order, yes_no, yuan
from storage.households import CATEGORY_NAMES, Household, HouseholdCategory
from storage.ids import AreaId
from storage.imports import layouts
from storage.imports.places import AreaFinder
from storage.incomes import Income, IncomeKind
from storage.members import HEAD, Member
from storage.sealing import Keyring, keyring_of

_AreaNames = Mapping[AreaId, tuple[str, ...]]


async def households(session: AsyncSession) -> Table:
    """Give every present member, a line each, with the household's columns beside; a household of nobody has none.

    Who has died or moved away is not in it, and neither is a household that is no more.
    """
    # One statement, so that an import in the meantime cannot show half of itself.
    rows = (await session.execute(_members_beside_households())).all()
    areas = await names_of_all(session)
    without = select(func.count()).where(
        Household.closed_on.is_(None), ~exists().where(Member.household_id == Household.id, Member.left_on.is_(None))
    )
    left_out = (await session.execute(without.select_from(Household))).scalar_one()
    extra = list(dict.fromkeys(heading for row in rows for heading in row.extra))
    return Table(
        say.SHEETS["households"],
        (*headings_of(layouts.HOUSEHOLDS), *extra),
        _member_lines(rows, areas, extra, keyring_of(session)),
        len(rows),
        left_out,
    )


def _newest_incomes() -> Subquery:
    """What each household had, a column each kind, in the newest year anything is known of."""
    newest = select(Income.household_id, func.max(Income.year).label("year")).group_by(Income.household_id).subquery()
    kinds = [func.max(case((Income.kind == kind, Income.amount_fen))).label(kind) for kind in IncomeKind]
    return (
        select(Income.household_id, Income.year, *kinds)
        .join(newest, (newest.c.household_id == Income.household_id) & (newest.c.year == Income.year))
        .group_by(Income.household_id, Income.year)
        .subquery()
    )


def _members_beside_households() -> Select[Any]:
    incomes = _newest_incomes()
    columns: tuple[Any, ...] = (
        Household.id.label("household"),
        Household.number.label("household_number"),
        *(Household.area_id, Household.head_name, Household.category, Household.cause, Household.size),
        *(Household.other_causes, Household.lifted_in, Household.dibao_class, Household.risk_cleared),
        *(Household.income_per_capita_fen, Household.house_grade, Household.water_safe, Household.bank),
        Household.phone_sealed.label("household_phone_sealed"),
        Household.card_sealed,
        Household.extra.label("household_extra"),
        *(Member.id, Member.number, Member.name, Member.sex, Member.id_number_sealed, Member.relation),
        *(Member.ethnicity, Member.education, Member.schooling, Member.health, Member.disability, Member.labor),
        *(Member.work_area, Member.work_months, Member.medical_insured, Member.pension_insured, Member.dibao),
        *(Member.tekun, Member.phone_sealed, Member.extra),
        *(incomes.c.year.label("income_year"), *(incomes.c[kind] for kind in IncomeKind)),
        *(Cadre.name.label("cadre_name"), Cadre.phone_sealed.label("cadre_phone_sealed"), Cadre.unit),
    )
    return (
        select(*columns)
        .select_from(Household)
        .join(Member, Member.household_id == Household.id)
        .outerjoin(Assignment, (Assignment.household_id == Household.id) & Assignment.until.is_(None))
        .outerjoin(Cadre, Cadre.id == Assignment.cadre_id)
        .outerjoin(incomes, incomes.c.household_id == Household.id)
        .where(Household.closed_on.is_(None), Member.left_on.is_(None))
        .order_by(Household.number, Member.id)
    )


def _member_lines(
    rows: Sequence[Row[Any]], areas: _AreaNames, extra: Sequence[str], keyring: Keyring
) -> Iterator[Sequence[Cell]]:
    for _, group in groupby(rows, key=lambda row: row.household):
        people = sorted(group, key=_place_in_household)
        home = _household_cells(people[0], areas, keyring)
        phones = [keyring.open_if(person.phone_sealed, member_table.PHONE) for person in people]
        # A phone that no person has, its row having been rejected, stands in words, which import leaves as it is.
        shared = None
        if not any(phones) and people[0].household_phone_sealed is not None:
            shared = say.phone_of_household(keyring.open(people[0].household_phone_sealed, household_table.PHONE))
        for person, phone in zip(people, phones, strict=True):
            cells = home | _member_cells(person, keyring) | {"联系电话": phone or shared}
            yield (*in_order(layouts.HOUSEHOLDS, cells), *(person.extra.get(heading) for heading in extra))


def _place_in_household(row: Row[Any]) -> tuple[bool, bool, bool, int]:
    """The present head first, then whoever the household's own columns came from: the importer takes them so."""
    return row.relation != HEAD, row.name != row.head_name, row.extra != row.household_extra, row.id


def _household_cells(row: Row[Any], areas: _AreaNames, keyring: Keyring) -> dict[str, Cell]:
    county, township, village, group = (*areas[row.area_id], *(None,) * 4)[:4]
    return {
        "县": county,
        "乡镇": township,
        "行政村": village,
        "自然村": group,
        "户编号": row.household_number,
        "户类型": CATEGORY_NAMES[HouseholdCategory(row.category)],
        "致贫原因": row.cause,
        "家庭人口数": row.size,
        "其他致贫原因": row.other_causes,
        "脱贫年度": row.lifted_in,
        "低保类别": row.dibao_class,
        "风险消除": yes_no(row.risk_cleared),
        # Of a year that has no such figure, an older one would be taken for that year's.
        "人均纯收入": yuan(row.per_capita if row.income_year is not None else row.income_per_capita_fen),
        "工资性收入": yuan(row.wage),
        "生产经营性收入": yuan(row.business),
        "财产性收入": yuan(row.property),
        "转移性收入": yuan(row.transfer),
        "生产经营性支出": yuan(row.expense),
        "收入年度": row.income_year,
        "危房等级": row.house_grade,
        "饮水": yes_no(row.water_safe),
        "开户银行": row.bank,
        "银行卡号": keyring.open_if(row.card_sealed, household_table.CARD),
        "帮扶责任人": row.cadre_name,
        "帮扶责任人电话": keyring.open_if(row.cadre_phone_sealed, cadre_table.PHONE),
        "帮扶单位": row.unit,
    }


def _member_cells(row: Row[Any], keyring: Keyring) -> dict[str, Cell]:
    return {
        "人编号": row.number,
        "姓名": row.name,
        "性别": row.sex,
        "证件号码": keyring.open_if(row.id_number_sealed, member_table.ID_NUMBER),
        "与户主关系": row.relation,
        "民族": row.ethnicity,
        "文化程度": row.education,
        "在校生状况": row.schooling,
        "健康状况": row.health,
        "残疾等级": row.disability,
        "劳动技能": row.labor,
        "务工区域": row.work_area,
        "务工时间": row.work_months,
        "医疗保险": yes_no(row.medical_insured),
        "养老保险": yes_no(row.pension_insured),
        "低保": yes_no(row.dibao),
        "特困": yes_no(row.tekun),
    }


async def cadres(session: AsyncSession) -> Table:
    """Give every cadre; the area by its names where they say which it is, else by its code."""
    rows = (await session.execute(select(Cadre).order_by(Cadre.id))).scalars().all()
    names = await names_of_all(session)
    codes = {area.id: area.code for area in await session.scalars(select(Area))}
    finder = await AreaFinder.load(session)
    keyring = keyring_of(session)

    def area(area_id: AreaId) -> str:
        written = "".join(names[area_id][1:] or names[area_id])
        return written if finder.find(written) == {area_id} else codes[area_id]

    def lines() -> Iterator[Sequence[Cell]]:
        for cadre in rows:
            yield in_order(
                layouts.CADRES,
                {
                    "姓名": cadre.name,
                    "电话": keyring.open(cadre.phone_sealed, cadre_table.PHONE),
                    "单位": cadre.unit,
                    "职务级别": cadre.rank,
                    "角色": ROLE_NAMES[Role(cadre.role)],
                    "管辖区划": None if cadre.area_id is None else area(cadre.area_id),
                    "企业微信账号": cadre.wecom_user,
                },
            )

    return Table(say.SHEETS["cadres"], headings_of(layouts.CADRES), lines(), len(rows))


async def assignments(session: AsyncSession) -> Table:
    """Give every pairing that holds now."""
    statement = (
        select(Household.number, Household.head_name, Cadre.name, Cadre.phone_sealed, Cadre.unit, Cadre.rank)
        .join(Assignment, Assignment.household_id == Household.id)
        .join(Cadre, Cadre.id == Assignment.cadre_id)
        .where(Assignment.until.is_(None), Household.closed_on.is_(None))
        .order_by(Household.number)
    )
    rows = (await session.execute(statement)).all()
    keyring = keyring_of(session)

    def lines() -> Iterator[Sequence[Cell]]:
        for number, head_name, name, phone, unit, rank in rows:
            yield in_order(
                layouts.ASSIGNMENTS,
                {
                    "户编号": number,
                    "户主姓名": head_name,
                    "帮扶责任人": name,
                    "帮扶责任人电话": keyring.open(phone, cadre_table.PHONE),
                    "帮扶单位": unit,
                    "职务级别": rank,
                },
            )

    return Table(say.SHEETS["assignments"], headings_of(layouts.ASSIGNMENTS), lines(), len(rows))
