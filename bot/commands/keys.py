"""`bangfu keys new`."""

import argparse
from typing import Any

from bot.messages import commands as say
from storage.sealing import new_key


def add(commands: Any) -> None:
    """Add `keys`."""
    keys = commands.add_parser("keys", help=say.KEYS, description=say.KEYS)
    which = keys.add_subparsers(dest="which", metavar=say.COMMANDS, required=True)
    which.add_parser("new", help=say.KEYS_NEW, description=say.KEYS_NEW).set_defaults(run=_new)


def _new(_: argparse.Namespace) -> None:
    print(new_key())
