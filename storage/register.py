"""登记卡: one household as the register has it, for the office's command line; numbers only by their last digits."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import masking
from storage import assignments, audit, family_events, households, incomes, members, statuses
from storage.areas import Area
from storage.family_events import FAMILY_EVENT_NAMES, FamilyEvent, FamilyEventKind
from storage.households import CATEGORY_NAMES, Household, HouseholdCategory, by_number
from storage.ids import HouseholdId, MemberId, in_yuan
from storage.incomes import INCOME_NAMES
from storage.members import Member
from storage.sealing import Keyring, keyring_of
from storage.statuses import STATUS_NAMES, HouseholdStatus, Status


async def card_of(session: AsyncSession, number: str) -> dict[str, Any] | None:
    """Give one household by its 户编号, with its people, its past and its cadres; None where there is none."""
    household = await by_number(session, number)
    if household is None:
        return None
    audit.saw(session, [household.id])
    keyring = keyring_of(session)
    past = await statuses.history(session, household.id)
    pairings = await assignments.history(session, household.id)
    now = past[-1] if past and past[-1].until is None else None
    income = household.income_per_capita_fen
    return {
        "number": household.number,
        "head": household.head_name,
        "area": await _full_name(session, household),
        "category": CATEGORY_NAMES[HouseholdCategory(household.category)],
        "status": None if now is None else STATUS_NAMES[Status(now.status)],
        "lifted_in": household.lifted_in,
        "dibao_class": household.dibao_class,
        "risk_cleared": household.risk_cleared,
        "closed_on": _day(household.closed_on),
        "cause": household.cause,
        "other_causes": household.other_causes,
        "size": household.size,
        "income_per_capita": None if income is None else in_yuan(income),
        "house_grade": household.house_grade,
        "water_safe": household.water_safe,
        "phone": masking.number(keyring.open_if(household.phone_sealed, households.PHONE)),
        "bank": household.bank,
        "card": masking.number(keyring.open_if(household.card_sealed, households.CARD)),
        "cadre": next((one.name for one in pairings if one.until is None), None),
        "extra": household.extra,
        "members": [_person(one, keyring) for one in await members.of_household(session, household.id)],
        "former_members": [
            _person(one, keyring) | {"left_on": _day(one.left_on)}
            for one in await members.formerly_of(session, household.id)
        ],
        "statuses": [_stretch(one) for one in past],
        "incomes": [
            {"year": one.year, "amounts": {INCOME_NAMES[kind]: in_yuan(fen) for kind, fen in one.amounts.items()}}
            for one in await incomes.of_household(session, household.id)
        ],
        "pairings": [
            {
                "cadre": one.name,
                "unit": one.unit,
                "role": one.role,
                "rank": one.rank,
                "since": _day(one.since),
                "until": _day(one.until),
            }
            for one in pairings
        ],
        "events": await _events(session, household.id),
    }


def _person(member: Member, keyring: Keyring) -> dict[str, Any]:
    return {
        "number": member.number,
        "name": member.name,
        "sex": member.sex,
        "birth_date": _day(member.birth_date),
        "relation": member.relation,
        "id_number": masking.number(keyring.open_if(member.id_number_sealed, members.ID_NUMBER)),
        "ethnicity": member.ethnicity,
        "education": member.education,
        "schooling": member.schooling,
        "health": member.health,
        "disability": member.disability,
        "labor": member.labor,
        "work_area": member.work_area,
        "work_months": member.work_months,
        "medical_insured": member.medical_insured,
        "pension_insured": member.pension_insured,
        "dibao": member.dibao,
        "tekun": member.tekun,
        "joined_on": _day(member.joined_on),
        "extra": member.extra,
    }


def _stretch(stretch: HouseholdStatus) -> dict[str, Any]:
    return {
        "status": STATUS_NAMES[Status(stretch.status)],
        "category": CATEGORY_NAMES[HouseholdCategory(stretch.category)],
        "lifted_in": stretch.lifted_in,
        "dibao_class": stretch.dibao_class,
        "risk_cleared": stretch.risk_cleared,
        "since": _day(stretch.since),
        "until": _day(stretch.until),
    }


async def _events(session: AsyncSession, household_id: HouseholdId) -> list[dict[str, Any]]:
    """What happened to a household, in order; `from` and `to` are the 户编号 of a move within the register."""
    events = await family_events.of_household(session, household_id)
    names = await _names(session, events)
    numbers = await _numbers(session, events)
    taken_back = await family_events.taken_back(session, {event.act_id or event.id for event in events})
    return [
        {
            "on": _day(event.happened_on),
            "kind": FAMILY_EVENT_NAMES[FamilyEventKind(event.kind)],
            "person": None if event.member_id is None else names[event.member_id],
            "household": numbers[event.household_id],
            "other_household": None if event.other_household_id is None else numbers[event.other_household_id],
            "told_by": event.noted_by,
            "taken_back": (event.act_id or event.id) in taken_back,
        }
        for event in events
    ]


async def _names(session: AsyncSession, events: Sequence[FamilyEvent]) -> dict[MemberId, str]:
    ids = {event.member_id for event in events if event.member_id is not None}
    rows = await session.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {MemberId(id_): name for id_, name in rows}


async def _numbers(session: AsyncSession, events: Sequence[FamilyEvent]) -> dict[HouseholdId, str]:
    ids = {event.household_id for event in events}
    ids |= {event.other_household_id for event in events if event.other_household_id is not None}
    rows = await session.execute(select(Household.id, Household.number).where(Household.id.in_(ids)))
    return {HouseholdId(id_): number for id_, number in rows}


async def _full_name(session: AsyncSession, household: Household) -> str:
    names: list[str] = []
    area = await session.get(Area, household.area_id)
    while area is not None:
        names.append(area.name)
        area = None if area.parent_id is None else await session.get(Area, area.parent_id)
    return "".join(reversed(names))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
