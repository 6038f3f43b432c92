"""`bangfu audit verify|list`: proves the audit's chain; tells who read and who changed what."""

import argparse
import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from bot.commands import CommandError
from bot.commands.policies import read_date
from bot.commands.store import on_store, print_json
from bot.messages import audit as say
from bot.messages import commands as say_commands
from bot.settings import Settings
from storage import acts, chain, households
from storage.acts import Listed
from storage.audit import HOUSEHOLDS
from storage.chain import Expected, Verdict
from storage.database import Database

_CODE = re.compile(r"\s*([0-9]{1,10})\s*[:：]\s*((?:[0-9a-fA-F][-\s]*){16})")


def add(commands: Any) -> None:
    """Add `audit`."""
    parser = commands.add_parser("audit", help=say.AUDIT, description=say.AUDIT)
    which = parser.add_subparsers(dest="which", metavar=say_commands.COMMANDS, required=True)
    verifying = which.add_parser("verify", help=say.VERIFY, description=say.VERIFY)
    verifying.add_argument("--expect", metavar="POSITION:CODE", type=read_code, help=say.EXPECT)
    verifying.add_argument("--json", action="store_true", help=say_commands.JSON)
    verifying.set_defaults(run=_verify)
    listing = which.add_parser("list", help=say.LIST, description=say.LIST)
    listing.add_argument("--household", metavar="户编号", help=say.HOUSEHOLD)
    listing.add_argument("--since", metavar="DATE", type=read_date, help=say.SINCE)
    listing.add_argument("--json", action="store_true", help=say_commands.JSON)
    listing.set_defaults(run=_list)


def read_code(text: str) -> Expected:
    """Read an end of the chain as it was written on paper, with or without its dashes."""
    found = _CODE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(say.NOT_A_CODE)
    digits = re.sub(r"[-\s]", "", found[2]).lower()
    return Expected(int(found[1]), "-".join(digits[start : start + 4] for start in range(0, len(digits), 4)))


def _verify(options: argparse.Namespace) -> int:
    async def walk(settings: Settings, database: Database) -> Verdict:
        await chain.link(database, datetime.now(settings.zone))
        return _in_zone(await chain.verify(database, options.expect), settings)

    verdict = on_store(walk)
    if options.json:
        print_json(_as_json(verdict))
        return 0 if verdict.holds else 1
    expected = None if options.expect is None else f"{options.expect.position}:{options.expect.code}"
    sentences = [say.fault(each.fault, each.position, each.until) for each in verdict.breaks]
    if expected is not None and not verdict.as_expected:
        sentences.append(say.not_as_expected(expected))
    if sentences:
        print(say.faults(sentences))
        return 1
    if verdict.first_at is None or verdict.last_at is None:
        print(say.NOTHING_YET + say.MAY_BE_GONE)
        return 0
    print(say.holds(verdict.acts, _minute(verdict.first_at), _minute(verdict.last_at), str(verdict.end)))
    if expected is not None:
        print(say.as_expected(expected))
    return 0


def _in_zone(verdict: Verdict, settings: Settings) -> Verdict:
    for name in ("first_at", "last_at"):
        at = getattr(verdict, name)
        setattr(verdict, name, None if at is None else at.astimezone(settings.zone))
    return verdict


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "holds": verdict.holds,
        "acts": verdict.acts,
        "from": None if verdict.first_at is None else verdict.first_at.isoformat(timespec="seconds"),
        "to": None if verdict.last_at is None else verdict.last_at.isoformat(timespec="seconds"),
        "head": None if verdict.end is None else str(verdict.end),
        "as_expected": verdict.as_expected,
        "breaks": [
            {"position": each.position, "until": each.until, "fault": str(each.fault)} for each in verdict.breaks
        ],
    }


def _list(options: argparse.Namespace) -> None:
    printed = on_store(lambda settings, database: _print(settings, database, options))
    if not printed and not options.json:
        print(say.NOTHING_LISTED)


async def _print(settings: Settings, database: Database, options: argparse.Namespace) -> int:
    """Print act by act, since there may be millions; gives how many."""
    await chain.link(database, datetime.now(settings.zone))
    household_id = None
    if options.household is not None:
        async with database.reading() as session:
            household = await households.by_number(session, options.household)
        if household is None:
            raise CommandError(say_commands.NO_SUCH_HOUSEHOLD)
        household_id = household.id
    printed = 0
    async for act in acts.listing(database, household_id=household_id, since=_start(options.since, settings)):
        at = act.at.astimezone(settings.zone)
        if options.json:
            print("," if printed else "[", json.dumps(_act_as_json(act, at), ensure_ascii=False), sep="\n")
        else:
            print(_line(act, at, act.detail))
        printed += 1
    if options.json:
        print("]" if printed else "[]")
    return printed


def _start(since: date | None, settings: Settings) -> datetime | None:
    return None if since is None else datetime.combine(since, time.min, settings.zone)


def _act_as_json(act: Listed, at: datetime) -> dict[str, Any]:
    """One act; people stand in it by our own ids and 户编号 only."""
    return {
        "position": act.position,
        "at": at.isoformat(timespec="seconds"),
        "actor": act.actor,
        "action": act.action,
        "households": list(act.households),
        "more": act.more,
        "detail": dict(act.detail),
    }


def _line(act: Listed, at: datetime, detail: Mapping[str, Any]) -> str:
    counts = [(name, value) for name, value in detail.items() if name not in (HOUSEHOLDS, "outcome")]
    own = act.actor.startswith(("household:", "proxy:")) and len(act.households) == 1
    return say.line(
        _minute(at),
        say.who(act.actor, act.name, act.households[0] if own else None),
        say.did(act.action, detail.get("outcome")),
        "" if own else say.about(act.households, act.more, counts),
    )


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
