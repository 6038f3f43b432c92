"""`bangfu understand`: how a sentence is understood, how well many are, and what staff's new examples change."""

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bot.commands import CommandError, WrongUsage
from bot.commands.store import print_json
from bot.language import evaluation, review
from bot.language.additions import language_of
from bot.language.corpus import CADRE, HOUSEHOLD, NOTES, Additions, clauses, examples, heard_by
from bot.language.intents import NOBODYS_ADDITIONS, Understanding, understand
from bot.language.model import mark_of, model_file, model_of, unpack
from bot.language.notes import as_json, read_note
from bot.language.visit_lists import is_visit_list, read_list
from bot.messages import commands as say
from bot.messages import understanding as words
from policies.catalogue import county_names, pack_of

NOTE, LIKELY = "visit_checkin", 0.03
"""A cadre's message that may be a visit note is read as one too, whatever else it may be: 今天没走成 is both."""
ROLES = (HOUSEHOLD, CADRE)
EXPECTED = {"household", "visit_date", "items", "problems", "measures", "amounts"}
"""What a labelled visit note says of each visit."""


def add(commands: Any) -> None:
    """Add `understand`."""
    parser = commands.add_parser("understand", help=words.UNDERSTAND, description=words.UNDERSTAND)
    parser.add_argument("text", nargs="?", help=say.TEXT)
    parser.add_argument("file", nargs="?", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--jsonl", type=Path, metavar="FILE", help=say.JSONL)
    parser.add_argument("--role", choices=ROLES, default=HOUSEHOLD, help=say.ROLE)
    parser.add_argument("--explain", action="store_true", help=words.EXPLAIN)
    parser.add_argument("--county", metavar="NAME", help=words.COUNTY)
    parser.set_defaults(run=_understand)


def _understand(options: argparse.Namespace) -> None:
    additions = _additions(options.county)
    if options.text == "evaluate" and options.file is not None and options.jsonl is None:
        rows = _rows(options.file, _is_labelled, say.LABELLED_ROW)
        start = time.perf_counter()
        figures = evaluation.evaluate(rows, additions=additions).as_json()
        print_json({**figures, "milliseconds_each": round(1000 * (time.perf_counter() - start) / max(1, len(rows)), 2)})
    elif options.file is not None or (options.text is None) == (options.jsonl is None):
        raise WrongUsage(say.TEXT_OR_FILE)
    elif options.jsonl is not None:
        for row in _rows(options.jsonl, _is_said, say.SAID_ROW):
            today = date.fromisoformat(row["today"]) if row.get("today") else None
            # `any`, as the speech samples say it, is whoever is asked about.
            role = row["role"] if row.get("role") in ROLES else options.role
            line = _described(row["text"], role, today, additions)
            print(json.dumps(line, ensure_ascii=False))
    elif options.text == "train":
        _train()
    elif options.text == "check":
        _check(additions)
    elif options.explain:
        _explain(options.text, options.role, additions)
    else:
        print_json(_described(options.text, options.role, None, additions))


def _additions(county: str | None) -> Additions:
    if county is None:
        return NOBODYS_ADDITIONS
    if county not in county_names():
        raise CommandError(words.NOT_A_COUNTY)
    try:
        return language_of(pack_of(county))
    except ValueError as error:
        raise CommandError(words.bad_words(county, str(error))) from error


def _train() -> None:
    from bot.language.training import train  # here, because only this needs it

    print(words.LEARNING)
    for role in ROLES:
        model_file(role).write_bytes(train(role, heard_by(role, examples())))
    model_file(NOTES).write_bytes(train(NOTES, clauses()))
    print(words.LEARNT)


def _check(additions: Additions) -> None:
    from bot.language.training import train  # here, because only a change of the examples needs it

    everything = [*examples(), *additions.examples]
    lines = [words.again(e.text, e.intent, e.voice) for e in review.repeated(everything)]
    lines += [words.clash(c.one.text, c.one.intent, c.other.text, c.other.intent) for c in review.clashes(everything)]
    print("\n".join(lines) or words.NOTHING_WRONG)
    models = {role: model_of(role) for role in ROLES}
    stale = [role for role in ROLES if models[role].mark != mark_of(heard_by(role, examples()))]
    if stale:
        print(words.LEARNING)
    newer = {role: unpack(train(role, heard_by(role, examples()))) for role in stale}

    def before(sample: review.Sample) -> Understanding:
        return understand(sample.text, sample.role)

    def now(sample: review.Sample) -> Understanding:
        return understand(sample.text, sample.role, additions=additions, model=newer.get(sample.role))

    found = review.changes(review.kept_samples(), before, now)
    print(
        "\n".join(words.changed(c.sample.text, c.before, c.now, c.sample.intent) for c in found)
        or words.NOTHING_CHANGED
    )
    print(words.STALE if stale else words.UP_TO_DATE)


def _explain(text: str, role: str, additions: Additions) -> None:
    found = understand(text, role, today=date.today(), additions=additions)  # noqa: DTZ011 - the operator's own day
    near = review.nearest(text, role, [*examples(), *additions.examples])
    print(words.read_as(found.intent, found.confidence, sure=found.sure))
    print(words.rests_on(found.reasons))
    for line in words.like([(likeness, e.text, e.intent, e.voice) for likeness, e in near]):
        print(line)
    if found.alternatives:
        print(words.otherwise([(other.intent, other.confidence) for other in found.alternatives]))
    if found.slots:
        print(words.told(found.slots))
    for ask in found.also:
        print(words.asks_also(ask.intent, ask.text))


def _described(text: str, role: str, today: date | None, additions: Additions) -> dict[str, Any]:
    # No county's zone is known here; the operator's own day is as good.
    day = today or date.today()  # noqa: DTZ011
    found = understand(text, role, today=day, additions=additions)
    described: dict[str, Any] = {
        "intent": found.intent,
        "slots": dict(found.slots),
        "confidence": round(found.confidence, 4),
        "alternatives": [
            {"intent": other.intent, "confidence": round(other.confidence, 4)} for other in found.alternatives
        ],
    }
    if found.also:
        described["also"] = [{"intent": ask.intent, "slots": dict(ask.slots), "text": ask.text} for ask in found.also]
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
