"""`bangfu pairings gaps`: who has no cadre, and which cadre has too many households."""

import argparse
from typing import Any

from bot.commands.store import on_store, print_json
from bot.messages import commands as say
from bot.messages import pairings as words
from bot.settings import Settings
from policies.catalogue import load_county
from storage import assignments
from storage.assignments import Gaps
from storage.database import Database


def add(commands: Any) -> None:
    """Add `pairings`."""
    parser = commands.add_parser("pairings", help=words.PAIRINGS, description=words.PAIRINGS)
    which = parser.add_subparsers(dest="which", metavar=say.COMMANDS, required=True)
    gaps = which.add_parser("gaps", help=words.GAPS, description=words.GAPS)
    gaps.add_argument("--json", action="store_true", help=say.JSON)
    gaps.set_defaults(run=_gaps)


def _gaps(options: argparse.Namespace) -> None:
    async def look(settings: Settings, database: Database) -> tuple[Gaps, int | None]:
        rule = load_county(settings.county).pairing
        async with database.reading() as session:
            return await assignments.gaps(session), None if rule is None else rule.households_per_cadre

    gaps, most = on_store(look)
    over = gaps.over(most)
    if options.json:
        print_json(
            {
                "without_cadre": [{"household": alone.number, "area": alone.area} for alone in gaps.without_cadre],
                "over": [
                    {"cadre": f"cadre:{load.cadre_id}", "households": load.households, "most": most} for load in over
                ],
                "most": most,
                "cadres": [{"cadre": f"cadre:{load.cadre_id}", "households": load.households} for load in gaps.loads],
            }
        )
        return
    print(
        words.gaps(
            [(alone.number, alone.head_name, alone.area) for alone in gaps.without_cadre],
            [(load.name, load.households) for load in over],
            most,
        )
    )
