"""命令行: one file a subject; 0 on success, 2 on wrong usage, 1 otherwise; errors are one sentence on stderr."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from bot.messages import commands as say

# Loaded one at a time: `bangfu keys new` need not wait for the web server's libraries.
MODULES = {
    "demo": "demo",
    "serve": "serve",
    "worker": "serve",
    "migrate": "store",
    "doctor": "doctor",
    "keys": "keys",
    "menu": "menu",
    "import": "imports",
    "invite": "people",
    "household": "people",
    "visits": "visits",
    "policies": "policies",
    "entitlements": "policies",
    "understand": "understand",
    "reminders": "reminders",
}


class CommandError(Exception):
    """What went wrong and what to do, in one sentence."""


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks to people: wrong usage is one sentence and exit status 2."""

    def error(self, message: str) -> NoReturn:
        """Leave with status 2."""
        self.exit(2, say.wrong_usage(message) + "\n")


def run(arguments: Sequence[str]) -> int:
    """Run a command; gives its exit status."""
    parser = Parser(prog="bangfu", description=say.PROGRAM)
    commands = parser.add_subparsers(dest="command", metavar=say.COMMANDS, required=True, parser_class=Parser)
    wanted = arguments[0] if arguments and arguments[0] in MODULES else None
    names = {MODULES[wanted]} if wanted else set(MODULES.values())
    for name in dict.fromkeys(name for name in MODULES.values() if name in names):
        import_module(f"bot.commands.{name}").add(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(say.STOPPED, file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:
        # Values stand in the error's text; its type and place are what the maintainer needs.
        print(say.ERROR + say.unexpected(type(error).__name__), file=sys.stderr)
        return 1
