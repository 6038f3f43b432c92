"""导出结对缺口: households without a cadre or with one nobody reaches, and officials with too many or too few."""

from collections.abc import Iterator, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import exports as say
from bot.messages import pairings as words
from policies.catalogue import PairingRule
from policies.pairing import Fit
from storage import assignments
from storage.assignments import Gaps, Load
from storage.exports.tables import Cell, Table

_STANDINGS = (Fit.OVER, Fit.UNDER, Fit.UNKNOWN)


async def gaps(session: AsyncSession, rule: PairingRule | None) -> Table:
    """Give a line for each gap, by its kind; households by number, officials the fullest first."""
    found = await assignments.gaps(session, rule)
    lines = [*_of_households(found), *_of_officials(found)]
    return Table(say.SHEETS["gaps"], say.GAP_HEADINGS, iter(lines), len(lines))


def _of_households(found: Gaps) -> Iterator[Sequence[Cell]]:
    for alone in found.without_cadre:
        yield words.KINDS["alone"], alone.number, alone.head_name, alone.area, *(None,) * 6
    for one in found.out_of_reach:
        yield words.KINDS["out_of_reach"], one.number, one.head_name, one.area, one.cadre, *(None,) * 5


def _of_officials(found: Gaps) -> Iterator[Sequence[Cell]]:
    for fit in _STANDINGS:
        for load in found.standing(fit):
            yield words.KINDS[fit], None, None, None, load.name, load.unit, load.rank, load.households, *_wanted(load)


def _wanted(load: Load) -> tuple[str | None, str | None]:
    """How many they should have, and why nobody can tell where nobody can."""
    share, missing = load.standing.share, load.standing.missing
    wanted = None if share is None else say.wanted(share.at_least, share.at_most)
    why = None if share is None or missing is None else words.why(missing, share.not_on_file)
    return wanted, why
