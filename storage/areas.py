"""行政区划: the areas of the county, from the county down to the village group; sight goes by code prefix."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, cast, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from policies.catalogue import County
from storage.database import Base, chunks
from storage.ids import AreaId


class Level(StrEnum):
    """The levels of administration below the province."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class OfficialCounty:
    """The county this deployment serves: its name and its code of six digits in the state's own list."""

    name: str
    code: str


def official_county(pack: County) -> OfficialCounty | None:
    """Give the county a policy pack is of; None where its document hides which, or speaks for no single county."""
    if pack.area_code is None or pack.level != "县":
        return None
    return OfficialCounty(re.sub("（.*）", "", pack.name), pack.area_code)


class Area(Base):
    """One area. Its code begins with its parent's code; `official` says whether the code is the state's own."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[AreaId] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    level: Mapped[str] = mapped_column(String(10))
    parent_id: Mapped[AreaId | None] = mapped_column(ForeignKey("area.id"))
    official: Mapped[bool] = mapped_column(default=False)


async def put_codes_aside(session: AsyncSession, areas: Collection[AreaId]) -> None:
    """Take the codes off areas that will get others, so that two of them can exchange theirs."""
    for ids in chunks(areas):
        some = Area.id.in_(ids)
        await session.execute(update(Area).where(some).values(code="~" + cast(Area.id, String)))


async def names_of_all(session: AsyncSession) -> dict[AreaId, tuple[str, ...]]:
    """Give every area's names, from its county down to itself."""
    found = {
        id_: (name, parent) for id_, name, parent in await session.execute(select(Area.id, Area.name, Area.parent_id))
    }

    def names(area: AreaId) -> tuple[str, ...]:
        name, parent = found[area]
        return (name,) if parent is None else (*names(parent), name)

    return {area: names(area) for area in found}


@dataclass(frozen=True, slots=True)
class Counted:
    """An area with how many households live in it, all that is below it included."""

    code: str
    name: str
    level: Level
    official: bool
    households: int


async def counted(session: AsyncSession, households: Mapping[AreaId, int]) -> list[Counted]:
    """Give all areas by code, parents first, with the households of each summed up to its county."""
    areas = (await session.scalars(select(Area).order_by(Area.code))).all()
    sums = dict(households)
    for area in sorted(areas, key=lambda area: len(area.code), reverse=True):
        if area.parent_id is not None:
            sums[area.parent_id] = sums.get(area.parent_id, 0) + sums.get(area.id, 0)
    return [Counted(area.code, area.name, Level(area.level), area.official, sums.get(area.id, 0)) for area in areas]
