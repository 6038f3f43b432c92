"""`bangfu cases`: what people brought to the office: listed, shown whole, referred, answered.

A list names nobody who complains and nobody who is complained of, since lists are printed and passed around; `show`
names both, to whoever may run commands on the store.
"""

import argparse
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands import CommandError
from bot.commands.policies import read_date
from bot.commands.store import office, on_store, print_json
from bot.core.clock import in_zone_of, local_date
from bot.messages import audit as say_audit
from bot.messages import cases as words
from bot.messages import commands as say
from bot.messages import listings
from bot.settings import Settings
from storage import audit, cadres, cases
from storage.cases import Case, NotNow
from storage.database import Database
from storage.households import Household
from storage.ids import CadreId


def add(commands: Any) -> None:
    """Add `cases`."""
    parser = commands.add_parser("cases", help=words.CASES, description=words.CASES)
    which = parser.add_subparsers(dest="which", metavar=say.COMMANDS, required=True)
    listing = which.add_parser("list", help=words.CASES_LIST, description=words.CASES_LIST)
    listing.add_argument("--all", action="store_true", help=words.ALL)
    listing.add_argument("--json", action="store_true", help=say.JSON)
    listing.set_defaults(run=_list)
    showing = which.add_parser("show", help=words.CASES_SHOW, description=words.CASES_SHOW)
    showing.add_argument("number", metavar="编号", help=words.CASE_NUMBER)
    showing.add_argument("--json", action="store_true", help=say.JSON)
    showing.set_defaults(run=_show)
    referring = which.add_parser("refer", help=words.CASES_REFER, description=words.CASES_REFER)
    referring.add_argument("number", metavar="编号", help=words.CASE_NUMBER)
    referring.add_argument("--to", metavar="PHONE", required=True, help=words.TO)
    referring.add_argument("--due", metavar="DATE", type=read_date, help=words.DUE)
    referring.add_argument("--note", metavar="TEXT", help=words.NOTE)
    referring.add_argument("--json", action="store_true", help=say.JSON)
    referring.set_defaults(run=_refer)
    resolving = which.add_parser("resolve", help=words.CASES_RESOLVE, description=words.CASES_RESOLVE)
    resolving.add_argument("number", metavar="编号", help=words.CASE_NUMBER)
    resolving.add_argument("--answer", metavar="TEXT", required=True, help=words.ANSWER)
    resolving.add_argument("--json", action="store_true", help=say.JSON)
    resolving.set_defaults(run=_resolve)


def _list(options: argparse.Namespace) -> None:
    async def load(settings: Settings, database: Database) -> list[dict[str, Any]]:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            rows = await cases.listing(session, ended=options.all, zone=settings.zone)
            await audit.note(session, actor=office(), action="cases.list", detail={"rows": len(rows)}, now=now)
            return rows

    rows = on_store(load)
    if options.json:
        print_json(rows)
    else:
        print("\n".join(words.for_office(row) for row in rows) or listings.NOTHING)


def _show(options: argparse.Namespace) -> None:
    async def load(settings: Settings, database: Database) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            case = await _case(session, options.number)
            row = await _row(session, settings, case)
            household = None if case.household_id is None else await session.get(Household, case.household_id)
            row |= {
                "household": None if household is None else household.number,
                "head": None if household is None else household.head_name,
                "against": await _name(session, case.against_cadre_id),
                "handler": await _name(session, await cases.handler_of(session, case)) or words.office_of(row["area"]),
                "text": cases.said(session, case),
            }
            events = [
                {
                    "at": in_zone_of(now, event.at).isoformat(timespec="minutes"),
                    "actor": event.actor,
                    "name": await _actor(session, event.actor),
                    "state": event.state,
                    "text": cases.said_then(session, event),
                }
                for event in await cases.ledger(session, case)
            ]
            about = [] if case.household_id is None else [case.household_id]
            await audit.note(session, actor=office(), action="case.show", about=about, now=now)
            return row, events

    row, events = on_store(load)
    if options.json:
        print_json(row | {"events": events})
    else:
        lines = [(event["at"][:16].replace("T", " "), event["name"], event["state"], event["text"]) for event in events]
        print(words.shown(row, lines))


def _refer(options: argparse.Namespace) -> None:
    async def work(settings: Settings, database: Database) -> dict[str, Any]:
        now = datetime.now(settings.zone)
        if options.due is not None and options.due < local_date(now):
            raise CommandError(words.DUE_PASSED)
        async with database.writing() as session:
            case = await _case(session, options.number)
            cadre = await cadres.by_phone(session, options.to)
            if cadre is None:
                raise CommandError(say.NO_SUCH_CADRE)
            try:
                await cases.refer(
                    session, case, to=cadre.id, due_on=options.due, note=options.note, actor=office(), now=now
                )
            except ValueError as error:
                raise CommandError(words.ABOUT_THEM) from error
            except NotNow as error:
                raise CommandError(words.NOT_NOW) from error
            await _note(session, "case.refer", case, now)
            return await _row(session, settings, case)

    row = on_store(work)
    if options.json:
        print_json(row)
    else:
        print(words.referred(row["number"]))


def _resolve(options: argparse.Namespace) -> None:
    async def work(settings: Settings, database: Database) -> tuple[dict[str, Any], bool]:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            case = await _case(session, options.number)
            try:
                await cases.resolve(session, case, answer=options.answer, actor=office(), now=now)
            except NotNow as error:
                raise CommandError(words.NOT_NOW) from error
            await _note(session, "case.resolve", case, now)
            return await _row(session, settings, case), case.household_id is not None

    row, asked = on_store(work)
    if options.json:
        print_json(row)
    else:
        print(words.answer_sent(row["number"], asked=asked))


async def _row(session: AsyncSession, settings: Settings, case: Case) -> dict[str, Any]:
    """One case as the list gives it."""
    [row] = await cases.listing(session, ended=True, zone=settings.zone, number=case.number)
    return row


async def _case(session: AsyncSession, number: str) -> Case:
    case = await cases.numbered(session, number)
    if case is None:
        raise CommandError(words.NO_SUCH_CASE)
    return case


async def _note(session: AsyncSession, action: str, case: Case, now: datetime) -> None:
    about = [] if case.household_id is None else [case.household_id]
    await audit.note(session, actor=office(), action=action, about=about, detail={"case": case.id}, now=now)


async def _name(session: AsyncSession, cadre_id: CadreId | None) -> str | None:
    return None if cadre_id is None else await cadres.name_of(session, cadre_id)


async def _actor(session: AsyncSession, actor: str) -> str:
    """Who did it: a household by its number, a cadre by name, the office by the login."""
    kind, _, rest = actor.partition(":")
    name = await cadres.name_of(session, CadreId(int(rest))) if kind == "cadre" else None
    number = None
    if kind in ("household", "proxy"):
        number = await session.scalar(select(Household.number).where(Household.id == int(rest)))
    return say_audit.who(actor, name, number)
