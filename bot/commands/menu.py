"""`bangfu menu`: put the menu under the 公众号's chat."""

import argparse
from datetime import datetime
from typing import Any

from bot.app import opened_ways, publish_menu
from bot.commands import CommandError
from bot.commands.store import on_store, policies_of
from bot.core.errors import SendError
from bot.messages import commands as say
from bot.messages import doctor
from bot.settings import Settings
from storage.database import Database


def add(commands: Any) -> None:
    """Add `menu`."""
    commands.add_parser("menu", help=say.MENU, description=say.MENU).set_defaults(run=_menu)


def _menu(_: argparse.Namespace) -> None:
    async def publish(settings: Settings, database: Database) -> None:
        async with opened_ways(settings, database, policies_of(settings)) as ways:
            if ways.wechat is None:
                raise CommandError(say.NO_OFFICIAL_ACCOUNT)
            try:
                await publish_menu(ways.wechat, datetime.now(settings.zone))
            except SendError as error:
                raise CommandError(doctor.platform_refuses(error.errcode)) from error

    on_store(publish)
    print(say.MENU_PUBLISHED)
