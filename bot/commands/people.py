"""`bangfu invite` and `bangfu household`."""

import argparse
from datetime import datetime
from typing import Any

from bot.commands import CommandError, WrongUsage, families
from bot.commands.store import office, on_store, print_json
from bot.core.clock import in_zone_of
from bot.messages import commands as say
from bot.messages import listings
from bot.messages.families import closed
from bot.settings import Settings
from storage import audit, cadres, households, invitations, proxies, register
from storage.database import Database


def add(commands: Any) -> None:
    """Add `invite` and `household`."""
    inviting = commands.add_parser("invite", help=say.INVITE, description=say.INVITE)
    inviting.add_argument("--cadre", metavar="PHONE", help=say.CADRE_PHONE)
    inviting.add_argument("--household", metavar="户编号", help=say.HOUSEHOLD_NUMBER)
    inviting.add_argument("--proxy", nargs="?", const="", metavar="称呼", help=say.AS_PROXY)
    inviting.add_argument("--json", action="store_true", help=say.JSON)
    inviting.set_defaults(run=_invite)
    household = commands.add_parser("household", help=say.HOUSEHOLD, description=say.HOUSEHOLD)
    which = household.add_subparsers(dest="which", metavar=say.COMMANDS, required=True)
    showing = which.add_parser("show", help=say.HOUSEHOLD_SHOW, description=say.HOUSEHOLD_SHOW)
    showing.add_argument("number", metavar="户编号", help=say.HOUSEHOLD_NUMBER)
    showing.add_argument("--json", action="store_true", help=say.JSON)
    showing.set_defaults(run=_show)
    families.add(which)


def _invite(options: argparse.Namespace) -> int:
    if (options.cadre is None) == (options.household is None):
        raise WrongUsage(say.ONE_OF_BOTH)
    if options.proxy is not None and options.household is None:
        raise WrongUsage(say.PROXY_OF_A_HOUSEHOLD)
    if len(options.proxy or "") > proxies.CALLED_AT_MOST:
        raise WrongUsage(say.CALLED_TOO_LONG)

    async def make(settings: Settings, database: Database) -> tuple[str, datetime]:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            household_id, cadre_id = None, None
            if options.household is not None:
                household = await households.by_number(session, options.household)
                if household is None:
                    raise CommandError(say.NO_SUCH_HOUSEHOLD)
                if household.closed_on is not None:
                    raise CommandError(closed(household.number))
                household_id = household.id
            else:
                cadre = await cadres.by_phone(session, options.cadre)
                if cadre is None:
                    raise CommandError(say.NO_SUCH_CADRE)
                cadre_id = cadre.id
            if options.proxy is not None and household_id is not None:
                code, expires_at = await invitations.make_for_proxy(
                    session, household_id, called=options.proxy or None, now=now
                )
                await audit.note(session, actor=office(), action="proxy.code_made", about=[household_id], now=now)
            else:
                code, expires_at = await invitations.make(
                    session, household_id=household_id, cadre_id=cadre_id, made_by=None, now=now
                )
                await audit.note(
                    session,
                    actor=office(),
                    action="invitation.made",
                    about=[] if household_id is None else [household_id],
                    detail={} if cadre_id is None else {"cadre": cadre_id},
                    now=now,
                )
        return code, in_zone_of(now, expires_at)

    code, expires_at = on_store(make)
    if options.json:
        print_json({"code": code, "expires_at": expires_at.isoformat(timespec="seconds")})
    else:
        print(say.invited(code, f"{expires_at:%Y-%m-%d %H:%M}", proxy=options.proxy is not None))
    return 0


def _show(options: argparse.Namespace) -> None:
    async def look(settings: Settings, database: Database) -> dict[str, Any]:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            described = await register.card_of(session, options.number)
            household = await households.by_number(session, options.number)
            if described is None or household is None:
                raise CommandError(say.NO_SUCH_HOUSEHOLD)
            await audit.note(session, actor=office(), action="household.show", about=[household.id], now=now)
            return described

    described = on_store(look)
    if options.json:
        print_json(described)
    else:
        print(listings.household(described))
