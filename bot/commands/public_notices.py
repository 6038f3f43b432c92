"""`bangfu notices`: lists for the village: made with a look first, listed, shown, withdrawn, printed.

How many days a list hangs and where to object is what the county's procedure says; where no document says it, it is
given by hand, since nothing is invented.
"""

import argparse
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands import CommandError, WrongUsage
from bot.commands.policies import read_date
from bot.commands.store import office, on_store, policies_of, print_json
from bot.core.clock import local_date
from bot.language.benefits import benefit_of_file_word
from bot.messages import commands as say
from bot.messages import listings
from bot.messages import public_notices as words
from bot.messages.public_notices import Notice
from bot.settings import Settings
from policies.catalogue import Benefit, Counted, County, Procedure
from policies.procedures import read_state, step_meant
from storage import audit
from storage import public_notices as notices
from storage.areas import Area
from storage.database import Database
from storage.exports import public_notices as workbook
from storage.ids import Fen, in_yuan
from storage.imports import public_notices as files
from storage.imports.columns import Unreadable
from storage.public_notices import PublicNotice, Wanted

_APPLICATIONS = "applications"
_LONGEST = timedelta(days=366)
_CONTACT_AT_MOST = 100


def add(commands: Any) -> None:
    """Add `notices`."""
    parser = commands.add_parser("notices", help=words.NOTICES, description=words.NOTICES)
    which = parser.add_subparsers(dest="which", metavar=say.COMMANDS, required=True)
    making = which.add_parser("make", help=words.MAKE, description=words.MAKE)
    making.add_argument("--village", metavar="村", required=True, help=words.VILLAGE)
    making.add_argument("--benefit", metavar="补贴", required=True, help=words.BENEFIT)
    making.add_argument("--stage", choices=words.STAGES, default=words.STAGES[0], help=words.STAGE)
    making.add_argument("--state", metavar="状态", help=words.STATE)
    making.add_argument("--opens", metavar="DATE", type=read_date, help=words.OPENS)
    making.add_argument("--days", metavar="N", type=_days, help=words.DAYS)
    making.add_argument("--closes", metavar="DATE", type=read_date, help=words.CLOSES)
    making.add_argument("--contact", metavar="TEXT", help=words.CONTACT)
    making.add_argument("--from", dest="source", metavar="FILE", default=_APPLICATIONS, help=words.FROM)
    making.add_argument("--yes", action="store_true", help=words.YES)
    making.add_argument("--json", action="store_true", help=say.JSON)
    making.set_defaults(run=_make)
    listing = which.add_parser("list", help=words.LIST, description=words.LIST)
    listing.add_argument("--hanging", action="store_true", help=words.ONLY_HANGING)
    listing.add_argument("--json", action="store_true", help=say.JSON)
    listing.set_defaults(run=_list)
    showing = which.add_parser("show", help=words.SHOW, description=words.SHOW)
    showing.add_argument("number", metavar="编号", help=words.NUMBER)
    showing.add_argument("--json", action="store_true", help=say.JSON)
    showing.set_defaults(run=_show)
    withdrawing = which.add_parser("withdraw", help=words.WITHDRAW, description=words.WITHDRAW)
    withdrawing.add_argument("number", metavar="编号", help=words.NUMBER)
    withdrawing.add_argument("--json", action="store_true", help=say.JSON)
    withdrawing.set_defaults(run=_withdraw)
    exporting = which.add_parser("export", help=words.EXPORT, description=words.EXPORT)
    exporting.add_argument("number", metavar="编号", help=words.NUMBER)
    exporting.add_argument("file", type=Path, metavar="FILE", help=words.FILE)
    exporting.set_defaults(run=_export)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise argparse.ArgumentTypeError(say.NOT_A_COUNT)
    return int(text)


def _make(options: argparse.Namespace) -> None:
    if options.days is not None and options.closes is not None:
        raise WrongUsage(words.DAYS_AND_CLOSES)

    async def work(settings: Settings, database: Database) -> tuple[dict[str, Any], str]:
        now = datetime.now(settings.zone)
        today = local_date(now)
        county = policies_of(settings)
        benefit = _benefit(county, options.benefit)
        procedure = county.procedure_of(benefit)
        opens_on = options.opens or today
        closes_on = _last_day(options, procedure, opens_on)
        if opens_on < today:
            raise CommandError(words.OPENS_PAST)
        if closes_on < opens_on:
            raise CommandError(words.CLOSES_BEFORE)
        if closes_on - opens_on > _LONGEST:
            raise CommandError(words.TOO_MANY_DAYS)
        contact = _contact(options, procedure)
        name = options.benefit if benefit is None else benefit.name
        async with database.writing() as session:
            village = await _village(session, options.village)
            wanted = await _wanted(session, village, options, benefit, procedure)
            if not wanted:
                raise CommandError(words.NOBODY)
            lines = await notices.lines_for(session, village, name, wanted, today)
            if not options.yes:
                shown = await notices.preview(
                    session,
                    village,
                    lines,
                    name,
                    options.stage,
                    opens_on=opens_on,
                    closes_on=closes_on,
                    contact=contact,
                )
                text = words.preview(words.for_the_village(shown, None), _said_by(options, procedure))
                return _document(shown, None) | {"number": None}, text
            notice = await notices.make(
                session,
                village,
                lines,
                benefit=name,
                stage=options.stage,
                opens_on=opens_on,
                closes_on=closes_on,
                contact=contact,
                made_by=office(),
                now=now,
            )
            about = [one.household_id for one in wanted]
            detail = {"notice": notice.id, "lines": len(lines)}
            await audit.note(session, actor=office(), action="notice.make", about=about, detail=detail, now=now)
            shown = await notices.as_shown(session, notice)
            link = _link(session, settings, notice)
            return _document(shown, link), words.made(notice.number, words.for_the_village(shown, link))

    document, text = on_store(work)
    if options.json:
        print_json(document)
    else:
        print(text)


def _benefit(county: County, said: str) -> Benefit | None:
    """Give the county's benefit of that name; one it has not is shown under the office's own name for it."""
    named = [one for one in county.benefits.values() if said in (one.id, one.name, *one.aliases)]
    return named[0] if named else None


def _last_day(options: argparse.Namespace, procedure: Procedure | None, opens_on: date) -> date:
    closes: date | None = options.closes
    if closes is not None:
        return closes
    objection = None if procedure is None else procedure.objection
    if options.days is not None:
        return opens_on + timedelta(days=options.days - 1)
    if objection is None or objection.days is None:
        raise CommandError(words.NO_DAYS)
    if objection.counted is Counted.DAYS:
        return opens_on + timedelta(days=objection.days - 1)
    return _working_day(opens_on, objection.days)


def _working_day(opens_on: date, days: int) -> date:
    """Give the last of so many days from Monday to Friday; public holidays are the office's to see to (`--closes`)."""
    day, left = opens_on - timedelta(days=1), days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def _contact(options: argparse.Namespace, procedure: Procedure | None) -> str:
    objection = None if procedure is None else procedure.objection
    said = None if objection is None else "，".join(part for part in (objection.where, objection.phone) if part)
    contact = (options.contact or said or "").strip()
    if not contact:
        raise CommandError(words.NO_CONTACT)
    if len(contact) > _CONTACT_AT_MOST:
        raise CommandError(words.CONTACT_TOO_LONG)
    return contact


def _said_by(options: argparse.Namespace, procedure: Procedure | None) -> str | None:
    """What days and contact come from, where they were not given by hand."""
    by_hand = (options.days is not None or options.closes is not None) and options.contact is not None
    return None if by_hand or procedure is None else words.procedure(procedure.name, procedure.demonstration)


async def _village(session: AsyncSession, said: str) -> Area:
    found = await notices.village_called(session, said)
    if not found:
        raise CommandError(words.NO_SUCH_VILLAGE)
    if len(found) > 1:
        raise CommandError(words.several_villages([area.code for area in found]))
    return found[0]


async def _wanted(
    session: AsyncSession,
    village: Area,
    options: argparse.Namespace,
    benefit: Benefit | None,
    procedure: Procedure | None,
) -> list[Wanted]:
    if options.source != _APPLICATIONS:
        return await _from_file(session, village, Path(options.source))
    stands = _stands(options.state, options.stage, procedure)
    return await notices.from_applications(
        session, village, benefit=lambda word: _means(word, options.benefit, benefit), stands=stands
    )


def _means(word: str, said: str, benefit: Benefit | None) -> bool:
    """Whether the office's word for what was applied for is this benefit."""
    if word == said or (benefit is not None and word in (benefit.name, *benefit.aliases)):
        return True
    canonical = benefit_of_file_word(word)
    return canonical is not None and canonical == benefit_of_file_word(said)


def _stands(state: str | None, stage: str, procedure: Procedure | None) -> Callable[[str], bool]:
    """Give what tells whether an application stands where it is to be shown."""
    if state is not None:
        return lambda word: word == state
    step = None if procedure is None else step_meant(stage, procedure)
    if step is None:
        raise CommandError(words.NO_STATE)

    def stands(word: str) -> bool:
        said = read_state(word, procedure)
        return said.step == step and not said.finished

    return stands


async def _from_file(session: AsyncSession, village: Area, path: Path) -> list[Wanted]:
    try:
        rows = files.read(path)
    except files.BadFile as error:
        raise CommandError(str(error)) from error
    except files.NoHeading as error:
        raise CommandError(words.HEADING_NEEDED) from error
    except Unreadable as error:
        raise CommandError(words.BAD_ROWS) from error
    wanted, strangers = await notices.from_rows(session, village, rows)
    if strangers:
        raise CommandError(words.not_of_the_village(strangers))
    return wanted


def _list(options: argparse.Namespace) -> None:
    async def load(settings: Settings, database: Database) -> list[dict[str, Any]]:
        today = local_date(datetime.now(settings.zone))
        async with database.reading() as session:
            found = await (notices.hanging(session, today) if options.hanging else notices.all_of(session))
            return [await _row(session, one, today) for one in found]

    rows = on_store(load)
    if options.json:
        print_json(rows)
    else:
        print("\n".join(words.for_office(row) for row in rows) or listings.NOTHING)


async def _row(session: AsyncSession, notice: PublicNotice, today: date) -> dict[str, Any]:
    village, township = await notices.village_of(session, notice)
    objections, unanswered = await notices.objections_to(session, notice)
    return {
        "number": notice.number,
        "village": village,
        "township": township,
        "benefit": notice.benefit,
        "stage": notice.stage,
        "opens_on": notice.opens_on.isoformat(),
        "closes_on": notice.closes_on.isoformat(),
        "contact": notice.contact,
        "lines": await notices.size_of(session, notice),
        "objections": objections,
        "unanswered": unanswered,
        "state": notices.state_on(notice, today),
    }


def _show(options: argparse.Namespace) -> None:
    async def load(settings: Settings, database: Database) -> tuple[dict[str, Any], str]:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            notice = await _notice(session, options.number)
            row = await _row(session, notice, local_date(now))
            shown = await notices.as_shown(session, notice)
            link = _link(session, settings, notice) if row["state"] == "hanging" else None
            row |= _document(shown, link)
            await audit.note(session, actor=office(), action="notice.show", detail={"notice": notice.id}, now=now)
            return row, words.for_the_village(shown, link)

    row, text = on_store(load)
    if options.json:
        print_json(row)
    else:
        print(f"{words.for_office(row)}\n\n{text}")


def _document(shown: Notice, link: str | None) -> dict[str, Any]:
    """One list for other programs, as it is shown and no more."""
    return {
        "number": shown.number,
        "village": shown.village,
        "township": shown.township,
        "benefit": shown.benefit,
        "stage": shown.stage,
        "opens_on": shown.opens_on.isoformat(),
        "closes_on": shown.closes_on.isoformat(),
        "contact": shown.contact,
        "page": link,
        "shown": [
            {
                "position": line.position,
                "group": line.group,
                "name": line.name,
                "persons": line.persons,
                "amount": None if line.amount_fen is None else in_yuan(Fen(line.amount_fen)),
            }
            for line in shown.lines
        ],
    }


def _withdraw(options: argparse.Namespace) -> None:
    async def work(settings: Settings, database: Database) -> dict[str, Any]:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            notice = await _notice(session, options.number)
            if not await notices.withdraw(session, notice, now):
                raise CommandError(words.WITHDRAWN_ALREADY)
            about = [line.household_id for line in await notices.lines_of(session, notice)]
            detail = {"notice": notice.id}
            await audit.note(session, actor=office(), action="notice.withdraw", about=about, detail=detail, now=now)
            return await _row(session, notice, local_date(now))

    row = on_store(work)
    if options.json:
        print_json(row)
    else:
        print(words.withdrawn(row["number"]))


def _export(options: argparse.Namespace) -> None:
    path: Path = options.file
    if path.suffix.lower() != ".xlsx":
        raise WrongUsage(words.NOT_XLSX)
    if path.exists():
        raise CommandError(words.EXISTS.format(path=path))

    async def work(settings: Settings, database: Database) -> None:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            notice = await _notice(session, options.number)
            try:
                workbook.write(await notices.as_shown(session, notice), path)
            except OSError as error:
                raise CommandError(words.CANNOT_WRITE.format(path=path)) from error
            await audit.note(session, actor=office(), action="notice.export", detail={"notice": notice.id}, now=now)

    on_store(work)
    print(words.exported(str(path)))


def _link(session: AsyncSession, settings: Settings, notice: PublicNotice) -> str:
    return f"{settings.public_url}/h5/notices/{notices.page_of(session, notice)}"


async def _notice(session: AsyncSession, number: str) -> PublicNotice:
    notice = await notices.numbered(session, number)
    if notice is None:
        raise CommandError(words.NO_SUCH_NOTICE)
    return notice
