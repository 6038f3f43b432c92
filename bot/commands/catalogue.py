"""`bangfu policies check|list|show|confirm|stop|add|figure|schema`: the staff's door to the county's catalogue."""

import argparse
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bot.commands import CommandError, WrongUsage
from bot.commands.store import policies_of, print_json, settings
from bot.messages import catalogue as say
from bot.messages import commands
from policies import history, shapes, writing
from policies.catalogue import CatalogueError, check, read_county
from policies.conditions import Op
from policies.county import Amount, Benefit, County, HandIn
from policies.evaluator import standing
from policies.pages import Mistake
from policies.reading import CONFIRMED_FILE, COUNTY_FILE, SOURCES
from policies.vocabulary import CATALOGUE, vocabulary

Day = Callable[[str], date]
SEVERAL = frozenset({Op.IN, Op.HAS_ANY, Op.BETWEEN})


def add(which: Any, day: Day) -> None:
    """Add the commands that keep the catalogue below `policies`; `day` reads a day of the command line."""
    checking = _command(which, "check", say.CHECK, _check)
    checking.add_argument("directory", nargs="?", type=Path, help=say.DIRECTORY)
    checking.add_argument("--before", metavar="DIR", type=Path, help=say.SINCE)
    checking.add_argument("--json", action="store_true", help=commands.JSON)
    for name, words, run in (("list", say.LIST, _list), ("show", say.SHOW, _show)):
        parser = _command(which, name, words, run)
        if name == "show":
            parser.add_argument("benefit", metavar="待遇", help=say.BENEFIT)
        parser.add_argument("--on", metavar="DATE", type=day, help=say.ON_DAY)
        parser.add_argument("--pack", metavar="DIR", type=Path, help=say.PACK)
        parser.add_argument("--json", action="store_true", help=commands.JSON)
    _add_confirm(_command(which, "confirm", say.CONFIRM, _confirm), day)
    stopping = _command(which, "stop", say.STOP, _stop)
    stopping.add_argument("benefit", metavar="待遇", help=say.BENEFIT)
    _add_word(stopping, day)
    _add_benefit(_command(which, "add", say.ADD, _add))
    _add_figure(_command(which, "figure", say.FIGURE, _figure), day)
    schema = _command(which, "schema", say.SCHEMA, _schema)
    schema.add_argument("directory", type=Path, help=say.DIRECTORY)


def _command(which: Any, name: str, words: str, run: Callable[[argparse.Namespace], int | None]) -> Any:
    parser = which.add_parser(name, help=words, description=words)
    parser.set_defaults(run=run)
    return parser


def _add_writing(parser: Any) -> None:
    parser.add_argument("--pack", metavar="DIR", type=Path, help=say.PACK)
    parser.add_argument("--dry-run", action="store_true", help=say.DRY_RUN)


def _add_word(parser: Any, day: Day) -> None:
    parser.add_argument("--on", metavar="DATE", type=day, required=True, help=say.ON)
    parser.add_argument("--by", required=True, help=say.BY)
    parser.add_argument("--note", help=say.NOTE)
    _add_writing(parser)


def _add_figures(parser: Any) -> None:
    parser.add_argument("--amount", metavar="N", help=say.AMOUNT)
    parser.add_argument("--at-least", metavar="N", help=say.AT_LEAST)
    parser.add_argument("--at-most", metavar="N", help=say.AT_MOST)
    parser.add_argument("--unit", help=say.UNIT)
    parser.add_argument("--period", help=say.PERIOD)
    parser.add_argument("--text", help=say.AMOUNT_TEXT)
    parser.add_argument("--kind", choices=list(vocabulary().amount_kinds), help=say.KIND)


def _add_confirm(parser: Any, day: Day) -> None:
    parser.add_argument("benefit", metavar="待遇", help=say.BENEFIT)
    _add_word(parser, day)
    parser.add_argument("--until", metavar="DATE", type=day, help=say.UNTIL)
    _add_figures(parser)
    parser.add_argument("--from", dest="since", metavar="DATE", type=day, help=say.SINCE_DAY)
    parser.add_argument("--opens", metavar="DATE", type=day, help=say.OPENS)
    parser.add_argument("--closes", metavar="DATE", type=day, help=say.CLOSES)
    parser.add_argument("--what", help=say.WHAT)
    parser.add_argument("--hand-in", metavar="WHERE", help=say.HAND_IN)
    parser.add_argument("--paper", action="append", default=[], dest="papers", help=say.PAPER)
    parser.add_argument("--where", help=say.WHERE)
    parser.add_argument("--phone", help=say.PHONE)
    parser.add_argument("--days", metavar="N", type=int, help=say.DAYS)


def _add_benefit(parser: Any) -> None:
    for option, words in (("id", say.ID), ("family", say.FAMILY), ("name", say.NAME), ("category", say.CATEGORY)):
        parser.add_argument(f"--{option}", help=words)
    parser.add_argument("--alias", action="append", default=[], dest="aliases", help=say.ALIAS)
    parser.add_argument("--payee", help=say.PAYEE)
    parser.add_argument("--strength", help=say.STRENGTH)
    parser.add_argument("--who", help=say.WHO)
    parser.add_argument("--condition", action="append", default=[], dest="conditions", help=say.CONDITION)
    parser.add_argument("--no-conditions", action="store_true", help=say.NO_CONDITIONS)
    _add_figures(parser)
    parser.add_argument("--how", help=say.HOW)
    parser.add_argument("--department", help=say.DEPARTMENT)
    parser.add_argument("--document", help=say.WHICH_DOCUMENT)
    parser.add_argument("--source", metavar="FILE", type=Path, help=say.TEXT_FILE)
    parser.add_argument("--title", help=say.TITLE)
    parser.add_argument("--quote", help=say.QUOTE)
    parser.add_argument("--line", type=int, help=say.LINE)
    parser.add_argument("--note", help=say.NOTE)
    _add_writing(parser)


def _add_figure(parser: Any, day: Day) -> None:
    parser.add_argument("name", metavar="数", help=say.FIGURE_NAME)
    parser.add_argument("--value", metavar="N", help=say.VALUE)
    parser.add_argument("--item", action="append", default=[], dest="items", help=say.ITEM)
    parser.add_argument("--unit", help=say.FIGURE_UNIT)
    _add_word(parser, day)


# Looking


def _check(options: argparse.Namespace) -> int:
    for folder in (options.directory, options.before):
        if folder is not None and not folder.is_dir():
            raise CommandError(commands.no_such_file(str(folder)))
    if options.before is not None and not any(options.before.glob(f"**/{COUNTY_FILE}")):
        raise CommandError(say.NOT_A_PACK)
    folders = [options.directory] if options.directory else [CATALOGUE, *_own_folder()]
    mistakes = [one for folder in folders for one in check(folder)]
    if options.before is not None:
        mistakes += [one for folder in folders for one in history.changes(options.before, folder)]
    if options.json:
        print_json([{"file": one.file, "line": one.line, "key": one.key, "what": one.what} for one in mistakes])
    else:
        print(_as_lines(mistakes))
    return 1 if mistakes else 0


def _own_folder() -> list[Path]:
    own = settings(keys_needed=False).catalogue
    return [own] if own is not None and any(own.glob(f"*/{COUNTY_FILE}")) else []


def _as_lines(mistakes: list[Mistake]) -> str:
    lines = [commands.mistake(one.file, one.line, one.key, one.what) for one in mistakes]
    return "\n".join([*lines, commands.mistakes(len(mistakes))])


def _list(options: argparse.Namespace) -> None:
    county, on = _looked_at(options)
    rows = [_row(one, county, on) for one in county.benefits.values()]
    rows.sort(key=lambda row: vocabulary().categories.index(row["category"]))
    if options.json:
        print_json(rows)
    else:
        print(say.listed(rows))


def _show(options: argparse.Namespace) -> None:
    county, on = _looked_at(options)
    benefit = _named(county, options.benefit)
    procedure = county.procedure_of(benefit)
    row = _row(benefit, county, on) | {
        "who": benefit.who,
        "conditions": [condition.text for condition in benefit.conditions],
        "document_amount": _said(benefit.amount),
        "how": benefit.how,
        "department": benefit.department,
        "source": {
            "document": benefit.source.document,
            "line": benefit.source.line,
            "quote": benefit.source.quote,
        },
        "procedure": "→".join(step.name for step in procedure.steps) if procedure else None,
        "confirmed": [
            {
                "on": str(word.on),
                "until": None if word.until is None or word.until < word.on else str(word.until),
                "stopped": word.until is not None and word.until < word.on,
                "by": word.by,
                "note": word.note,
                "amounts": [[str(begins), _said(amount)] for begins, amount in word.amounts],
                "papers": "、".join(word.papers),
                "where": word.where,
                "phone": word.phone,
                "window": _window(word.window),
            }
            for word in county.confirmations.get(benefit.id, ())
        ],
    }
    if options.json:
        print_json(row)
    else:
        print(say.shown(row))


def _row(benefit: Benefit, county: County, on: date) -> dict[str, Any]:
    held = standing(benefit, county, on)
    until = held.confirmation and held.confirmation.until
    return {
        "id": benefit.id,
        "name": benefit.name,
        "category": benefit.category,
        "strength": str(benefit.strength),
        "in_force": str(held.in_force),
        "demonstration": held.confirmation is not None and held.confirmation.demonstration,
        "until": until and str(until),
        "amount": _said(held.amount),
    }


def _said(amount: Amount | None) -> str | None:
    if amount is None:
        return None
    figures = "—".join(str(one) for one in (amount.value, amount.min, amount.max) if one is not None)
    return amount.text or f"{figures}{amount.unit or ''}"


def _window(window: HandIn | None) -> str | None:
    if window is None:
        return None
    return f"{window.opens or ''}—{window.closes} {window.what} {window.where or ''}".strip()


def _looked_at(options: argparse.Namespace) -> tuple[County, date]:
    of = settings(keys_needed=False)
    county = policies_of(of) if options.pack is None else _read(options.pack)
    return county, options.on or date.today()  # noqa: DTZ011 (the day on this machine's calendar)


def _read(pack: Path) -> County:
    if not (pack / COUNTY_FILE).exists():
        raise CommandError(say.NOT_A_PACK)
    try:
        return read_county(pack)
    except CatalogueError as error:
        raise CommandError(_as_lines(list(error.mistakes))) from error


def _named(county: County, said: str) -> Benefit:
    found = writing.named(county, said)
    if not found:
        raise CommandError(say.no_such_benefit(said))
    if len(found) > 1:
        raise CommandError(say.which_one([one.id for one in found]))
    return found[0]


# Adding


def _pack(options: argparse.Namespace) -> Path:
    """The folder to write in; what ships with the program is not the county's to change."""
    if options.pack is not None:
        return Path(options.pack)
    of = settings(keys_needed=False)
    if of.catalogue is None:
        raise CommandError(say.NO_FOLDER)
    try:
        return writing.own_pack(of.county, of.catalogue)
    except OSError as error:
        raise CommandError(commands.cannot_write(str(of.catalogue))) from error


def _confirm(options: argparse.Namespace) -> None:
    pack = _pack(options)
    county = _read(pack)
    benefit = _named(county, options.benefit)
    last = county.confirmation(benefit.id, options.on)
    said = _told(options)
    again = {key: value for key, value in writing.confirmed_again(last, options.on).items() if value}
    carried = [key for key in again if not said.get(key)]
    if said.get("amount") and again.get("amount"):
        later = {day: one for day, one in again["amount"].items() if day > max(said["amount"])}
        earlier = {day: one for day, one in again["amount"].items() if day < min(said["amount"])}
        said["amount"] = {**earlier, **said["amount"], **later}
    entry = {"benefit": benefit.id, "on": str(options.on), "until": None, "by": options.by, "note": options.note}
    entry |= again | {key: one for key, one in said.items() if one}
    _put_entry(options, pack, CONFIRMED_FILE, "confirmed", entry, beside=say.carried_over(carried) if carried else None)


def _told(options: argparse.Namespace) -> dict[str, Any]:
    """What the options say of a confirmation."""
    if options.closes is not None and not options.what:
        raise WrongUsage(say.WHAT_MISSING)
    if options.closes is None and (options.what or options.opens or options.hand_in):
        raise WrongUsage(say.CLOSES_MISSING)
    amount = _amount(options)
    window = {
        "opens": options.opens and str(options.opens),
        "closes": options.closes and str(options.closes),
        "what": options.what,
        "where": options.hand_in,
    }
    return {
        "until": options.until and str(options.until),
        "amount": {str(options.since or options.on): amount} if amount else None,
        "window": window if options.closes else None,
        "papers": options.papers,
        "where": options.where,
        "phone": options.phone,
        "within": {"days": options.days, "counted": "工作日"} if options.days is not None else None,
    }


def _amount(options: argparse.Namespace) -> dict[str, Any] | None:
    figures = {"value": options.amount, "min": options.at_least, "max": options.at_most}
    given = {key: one for key, one in figures.items() if one is not None}
    if not given and options.text is None and options.kind is None:
        return None
    for one in given.values():
        if not re.fullmatch(r"\d+(\.\d+)?", one):
            raise WrongUsage(say.AMOUNT_IS_NO_NUMBER)
    if given and not options.unit:
        raise WrongUsage(say.UNIT_MISSING)
    kinds = {("value",): "fixed", ("min",): "floor", ("max",): "cap", ("min", "max"): "range", (): "rate_text"}
    kind = options.kind or kinds.get(tuple(given), "fixed")
    return {"kind": kind, "text": options.text, **given, "unit": options.unit, "period": options.period}


def _stop(options: argparse.Namespace) -> None:
    pack = _pack(options)
    benefit = _named(_read(pack), options.benefit)
    entry = {"benefit": benefit.id, "on": str(options.on), "by": options.by, "note": options.note, "stopped": True}
    _put_entry(options, pack, CONFIRMED_FILE, "confirmed", entry)


def _figure(options: argparse.Namespace) -> None:
    """Add what a figure of the county is from a day on; what it was before stays as it is written."""
    symbols = vocabulary().symbols
    name = next((name for name, words in symbols.items() if options.name in (name, words)), None)
    if name is None:
        raise WrongUsage(say.which_figure(symbols))
    is_list = name in vocabulary().lists
    if is_list != bool(options.items) or is_list != (options.value is None):
        raise WrongUsage(say.ITEMS_NEEDED if is_list else say.VALUE_NEEDED)
    if options.value is not None and not re.fullmatch(r"\d+(\.\d+)?", options.value):
        raise WrongUsage(say.AMOUNT_IS_NO_NUMBER)
    pack = _pack(options)
    given = _read(pack).figures.get(name, ())
    unit = options.unit or (given[-1][1].unit if given else None)
    if not is_list and unit is None:
        raise WrongUsage(say.FIGURE_UNIT_MISSING)
    figure = {"value": options.value, "items": options.items, "unit": unit, "by": options.by, "note": options.note}

    def written() -> tuple[str, str]:
        return writing.with_figure(writing.read_file(pack, COUNTY_FILE), name, options.on, figure)

    _put(options, pack, COUNTY_FILE, written)


def _add(options: argparse.Namespace) -> None:
    pack = _pack(options)
    county = _read(pack)
    given = {name: getattr(options, name) or _asked(name) for name in say.ASKED}
    document, line, files = _source(options, pack, given["quote"])
    category = given["category"]
    conditions = [_condition(one) for one in options.conditions or _asked_conditions(options)]
    entry = {
        "id": given["id"],
        "family": options.family or given["id"].removesuffix(f"_{county.id}"),
        "name": given["name"],
        "aliases": options.aliases,
        "payee": given["payee"],
        "strength": given["strength"],
        "who": given["who"],
        "conditions": conditions,
        "amount": _amount(options),
        "how": options.how,
        "department": options.department,
        "source": {"document": document, "line": line, "quote": given["quote"]},
        "note": options.note,
    }
    if category not in writing.NEW_FILES:
        raise WrongUsage(say.CATEGORY)
    file = writing.file_of_category(pack, category)
    _put_entry(options, pack, file, "benefits", entry, head=f"category: {category}\n", first=files)


def _asked(name: str) -> str:
    """The answer to what an option did not say; without a terminal nobody can answer."""
    answer = input(say.ASKED[name]).strip() if sys.stdin.isatty() else ""
    if not answer:
        raise WrongUsage(say.needed(name))
    return answer


def _asked_conditions(options: argparse.Namespace) -> list[str]:
    if options.no_conditions:
        return []
    found: list[str] = []
    while sys.stdin.isatty() and (answer := input(say.ASK_CONDITION).strip()):
        found.append(answer)
    if not found:
        raise WrongUsage(say.CONDITIONS_MISSING)
    return found


def _condition(written: str) -> dict[str, Any]:
    """Read `住危房 = household.house_grade in C,D`."""
    found = re.fullmatch(r"(.+?)\s*=\s*([a-z_.]+)\s+([a-z_]+)\s+(.+)", written.strip())
    if found is None:
        raise WrongUsage(say.CONDITION_UNREAD)
    text, attribute, op, value = found.groups()
    several = [_operand(one) for one in re.split(r"[,，、]", value)] if op in SEVERAL else [_operand(value)]
    return {"text": text, "attr": attribute, "op": op, "value": several if op in SEVERAL else several[0]}


def _operand(written: str) -> Any:
    written = written.strip()
    if written in ("true", "false"):
        return written == "true"
    return int(written) if re.fullmatch(r"\d{1,9}", written) else written


def _source(options: argparse.Namespace, pack: Path, quote: str) -> tuple[str, int, dict[str, str]]:
    """The document and the line a quote is from; and, where the document is new, the files that bring it."""
    documents = writing.documents(pack)
    name = options.document or (next(iter(documents)) if len(documents) == 1 else None)
    files: dict[str, str] = {}
    if options.source is not None:
        if name is None or name in documents or not options.title:
            raise WrongUsage(say.NEW_DOCUMENT)
        page, added = writing.with_document(writing.read_file(pack, COUNTY_FILE), name, options.title)
        print(say.will_add(COUNTY_FILE, added))
        files = {f"{SOURCES}/{name}.txt": _read_source(options.source), COUNTY_FILE: page}
        text, first_line = files[f"{SOURCES}/{name}.txt"], 1
    elif name is None or name not in documents:
        raise WrongUsage(say.which_document(list(documents)))
    elif (listed := documents[name]) is None:
        return name, options.line or 1, files
    else:
        text, first_line = writing.read_file(pack, f"{SOURCES}/{listed[0]}"), listed[1]
    lines = [options.line] if options.line is not None else writing.lines_with(text, quote, first_line)
    if not lines:
        raise CommandError(say.quote_not_found(name))
    if len(lines) > 1:
        raise WrongUsage(say.quote_in_lines(lines))
    return name, lines[0], files


def _read_source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise CommandError(commands.no_such_file(str(path))) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(commands.cannot_read(str(path))) from error


def _put_entry(
    options: argparse.Namespace,
    pack: Path,
    file: str,
    key: str,
    entry: dict[str, Any],
    *,
    beside: str | None = None,
    head: str = "",
    first: dict[str, str] | None = None,
) -> None:
    """Add an entry at the end of a list of a file, after the files it rests on."""

    def written() -> tuple[str, str]:
        return writing.with_entry(writing.read_file(pack, file) or head, key, entry)

    _put(options, pack, file, written, beside=beside, first=first)


def _put(
    options: argparse.Namespace,
    pack: Path,
    file: str,
    written: Callable[[], tuple[str, str]],
    *,
    beside: str | None = None,
    first: dict[str, str] | None = None,
) -> None:
    """Show what is added to a file and, unless it is only to be seen, put the file in place.

    `written` gives the whole file and what was added, while nobody else writes.
    """
    try:
        with writing.alone(pack):
            text, added = written()
            print(say.will_add(file, added))
            if beside is not None:
                print(beside)
            writing.put(pack, {**(first or {}), file: text}, only_try=options.dry_run)
    except CatalogueError as error:
        raise CommandError("\n".join([_as_lines(list(error.mistakes)), say.NOTHING_ADDED])) from error
    except OSError as error:
        raise CommandError(commands.cannot_write(str(pack))) from error
    print(say.LOOKED_AT_ONLY if options.dry_run else say.RESTART)


def _schema(options: argparse.Namespace) -> None:
    for kind in shapes.PAGES:
        path = options.directory / f"{kind}.schema.json"
        try:
            path.write_text(shapes.schema_file(kind), encoding="utf-8")
        except OSError as error:
            raise CommandError(commands.cannot_write(str(path))) from error
        print(say.schema_written(str(path)))
