"""到期: what a subject of the schedule finds, and when it may be told."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.clock import QUIET_UNTIL, out_of_quiet_hours
from storage.reminders import Due


@dataclass(frozen=True, slots=True)
class Found:
    """What is due and not planned yet, and how many reminders that are due were planned before."""

    dues: tuple[Due, ...]
    already: int


def tellable(at: datetime) -> datetime:
    """Give the first decent time from then on: eight in the morning at the earliest, and never at night."""
    morning = datetime.combine(at.date(), QUIET_UNTIL, at.tzinfo)
    return out_of_quiet_hours(max(at, morning))
