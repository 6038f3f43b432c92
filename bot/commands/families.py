"""`bangfu household split`, `merge`, `head`, `born`, `died`, `moved-in`, `moved-out`, `close`, `undo`.

With --dry-run the act is done and its transaction given up: what is printed is what would have happened.
"""

import argparse
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands import CommandError, WrongUsage
from bot.commands.policies import read_date
from bot.commands.store import office, on_store
from bot.core.clock import out_of_quiet_hours
from bot.messages import commands as say_commands
from bot.messages import families as say
from bot.messages.imports import REASONS
from bot.settings import Settings
from storage import audit, families, family_notices, households, members
from storage.areas import Area
from storage.database import Database
from storage.families import Done, Impossible, Person, Told
from storage.households import Household
from storage.ids import AreaId, MemberId
from storage.imports import columns
from storage.imports.columns import Unreadable
from storage.members import Member

T = TypeVar("T")
Act = Callable[[AsyncSession, Household, Told, argparse.Namespace], Awaitable[Done]]


class _GivenUp(Exception):
    """Raised to end a transaction of which nothing is to land."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


def add(which: Any) -> None:
    """Add what can happen to a household."""
    split = _command(which, "split", say.SPLIT, _split)
    split.add_argument("--members", nargs="+", required=True, metavar="人编号", help=say.LEAVING)
    split.add_argument("--number", required=True, metavar="户编号", help=say.NEW_NUMBER)
    split.add_argument("--head", metavar="人编号", help=say.NEW_HOUSEHOLD_HEAD)
    split.add_argument("--new-head", metavar="人编号", help=say.NEW_HEAD)
    split.add_argument("--area", metavar="CODE", help=say.AREA_CODE)

    merge = _command(which, "merge", say.MERGE, _merge)
    merge.add_argument("--into", required=True, metavar="户编号", help=say.INTO)
    _add_relations(merge)

    head = _command(which, "head", say.HEAD, _head)
    head.add_argument("member", metavar="人编号", help=say.MEMBER)
    _add_relations(head)

    born = _command(which, "born", say.BORN, _born)
    born.add_argument("--name", required=True, metavar="NAME", help=say.NAME)
    _add_person(born)

    died = _command(which, "died", say.DIED, _died)
    died.add_argument("member", metavar="人编号", help=say.MEMBER)
    died.add_argument("--new-head", metavar="人编号", help=say.NEW_HEAD)

    moved_in = _command(which, "moved-in", say.MOVED_IN, _moved_in)
    moved_in.add_argument("--name", metavar="NAME", help=say.NAME)
    moved_in.add_argument("--member", metavar="人编号", help=say.MEMBER)
    moved_in.add_argument("--birth-date", type=read_date, metavar="DATE", help=say.BIRTH_DATE)
    _add_person(moved_in)

    moved_out = _command(which, "moved-out", say.MOVED_OUT, _moved_out)
    moved_out.add_argument("members", nargs="+", metavar="人编号", help=say.MEMBER)
    moved_out.add_argument("--to", metavar="户编号", help=say.TO)
    moved_out.add_argument("--new-head", metavar="人编号", help=say.NEW_HEAD)
    _add_relations(moved_out)

    _command(which, "close", say.CLOSE, _close)
    _command(which, "undo", say.UNDO, _undo)


def _command(which: Any, name: str, help_: str, act: Act) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = which.add_parser(name, help=help_, description=help_)
    parser.add_argument("number_of_household", metavar="户编号", help=say_commands.HOUSEHOLD_NUMBER)
    parser.add_argument("--on", type=read_date, metavar="DATE", help=say.HAPPENED_ON)
    parser.add_argument("--dry-run", action="store_true", help=say_commands.DRY_RUN)
    parser.set_defaults(run=lambda options: _run(options, name, act))
    return parser


def _add_relations(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--relations", nargs="+", default=(), metavar="人编号=关系", help=say.RELATIONS)


def _add_person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--relation", metavar="关系", help=say.RELATION)
    parser.add_argument("--sex", metavar="性别", help=say.SEX)
    parser.add_argument("--id-number", metavar="证件号码", help=say.ID_NUMBER)
    parser.add_argument("--person-number", metavar="人编号", help=say.PERSON_NUMBER)


def _run(options: argparse.Namespace, name: str, act: Act) -> None:
    async def do(settings: Settings, database: Database) -> str:
        now = datetime.now(settings.zone)
        told = Told(options.on or now.date(), "office", now)
        async with database.writing() as session:
            household = await _household(session, options.number_of_household)
            done = await act(session, household, told, options)
            words = await family_notices.in_words(session, done, dry_run=options.dry_run)
            if options.dry_run:
                raise _GivenUp(words)
            await family_notices.tell(session, done, due_at=out_of_quiet_hours(now), now=now)
            detail = {"event": done.event_id, "people": len(done.people)}
            action = f"household.{name.replace('-', '_')}"
            await audit.note(session, actor=office(), action=action, about=done.households, detail=detail, now=now)
        return words

    try:
        print(on_store(do))
    except _GivenUp as given_up:
        print(given_up.words)
    except Impossible as error:
        raise CommandError(str(error)) from error


async def _split(session: AsyncSession, household: Household, told: Told, options: argparse.Namespace) -> Done:
    leaving = [await _living(session, household, said) for said in options.members]
    return await families.split(
        session,
        household,
        leaving,
        told,
        number=_read(say_commands.HOUSEHOLD_NUMBER, columns.household_number, options.number),
        head=leaving[0] if options.head is None else await _living(session, household, options.head),
        area_id=None if options.area is None else await _area(session, options.area),
        new_head=await _new_head(session, household, options),
    )


async def _merge(session: AsyncSession, household: Household, told: Told, options: argparse.Namespace) -> Done:
    into = await _household(session, options.into)
    relations = await _relations(session, household, options.relations)
    return await families.merged(session, household, into, told, relations=relations)


async def _head(session: AsyncSession, household: Household, told: Told, options: argparse.Namespace) -> Done:
    new_head = await _living(session, household, options.member)
    relations = await _relations(session, household, options.relations)
    return await families.head_changed(session, household, new_head, told, relations=relations)


async def _born(session: AsyncSession, household: Household, told: Told, options: argparse.Namespace) -> Done:
    return await families.born(session, household, _person(options, told, birth_date=None), told)


async def _died(session: AsyncSession, household: Household, told: Told, options: argparse.Namespace) -> Done:
    member = await _living(session, household, options.member)
    return await families.died(session, household, member, told, new_head=await _new_head(session, household, options))


async def _moved_in(session: AsyncSession, household: Household, told: Told, options: argparse.Namespace) -> Done:
    if (options.name is None) == (options.member is None):
        raise WrongUsage(say.NAME_OR_MEMBER)
    if options.name is not None:
        return await families.moved_in(session, household, _person(options, told, birth_date=options.birth_date), told)
    member = await _anywhere(session, household, options.member)
    return await families.came_back(session, household, member, told, relation=options.relation)


async def _moved_out(session: AsyncSession, household: Household, told: Told, options: argparse.Namespace) -> Done:
    leaving = [await _living(session, household, said) for said in options.members]
    new_head = await _new_head(session, household, options)
    if options.to is None:
        return await families.moved_out(session, household, leaving, told, new_head=new_head)
    to = await _household(session, options.to)
    relations = await _relations(session, household, options.relations)
    return await families.transferred(session, household, leaving, to, told, relations=relations, new_head=new_head)


async def _close(session: AsyncSession, household: Household, told: Told, _: argparse.Namespace) -> Done:
    return await families.closed(session, household, told)


async def _undo(session: AsyncSession, household: Household, told: Told, _: argparse.Namespace) -> Done:
    return await families.undo(session, household, told)


async def _household(session: AsyncSession, number: str) -> Household:
    household = await households.by_number(session, number)
    if household is None:
        raise CommandError(say_commands.NO_SUCH_HOUSEHOLD)
    return household


async def _living(session: AsyncSession, household: Household, said: str) -> Member:
    """Give who lives in the household, by 人编号 or by a name nobody else of it has."""
    return _meant(await members.of_household(session, household.id), said)


async def _anywhere(session: AsyncSession, household: Household, said: str) -> Member:
    """Give who left this household, or anybody of the register by 人编号."""
    known = (await session.scalars(select(Member).where(Member.number == said))).one_or_none()
    if known is not None:
        return known
    own = [*await members.formerly_of(session, household.id), *await members.of_household(session, household.id)]
    return _meant(own, said)


def _meant(people: Sequence[Member], said: str) -> Member:
    found = [one for one in people if one.number == said] or [one for one in people if one.name == said]
    if not found:
        raise CommandError(say.no_such_person(said))
    if len(found) > 1:
        raise CommandError(say.several_of_the_name(said))
    return found[0]


async def _new_head(session: AsyncSession, household: Household, options: argparse.Namespace) -> Member | None:
    return None if options.new_head is None else await _living(session, household, options.new_head)


async def _relations(session: AsyncSession, household: Household, said: Sequence[str]) -> dict[MemberId, str]:
    relations = {}
    for pair in said:
        who, parted, relation = pair.partition("=")
        if not (who and parted and relation):
            raise WrongUsage(say.RELATION_FORM)
        relations[(await _living(session, household, who)).id] = _read(say.RELATION, _relation, relation)
    return relations


async def _area(session: AsyncSession, code: str) -> AreaId:
    found = await session.scalar(select(Area.id).where(Area.code == code))
    if found is None:
        raise CommandError(say.NO_SUCH_AREA)
    return found


def _person(options: argparse.Namespace, told: Told, *, birth_date: date | None) -> Person:
    """Read a new person as an import would."""
    number, sex = options.id_number, options.sex
    checked = None if number is None else _read(say.ID_NUMBER, lambda cell: columns.id_number(cell, on=told.on), number)
    return Person(
        name=_read(say.NAME, columns.name, options.name),
        relation=None if options.relation is None else _read(say.RELATION, _relation, options.relation),
        sex=checked.sex if checked is not None else None if sex is None else _read(say.SEX, columns.sex, sex),
        id_number=None if checked is None else checked.number,
        birth_date=birth_date if checked is None else checked.birth_date,
        number=options.person_number,
    )


def _read(what: str, read: Callable[[Any], T], cell: str) -> T:
    try:
        return read(cell)
    except Unreadable as error:
        raise CommandError(say.wrong_value(what.partition("：")[0].partition("；")[0], REASONS[error.code])) from error


def _relation(cell: str) -> str:
    found = columns.text(cell, longest=20)
    if found is None:
        raise WrongUsage(say.RELATION_FORM)
    return found
