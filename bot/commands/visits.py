"""`bangfu visits list`."""

import argparse
from datetime import datetime
from typing import Any

from bot.commands.policies import read_date
from bot.commands.store import office, on_store, print_json
from bot.messages import commands as say
from bot.messages import listings
from bot.settings import Settings
from storage import audit, households, visits
from storage.database import Database


def add(commands: Any) -> None:
    """Add `visits`."""
    parser = commands.add_parser("visits", help=say.VISITS, description=say.VISITS)
    which = parser.add_subparsers(dest="which", metavar=say.COMMANDS, required=True)
    listing = which.add_parser("list", help=say.VISITS_LIST, description=say.VISITS_LIST)
    listing.add_argument("--household", metavar="户编号", help=say.HOUSEHOLD_NUMBER)
    listing.add_argument("--since", metavar="DATE", type=read_date, help=say.SINCE)
    listing.add_argument("--all", action="store_true", help=say.ALL)
    listing.add_argument("--json", action="store_true", help=say.JSON)
    listing.set_defaults(run=_list)


def _list(options: argparse.Namespace) -> None:
    async def load(settings: Settings, database: Database) -> list[dict[str, Any]]:
        async with database.writing() as session:
            rows = await visits.listing(
                session,
                household_number=options.household,
                since=options.since,
                include_withdrawn=options.all,
            )
            about = []
            if options.household is not None:
                household = await households.by_number(session, options.household)
                about = [] if household is None else [household.id]
            await audit.note(
                session,
                actor=office(),
                action="visits.list",
                about=about,
                detail={"rows": len(rows)},
                now=datetime.now(settings.zone),
            )
            return rows

    rows = on_store(load)
    if options.json:
        print_json(rows)
    else:
        print(listings.visits(rows))
