"""农户登记: brings households, members and their pairings up to what a households file says."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.areas import OfficialCounty
from storage.families import follow
from storage.family_events import FamilyEventKind
from storage.ids import AreaId, CadreId, HouseholdId, MemberId
from storage.imports.bulk import (
    Edit,
    Held,
    Shape,
    Tally,
    Values,
    held_where,
    insert_columns_of,
    rows_where,
    update_all,
)
from storage.imports.comings import Events, died, origin
from storage.imports.histories import (
    STATUS_COLUMNS,
    HeldIncomes,
    Standing,
    Told,
    begin,
    bring_incomes,
    go_on,
    held_incomes,
)
from storage.imports.households import AreaPath, HouseholdRow, MemberRow
from storage.imports.missing import Mentioned, missing
from storage.imports.pairings import Naming, hand_over, named_cadres
from storage.imports.places import area_ids
from storage.imports.report import AbsentMember, Progress
from storage.imports.shapes import ASSIGNMENTS, HOUSEHOLDS, MEMBERS
from storage.members import HEAD
from storage.sealing import CannotOpen, Keyring, keyring_of

HOUSEHOLD_COLUMNS: Mapping[str, str] = {
    "cause": "致贫原因",
    "other_causes": "其他致贫原因",
    "lifted_in": "脱贫年度",
    "dibao_class": "低保类别",
    "risk_cleared": "风险消除",
    "size": "家庭人口数",
    "income_per_capita_fen": "人均纯收入",
    "house_grade": "危房等级",
    "water_safe": "饮水",
    "phone": "联系电话",
    "bank": "开户银行",
    "card": "银行卡号",
}
"""Our heading for each column of a household that a file may leave out; what it leaves out stays as it is."""

MEMBER_COLUMNS: Mapping[str, str] = {
    "relation": "与户主关系",
    "ethnicity": "民族",
    "education": "文化程度",
    "schooling": "在校生状况",
    "health": "健康状况",
    "disability": "残疾等级",
    "labor": "劳动技能",
    "work_area": "务工区域",
    "work_months": "务工时间",
    "medical_insured": "医疗保险",
    "pension_insured": "养老保险",
    "dibao": "低保",
    "tekun": "特困",
    "phone": "联系电话",
}
"""The same for a member."""

# As many as fill a statement well; no more of what the store holds is in memory at a time.
_HOUSEHOLDS_AT_ONCE = 3_000

_NEW_HOUSEHOLD = ("number", "head_name", "category", *HOUSEHOLD_COLUMNS, "extra")
_NEW_MEMBER = ("number", "name", "sex", "id_number", "birth_date", *MEMBER_COLUMNS, "extra")
_OF_THE_ID_NUMBER = {"id_number": "id_number.number", "birth_date": "id_number.birth_date"}
"""Where a row of a file has what is not under the column's own name."""


async def store_households(
    session: AsyncSession,
    rows: deque[HouseholdRow],
    *,
    now: datetime,
    on: date,
    noted_by: str,
    county: OfficialCounty | None,
    doubtful: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> Tally:
    """Make or change households, members, pairings and their histories.

    Each member row counts once, in the file's terms; what changed for the household as a whole is counted at its
    first row. The rows are used up on the way, so that a county need not be in memory twice. `doubtful`: the
    households with rows that were not taken; neither they nor their people are said to be missing.
    """
    tally = Tally()
    areas = await area_ids(session, rows, tally, county=county)
    namings = [Naming(row.place, row.cadre) for row in rows if row.cadre is not None]
    storing = _Storing(
        session=session,
        tally=tally,
        keyring=keyring_of(session),
        areas=areas,
        cadres=await named_cadres(session, namings, tally),
        now=now,
        on=on,
        events=Events(on, now, noted_by),
        doubtful=doubtful,
        mentioned=Mentioned(set(doubtful)),
    )
    del namings
    taken = 0
    while rows:
        some = [rows.popleft() for _ in range(min(len(rows), _HOUSEHOLDS_AT_ONCE))]
        await storing.take(some)
        taken += len(some)
        if progress is not None:
            progress(taken)
    await storing.finish()
    tally.missing = await missing(session, storing.mentioned)
    return tally


@dataclass
class _Storing:
    """One households file on its way into the store."""

    session: AsyncSession
    tally: Tally
    keyring: Keyring
    areas: Mapping[AreaPath, AreaId]
    cadres: Mapping[str, CadreId]
    now: datetime
    on: date
    events: Events
    doubtful: frozenset[str]
    mentioned: Mentioned
    heirs: dict[HouseholdId, HouseholdId] = field(default_factory=dict)
    """New households that name no cadre, and the household most of their people come from."""

    async def take(self, rows: Sequence[HouseholdRow]) -> None:
        """Store some of the rows."""
        self.mentioned.households.update(row.number for row in rows)
        self.mentioned.areas.update(self.areas[row.area] for row in rows)
        known = await self._known(rows)
        homes = _Homes(known, dict.fromkeys((HouseholdId(held.id) for held in known.values()), False))
        people = await self._people(rows, homes)
        await self._bring_households(rows, homes)
        await self._pair(rows, homes, people)
        await self._bring_members(rows, homes, people)

    async def finish(self) -> None:
        """Let new households that name no cadre keep the one of the household they come from (文件 000:59)."""
        await self.events.write(self.session, self.tally)
        table = ASSIGNMENTS.table
        origins = set(self.heirs.values())
        found = await rows_where(self.session, ASSIGNMENTS, table.c.household_id, origins, table.c.until.is_(None))
        cadres = {row["household_id"]: CadreId(row["cadre_id"]) for row in found}
        wanted = {new: cadres[old] for new, old in self.heirs.items() if old in cadres}
        await hand_over(self.session, wanted, self.tally, on=self.on)

    async def _known(self, rows: Sequence[HouseholdRow]) -> dict[str, Held]:
        numbers = [row.number for row in rows]
        found = await held_where(self.session, HOUSEHOLDS, HOUSEHOLDS.table.c.number, numbers)
        return {row.number: row for row in found}

    async def _people(self, rows: Sequence[HouseholdRow], homes: "_Homes") -> dict[str, Held]:
        """Give whom the store knows of these households' people, wherever it has them, by number."""
        columns = MEMBERS.table.c
        own = await held_where(self.session, MEMBERS, columns.household_id, homes.touched)
        people = {row[_MEMBER_NUMBER]: row for row in own}
        named = {member.number for row in rows for member in row.members}
        elsewhere = await held_where(self.session, MEMBERS, columns.number, named - people.keys())
        self.mentioned.moved.update(row.number for row in elsewhere)
        people |= {row[_MEMBER_NUMBER]: row for row in elsewhere}
        adopted = _numbered_at_last(rows, homes, people)
        known_by_ours = {row.number for row in adopted.values()}
        self._note_absent(homes, [row for row in own if row.number not in named | known_by_ours])
        return people | adopted

    def _note_absent(self, homes: "_Homes", unnamed: Iterable[Held]) -> None:
        numbers = {held.id: held for held in homes.held.values()}
        for row in unnamed:
            home = numbers[row.household_id]
            if row.left_on is None and home.number not in self.doubtful:
                self.mentioned.absent.append(AbsentMember(home.number, home.head_name, row.number, row.name))

    # ---- households

    async def _bring_households(self, rows: Sequence[HouseholdRow], homes: "_Homes") -> None:
        incomes = await held_incomes(self.session, homes.touched)
        new: list[HouseholdRow] = []
        edits: list[Edit] = []
        reopened: list[HouseholdId] = []
        moved_on: list[Standing] = []
        for row in rows:
            held = homes.held.get(row.number)
            if held is None:
                new.append(row)
                continue
            household = HouseholdId(held.id)
            edit = self._household_edit(row, held, outdated=incomes.is_outdated(household, row.income_year))
            if edit is None:
                continue
            edits.append(edit.also("imported_at", held.imported_at, self.now))
            homes.touched[household] = True
            if "closed_on" in edit.values:
                self.tally.warnings.append(row.place.problem("户编号", "household_reopened"))
                reopened.append(household)
            if "category" in edit.values:
                self.tally.recategorised[held.category, edit.values["category"]] += 1
            if reopened[-1:] == [household] or not edit.values.keys().isdisjoint(STATUS_COLUMNS):
                values = (edit.values.get(name, getattr(held, name)) for name in STATUS_COLUMNS)
                moved_on.append(Standing(household, *values))
        await self._make_households(new, homes)
        await update_all(self.session, HOUSEHOLDS, edits, self.tally)
        begun = [
            Standing(homes.ids[row.number], row.category, row.lifted_in, row.dibao_class, row.risk_cleared)
            for row in new
        ]
        await begin(self.session, begun, self.tally, on=self.on, now=self.now)
        await go_on(self.session, moved_on, self.tally, on=self.on, now=self.now)
        await self._bring_incomes(rows, homes, incomes)

    def _household_edit(self, row: HouseholdRow, held: Held, *, outdated: bool) -> Edit | None:
        """Give what must change; of two years' incomes the newer one is what the household has now."""
        stated = _stated_of_household(row.unstated, row.head_name is not None, bool(row.extra), outdated)
        besides: Values = {"area_id": self.areas[row.area]}
        if held.closed_on is not None:
            besides["closed_on"] = None
        return _edit(HOUSEHOLDS, held, row, stated, besides, self.keyring)

    async def _make_households(self, new: Sequence[HouseholdRow], homes: "_Homes") -> None:
        if not new:
            return
        columns = _columns(_NEW_HOUSEHOLD, map(attrgetter(*_NEW_HOUSEHOLD), new))
        columns["area_id"] = [self.areas[row.area] for row in new]
        columns["imported_at"] = [self.now] * len(new)
        ids = await insert_columns_of(self.session, HOUSEHOLDS, columns, self.tally)
        homes.ids |= {row.number: HouseholdId(row_id) for row, row_id in zip(new, ids, strict=True)}

    async def _bring_incomes(self, rows: Sequence[HouseholdRow], homes: "_Homes", held: HeldIncomes) -> None:
        told = [Told(homes.ids[row.number], row.income_year, row.incomes) for row in rows if row.incomes]
        changed = await bring_incomes(self.session, told, held, self.tally, on=self.on, now=self.now)
        homes.touched |= dict.fromkeys(changed, True)

    # ---- pairings

    async def _pair(self, rows: Sequence[HouseholdRow], homes: "_Homes", people: Mapping[str, Held]) -> None:
        """Pair each household with the cadre its rows name; a household that names none keeps the one it has."""
        wanted: dict[HouseholdId, CadreId] = {}
        for row in rows:
            household = homes.ids[row.number]
            if row.cadre is not None:
                wanted[household] = self.cadres[row.cadre.phone]
            elif row.number not in homes.held:
                known = (people.get(member.number) for member in row.members)
                before = origin([None if one is None else HouseholdId(one.household_id) for one in known])
                if before is not None:
                    self.heirs[household] = before
        handed = await hand_over(self.session, wanted, self.tally, on=self.on)
        homes.touched |= dict.fromkeys(handed.first | handed.changed, True)

    # ---- members

    async def _bring_members(self, rows: Sequence[HouseholdRow], homes: "_Homes", people: Mapping[str, Held]) -> None:
        gone = await died(self.session, [MemberId(row.id) for row in people.values() if row.left_on is not None])
        new: list[_Newcomer] = []
        edits: list[Edit] = []
        for row in rows:
            household = homes.ids[row.number]
            home = homes.held.get(row.number)
            for position, member in enumerate(row.members):
                held = people.get(member.number)
                edit = None
                if held is None:
                    new.append(_Newcomer(member, household, home, self.on))
                else:
                    edit = self._member_edit(member, household, held, dead=held.id in gone)
                    if edit is not None:
                        edits.append(edit)
                        self._note_changes(member, household, home, held, edit)
                first_of_changed = position == 0 and homes.touched.get(household, False)
                self.tally.count(new=held is None, changed=edit is not None or first_of_changed)
        await self._make_members(new)
        await update_all(self.session, MEMBERS, edits, self.tally)
        await follow(self.session, [MemberId(edit.row_id) for edit in edits if "household_id" in edit.values])
        await self.events.write(self.session, self.tally)

    def _member_edit(self, member: MemberRow, household: HouseholdId, held: Held, *, dead: bool) -> Edit | None:
        besides: Values = {"household_id": household, "number": member.number}
        if dead:
            self.tally.warnings.append(member.place.problem("人编号", "member_died"))
        elif held.left_on is not None:
            besides["left_on"] = None
        edit = _edit(
            MEMBERS, held, member, _stated_of_member(member.unstated, bool(member.extra)), besides, self.keyring
        )
        if edit is not None and not edit.values.keys().isdisjoint(("household_id", "left_on")):
            return edit.also("joined_on", held.joined_on, self.on)
        return edit

    def _note_changes(
        self, member: MemberRow, household: HouseholdId, home: Held | None, held: Held, edit: Edit
    ) -> None:
        """Note what a change of a known person means for the households."""
        person = MemberId(held.id)
        if "household_id" in edit.values:
            before = HouseholdId(held.household_id)
            self.events.moved(person, before, household, new_household=home is None)
        elif "left_on" in edit.values:
            self.events.add(FamilyEventKind.MOVED_IN, household, member=person)
        if "relation" in edit.values and _heads_anew(member, home):
            self.events.add(FamilyEventKind.HEAD_CHANGED, household, member=person)

    async def _make_members(self, new: Sequence["_Newcomer"]) -> None:
        if not new:
            return
        columns = _columns(_NEW_MEMBER, (_new_member(one.row) for one in new))
        columns["household_id"] = [one.household for one in new]
        columns["joined_on"] = [one.joined_on for one in new]
        ids = await insert_columns_of(self.session, MEMBERS, columns, self.tally)
        for one, row_id in zip(new, ids, strict=True):
            if one.home is None:
                continue
            person = MemberId(row_id)
            if one.arrival is not None:
                self.events.add(one.arrival, one.household, member=person, on=one.joined_on)
            if _heads_anew(one.row, one.home):
                self.events.add(FamilyEventKind.HEAD_CHANGED, one.household, member=person)


@dataclass
class _Homes:
    """Some households of the file: what the store holds of those it knew, and which of them have changed."""

    held: Mapping[str, Held]
    touched: dict[HouseholdId, bool]
    ids: dict[str, HouseholdId] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = {number: HouseholdId(row.id) for number, row in self.held.items()}


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """A person the store did not know. `home`: their household, if the store knew that one."""

    row: MemberRow
    household: HouseholdId
    home: Held | None
    today: date

    @property
    def arrival(self) -> FamilyEventKind | None:
        """How they came into a known household: born since its last import, or from elsewhere."""
        if self.home is None:
            return None
        born = self.row.id_number.birth_date > self.home.imported_at.date()
        return FamilyEventKind.BORN if born else FamilyEventKind.MOVED_IN

    @property
    def joined_on(self) -> date | None:
        """Since when they are of the household, where that is known."""
        if self.home is None:
            return None
        return self.row.id_number.birth_date if self.arrival == FamilyEventKind.BORN else self.today


def _numbered_at_last(rows: Sequence[HouseholdRow], homes: _Homes, people: Mapping[str, Held]) -> dict[str, Held]:
    """Give, by the number the file has for them, people who were added by hand under a number of ours until then.

    A child whose birth the office wrote down comes with the next file of the national system: same household, same
    name, and the same birth date where we know one.
    """
    ours: dict[str, list[Held]] = {}
    for held in people.values():
        ours.setdefault(held.number.rpartition("-")[0], []).append(held)
    found: dict[str, Held] = {}
    for row in rows:
        waiting = ours.get(row.number, []) if row.number in homes.held else []
        for member in row.members if waiting else ():
            if member.number in people:
                continue
            child = next((held for held in waiting if _is(held, member)), None)
            if child is not None:
                waiting.remove(child)
                found[member.number] = child
    return found


def _is(held: Held, member: MemberRow) -> bool:
    return held.name == member.name and held.birth_date in (None, member.id_number.birth_date)


def _heads_anew(member: MemberRow, home: Held | None) -> bool:
    """Whether somebody who did not head a known household does now."""
    return home is not None and member.relation == HEAD and home.head_name is not None and home.head_name != member.name


# ---- comparing what a row states with what the store holds


@dataclass(frozen=True, slots=True)
class _Stated:
    """Which columns a row states, and how to read them from it and from what the store holds."""

    plain: tuple[str, ...]
    of_row: Callable[[Any], tuple[Any, ...]]
    of_held: Callable[[Held], tuple[Any, ...]]
    sealed: tuple[tuple[str, Callable[[Any], str | None], int], ...]


@lru_cache(maxsize=512)
def _stated_of_household(unstated: frozenset[str], head_name: bool, extra: bool, outdated: bool) -> _Stated:
    names = ["category", *(name for name, heading in HOUSEHOLD_COLUMNS.items() if heading not in unstated)]
    if outdated and "income_per_capita_fen" in names:
        names.remove("income_per_capita_fen")
    return _stated(HOUSEHOLDS, (*names, *["head_name"] * head_name, *["extra"] * extra))


@lru_cache(maxsize=512)
def _stated_of_member(unstated: frozenset[str], extra: bool) -> _Stated:
    names = [name for name, heading in MEMBER_COLUMNS.items() if heading not in unstated]
    return _stated(MEMBERS, ("name", "sex", "id_number", "birth_date", *names, *["extra"] * extra))


def _stated(shape: Shape, names: Iterable[str]) -> _Stated:
    wanted = tuple(names)
    plain = tuple(name for name in wanted if name not in shape.sealed)
    sealed = tuple(name for name in wanted if name in shape.sealed)
    return _Stated(
        plain,
        attrgetter(*(_OF_THE_ID_NUMBER.get(name, name) for name in plain)),
        itemgetter(*(shape.places[name] for name in plain)),
        tuple((name, attrgetter(_OF_THE_ID_NUMBER.get(name, name)), shape.places[f"{name}_sealed"]) for name in sealed),
    )


def _edit(shape: Shape, held: Held, row: object, stated: _Stated, besides: Values, keyring: Keyring) -> Edit | None:
    """Give what must be written so that the store holds what the row states; most rows state what it holds."""
    if (
        stated.of_row(row) == stated.of_held(held)
        and all(held[shape.places[name]] == value for name, value in besides.items())
        and all(_opens_to(held[place], read(row), shape.sealed[name], keyring) for name, read, place in stated.sealed)
    ):
        return None
    values = besides | dict(zip(stated.plain, stated.of_row(row), strict=True))
    values |= {name: read(row) for name, read, _ in stated.sealed}
    return shape.edit(held._mapping, values, keyring)


def _opens_to(sealed: bytes | None, value: str | None, place: str, keyring: Keyring) -> bool:
    if sealed is None or value is None:
        return sealed is None and value is None
    try:
        return keyring.open(sealed, place) == value
    except CannotOpen:
        return False


_MEMBER_NUMBER = MEMBERS.places["number"]
_new_member = attrgetter(*(_OF_THE_ID_NUMBER.get(name, name) for name in _NEW_MEMBER))


def _columns(names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> dict[str, Sequence[Any]]:
    return dict(zip(names, zip(*rows, strict=True), strict=True))
