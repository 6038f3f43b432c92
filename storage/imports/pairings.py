"""结对的登记: finds the cadres a file names, makes those that are new, and hands households over to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from storage import cadres
from storage.cadres import Role
from storage.ids import CadreId, HouseholdId
from storage.imports.bulk import Edit, Tally, Values, insert_all, rows_where, update_all
from storage.imports.households import NamedCadre
from storage.imports.report import Place
from storage.imports.shapes import ASSIGNMENTS, CADRES
from storage.sealing import keyring_of


@dataclass(frozen=True)
class Naming:
    """A row of a file that names a cadre."""

    place: Place
    cadre: NamedCadre


async def cadre_rows(session: AsyncSession, phones: Iterable[str]) -> dict[str, RowMapping]:
    """Give the cadre of each phone number we know."""
    keyring = keyring_of(session)
    by_index = {index: phone for phone in set(phones) for index in keyring.indexes(phone, cadres.PHONE)}
    found = await rows_where(session, CADRES, CADRES.table.c.phone_index, list(by_index))
    return {by_index[row["phone_index"]]: row for row in found}


async def named_cadres(session: AsyncSession, namings: Iterable[Naming], tally: Tally) -> dict[str, CadreId]:
    """Give the id of every cadre named, by phone. A known cadre keeps name, unit and rank; gaps are filled."""
    keyring = keyring_of(session)
    named: dict[str, NamedCadre] = {}
    differing: dict[tuple[str, str], Place] = {}
    for naming in namings:
        cadre = naming.cadre
        if named.setdefault(cadre.phone, cadre).name != cadre.name:
            differing.setdefault((cadre.phone, cadre.name), naming.place)
    known = await cadre_rows(session, named)
    names = {phone: known[phone]["name"] if phone in known else cadre.name for phone, cadre in named.items()}
    for naming in namings:
        cadre = naming.cadre
        if names[cadre.phone] != cadre.name:
            differing.setdefault((cadre.phone, cadre.name), naming.place)
    tally.warnings.extend(place.problem("帮扶责任人", "cadre_name_differs") for place in differing.values())
    new = [_new_cadre(cadre) for phone, cadre in named.items() if phone not in known]
    await insert_all(session, CADRES, new, tally)
    gaps = (
        CADRES.edit(known[phone], _gaps(known[phone], cadre), keyring)
        for phone, cadre in named.items()
        if phone in known
    )
    await update_all(session, CADRES, [edit for edit in gaps if edit is not None], tally)
    if new:
        known = await cadre_rows(session, named)
    return {phone: CadreId(row["id"]) for phone, row in known.items()}


def _new_cadre(cadre: NamedCadre) -> Values:
    return {
        "name": cadre.name,
        "phone": cadre.phone,
        "unit": cadre.unit,
        "rank": cadre.rank,
        "role": Role.CADRE,
    }


def _gaps(known: RowMapping, cadre: NamedCadre) -> Values:
    stated = {"unit": cadre.unit, "rank": cadre.rank}
    return {name: value for name, value in stated.items() if value is not None and known[name] is None}


@dataclass(frozen=True)
class HandedOver:
    """Which households got their first cadre, and which another one."""

    first: frozenset[HouseholdId]
    changed: frozenset[HouseholdId]


async def hand_over(
    session: AsyncSession, wanted: Mapping[HouseholdId, CadreId], tally: Tally, *, on: date
) -> HandedOver:
    """Pair households with cadres from that day on; the earlier pairing ends the same day, so none is left alone.

    Each pairing keeps the role and rank its cadre has that day.
    """
    table = ASSIGNMENTS.table
    still_open = await rows_where(session, ASSIGNMENTS, table.c.household_id, list(wanted), table.c.until.is_(None))
    current = {row["household_id"]: row for row in still_open}
    changed = {
        household: cadre
        for household, cadre in wanted.items()
        if household not in current or current[household]["cadre_id"] != cadre
    }
    ending = [
        Edit(current[household]["id"], {"until": None}, {"until": on}) for household in changed if household in current
    ]
    await update_all(session, ASSIGNMENTS, ending, tally)
    rows = await rows_where(session, CADRES, CADRES.table.c.id, list(set(changed.values())))
    as_they_are = {row["id"]: {"role": row["role"], "rank": row["rank"]} for row in rows}
    beginning: list[Values] = [
        {"household_id": household, "cadre_id": cadre, "since": on, "until": None, **as_they_are[cadre]}
        for household, cadre in changed.items()
    ]
    await insert_all(session, ASSIGNMENTS, beginning, tally)
    return HandedOver(
        first=frozenset(household for household in changed if household not in current),
        changed=frozenset(household for household in changed if household in current),
    )
