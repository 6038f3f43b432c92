"""一个县: what a pack says, as the rest of the program sees it once it has been read and found whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from policies.conditions import AfterExit, Condition, Figure


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
    them, at `applying_source`. `selecting` are those of `conditions` that select members or events.
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
    applying_source: Source | None
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
    """One county's pack.

    `figures` has only what the county has given, by the day each begins, the earliest first; what a document says
    without a day has always held (date.min). A name that is missing is unknown. `readings` has the benefits whose
    conditions compare with figures that begin on a day: how they read from each of those days on.
    """

    id: str
    name: str
    level: str
    area_code: str | None
    title: str
    year: int | None
    note: str | None
    after_exit: AfterExit | None
    figures: Mapping[str, tuple[tuple[date, Figure], ...]]
    visits: tuple[VisitRule, ...]
    pairing: PairingRule | None
    procedures: tuple[Procedure, ...]
    benefits: Mapping[str, Benefit]
    readings: Mapping[str, tuple[tuple[date, Benefit], ...]]
    confirmations: Mapping[str, tuple[Confirmation, ...]]

    def confirmation(self, benefit: str, on: date) -> Confirmation | None:
        """The county's latest word on a benefit that day, whether or not it has run out since."""
        return next((word for word in reversed(self.confirmations.get(benefit, ())) if word.on <= on), None)

    def as_read(self, benefit: Benefit, on: date) -> Benefit:
        """A benefit with the figures of that day in its conditions; itself where none of its figures has a day."""
        readings = self.readings.get(benefit.id)
        return benefit if readings is None else next(one for begins, one in reversed(readings) if begins <= on)

    def procedure_of(self, benefit: Benefit | None) -> Procedure | None:
        """How one applies for it: the procedure that names it, else its family or category, else the general one.

        Without a benefit, the general one. None where neither a document nor the county has said any.
        """
        names = () if benefit is None else (benefit.id, benefit.family, benefit.category)
        ours = [one for one in self.procedures if one.subject is Subject.BENEFIT]
        own = (one for name in names for one in ours if name in one.applies_to)
        return next(own, None) or next((one for one in ours if not one.applies_to), None)
