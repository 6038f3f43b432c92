"""区划代码表: the state's own codes for the county's townships and villages, and ours for their groups.

Lists come one area a row (代码, 名称) or with a column a level (县, 乡镇, 村, and the code of the last one named).
The code says where an area belongs (统计用区划代码: six digits for the county, three more for the township, three for
the village, filled up with zeros); the name says which area already on file is meant.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from storage.areas import Level, OfficialCounty
from storage.imports import columns
from storage.imports.bulk import Tally
from storage.imports.columns import Unreadable
from storage.imports.likeness import same_name, tidy
from storage.imports.places import LENGTHS, Node, Tree, is_county, short_code
from storage.imports.report import Cells, Place, Progress, Read, Rejected, read_once
from storage.imports.workbook import Book, Cell

_LEVELS = tuple(Level)
_NAME_COLUMNS = {Level.COUNTY: "县", Level.TOWNSHIP: "乡镇", Level.VILLAGE: "行政村", Level.GROUP: "自然村"}
_CODE_COLUMNS = {Level.TOWNSHIP: "乡镇代码", Level.VILLAGE: "区划代码", Level.GROUP: "组代码"}
_LEVEL_NAMES = {
    **dict.fromkeys(("县级", "县", "区县", "县(市、区)"), Level.COUNTY),
    **dict.fromkeys(("乡级", "乡镇级", "乡镇", "乡(镇)", "镇", "乡", "街道"), Level.TOWNSHIP),
    **dict.fromkeys(("村级", "村", "行政村", "社区", "村(社区)"), Level.VILLAGE),
    **dict.fromkeys(("组级", "组", "村民小组", "自然村"), Level.GROUP),
}
_NAME = partial(columns.text, longest=60)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Step:
    """One level on the way down to a row's area. A group may be without a code, what stands above without a name."""

    level: Level
    code: str | None
    name: str | None


@dataclass(frozen=True, slots=True, eq=False)
class AreaRow:
    """One area with those above it, from its county down; no steps for a province or a city.

    `was`: the code it had before. `was_under`: the name or code of what it stood under before.
    """

    place: Place
    steps: tuple[Step, ...]
    was: str | None
    was_under: str | None


def read_areas(book: Book, *, progress: Progress | None = None) -> Read[AreaRow]:
    """Read the rows; one that says the same as an earlier one is sent back."""
    return read_once(book, progress, _area, key=lambda row: row.steps or row.place.row, heading="区划代码")


def _area(cells: Cells) -> AreaRow:
    names = {level: cells.take(heading, _NAME) for level, heading in _NAME_COLUMNS.items()}
    listed = cells.take("名称", _NAME)
    above = cells.take("上级", _NAME)
    was = cells.take("原代码", _NAME)
    was_under = cells.take("原上级", _NAME)
    if listed is not None:
        code = cells.need("区划代码", _code)
        level = LENGTHS[len(code)]
        if _is_above_counties(code):
            return AreaRow(cells.place, (), None, None)
        names[level] = listed
    else:
        named = [level for level, name in names.items() if name is not None]
        if not named:
            cells.findings.reject(cells.place, "名称", "area_name_missing")
            raise Rejected
        level = named[-1]
        code = _code_of_deepest(cells, level)
    _check(cells, code, level, above)
    if above is not None and not above.isdigit() and level != Level.COUNTY:
        names[_above(level)] = above
    steps = tuple(Step(at, _code_at(code, at), names[at]) for at in _LEVELS[: _LEVELS.index(level) + 1])
    return AreaRow(cells.place, steps, None if was is None else short_code(was), was_under)


def _code(cell: Cell) -> str:
    """Give a code as the store has it.

    Raises:
        Unreadable: missing, rounded by a spreadsheet, or of a length no code has.
    """
    found = columns.plain_text(cell)
    if not found:
        raise Unreadable("area_code_missing")
    code = short_code(found)
    if "E+" in found.upper():
        raise Unreadable("code_rounded")
    if not _DIGITS.fullmatch(code) or (len(code) not in LENGTHS and len(code) not in (2, 4)):
        raise Unreadable("area_code")
    return code.ljust(min(LENGTHS), "0")


def _is_above_counties(code: str) -> bool:
    return len(code) == min(LENGTHS) and code.endswith("00")


def _code_of_deepest(cells: Cells, level: Level) -> str:
    """Give the code a row with a column a level tells: that of its own level's column, else the only one there is."""
    heading = _CODE_COLUMNS.get(level, "区划代码")
    if heading in cells.row.columns and columns.plain_text(cells.row[heading]):
        return cells.need(heading, _code)
    return cells.need("区划代码", _code)


def _check(cells: Cells, code: str, level: Level, above: str | None) -> None:
    """Refuse a code that is not of the row's level, or not below what the row says is above it."""
    own = LENGTHS[len(code)]
    said = _LEVEL_NAMES.get(cells.take("级别", _NAME) or "", level)
    # Where groups are listed without codes of their own, the only code is their village's.
    if said != level or (own != level and (level, own) != (Level.GROUP, Level.VILLAGE)):
        cells.findings.reject(cells.place, "区划代码", "area_level")
        raise Rejected
    township = cells.take("乡镇代码", _NAME) if level in (Level.VILLAGE, Level.GROUP) else None
    if _differs(above, code, _above(level)) or _differs(township, code, Level.TOWNSHIP):
        cells.findings.reject(cells.place, "区划代码", "area_outside")
        raise Rejected


def _differs(written: str | None, code: str, level: Level) -> bool:
    """Whether a code written for something above is not how this code begins; a name is no code."""
    return written is not None and written.isdigit() and short_code(written) != _code_at(code, level)


def _above(level: Level) -> Level:
    return _LEVELS[max(_LEVELS.index(level) - 1, 0)]


def _code_at(code: str, level: Level) -> str | None:
    """Give the beginning of a code that belongs to a level; None where the code does not go so deep."""
    length = next(digits for digits, at in LENGTHS.items() if at == level)
    return code[:length] if len(code) >= length else None


async def store_areas(session: AsyncSession, rows: Sequence[AreaRow], *, county: OfficialCounty | None) -> Tally:
    """Give the areas on file their official codes, and all below them codes that begin so; make what is missing.

    What is on file is known by its name below the same parent, or by the code or parent the list says it had.
    """
    tally = Tally()
    tree = await Tree.load(session)
    taking = _Taking(tree, county, rows)
    for level in _LEVELS:
        taking.take(level, tally)
    tree.number()
    await tree.save(session, tally)
    made: set[Node] = set()
    for row in rows:
        node = taking.at.get(row)
        if row.steps and node is None:
            continue
        new = node is not None and node.held is None and node not in made
        tally.count(new=new, changed=node is not None and node.differs)
        if node is not None:
            made.add(node)
    return tally


class _Contradiction(Exception):
    """The row says what cannot be; `code` names the sentence in `bot.messages.imports`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Taking:
    """Takes the rows of a list level by level: an area's parent is known before it is looked for."""

    def __init__(self, tree: Tree, county: OfficialCounty | None, rows: Sequence[AreaRow]) -> None:
        self.tree = tree
        self.county = county
        self.rows = [row for row in rows if row.steps]
        self.at: dict[AreaRow, Node] = {}
        self.given: dict[str, Node] = {}
        self.held = {node.code: node for node in tree.nodes()}

    def take(self, level: Level, tally: Tally) -> None:
        """Find or make every area of a level; a row that contradicts is sent back, with all that hangs on it."""
        depth = _LEVELS.index(level)
        rows = [row for row in self.rows if len(row.steps) > depth]
        # An area's own row says more of it than the rows below it.
        rows.sort(key=lambda row: len(row.steps) > depth + 1)
        names: Mapping[Node | None, set[str]] = self._names(rows, depth)
        for row in rows:
            own = len(row.steps) == depth + 1
            try:
                self.at[row] = self._area(row, row.steps[depth], names, own=own)
            except _Contradiction as error:
                tally.rejected.append(row.place.problem("区划代码", error.code))
                self.rows.remove(row)
                self.at.pop(row, None)

    def _names(self, rows: Sequence[AreaRow], depth: int) -> Mapping[Node | None, set[str]]:
        names: dict[Node | None, set[str]] = defaultdict(set)
        for row in rows:
            if (name := row.steps[depth].name) is not None:
                names[self.at.get(row)].add(name)
        return names

    def _area(self, row: AreaRow, step: Step, names: Mapping[Node | None, set[str]], *, own: bool) -> Node:
        given = self.given.get(step.code or "")
        if given is not None:
            if step.name is not None and same_name(step.name, (given.name,), step.level) is None:
                raise _Contradiction("area_code_twice" if own else "area_parent_differs")
            return given
        parent = self.at.get(row)
        node = self._known_county(step) if parent is None else self._below(parent, row, step, names[parent], own=own)
        if step.code is not None:
            if node.given:
                raise _Contradiction("area_name_twice")
            node.code, node.given, node.official = step.code, True, step.level != Level.GROUP
            self.given[step.code] = node
        return node

    def _known_county(self, step: Step) -> Node:
        assert step.code is not None
        if self.county is not None:
            named = step.name is not None and is_county(self.county, step.name)
            if step.code == self.county.code and (named or step.name is None):
                return self.tree.our_county(self.county)
            if named or step.code == self.county.code:
                raise _Contradiction("area_county_differs")
        held = self.held.get(step.code)
        if held is not None and step.name is None:
            return held
        by_name = {node.name: node for node in self.tree.counties}
        same = None if step.name is None else same_name(step.name, by_name.keys(), Level.COUNTY)
        if same is None:
            raise _Contradiction("area_county_unknown")
        return by_name[same]

    def _below(self, parent: Node, row: AreaRow, step: Step, beside: set[str], *, own: bool) -> Node:
        name = step.name
        known = None if name is None else self.tree.child(parent, name, step.level, beside=beside)
        if own and name is not None and (row.was is not None or row.was_under is not None):
            node = self._moved(parent, row, name, known)
        elif known is not None:
            node = known
        elif (held := self._renamed(parent, step, beside)) is not None:
            node = held
        elif name is not None:
            return self.tree.add(parent, tidy(name, step.level), step.level)
        else:
            raise _Contradiction("area_parent_unknown")
        if name is not None and (node is not known or tidy(name, step.level).startswith(node.name)):
            # The list's full name takes the place of a short one (青山), or of the one it had before.
            node.name = tidy(name, step.level)
        return node

    def _renamed(self, parent: Node, step: Step, beside: set[str]) -> Node | None:
        """Give the area that has this very code, if the list does not name it elsewhere."""
        held = self.held.get(step.code or "")
        if held is None or held.parent is not parent or held.given:
            return None
        return held if same_name(held.name, beside, step.level) is None else None

    def _moved(self, parent: Node, row: AreaRow, name: str, known: Node | None) -> Node:
        """Bring an area under its new parent; it takes everything below it along."""
        old = self._where_it_was(row, name)
        if old is None or old is known:
            if known is None:
                raise _Contradiction("area_was_unknown")
            return known
        if known is not None:
            raise _Contradiction("area_moved_twice")
        if old.level != row.steps[-1].level:
            raise _Contradiction("area_was_unknown")
        if old.parent is not parent:
            old.moves_to(parent)
        return old

    def _where_it_was(self, row: AreaRow, name: str) -> Node | None:
        level = row.steps[-1].level
        if row.was is not None:
            return self.held.get(row.was)
        assert row.was_under is not None
        code = short_code(row.was_under)
        upper = [
            node
            for node in self.tree.nodes()
            if code == (node.code if node.held is None else node.held["code"])
            or (node.level == _above(level) and same_name(row.was_under, (node.name,), node.level))
        ]
        found = [child for node in upper if (child := self.tree.child(node, name, level)) is not None]
        return found[0] if len(found) == 1 else None
