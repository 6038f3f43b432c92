"""`bangfu understand`: how a sentence is understood, for people and for programs."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from bot.commands import CommandError
from bot.commands.store import print_json
from bot.language import evaluation
from bot.language.intents import understand
from bot.language.notes import as_json, read_note
from bot.messages import commands as say


def add(commands: Any) -> None:
    """Add `understand`."""
    parser = commands.add_parser("understand", help=say.UNDERSTAND, description=say.UNDERSTAND)
    parser.add_argument("text", nargs="?", help=say.TEXT)
    parser.add_argument("file", nargs="?", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--jsonl", type=Path, metavar="FILE", help=say.JSONL)
    parser.add_argument("--role", choices=["household", "cadre"], default="household", help=say.ROLE)
    parser.set_defaults(run=_understand)


def _understand(options: argparse.Namespace) -> None:
    if options.text == "evaluate" and options.file is not None:
        print_json(evaluation.evaluate(_rows(options.file)).as_json())
    elif options.jsonl is not None:
        for row in _rows(options.jsonl):
            today = date.fromisoformat(row["today"]) if "today" in row else None
            line = _described(str(row["text"]), str(row.get("role", options.role)), today)
            print(json.dumps(line, ensure_ascii=False))
    elif options.text:
        print_json(_described(options.text, options.role, None))
    else:
        raise CommandError(say.TEXT_OR_FILE)
    sys.stdout.flush()


def _described(text: str, role: str, today: date | None) -> dict[str, Any]:
    # No county's zone is known here; the operator's own day is as good.
    day = today or date.today()  # noqa: DTZ011
    found = understand(text, role, today=day)
    described: dict[str, Any] = {
        "intent": found.intent,
        "slots": dict(found.slots),
        "confidence": round(found.confidence, 4),
        "alternatives": [
            {"intent": other.intent, "confidence": round(other.confidence, 4)} for other in found.alternatives
        ],
    }
    if found.intent == "visit_checkin":
        notes = read_note(text, day)
        described["visits"] = [as_json(note) for note in notes]
    return described


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(say.no_such_file(str(path))) from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise CommandError(say.bad_line(number)) from error
        if not isinstance(row, dict) or "text" not in row:
            raise CommandError(say.bad_line(number))
        rows.append(row)
    return rows
