"""`bangfu keys new|rotate`."""

import argparse
import sys
from datetime import datetime
from typing import Any

from bot.core.clock import local_date
from bot.messages import commands as say
from storage.sealing import new_key

SIGNED = "audit_head"
"""The table whose one row is signed, not sealed, with the newest key."""


def add(commands: Any) -> None:
    """Add `keys`."""
    keys = commands.add_parser("keys", help=say.KEYS, description=say.KEYS)
    which = keys.add_subparsers(dest="which", metavar=say.COMMANDS, required=True)
    which.add_parser("new", help=say.KEYS_NEW, description=say.KEYS_NEW).set_defaults(run=_new)
    rotate = which.add_parser("rotate", help=say.KEYS_ROTATE, description=say.KEYS_ROTATE_WHOLE)
    rotate.add_argument("--check", action="store_true", help=say.KEYS_CHECK)
    rotate.set_defaults(run=_rotate)


def _new(_: argparse.Namespace) -> None:
    print(new_key())


def _rotate(options: argparse.Namespace) -> int:
    """Put the store under the newest key, or only count; the end is 0 when nothing is under an older key."""
    # A new key is wanted before there is any store, and need not wait for its libraries.
    from bot.commands.store import on_store
    from bot.settings import Settings
    from storage import chain, rotation
    from storage.database import Database

    async def work(of: Settings, database: Database) -> int:
        done: dict[str, int] = {}
        now = datetime.now(of.zone)
        if not options.check:
            done = await rotation.rotate(database, _show_progress)
            done[SIGNED] = await chain.sign_anew(database, now)
            if sys.stderr.isatty() and any(done.values()):
                print(file=sys.stderr)
        left = await rotation.remaining(database)
        left[SIGNED] = await chain.under_older_keys(database)
        for table, count in left.items():
            print(say.rotated(table, done.get(table), count))
        codes = await rotation.codes(database, now)
        if codes.until is not None:
            until = local_date(codes.until.astimezone(of.zone))
            print(say.codes_under_any_key(codes.count, f"{until.month}月{until.day}日"))
        left_over = sum(left.values())
        if left_over:
            print(say.under_older_keys(left_over) if options.check else say.still_under_older_keys(left_over))
            return 1
        print(say.OLD_KEY_MAY_GO)
        return 0

    return on_store(work)


def _show_progress(table: str, count: int) -> None:
    # A person watches one line change; a log keeps what it is given, and this is not for keeping.
    end = "" if sys.stderr.isatty() else "\n"
    print(f"{'' if end else chr(13)}{say.rotating(table, count)}", end=end, file=sys.stderr, flush=True)
