"""`bangfu reminders plan|list|deliver`."""

import argparse
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import opened_ways
from bot.commands.store import office, on_store, policies_of, print_json
from bot.messages import commands as say
from bot.messages import reminders as words
from bot.settings import Settings
from reminders import Planned, plan_due
from storage import audit, reminders
from storage.database import Database


def add(commands: Any) -> None:
    """Add `reminders`."""
    parser = commands.add_parser("reminders", help=say.REMINDERS, description=say.REMINDERS)
    which = parser.add_subparsers(dest="which", metavar=say.COMMANDS, required=True)
    for name, help_text, run in (
        ("plan", say.REMINDERS_PLAN, _plan),
        ("deliver", say.REMINDERS_DELIVER, _deliver),
        ("list", say.REMINDERS_LIST, _list),
    ):
        command = which.add_parser(name, help=help_text, description=help_text)
        if name != "list":
            command.add_argument("--at", metavar="ISO", type=_read_time, required=True, help=say.AT)
        command.add_argument("--json", action="store_true", help=say.JSON)
        command.set_defaults(run=run)


def _read_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(say.NOT_A_TIME) from error


def _in_zone(at: datetime, zone: ZoneInfo) -> datetime:
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def _plan(options: argparse.Namespace) -> None:
    async def plan(settings: Settings, database: Database) -> Planned:
        async with database.writing() as session:
            return await plan_due(session, _in_zone(options.at, settings.zone), policies_of(settings))

    planned = on_store(plan)
    if options.json:
        print_json({"planned": planned.planned, "already": planned.already, "by_kind": dict(planned.by_kind)})
    else:
        print(say.planned(planned.planned, planned.already))


def _deliver(options: argparse.Namespace) -> None:
    async def deliver(settings: Settings, database: Database) -> dict[str, int]:
        at = _in_zone(options.at, settings.zone)
        async with opened_ways(settings, database, policies_of(settings)) as ways:
            return (await ways.delivery.deliver(at)).as_json()

    sums = on_store(deliver)
    if options.json:
        print_json(sums)
    else:
        print(say.delivered(**sums))


def _list(options: argparse.Namespace) -> None:
    async def load(settings: Settings, database: Database) -> list[dict[str, Any]]:
        async with database.writing() as session:
            rows = await reminders.listing(session, settings.zone)
            await audit.note(
                session,
                actor=office(),
                action="reminders.list",
                detail={"rows": len(rows)},
                now=datetime.now(settings.zone),
            )
            return rows

    rows = on_store(load)
    if options.json:
        print_json(rows)
    else:
        print(words.for_operators(rows))
