"""`bangfu policies …`, of which the staff's own are in catalogue.py, and `bangfu entitlements`."""

import argparse
from datetime import date, datetime
from typing import Any

from bot.commands import CommandError, catalogue, impacts
from bot.commands.store import office, on_store, policies_of, print_json
from bot.messages import commands as say
from bot.messages import listings
from bot.messages.families import closed
from bot.settings import Settings
from policies.evaluator import Decision, as_json, decide_all
from storage import audit, facts, households
from storage.database import Database


def add(commands: Any) -> None:
    """Add `policies` and `entitlements`."""
    policies = commands.add_parser("policies", help=say.POLICIES, description=say.POLICIES)
    which = policies.add_subparsers(dest="which", metavar=say.COMMANDS, required=True)
    catalogue.add(which, read_date)
    impacts.add(which, read_date)
    parser = commands.add_parser("entitlements", help=say.ENTITLEMENTS, description=say.ENTITLEMENTS)
    parser.add_argument("number", metavar="户编号", help=say.HOUSEHOLD_NUMBER)
    parser.add_argument("--on", metavar="DATE", type=read_date, help=say.ON)
    parser.add_argument("--json", action="store_true", help=say.JSON)
    parser.set_defaults(run=_entitlements)


def read_date(text: str) -> date:
    """Read a day given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(say.NOT_A_DATE) from error


def _entitlements(options: argparse.Namespace) -> None:
    async def decide(settings: Settings, database: Database) -> list[Decision]:
        now = datetime.now(settings.zone)
        on = options.on or now.date()
        async with database.writing() as session:
            household = await households.by_number(session, options.number)
            if household is None:
                raise CommandError(say.NO_SUCH_HOUSEHOLD)
            if household.closed_on is not None:
                raise CommandError(closed(household.number))
            known = await facts.facts_of(session, [household.id], on)
            await audit.note(session, actor=office(), action="entitlements.shown", about=[household.id], now=now)
        return decide_all(policies_of(settings), known[household.id], on)

    decisions = on_store(decide)
    shown = [as_json(decision) for decision in decisions]
    if options.json:
        print_json(shown)
    else:
        print(listings.entitlements(shown))
