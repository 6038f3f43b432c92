"""`bangfu policies impact`: whose answer changes with a rule, and, once the office has read how, telling them."""

import argparse
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands import CommandError, WrongUsage
from bot.commands.store import office, on_store, policies_of
from bot.core.clock import QUIET_UNTIL
from bot.messages import commands as words
from bot.messages import impacts as say
from bot.settings import Settings
from policies.amounts import in_words
from policies.catalogue import CatalogueError, County, read_county
from policies.evaluator import amount_as_json
from reminders.impacts import Notice, due, notice_of, preview
from reminders.schedule import write_down
from storage import audit, notices, reminders
from storage.database import Database
from storage.ids import HouseholdId
from storage.impacts import Answer, Impact, Rules, impacts

SAMPLES = 2
_AT_ONCE = 500


@dataclass(slots=True)
class _Told:
    """What was, or would be, told: in households."""

    households: int = 0
    already: int = 0
    samples: list[str] = field(default_factory=list)


def add(which: Any, read_date: Callable[[str], date]) -> None:
    """Add `policies impact` to the commands of `policies`."""
    parser = which.add_parser("impact", help=say.COMMAND, description=say.COMMAND)
    parser.add_argument("--from", dest="before", metavar="DATE", type=read_date, required=True, help=say.BEFORE)
    parser.add_argument("--to", dest="after", metavar="DATE", type=read_date, required=True, help=say.AFTER)
    parser.add_argument("--before", dest="directory", metavar="DIR", type=Path, help=say.BEFORE_DIRECTORY)
    parser.add_argument("--notify", action="store_true", help=say.NOTIFY)
    parser.add_argument("--send", action="store_true", help=say.SEND)
    parser.add_argument("--json", action="store_true", help=words.JSON)
    parser.set_defaults(run=_impact)


def _impact(options: argparse.Namespace) -> None:
    if options.send and not options.notify:
        raise WrongUsage(say.SEND_WITHOUT_NOTIFY)
    earlier = _pack(options.directory)

    async def compare(settings: Settings, database: Database) -> None:
        now = datetime.now(settings.zone)
        county = policies_of(settings)
        before, after = Rules(earlier or county, options.before), Rules(county, options.after)
        telling = _Telling(database, after, now, send=options.send)
        households: set[HouseholdId] = set()
        changes = 0
        async with database.reading() as session:
            off = await notices.turned_off(session)
            print(_opening(options), end="")
            async for household_id, changed in _by_household(session, before, after):
                for one in changed:
                    print(_between(options, first=changes == 0) + _shown(one, options), end="")
                    changes += 1
                households.add(household_id)
                if options.notify and household_id not in off:
                    await telling.add(session, household_id, changed)
            await telling.flush(session)
        async with database.writing() as session:
            await audit.note(session, actor=office(), action="policies.impact", about=households, now=now)
        print(_closing(options, telling.told, len(households), changes))

    on_store(compare)


def _pack(directory: Path | None) -> County | None:
    if directory is None:
        return None
    if not directory.is_dir():
        raise CommandError(words.no_such_file(str(directory)))
    try:
        return read_county(directory)
    except CatalogueError as error:
        first = error.mistakes[0]
        raise CommandError(words.mistake(first.file, first.line, first.key, first.what)) from error


async def _by_household(
    session: AsyncSession, before: Rules, after: Rules
) -> AsyncIterator[tuple[HouseholdId, list[Impact]]]:
    """The changes a household at a time, so that a whole county's need not be kept."""
    changed: list[Impact] = []
    async for one in impacts(session, before=before, after=after, progress=_progress()):
        if changed and changed[0].household_id != one.household_id:
            yield changed[0].household_id, changed
            changed = []
        changed.append(one)
    if changed:
        yield changed[0].household_id, changed


def _progress() -> Callable[[int, int], None] | None:
    """Say on a terminal how far the work has come, each time over what was said before."""
    if not sys.stderr.isatty():
        return None
    return lambda done, of: print(f"\r{say.judged(done, of)}", end="", file=sys.stderr, flush=True)


class _Telling:
    """Promises the notices some households at a time, or only counts them, and words a few to be read before."""

    def __init__(self, database: Database, after: Rules, now: datetime, *, send: bool) -> None:
        self.told = _Told()
        self._database = database
        self._after = after
        self._now = now
        self._send = send
        self._waiting: list[Notice] = []

    async def add(self, session: AsyncSession, household_id: HouseholdId, changed: Sequence[Impact]) -> None:
        notice = notice_of(household_id, changed)
        if notice is None:
            return
        self._waiting.append(notice)
        if len(self._waiting) == _AT_ONCE:
            await self.flush(session)

    async def flush(self, session: AsyncSession) -> None:
        """Leave out what was told before; the rest is for the morning of the later day, or the next decent hour."""
        before = await reminders.written_down(session, [key for one in self._waiting for key in one.keys])
        new = [one for notice in self._waiting if (one := notice.without(before)) is not None]
        self.told.households += len(new)
        self.told.already += len(self._waiting) - len(new)
        self._waiting = []
        for notice in new[: SAMPLES - len(self.told.samples)]:
            self.told.samples.append(await preview(session, notice, self._after))
        if self._send:
            morning = datetime.combine(self._after.on, QUIET_UNTIL, self._now.tzinfo)
            dues = [due(notice, max(self._now, morning)) for notice in new]
            async with self._database.writing() as writing:
                await write_down(writing, dues, self._now)


def _opening(options: argparse.Namespace) -> str:
    if not options.json:
        return ""
    return '{"changes": [' if options.notify else "["


def _between(options: argparse.Namespace, *, first: bool) -> str:
    return ",\n" if options.json and not first else "\n" if options.json else ""


def _shown(impact: Impact, options: argparse.Namespace) -> str:
    if options.json:
        return json.dumps(_as_json(impact), ensure_ascii=False)
    return say.line(impact.number, impact.benefit.name, _in_words(impact.before), _in_words(impact.after)) + "\n"


def _closing(options: argparse.Namespace, told: _Told, households: int, changes: int) -> str:
    if options.json:
        notices_of = asdict(told) | {"sent": options.send}
        return f'\n], "notices": {json.dumps(notices_of, ensure_ascii=False)}}}' if options.notify else "\n]"
    return "\n".join(_sentences(options, told, households, changes))


def _sentences(options: argparse.Namespace, told: _Told, households: int, changes: int) -> Iterator[str]:
    yield say.summary(households, changes) if changes else say.NOTHING
    if options.send:
        yield say.told(told.households, told.already)
    elif options.notify:
        yield say.would_tell(told.households, told.already, told.samples)


def _as_json(impact: Impact) -> dict[str, Any]:
    return {
        "household": impact.number,
        "benefit": impact.benefit.id,
        "name": impact.benefit.name,
        "before": _answer_as_json(impact.before),
        "after": _answer_as_json(impact.after),
    }


def _answer_as_json(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "decision": str(answer.verdict),
        "in_force": str(answer.in_force),
        "amount": amount_as_json(answer.amount),
    }


def _in_words(answer: Answer | None) -> str:
    if answer is None:
        return say.answer(None, None, None)
    money = None if answer.amount is None else in_words(answer.amount)
    return say.answer(str(answer.verdict), str(answer.in_force), money)
