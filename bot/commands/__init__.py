"""命令行: one file a subject; 0 on success, 2 on wrong usage, 1 otherwise; errors are one sentence on stderr."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

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
    "areas": "areas",
    "export": "exports",
    "pairings": "pairings",
    "invite": "people",
    "household": "people",
    "visits": "visits",
    "policies": "policies",
    "entitlements": "policies",
    "understand": "understand",
    "reminders": "reminders",
    "notices": "public_notices",
    "cases": "cases",
    "audit": "audit",
}


class CommandError(Exception):
    """What went wrong and what to do, in one sentence."""

    status = 1


class WrongUsage(CommandError):
    """The arguments do not fit together."""

    status = 2

    def __init__(self, what: str) -> None:
        super().__init__(say.wrong_usage(what))


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks to people: wrong usage is one sentence and exit status 2."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, add_help=False, allow_abbrev=False, formatter_class=_Formatter)
        self._positionals.title = say.ARGUMENTS
        self._optionals.title = say.OPTIONS
        self.add_argument("-h", "--help", action="help", help=say.HELP)

    def error(self, message: str) -> NoReturn:
        """Leave with status 2."""
        self.exit(2, say.wrong_usage(say.misfit(message)) + "\n")


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin the usage in Chinese."""
        super().add_usage(usage, actions, groups, say.USAGE if prefix is None else prefix)


def run(arguments: Sequence[str]) -> int:
    """Run a command; gives its exit status."""
    first = arguments[0] if arguments else ""
    if first not in MODULES and not first.startswith("-") and first:
        print(say.wrong_usage(say.no_such_command(first)), file=sys.stderr)
        return 2
    parser = Parser(prog="bangfu", description=say.PROGRAM)
    commands = parser.add_subparsers(dest="command", metavar=say.COMMANDS, required=True, parser_class=Parser)
    names = [MODULES[first]] if first in MODULES else MODULES.values()
    for name in dict.fromkeys(names):
        import_module(f"bot.commands.{name}").add(commands)
    try:
        options = parser.parse_args(arguments)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    try:
        status = int(options.run(options) or 0)
        sys.stdout.flush()
    except CommandError as error:
        print(error, file=sys.stderr)
        return error.status
    except KeyboardInterrupt:
        print(say.STOPPED, file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone. What is left in the buffer goes nowhere, or leaving would complain of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        # Values stand in the error's text; its type and place are what the maintainer needs.
        print(say.ERROR + say.unexpected(type(error).__name__), file=sys.stderr)
        return 1
    return status
