"""行政区划的登记: finds the areas a file names, and makes those that are new."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.areas import Area, Level, OfficialCounty
from storage.ids import AreaId
from storage.imports.bulk import Tally, Values, insert_all
from storage.imports.households import AreaPath
from storage.imports.report import Place
from storage.imports.shapes import AREAS

# The state's own codes have these lengths down to the village; ours below an unofficial county follow them.
_DIGITS = {Level.COUNTY: 6, Level.TOWNSHIP: 3, Level.VILLAGE: 3, Level.GROUP: 3}
_UNKNOWN_COUNTY = "本县"
# 99 is no province, so a code made here is never one of the state's.
_FIRST_COUNTY_CODE = 990001


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
    """Give the area of each row's path, making what is missing."""
    tree = await _Tree.load(session)
    paths = {row.area for row in rows}
    names = {path: tree.names_of(path) for path in paths}
    for depth, level in enumerate(Level, start=1):
        tree.plant({chain[:depth] for chain in names.values() if len(chain) >= depth}, level)
        await tree.save(session, tally)
    return {path: tree.ids[chain] for path, chain in names.items()}


Chain = tuple[str, ...]
"""The names of an area from its county down."""


class _Tree:
    def __init__(self, areas: Iterable[Area]) -> None:
        self.ids: dict[Chain, AreaId] = {}
        self.codes: dict[Chain, str] = {}
        self.children: dict[Chain, set[str]] = defaultdict(set)
        self.new: list[Values] = []
        self.take(areas)

    @classmethod
    async def load(cls, session: AsyncSession) -> "_Tree":
        return cls((await session.execute(select(Area))).scalars())

    def take(self, areas: Iterable[Area]) -> None:
        chains = {area_id: chain for chain, area_id in self.ids.items()}
        for area in sorted(areas, key=lambda area: len(area.code)):
            parent = chains.get(area.parent_id, ()) if area.parent_id is not None else ()
            chain = (*parent, area.name)
            chains[area.id] = chain
            self.ids[chain] = area.id
            self.codes[chain] = area.code
            self.children[parent].add(area.code)

    def names_of(self, path: AreaPath) -> Chain:
        county = path.county or self._only_county()
        chain = (county, path.township, path.village)
        return chain if path.group is None else (*chain, path.group)

    def _only_county(self) -> str:
        counties = [chain[0] for chain in self.ids if len(chain) == 1]
        return counties[0] if len(counties) == 1 else _UNKNOWN_COUNTY

    def plant(self, chains: Iterable[Chain], level: Level) -> None:
        for chain in sorted(chains):
            if chain in self.codes:
                continue
            parent = chain[:-1]
            code = self._next_code(parent, level)
            self.codes[chain] = code
            self.children[parent].add(code)
            parent_id = self.ids[parent] if parent else None
            self.new.append({"code": code, "name": chain[-1], "level": level, "parent_id": parent_id})

    def _next_code(self, parent: Chain, level: Level) -> str:
        beginning = self.codes[parent] if parent else ""
        number = _FIRST_COUNTY_CODE if not parent else 1
        while (code := f"{beginning}{number:0{_DIGITS[level]}d}") in self.children[parent]:
            number += 1
        return code

    async def save(self, session: AsyncSession, tally: Tally) -> None:
        if not self.new:
            return
        codes = [str(values["code"]) for values in self.new]
        await insert_all(session, AREAS, [{"official": False} | values for values in self.new], tally)
        self.new = []
        for start in range(0, len(codes), 5_000):
            some = codes[start : start + 5_000]
            self.take((await session.execute(select(Area).where(Area.code.in_(some)))).scalars())


class AreaFinder:
    """Finds an area by its code, its name, or its names from any level down: 东河镇青山村."""

    def __init__(self, areas: Iterable[Area]) -> None:
        tree = _Tree(areas)
        self._by_code = {code: tree.ids[chain] for chain, code in tree.codes.items()}
        self._by_name: dict[str, set[AreaId]] = defaultdict(set)
        for chain, area_id in tree.ids.items():
            # A village group's bare name, 1组, is everywhere.
            for start in range(len(chain) if len(chain) < 4 else 3):
                self._by_name["".join(chain[start:])].add(area_id)

    @classmethod
    async def load(cls, session: AsyncSession) -> "AreaFinder":
        """Read all areas once."""
        return cls((await session.execute(select(Area))).scalars())

    def find(self, text: str) -> set[AreaId]:
        """Give every area the text may mean."""
        bare = re.sub(r"[\W_]+", "", text)
        code = self._by_code.get(bare)
        return {code} if code is not None else self._by_name.get(bare, set())
