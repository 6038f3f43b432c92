"""登记卡: one household as the register has it, for the office's command line; numbers only by their last digits."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import masking
from storage import households, members
from storage.areas import Area
from storage.assignments import Assignment
from storage.cadres import Cadre
from storage.households import CATEGORY_NAMES, Household, HouseholdCategory, by_number
from storage.members import Member
from storage.sealing import keyring_of


async def card_of(session: AsyncSession, number: str) -> dict[str, Any] | None:
    """Give one household by its 户编号, with its members and its cadre; None where there is none."""
    household = await by_number(session, number)
    if household is None:
        return None
    keyring = keyring_of(session)
    people = await session.scalars(select(Member).where(Member.household_id == household.id).order_by(Member.number))
    cadre = await session.scalar(
        select(Cadre)
        .join(Assignment, Assignment.cadre_id == Cadre.id)
        .where(Assignment.household_id == household.id, Assignment.until.is_(None))
    )
    return {
        "number": household.number,
        "head": household.head_name,
        "area": await _full_name(session, household),
        "category": CATEGORY_NAMES[HouseholdCategory(household.category)],
        "cause": household.cause,
        "size": household.size,
        "income_per_capita": _yuan(household.income_per_capita_fen),
        "house_grade": household.house_grade,
        "water_safe": household.water_safe,
        "phone": masking.number(keyring.open_if(household.phone_sealed, households.PHONE)),
        "bank": household.bank,
        "card": masking.number(keyring.open_if(household.card_sealed, households.CARD)),
        "cadre": None if cadre is None else cadre.name,
        "extra": household.extra,
        "members": [
            {
                "number": member.number,
                "name": member.name,
                "sex": member.sex,
                "birth_date": None if member.birth_date is None else member.birth_date.isoformat(),
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
                "extra": member.extra,
            }
            for member in people
        ],
    }


async def _full_name(session: AsyncSession, household: Household) -> str:
    names: list[str] = []
    area = await session.get(Area, household.area_id)
    while area is not None:
        names.append(area.name)
        area = None if area.parent_id is None else await session.get(Area, area.parent_id)
    return "".join(reversed(names))


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else f"{fen // 100}.{fen % 100:02d}"
