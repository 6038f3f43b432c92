"""限次: how often something may be opened, counted in this process alone; the proxy before it counts by address."""

from collections import deque
from datetime import datetime, timedelta


class Limiter:
    """So many times within so long, by key; what is older is forgotten."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._times: dict[str, deque[datetime]] = {}

    def may(self, key: str, now: datetime) -> bool:
        """Count one more, unless there have been too many."""
        self._forget(now)
        times = self._times.setdefault(key, deque())
        if len(times) >= self._most:
            return False
        times.append(now)
        return True

    def _forget(self, now: datetime) -> None:
        for key in list(self._times):
            times = self._times[key]
            while times and times[0] <= now - self._within:
                times.popleft()
            if not times:
                del self._times[key]
