"""户情: the store as the policies read it. What is not on file stays unknown; nothing is guessed from silence."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, case, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from policies.facts import STATUS_OF_CATEGORY, HouseholdFacts, MemberFacts
from policies.facts import HouseholdStatus as StatusFact
from policies.told import Told, with_told
from storage import audit, told_facts
from storage.areas import Area, Level
from storage.database import chunks
from storage.households import CATEGORY_NAMES, Household, HouseholdCategory
from storage.ids import HouseholdId
from storage.members import Member
from storage.statuses import HouseholdStatus, Status

_AT_ONCE = 500

STAGES: Mapping[str, str] = {
    "学前教育": "preschool",
    "学前": "preschool",
    "学龄前": "preschool",
    "幼儿园": "preschool",
    "小学": "primary",
    "初中": "junior",
    "普通高中": "senior",
    "普高": "senior",
    "高中": "senior",
    "职业高中": "secondary_voc",
    "职高": "secondary_voc",
    "中职": "secondary_voc",
    "中专": "secondary_voc",
    "中等职业学校": "secondary_voc",
    "技工院校": "secondary_voc",
    "技工学校": "secondary_voc",
    "技校": "secondary_voc",
    "中技": "secondary_voc",
    "高职高专": "higher_voc",
    "高职": "higher_voc",
    "高等职业": "higher_voc",
    "大专": "higher_voc",
    "专科": "higher_voc",
    "本科": "college",
    "大学本科": "college",
}
"""在校生状况 to the school stages of the documents; the longest word counts, and a year behind it (高职一年级) is no
matter. 职业高中 is a 中等职业学校 (职业教育法 of 2022, article 15)."""

SCHOOL_YEARS: Mapping[str, str] = {
    **{f"{year}年级": "primary" for year in "一二三四五六"},
    **{f"{year}年级": "junior" for year in "七八九"},
    **{f"初{year}": "junior" for year in "一二三"},
    **{f"高{year}": "senior" for year in "一二三"},
}
"""Years that tell the stage by themselves."""

CAUSES: Mapping[str, str] = {
    "因病": "illness",
    "因残": "disability",
    "因学": "schooling",
    "因智": "intelligence",
    "因灾": "disaster",
    "缺技术": "no_skill",
    "缺技能": "no_skill",
    "缺资金": "no_capital",
    "缺劳动力": "no_labor",
    "缺劳力": "no_labor",
    "无劳动能力": "no_labor",
}
"""致贫原因 to the causes the documents name; 交通条件落后 and the like are none of theirs."""

LABOR: Mapping[str, str] = {
    "普通劳动力": "full",
    "有劳动力": "full",
    "有劳动能力": "full",
    "技能劳动力": "full",
    "弱劳动力或半劳动力": "partial",
    "弱劳动力": "partial",
    "半劳动力": "partial",
    "部分丧失劳动能力": "partial",
    "部分丧失劳动力": "partial",
    "丧失劳动力": "none",
    "丧失劳动能力": "none",
    "完全丧失劳动能力": "none",
    "无劳动力": "none",
    "无劳动能力": "none",
}
"""劳动技能 of the register."""

WORKING: Mapping[str, str] = {
    "县内": "in_county",
    "村内": "in_county",
    "乡内": "in_county",
    "乡镇内": "in_county",
    "乡外县内": "in_county",
    "乡镇外县内": "in_county",
    "县外省内": "out_county",
    "省内县外": "out_county",
    "省外": "out_county",
    "市内县外": "out_county",
    "县外市内": "out_county",
    "市外省内": "out_county",
    "国外": "out_county",
    "境外": "out_county",
    "未务工": "none",
    "没有务工": "none",
    "无": "none",
}
"""务工区域 of the register, without brackets: 乡（镇）内 is 乡镇内."""

DISABILITY: Mapping[str, str] = {"一": "severe", "二": "severe", "三": "medium", "四": "light"}
"""残疾等级: one and two are 重度, three is 中度, four is 轻度 (GB/T 26341-2010 names the four grades)."""

_DIGIT_GRADES = str.maketrans("1234", "一二三四")
_GRADES = "一二三四"
_CHRONIC = ("慢性病",)
_MAJOR = ("大病",)
_NOT_STUDYING = ("非在校", "不在校", "未在校", "不在读", "已毕业", "辍学")
_STAGES_LONGEST_FIRST = sorted(STAGES, key=len, reverse=True)
_BRACKETS = re.compile("[（）()]")
_AT_RISK = {True: "none", False: "relapse", None: None}


async def facts_of(
    session: AsyncSession, household_ids: Iterable[HouseholdId], on: date, *, own_words: bool = False
) -> dict[HouseholdId, HouseholdFacts]:
    """The facts of each of these households on a day; one that does not exist, or is closed, is left out.

    They are the register's. `own_words`: where it is silent, what the household told us of itself counts too, marked as
    its own word; only for answering that household.
    """
    wanted = sorted(set(household_ids))
    audit.saw(session, wanted)
    found: dict[HouseholdId, HouseholdFacts] = {}
    for some in chunks(wanted, _AT_ONCE):
        found.update(await _facts_of(session, some, on))
    if own_words:
        for household_id, said in (await told_facts.standing(session, wanted, on)).items():
            if household_id in found:
                found[household_id] = _with_their_words(found[household_id], said)
    return found


def _with_their_words(facts: HouseholdFacts, said: Sequence[Told]) -> HouseholdFacts:
    for told in said:
        # A word that a later release of the vocabulary does not have any more says nothing now.
        with suppress(ValueError):
            facts = with_told(facts, [told])
    return facts


async def _facts_of(
    session: AsyncSession, household_ids: Sequence[HouseholdId], on: date
) -> dict[HouseholdId, HouseholdFacts]:
    own, above = aliased(Area), aliased(Area)
    households = await session.execute(
        select(
            Household.id,
            Household.category,
            Household.cause,
            Household.other_causes,
            Household.lifted_in,
            Household.dibao_class,
            HouseholdStatus.status,
            Household.income_per_capita_fen,
            Household.house_grade,
            Household.water_safe,
            Household.risk_cleared,
            case((own.level == Level.GROUP, above.name), (own.level == Level.VILLAGE, own.name)).label("village"),
        )
        .join(own, own.id == Household.area_id)
        .outerjoin(above, above.id == own.parent_id)
        .outerjoin(HouseholdStatus, (HouseholdStatus.household_id == Household.id) & HouseholdStatus.until.is_(None))
        .where(Household.id.in_(household_ids), Household.closed_on.is_(None))
    )
    people = await session.scalars(
        select(Member).where(Member.household_id.in_(household_ids), Member.left_on.is_(None)).order_by(Member.number)
    )
    members: dict[HouseholdId, list[Member]] = defaultdict(list)
    for member in people:
        members[member.household_id].append(member)
    return {row.id: _household(row, members[row.id], on) for row in households}


def _household(row: Row[*tuple[Any, ...]], members: Sequence[Member], on: date) -> HouseholdFacts:
    category = HouseholdCategory(row.category)
    born = [member for member in members if member.birth_date is None or member.birth_date <= on]
    told = tuple(_member(member, on, poor=_is_poor(category)) for member in born)
    income = row.income_per_capita_fen
    return HouseholdFacts(
        # 返贫 is told by what the household was before: its category is that of any registered one.
        status=StatusFact.RELAPSED if row.status == Status.RELAPSED else STATUS_OF_CATEGORY[CATEGORY_NAMES[category]],
        exit_year=row.lifted_in,
        labels=_household_labels(category, members, told),
        causes={CAUSES[cause]: True for cause in _causes(row.cause, row.other_causes) if cause in CAUSES},
        dibao_class=_dibao_class(row.dibao_class),
        labor=_household_labor(told),
        income_pc=None if income is None else Decimal(income) / 100,
        house_grade=row.house_grade,
        water_safe=row.water_safe,
        # 风险是否消除 is asked of monitored households only, so its "no" says that there is a risk.
        risk=_AT_RISK[row.risk_cleared],
        village=row.village,
        members=told,
    )


def _causes(*said: str | None) -> Iterable[str]:
    return (cause.removesuffix("致贫") for part in said for cause in re.split(r"[,，、;；\s]+", part or ""))


def _dibao_class(said: str | None) -> int | None:
    """低保一类 to 四类, by figure or numeral; what a county calls otherwise is unknown to the documents."""
    found = next((c for c in (said or "").translate(_DIGIT_GRADES) if c in _GRADES), None)
    return None if found is None else _GRADES.index(found) + 1


def _household_labels(
    category: HouseholdCategory, members: Sequence[Member], told: Sequence[MemberFacts]
) -> dict[str, bool]:
    labels: dict[str, bool | None] = {
        "dibao": True if category is HouseholdCategory.POOR_DIBAO else _anybody(m.dibao for m in members),
        "tekun": True if category is HouseholdCategory.POOR_TEKUN else _anybody(m.tekun for m in members),
    }
    # 贫困残疾户 takes both: registered as poor, and somebody disabled in it.
    disabled = _anybody(member.labels.get("disabled") for member in told)
    if disabled is False:
        labels["disabled_poor"] = False
    elif disabled and _is_poor(category):
        labels["disabled_poor"] = True
    return {label: known for label, known in labels.items() if known is not None}


def _is_poor(category: HouseholdCategory) -> bool:
    return STATUS_OF_CATEGORY[CATEGORY_NAMES[category]] is StatusFact.POOR


def _anybody(answers: Iterable[bool | None]) -> bool | None:
    """Whether it is so of anybody: yes when of one, no only when known of all."""
    known = list(answers)
    if any(known):
        return True
    return False if known and all(answer is False for answer in known) else None


def _household_labor(members: Sequence[MemberFacts]) -> str | None:
    labor = [member.labor for member in members]
    for strength in ("full", "partial"):
        if strength in labor:
            return strength if strength == "full" or None not in labor else None
    return "none" if labor and None not in labor else None


def _member(member: Member, on: date, *, poor: bool) -> MemberFacts:
    health = member.health or ""
    healthy = health == "健康"
    level = _disability(member.disability, health)
    stage, studying = _schooling(member.schooling)
    chronic = True if any(word in health for word in _CHRONIC) else (False if healthy else None)
    major = True if any(word in health for word in _MAJOR) else (False if healthy else None)
    disabled = True if "残疾" in health or (level is not None and level != "none") else (False if level else None)
    labels: dict[str, bool | None] = {
        "disabled": disabled,
        "disabled_poor": disabled if poor or not disabled else None,
        "sick": True if chronic or major else (False if healthy else None),
        "tekun": member.tekun,
    }
    return MemberFacts(
        id=member.number,
        name=member.name,
        age=None if member.birth_date is None else _age(member.birth_date, on),
        stage=stage,
        is_student=studying,
        labor=LABOR.get(member.labor or ""),
        working=_working(member),
        disability_level=level,
        chronic=chronic,
        major_disease=major,
        nrcms=member.medical_insured,
        labels={label: known for label, known in labels.items() if known is not None},
    )


def _disability(grade: str | None, health: str) -> str | None:
    if grade:
        if grade.startswith(("无", "非")):
            return "none"
        found = next((c for c in grade.translate(_DIGIT_GRADES) if c in DISABILITY), None)
        return DISABILITY[found] if found else None
    return "none" if health == "健康" else None


def _schooling(said: str | None) -> tuple[str | None, bool | None]:
    """The stage and whether one studies at all, as the register says it."""
    if not said:
        return None, None
    if said.startswith(_NOT_STUDYING):
        return "none", False
    found = next((STAGES[word] for word in _STAGES_LONGEST_FIRST if word in said), None)
    return found or next((SCHOOL_YEARS[year] for year in SCHOOL_YEARS if said.startswith(year)), None), True


def _working(member: Member) -> str | None:
    """Where somebody works away from the fields; who did in no month of the year works nowhere."""
    if member.work_area:
        return WORKING.get(_BRACKETS.sub("", member.work_area))
    return "none" if member.work_months == 0 else None


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
