"""行政区划的登记: finds the areas a file names, makes those that are new, and keeps every code below its parent's."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from string import ascii_uppercase, digits
from typing import Protocol

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import imports as say
from storage.areas import Level, OfficialCounty, put_codes_aside
from storage.ids import AreaId
from storage.imports.bulk import Edit, Tally, Values, insert_all, rows_where, update_all
from storage.imports.households import AreaPath
from storage.imports.likeness import fullest_first, same_name, tidy
from storage.imports.report import Place
from storage.imports.shapes import AREAS
from storage.imports.workbook import BadFile
from storage.sealing import keyring_of

UNNAMED_COUNTY = "本县"
"""What a county is called as long as no file names it."""

# 99 is no province, so a code made here is never one of the state's.
_FIRST_COUNTY_CODE = 990001
_HEADINGS = {Level.COUNTY: "县", Level.TOWNSHIP: "乡镇", Level.VILLAGE: "行政村", Level.GROUP: "自然村"}
_WARNED_OF = (Level.TOWNSHIP, Level.VILLAGE)


class Placed(Protocol):
    """A row of a file that says where it belongs."""

    @property
    def place(self) -> Place:
        """Where the row stands."""

    @property
    def area(self) -> AreaPath:
        """The area's names."""


async def area_ids(
    session: AsyncSession, rows: Iterable[Placed], tally: Tally, *, county: OfficialCounty | None
) -> dict[AreaPath, AreaId]:
    """Give the area of each row's path, making what is missing.

    Names that can only mean an area already there mean that one, with a warning at the first row that writes it so.
    """
    tree = await Tree.load(session)
    first: dict[AreaPath, Place] = {}
    for row in rows:
        first.setdefault(row.area, row.place)
    nodes: dict[AreaPath, Node] = {path: tree.county(path.county, county) for path in first}
    for level in (Level.TOWNSHIP, Level.VILLAGE, Level.GROUP):
        written = {path: name for path in nodes if (name := _name_at(path, level)) is not None}
        found = _one_level_down(tree, nodes, written, level)
        if level in _WARNED_OF:
            _warn(tally, level, first, written, found)
        nodes |= found
    tree.number()
    await tree.save(session, tally)
    return {path: node.saved_id for path, node in nodes.items()}


def _name_at(path: AreaPath, level: Level) -> str | None:
    match level:
        case Level.TOWNSHIP:
            return path.township
        case Level.VILLAGE:
            return path.village
    return path.group


def _one_level_down(
    tree: "Tree", parents: dict[AreaPath, "Node"], written: dict[AreaPath, str], level: Level
) -> dict[AreaPath, "Node"]:
    names: dict[Node, set[str]] = defaultdict(set)
    for path, name in written.items():
        names[parents[path]].add(name)
    children = {
        (parent, name): tree.child(parent, name, level, beside=own) or tree.add(parent, tidy(name, level), level)
        for parent, own in names.items()
        for name in fullest_first(own, level)
    }
    return {path: children[parents[path], name] for path, name in written.items()}


def _warn(
    tally: Tally,
    level: Level,
    first: dict[AreaPath, Place],
    written: dict[AreaPath, str],
    found: dict[AreaPath, "Node"],
) -> None:
    """Name each other writing once, at the first row that has it."""
    told: set[tuple[Node, str]] = set()
    for path, node in found.items():
        name = "".join(written[path].split())
        if name != "".join(node.name.split()) and (node, name) not in told:
            told.add((node, name))
            tally.warnings.append(first[path].problem(_HEADINGS[level], "area_alike"))


@dataclass(eq=False)
class Node:
    """One area while a file is taken; `held` is its row, None for one that is new.

    `serial` is what its code adds to its parent's. `given`: a list of areas has just said its code.
    """

    name: str
    level: Level
    parent: "Node | None"
    code: str = ""
    serial: str = ""
    official: bool = False
    given: bool = False
    id: AreaId | None = None
    held: RowMapping | None = None
    children: list["Node"] = field(default_factory=list)

    @property
    def saved_id(self) -> AreaId:
        """Its id, once it has been saved."""
        assert self.id is not None
        return self.id

    @property
    def differs(self) -> bool:
        """Whether the store holds something else of it, or nothing yet."""
        return self.held is None or any(self.held[name] != value for name, value in self.values().items())

    def values(self) -> Values:
        """Give it as the table keeps it."""
        return {
            "code": self.code,
            "name": self.name,
            "level": self.level,
            "parent_id": None if self.parent is None else self.parent.saved_id,
            "official": self.official,
        }

    @property
    def chain(self) -> tuple[str, ...]:
        """The names from its county down."""
        return (self.name,) if self.parent is None else (*self.parent.chain, self.name)

    def all_below(self) -> Iterator["Node"]:
        """Walk over the areas below it, parents first."""
        for child in self.children:
            yield child
            yield from child.all_below()

    @property
    def looks_official(self) -> bool:
        """Whether its number could be one of the state's, which has none below the village."""
        return self.level in (Level.TOWNSHIP, Level.VILLAGE) and self.serial.isdigit()

    def moves_to(self, parent: "Node") -> None:
        """Hang it under another area."""
        assert self.parent is not None
        self.parent.children.remove(self)
        parent.children.append(self)
        self.parent, self.serial = parent, ""


class Tree:
    """All areas of the store, to be found by name and code, added to and numbered anew."""

    def __init__(self, rows: Iterable[RowMapping]) -> None:
        self.counties: list[Node] = []
        by_id: dict[int, Node] = {}
        for row in sorted(rows, key=lambda row: len(row["code"])):
            parent = None if row["parent_id"] is None else by_id[row["parent_id"]]
            node = Node(
                row["name"],
                Level(row["level"]),
                parent,
                code=row["code"],
                serial=row["code"].removeprefix("" if parent is None else parent.code),
                official=row["official"],
                id=row["id"],
                held=row,
            )
            by_id[row["id"]] = node
            (self.counties if parent is None else parent.children).append(node)

    @classmethod
    async def load(cls, session: AsyncSession) -> "Tree":
        """Read all areas once."""
        return cls((await session.execute(select(AREAS.table))).mappings())

    def nodes(self) -> Iterator[Node]:
        """Walk over all areas, parents first."""
        for county in self.counties:
            yield county
            yield from county.all_below()

    def child(self, parent: Node, name: str, level: Level, *, beside: Iterable[str] = ()) -> Node | None:
        """Give the area of that name below another; None where there is none, or no telling which."""
        by_name = {node.name: node for node in parent.children}
        same = same_name(name, by_name.keys(), level, beside)
        return None if same is None else by_name[same]

    def add(self, parent: Node | None, name: str, level: Level) -> Node:
        """Make an area; it has no code until all are numbered."""
        node = Node(name, level, parent)
        (self.counties if parent is None else parent.children).append(node)
        return node

    def county(self, name: str | None, official: OfficialCounty | None) -> Node:
        """Give the county of that name, made if it is new; without one, the only county, or the one we serve."""
        if name is None and len(self.counties) == 1:
            name = self.counties[0].name
        if official is not None and is_county(official, UNNAMED_COUNTY if name is None else name):
            return self.our_county(official)
        by_name = {node.name: node for node in self.counties}
        wanted = UNNAMED_COUNTY if name is None else name
        same = same_name(wanted, by_name.keys(), Level.COUNTY)
        return self.add(None, tidy(wanted, Level.COUNTY), Level.COUNTY) if same is None else by_name[same]

    def our_county(self, official: OfficialCounty) -> Node:
        """Give the county we serve, under its official code."""
        known = [node for node in self.counties if node.code == official.code]
        known += [node for node in self.counties if is_county(official, node.name)]
        node = known[0] if known else self.add(None, official.name, Level.COUNTY)
        if node.name == UNNAMED_COUNTY:
            node.name = official.name
        node.code, node.official = official.code, True
        return node

    def number(self) -> None:
        """Give every area a code that begins with its parent's; the state's own codes stay as they are.

        Ours below an official county have a letter, so that no code of ours is ever taken for one of the state's,
        by us or by whoever reads it.
        """
        _number_all(self.counties, "", under_official=False)
        for node in self.nodes():
            _number_all(node.children, node.code, under_official=_is_official(node))

    async def save(self, session: AsyncSession, tally: Tally) -> None:
        """Write down what differs from the store."""
        keyring = keyring_of(session)
        moved = [node for node in self.nodes() if node.held is not None and node.code != node.held["code"]]
        await put_codes_aside(session, [node.saved_id for node in moved])
        for level in Level:
            await self._insert(
                [node for node in self.nodes() if node.id is None and node.level == level], session, tally
            )
        edits: list[Edit] = []
        for node in self.nodes():
            if node.held is not None and (edit := AREAS.edit(node.held, node.values(), keyring)) is not None:
                edits.append(edit)
        await update_all(session, AREAS, edits, tally)

    async def _insert(self, nodes: list[Node], session: AsyncSession, tally: Tally) -> None:
        if not nodes:
            return
        await insert_all(session, AREAS, [node.values() for node in nodes], tally)
        saved = await rows_where(session, AREAS, AREAS.table.c.code, [node.code for node in nodes])
        ids = {row["code"]: row["id"] for row in saved}
        for node in nodes:
            node.id = AreaId(ids[node.code])


def is_county(official: OfficialCounty, name: str) -> bool:
    """Whether a file means the county we serve: 旺苍, 旺苍县, 四川省广元市旺苍县, or no name at all."""
    name = tidy(name, Level.COUNTY)
    return (
        name == UNNAMED_COUNTY
        or name.endswith(official.name)
        or same_name(name, (official.name,), Level.COUNTY) is not None
    )


def _is_official(node: Node) -> bool:
    while node.parent is not None:
        node = node.parent
    return node.official


def _number_all(siblings: list[Node], above: str, *, under_official: bool) -> None:
    """Number the areas of one parent: given and official codes stay, ours stay if they can, the rest get the next."""
    for node in siblings:
        node.official = node.official and node.code.startswith(above)
    taken = {node.code for node in siblings if node.official or node.given}
    waiting: list[Node] = []
    for node in siblings:
        if node.official or node.given:
            continue
        kept = above + node.serial
        if not node.serial or kept in taken or (under_official and node.looks_official):
            waiting.append(node)
            continue
        node.code = kept
        taken.add(kept)
    if not waiting:
        return
    serials = _serials(waiting[0].level, lettered=under_official)
    free = (code for serial in serials if (code := above + serial) not in taken)
    for node in waiting:
        try:
            node.code = next(free)
        except StopIteration:
            raise BadFile(say.TOO_MANY_AREAS) from None


def _serials(level: Level, *, lettered: bool) -> Iterator[str]:
    """Give the numbers areas of one parent may have, in order."""
    if level == Level.COUNTY:
        yield from map(str, range(_FIRST_COUNTY_CODE, 1_000_000))
        return
    if level == Level.GROUP or not lettered:
        yield from (f"{number:03d}" for number in range(1, 1_000))
    characters = digits + ascii_uppercase
    yield from map("".join, product(ascii_uppercase, characters, characters))


LENGTHS = {6: Level.COUNTY, 9: Level.TOWNSHIP, 12: Level.VILLAGE, 15: Level.GROUP}
"""The digits a code has at each level of the state's list; the last is our own village groups'."""


def short_code(written: str) -> str:
    """Give a code as the store has it: 510821000000 is a county's 510821 filled up to the length of a village's."""
    code = re.sub(r"[\W_]+", "", written).upper()
    while len(code) > min(LENGTHS) and len(code) in LENGTHS and code.endswith("000"):
        code = code[:-3]
    return code


class AreaFinder:
    """Finds an area by its code, its name, or its names from any level down: 东河镇青山村."""

    def __init__(self, tree: Tree) -> None:
        self._by_code: dict[str, AreaId] = {}
        self._by_name: dict[str, set[AreaId]] = defaultdict(set)
        self._counties = [node.name for node in tree.counties]
        for node in tree.nodes():
            self._by_code[node.code] = node.saved_id
            chain = node.chain
            # A village group's bare name, 1组, is everywhere.
            for start in range(len(chain) if node.level != Level.GROUP else len(chain) - 1):
                self._by_name[_letters("".join(chain[start:]))].add(node.saved_id)

    @classmethod
    async def load(cls, session: AsyncSession) -> "AreaFinder":
        """Read all areas once."""
        return cls(await Tree.load(session))

    def find(self, text: str) -> set[AreaId]:
        """Give every area the text may mean: as written, else with the office for its area (东河镇人民政府)."""
        code = self._by_code.get(short_code(text))
        if code is not None:
            return {code}
        return next((found for name in self._readings(text) if (found := self._by_name.get(name))), set())

    def _readings(self, text: str) -> Iterator[str]:
        bare = _letters(text)
        yield bare
        for county in self._counties:
            # 四川省广元市旺苍县东河镇: what stands before the county is known.
            if (start := bare.find(county)) > 0:
                yield bare[start:]
        for level in (Level.TOWNSHIP, Level.VILLAGE, Level.COUNTY):
            yield tidy(bare, level)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
