"""`bangfu doctor`: what is wrong, and how to mend it."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.commands.store import settings as read_settings
from bot.commands import CommandError
from bot.core.errors import SendError
from bot.messages import commands as say_commands
from bot.messages import doctor as say
from bot.outbound.api import open_http
from bot.settings import Settings
from policies.catalogue import check
from storage.database import Database
from storage.migrations import is_current
from storage.sealing import CannotOpen, Keyring


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what to do where it is not."""

    what: str
    well: bool
    advice: str = ""


def add(commands: Any) -> None:
    """Add `doctor`."""
    parser = commands.add_parser("doctor", help=say_commands.DOCTOR, description=say_commands.DOCTOR)
    parser.set_defaults(run=_doctor)
