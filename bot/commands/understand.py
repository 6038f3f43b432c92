"""`bangfu understand`: how a sentence is understood, for people and for programs."""

import argparse
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bot.commands import CommandError, WrongUsage
from bot.commands.store import print_json
from bot.language import evaluation
from bot.language.intents import understand
from bot.language.notes import as_json, read_note
from bot.language.visit_lists import is_visit_list, read_list
from bot.messages import commands as say

NOTE, LIKELY = "visit_checkin", 0.03
"""A cadre's message that may be a visit note is read as one too, whatever else it may be: 今天没走成 is both."""
ROLES = ("household", "cadre")
EXPECTED = {"household", "visit_date", "items", "problems", "measures", "amounts"}
"""What a labelled visit note says of each visit."""


def add(commands: Any) -> None:
    """Add `understand`."""
    parser = commands.add_parser("understand", help=say.UNDERSTAND, description=say.UNDERSTAND)
    parser.add_argument("text", nargs="?", help=say.TEXT)
    parser.add_argument("file", nargs="?", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--jsonl", type=Path, metavar="FILE", help=say.JSONL)
    parser.add_argument("--role", choices=ROLES, default="household", help=say.ROLE)
    parser.set_defaults(run=_understand)


def _understand(options: argparse.Namespace) -> None:
    if options.text == "evaluate" and options.file is not None and options.jsonl is None:
        print_json(evaluation.evaluate(_rows(options.file, _is_labelled, say.LABELLED_ROW)).as_json())
    elif options.file is not None or (options.text is None) == (options.jsonl is None):
        raise WrongUsage(say.TEXT_OR_FILE)
    elif options.jsonl is not None:
        for row in _rows(options.jsonl, _is_said, say.SAID_ROW):
            today = date.fromisoformat(row["today"]) if row.get("today") else None
            # `any`, as the speech samples say it, is whoever is asked about.
            role = row["role"] if row.get("role") in ROLES else options.role
            line = _described(row["text"], role, today)
            print(json.dumps(line, ensure_ascii=False))
    else:
        print_json(_described(options.text, options.role, None))


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
    likely = {other.intent for other in found.alternatives if other.confidence >= LIKELY}
    if found.intent == NOTE or (role == "cadre" and NOTE in likely):
        notes = [row.note for row in read_list(text, day)] if is_visit_list(text) else read_note(text, day)
        described["visits"] = [as_json(note) for note in notes]
    return described


def _rows(path: Path, fits: Callable[[dict[str, Any]], bool], wanted: str) -> list[dict[str, Any]]:
    if not path.exists():
        raise CommandError(say.no_such_file(str(path)))
    try:
        # Lines end with a line feed and nothing else: what people say may hold the other separators.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(say.cannot_read(str(path))) from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise CommandError(say.bad_line(number, wanted)) from error
        if not isinstance(row, dict) or not fits(row):
            raise CommandError(say.bad_line(number, wanted))
        rows.append(row)
    return rows


def _is_said(row: dict[str, Any]) -> bool:
    today = row.get("today")
    return (
        isinstance(row.get("text"), str)
        and isinstance(row.get("role", ""), str | None)
        and (not today or (isinstance(today, str) and _is_date(today)))
    )


def _is_labelled(row: dict[str, Any]) -> bool:
    if not _is_said(row):
        return False
    if "expect" in row:
        expected = row["expect"]
        return bool(row.get("today")) and isinstance(expected, list) and all(_is_expected(note) for note in expected)
    return isinstance(row.get("intent"), str) and isinstance(row.get("slots", {}), dict)


def _is_expected(note: object) -> bool:
    return isinstance(note, dict) and note.keys() >= EXPECTED


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
