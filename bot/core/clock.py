"""时间: what time it is, in the county's zone. Asked once a turn or ring and handed down as `now`."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(8, 0)
"""Nobody is written to between these hours unless they wrote first."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present, aware, in the county's zone."""


class SystemClock:
    """The machine's clock."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def now(self) -> datetime:
        """The present."""
        return datetime.now(self._zone)


class MovableClock:
    """A clock that can be set ahead and goes on from there: for the simulator and for tests."""

    def __init__(self, zone: ZoneInfo, ahead: timedelta = timedelta()) -> None:
        self._zone = zone
        self.ahead = ahead

    def now(self) -> datetime:
        """The present, as far ahead as it was moved."""
        return datetime.now(self._zone) + self.ahead

    def advance_to(self, at: datetime) -> None:
        """Move to that time; never backwards, since what was said stays said."""
        self.ahead = max(self.ahead, at - datetime.now(self._zone))


def local_date(now: datetime) -> date:
    """The day it is for the person who looks at a calendar."""
    return now.date()


def in_zone_of(now: datetime, at: datetime) -> datetime:
    """A time from the store, as the person living at `now` reads it."""
    return at.astimezone(now.tzinfo or UTC)


def out_of_quiet_hours(at: datetime) -> datetime:
    """The same time, or eight o'clock after the night it falls into."""
    if at.timetz().replace(tzinfo=None) >= QUIET_FROM:
        return datetime.combine(at.date() + timedelta(days=1), QUIET_UNTIL, at.tzinfo)
    if at.timetz().replace(tzinfo=None) < QUIET_UNTIL:
        return datetime.combine(at.date(), QUIET_UNTIL, at.tzinfo)
    return at
