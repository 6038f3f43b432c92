"""导出的种类: the tables there are."""

from datetime import tzinfo
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from policies.catalogue import PairingRule
from storage.exports.ledger import calls, reminders, visits
from storage.exports.money import applications, disbursements
from storage.exports.pairings import gaps
from storage.exports.register import assignments, cadres, households
from storage.exports.tables import Table


class Kind(StrEnum):
    """The tables, as the command line names them; the first five are those that can be imported."""

    HOUSEHOLDS = "households"
    CADRES = "cadres"
    ASSIGNMENTS = "assignments"
    APPLICATIONS = "applications"
    DISBURSEMENTS = "disbursements"
    VISITS = "visits"
    REMINDERS = "reminders"
    CALLS = "calls"
    GAPS = "gaps"


async def table_of(session: AsyncSession, kind: Kind, zone: tzinfo, rule: PairingRule | None) -> Table:
    """Load one table; its times are shown in that zone, gaps in the pairings are those by that rule of the county."""
    match kind:
        case Kind.HOUSEHOLDS:
            return await households(session)
        case Kind.CADRES:
            return await cadres(session)
        case Kind.ASSIGNMENTS:
            return await assignments(session)
        case Kind.APPLICATIONS:
            return await applications(session)
        case Kind.DISBURSEMENTS:
            return await disbursements(session)
        case Kind.VISITS:
            return await visits(session, zone)
        case Kind.REMINDERS:
            return await reminders(session, zone)
        case Kind.CALLS:
            return await calls(session, zone)
        case Kind.GAPS:
            return await gaps(session, rule)
