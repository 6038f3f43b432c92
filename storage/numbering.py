"""编号: the numbers people name a thing by (2026-000123), counted up from 1 every year."""

from enum import IntEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute


class Series(IntEnum):
    """What is numbered by itself; the value is the lock under which its numbers are given."""

    CASE = 0x62616E67
    PUBLIC_NOTICE = 0x6E6F7469


async def next_number(
    session: AsyncSession, series: Series, numbers: InstrumentedAttribute[str], year: int, *, digits: int
) -> str:
    """Give the next number of a year, which nobody else gets; with more digits once these are used up.

    On SQLite whoever writes has the store alone; on PostgreSQL who numbers waits for who numbered before to commit.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(series.value, year)))
    # A longer number is a higher one: as text, 9999 would stay above 10000.
    of_year = (
        select(numbers).where(numbers.startswith(f"{year}-")).order_by(func.length(numbers).desc(), numbers.desc())
    )
    last = await session.scalar(of_year.limit(1))
    return f"{year}-{1 + int(last.partition('-')[2] if last else 0):0{digits}d}"
