"""Look-ups: one household out of 300,000 and out of 3,000, asked of both stores in turn.

Every look-up goes through `storage.access` on a reading session that collects for the audit, as a turn does. Villages
are of one size in both stores; the large one has more of them. The people are drawn so that names repeat as they do
among people: the commonest one in some three thousand.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any, cast

import asyncpg
from sqlalchemy import Table, make_url
from sqlalchemy.ext.asyncio import AsyncSession

from storage import access, audit, cadres, households, members
from storage.areas import Area, Level
from storage.assignments import Assignment
from storage.cadres import Cadre, Role
from storage.database import Base, Database
from storage.households import Household, HouseholdCategory
from storage.ids import CadreId
from storage.imports.columns import check_character
from storage.members import HEAD, Member
from storage.migrations import migrate
from storage.people import Account, Official, Platform
from storage.sealing import Keyring
from tests import databases

LARGE, SMALL = 300_000, 3_000
LOOKUPS = 1_000
WARMING = 200
P99_MS = 10.0
TIMES_OF_SMALL = 1.5

_VILLAGE = 500
_TOWNSHIP = 20_000
_GROUPS = 8
_CADRE = 10
_PEOPLE = 3_000
"""So many of each store, and no fewer than there are turns, are looked up."""
_ROWS_AT_ONCE = 50_000
_NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

# The shares of the surnames among people, in thousandths; the rest share what is left.
_SURNAMES = dict(
    zip(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈",
        [72, 71, 68, 54, 46, 31, 22, 21, 20, 19, 15, 15, 13, 13, 13, 12, 12, 12, 11, 10, *[6] * 30],
        strict=True,
    )
)
_GIVEN = "国建华明秀英芳文志玉德兰桂珍海军平春梅成林荣福贵丽红强永光清霞凤云香富忠祥琴翠菊勇杰伟敏静超涛磊娟艳燕洋萍惠"


@dataclass(frozen=True)
class Person:
    """Somebody to be looked up, and where."""

    id_number: str
    name: str
    village: int


@dataclass
class Store:
    """A filled store, open, and whom to look up in it."""

    households: int
    database: Database
    people: list[Person]

    @property
    def villages(self) -> int:
        """How many villages it has."""
        return self.households // _VILLAGE

    def official(self, cadre_id: int) -> Official:
        """Somebody of the cadre table."""
        return Official(Account(Platform.WECOM, str(cadre_id)), CadreId(cadre_id))

    def of_county(self) -> Official:
        """The county's own."""
        return self.official(1)

    def of_township(self, village: int) -> Official:
        """The township's that this village belongs to."""
        return self.official(2 + village * _VILLAGE // _TOWNSHIP)

    def of_village(self, village: int) -> Official:
        """The village's own."""
        return self.official(2 + -(-self.households // _TOWNSHIP) + village)

    def of_household(self, number: int) -> Official:
        """The one who is paired with the household of that number."""
        return self.official(2 + -(-self.households // _TOWNSHIP) + self.villages + number // _CADRE)


class Names:
    """Draws names as often as people bear them."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._surnames = list(_SURNAMES), list(accumulate(_SURNAMES.values()))
        # Each character is a little rarer than the one before it.
        self._given = list(_GIVEN), list(accumulate(1 / (place + 30) for place in range(len(_GIVEN))))

    def draw(self) -> str:
        """One name: a surname and, nine times in ten, two characters more."""
        surname = self._random.choices(self._surnames[0], cum_weights=self._surnames[1])[0]
        given = self._random.choices(self._given[0], cum_weights=self._given[1], k=1 + (self._random.random() < 0.9))
        return surname + "".join(given)


async def fill(count: int) -> Store:
    """Make a PostgreSQL store of that many households: sealed, with blind indexes, all indexes of the schema."""
    url = await _new_database(f"bangfu_bench_lookups_{count}")
    database = Database(url, Keyring([databases.KEY]), pool_size=2)
    await migrate(database)
    store = Store(count, database, [])
    driver = await asyncpg.connect(url.replace("+asyncpg", ""))
    began = time.perf_counter()
    random = Random(count)
    await _copy(driver, Area, _areas(store))
    await _copy(driver, Cadre, _cadres(store, database.keyring))
    for first in range(0, count, _ROWS_AT_ONCE):
        homes, people = _households(store, range(first, min(first + _ROWS_AT_ONCE, count)), random, Names(random))
        await _copy(driver, Household, homes)
        await _copy(driver, Member, people)
        done = min(first + _ROWS_AT_ONCE, count)
        print(f"  {done} of {count} households, {time.perf_counter() - began:.0f} s", flush=True)
    pairings = [
        (number + 1, number + 1, store.of_household(number).cadre_id, date(2026, 1, 1)) for number in range(count)
    ]
    await _copy(driver, Assignment, iter([("id", "household_id", "cadre_id", "since"), *pairings]))
    # As an import ends: it tells PostgreSQL how large the tables have become.
    for table in ("area", "cadre", "household", "member", "assignment"):
        await driver.execute(f"ANALYZE {table}")
    await driver.close()
    random.shuffle(store.people)
    return store


async def _new_database(name: str) -> str:
    at = make_url(databases.POSTGRESQL_URL)
    admin = await asyncpg.connect(at.set(drivername="postgresql").render_as_string(hide_password=False))
    await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.close()
    return at.set(database=name).render_as_string(hide_password=False)


async def _copy(driver: Any, model: type[Base], rows: Iterator[Sequence[Any]]) -> None:
    """Copy rows into a table; the first one names the columns."""
    columns = next(rows)
    table = cast(Table, model.__table__)
    await driver.copy_records_to_table(table.name, records=rows, columns=list(columns))


def _areas(store: Store) -> Iterator[Sequence[Any]]:
    yield "id", "code", "name", "level", "parent_id", "official"
    yield 1, "990100", "示例县", Level.COUNTY, None, True
    townships = -(-store.households // _TOWNSHIP)
    for township in range(townships):
        yield _township_id(township), f"990100{township:03}", f"第{township}镇", Level.TOWNSHIP, 1, True
    for village in range(store.villages):
        township = village * _VILLAGE // _TOWNSHIP
        code = f"990100{township:03}{village:03}"
        yield _village_id(village), code, village_name(village), Level.VILLAGE, _township_id(township), True
        for group in range(_GROUPS):
            yield (
                _village_id(village) + 1 + group,
                f"{code}{group:02}",
                f"{group + 1}组",
                Level.GROUP,
                _village_id(village),
                False,
            )


def _township_id(township: int) -> int:
    return 2 + township


def _village_id(village: int) -> int:
    return 1_000 + village * (_GROUPS + 1)


def village_name(village: int) -> str:
    """What a village is called."""
    return f"第{village}村"


def _cadres(store: Store, keyring: Keyring) -> Iterator[Sequence[Any]]:
    yield "id", "name", "phone_sealed", "phone_index", "role", "area_id"
    townships = -(-store.households // _TOWNSHIP)
    served: list[tuple[Role, int | None]] = [(Role.COUNTY, 1)]
    served += [(Role.TOWNSHIP, _township_id(township)) for township in range(townships)]
    served += [(Role.VILLAGE, _village_id(village)) for village in range(store.villages)]
    served += [(Role.CADRE, None)] * (store.households // _CADRE)
    for id_, (role, area_id) in enumerate(served, start=1):
        phone = f"1980{id_:07}"
        yield id_, "李梅", keyring.seal(phone, cadres.PHONE), keyring.index(phone, cadres.PHONE), role, area_id


def _households(
    store: Store, numbers: range, random: Random, names: Names
) -> tuple[Iterator[Sequence[Any]], Iterator[Sequence[Any]]]:
    """Rows of these households and of their people, three a household."""
    seal, index = store.database.keyring.seal, store.database.keyring.index
    homes: list[Sequence[Any]] = [
        ("id", "number", "area_id", "head_name", "category", "size", "income_per_capita_fen", "phone_sealed",
         "phone_index", "extra", "imported_at")
    ]  # fmt: skip
    people: list[Sequence[Any]] = [
        ("id", "household_id", "number", "name", "sex", "id_number_sealed", "id_number_index", "birth_date", "relation",
         "ethnicity", "education", "health", "medical_insured", "extra")
    ]  # fmt: skip
    for number in numbers:
        village = number // _VILLAGE
        phone = f"199{number:08}"
        surname = ""
        size = random.choice((2, 3, 3, 4))
        for place in range(size):
            id_ = number * 4 + place + 1
            name = names.draw()
            surname = surname or name[0]
            born = date(1940, 1, 1) + timedelta(days=random.randrange(25_000))
            digits = f"990100{born:%Y%m%d}{random.randrange(1000):03}"
            id_number = digits + check_character(digits)
            people.append((
                id_, number + 1, f"9901000{id_:011}", name, "男" if int(digits[-1]) % 2 else "女",
                seal(id_number, members.ID_NUMBER), index(id_number, members.ID_NUMBER), born,
                HEAD if not place else "其他", "汉族", "小学", "健康", True, "{}",
            ))  # fmt: skip
            if not place:
                head = name
            if random.random() * store.households < _PEOPLE:
                store.people.append(Person(id_number, name, village))
        homes.append((
            number + 1, f"990100{number:010}", _village_id(village) + 1 + random.randrange(_GROUPS), head,
            HouseholdCategory.LIFTED, size, random.randrange(400_000, 3_000_000), seal(phone, households.PHONE),
            index(phone, households.PHONE), "{}", _NOW,
        ))  # fmt: skip
    return iter(homes), iter(people)


Lookup = Callable[[AsyncSession, Store, int], Awaitable[int]]
"""Looks the so-manieth up; gives how many households were found."""


async def by_id_number(session: AsyncSession, store: Store, turn: int) -> int:
    """A county official has an identity number."""
    person = store.people[turn]
    return len(await access.find(session, store.of_county(), person.id_number))


async def by_name_in_a_village(session: AsyncSession, store: Store, turn: int) -> int:
    """A county official says village and name."""
    person = store.people[turn]
    return len(await access.find(session, store.of_county(), person.name, village_name(person.village)))


async def by_name_at_the_village(session: AsyncSession, store: Store, turn: int) -> int:
    """An official of the village says a name."""
    person = store.people[turn]
    return len(await access.find(session, store.of_village(person.village), person.name))


async def by_name_at_the_township(session: AsyncSession, store: Store, turn: int) -> int:
    """An official of the township, who sees 20,000 households, says a name."""
    person = store.people[turn]
    return len(await access.find(session, store.of_township(person.village), person.name))


async def by_name_at_the_county(session: AsyncSession, store: Store, turn: int) -> int:
    """An official who sees all households says a name, and nothing to tell those of that name apart."""
    return len(await access.find(session, store.of_county(), store.people[turn].name))


async def list_of_a_cadre(session: AsyncSession, store: Store, turn: int) -> int:
    """A cadre asks for their ten households."""
    own = await access.households_of(session, store.of_household(turn * 7919 % store.households))
    return len(own)


TASKS: tuple[Lookup, ...] = (
    *(by_id_number, by_name_in_a_village, by_name_at_the_village, by_name_at_the_township, by_name_at_the_county),
    list_of_a_cadre,
)


async def measure(lookup: Lookup, stores: Sequence[Store]) -> list[list[float]]:
    """Time a look-up in each store in turn, the same number of times in each; milliseconds, in order of size."""
    taken: list[list[float]] = [[] for _ in stores]
    for turn in range(WARMING + LOOKUPS):
        for store, times in zip(stores, taken, strict=True):
            async with store.database.reading() as session:
                began = time.perf_counter()
                with audit.collecting(session):
                    found = await lookup(session, store, turn % len(store.people))
                times.append((time.perf_counter() - began) * 1000)
            assert found, f"{lookup.__name__} found nobody"
    return [sorted(times[WARMING:]) for times in taken]


async def run() -> None:
    """Print the median and the 99th percentile of each look-up in both stores, and whether the bars are kept."""
    stores = []
    for count in (SMALL, LARGE):
        print(f"filling {count} households …", flush=True)
        stores.append(await fill(count))
    for lookup in TASKS:
        small, large = await measure(lookup, stores)
        p99_small, p99 = small[len(small) * 99 // 100], large[len(large) * 99 // 100]
        kept = p99 <= P99_MS and p99 <= TIMES_OF_SMALL * p99_small
        print(
            f"{lookup.__name__}: {LARGE} households median {large[len(large) // 2]:.2f} ms, p99 {p99:.2f} ms; "
            f"{SMALL} households median {small[len(small) // 2]:.2f} ms, p99 {p99_small:.2f} ms; "
            f"p99 {p99 / p99_small:.2f} times{'' if kept else '  — OVER THE BAR'}",
            flush=True,
        )
    for store in stores:
        await store.database.close()


def main() -> None:
    """Fill both stores and measure."""
    asyncio.run(run())


if __name__ == "__main__":
    main()
