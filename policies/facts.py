"""户情: what the store knows of a household, as the rules ask for it.

Every fact may be unknown: `None`, or for labels a missing key. Unknown is never "no". Names follow the
attributes of catalogue/vocabulary.yaml: `household.x` is `HouseholdFacts.x`, `village.x` is
`HouseholdFacts.village_x`, `member.x` is `MemberFacts.x`, `event.x` is `EventFacts.x`; a test holds them together.

户类型 (status). The documents know five kinds: poor, exited, relapsed, marginal (边缘户) and ordinary. The register
of today adds three monitored kinds. A condition `in [poor, relapsed]` is the documents' literal 贫困户, and reads:

- `poor`, `relapsed`: met.
- `exited` (脱贫户): whether help goes on after the exit is the county's to say (`after_exit` in county.yaml). Said
  to go on for households: met. Nothing said (旺苍), or said only for villages: unknown, because the county has not
  refused either. Said only for exits since some year: met from that year on; earlier or year not known: unknown.
  Where a sentence itself says 在册 or 未标注脱贫 (`registered_only`), the county's general word does not settle it:
  unknown.
- `unstable` (脱贫不稳定户): an exited household that is being watched; it has not relapsed. Read as `exited`.
- `marginal` (边缘易致贫户): the documents' 边缘户, by their own words 非建档立卡, a little above the registered
  poor. Not met.
- `sudden_hardship` (突发严重困难户): no document of the catalogue has this kind, and the name does not say whether
  the household was ever registered as poor. Unknown, for every condition on status that does not name it.
- `ordinary` (一般农户): not met.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class HouseholdStatus(StrEnum):
    """户类型 as the register has it; how a document's condition reads each is told at the top of this file."""

    POOR = "poor"
    EXITED = "exited"
    RELAPSED = "relapsed"
    UNSTABLE = "unstable"
    MARGINAL = "marginal"
    SUDDEN_HARDSHIP = "sudden_hardship"
    ORDINARY = "ordinary"


STATUS_OF_CATEGORY: Mapping[str, HouseholdStatus] = {
    "一般贫困户": HouseholdStatus.POOR,
    "低保贫困户": HouseholdStatus.POOR,
    "特困供养户": HouseholdStatus.POOR,
    "脱贫户": HouseholdStatus.EXITED,
    "脱贫不稳定户": HouseholdStatus.UNSTABLE,
    "边缘易致贫户": HouseholdStatus.MARGINAL,
    "突发严重困难户": HouseholdStatus.SUDDEN_HARDSHIP,
    "一般农户": HouseholdStatus.ORDINARY,
}
"""户类型 of the import files to status (the contract on entitlements fixes these)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    """One member. `name` is only for the sentence a person reads; rules never look at it."""

    id: str
    name: str | None = None
    age: int | None = None
    stage: str | None = None
    is_student: bool | None = None
    school_age: bool | None = None
    preschool_age: bool | None = None
    school_type: str | None = None
    can_attend_school: bool | None = None
    graduate: bool | None = None
    graduate_unemployed: bool | None = None
    junior_graduate: bool | None = None
    labor: str | None = None
    willing_work: bool | None = None
    want_training: bool | None = None
    working: str | None = None
    cert: bool | None = None
    disability_level: str | None = None
    chronic: bool | None = None
    major_disease: bool | None = None
    disease: str | None = None
    nrcms: bool | None = None
    annual_income: Decimal | None = None
    income_source: bool | None = None
    supporter: bool | None = None
    willing: bool | None = None
    residence: str | None = None
    role: str | None = None
    labels: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """Something that befell the household or, with `member`, one of its members."""

    kind: str | None = None
    member: str | None = None
    in_county: bool | None = None
    hospital_level: str | None = None
    hospital_designated: bool | None = None
    after_insurance_balance: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFacts:
    """One household with its members and events.

    `members` is the register's whole list; empty means the members are not known. `events` are those we were
    told of and never complete: of a kind nothing more than these is known to have happened only when it is in
    `events_denied`, and nothing to one member only when the member and the kind are in `not_befallen`.
    Labels, causes and plans say of each word whether it is so; a word that is missing is unknown.
    `checked` holds what a person has checked: (benefit id, the condition's `value`) to its answer.
    `told` names the facts that are the household's own word and not the register's: (member id, or None of the
    household, and the fact's name as in told.py). They count like any other and are marked where they are said.
    """

    status: HouseholdStatus | None = None
    exit_year: int | None = None
    labels: Mapping[str, bool] = field(default_factory=dict)
    causes: Mapping[str, bool] = field(default_factory=dict)
    dibao_class: int | None = None
    labor: str | None = None
    willing_work: bool | None = None
    income_pc: Decimal | None = None
    income_source: bool | None = None
    house_grade: str | None = None
    house_plan: str | None = None
    can_build: bool | None = None
    move_eligible: bool | None = None
    move_willing: bool | None = None
    in_plan: Mapping[str, bool] = field(default_factory=dict)
    zone: str | None = None
    water_safe: bool | None = None
    power: bool | None = None
    agri_insured: bool | None = None
    industry_accepted: bool | None = None
    solar: bool | None = None
    tv_device: bool | None = None
    risk: str | None = None
    village: str | None = None
    village_is_poor: bool | None = None
    village_clinic_population: int | None = None
    members: tuple[MemberFacts, ...] = ()
    events: tuple[EventFacts, ...] = ()
    events_denied: frozenset[str] = frozenset()
    not_befallen: frozenset[tuple[str, str]] = frozenset()
    checked: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    told: frozenset[tuple[str | None, str]] = frozenset()
