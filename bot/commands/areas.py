"""`bangfu areas`: the county's areas with their codes and how many households live in each."""

import argparse
from typing import Any

from bot.commands.store import on_store, print_json
from bot.messages import areas as words
from bot.messages import commands as say
from bot.settings import Settings
from storage import areas
from storage.areas import Counted, Level
from storage.database import Database
from storage.households import living_in


def add(commands: Any) -> None:
    """Add `areas`."""
    parser = commands.add_parser("areas", help=words.AREAS, description=words.AREAS)
    parser.add_argument("--json", action="store_true", help=say.JSON)
    parser.set_defaults(run=_areas)


def _areas(options: argparse.Namespace) -> None:
    async def look(_: Settings, database: Database) -> list[Counted]:
        async with database.reading() as session:
            return await areas.counted(session, await living_in(session))

    found = on_store(look)
    if options.json:
        print_json(
            [
                {
                    "code": area.code,
                    "name": area.name,
                    "level": area.level,
                    "official": area.official,
                    "households": area.households,
                }
                for area in found
            ]
        )
        return
    depths = {level: depth for depth, level in enumerate(Level)}
    # The state numbers nothing below the village.
    settled = [area.official or area.level == Level.GROUP for area in found]
    print(
        words.areas(
            (
                (depths[area.level], area.code, area.name, fine, area.households)
                for area, fine in zip(found, settled, strict=True)
            ),
            ours=not all(settled),
        )
    )
