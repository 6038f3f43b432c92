"""access_token: the credentials the API hands out. Sources: OA getStableAccessToken, getAccessToken."""

import secrets
from datetime import datetime, timedelta

LIFETIME = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
"""How long the token before still works after a new one, and how early the stable one is renewed."""


class TokenBook:
    """The tokens of one endpoint. Another endpoint has another book: they do not touch each other."""

    def __init__(self) -> None:
        self._ends: dict[str, datetime] = {}
        self._latest = ""

    def fresh(self, now: datetime, *, overlap: timedelta = OVERLAP) -> tuple[str, int]:
        """A new token and its life in seconds; the one before dies after the overlap."""
        if self._latest in self._ends:
            self._ends[self._latest] = min(self._ends[self._latest], now + overlap)
        self._latest = secrets.token_urlsafe(96)
        self._ends[self._latest] = now + LIFETIME
        return self._latest, int(LIFETIME.total_seconds())

    def stable(self, now: datetime) -> tuple[str, int]:
        """The same token as last time until five minutes before its end, with the life that is left."""
        left = self._ends.get(self._latest, now) - now
        if OVERLAP < left <= LIFETIME:
            return self._latest, int(left.total_seconds())
        return self.fresh(now)

    def known(self, token: str) -> bool:
        """Whether this book ever gave that token and has not taken it back."""
        return token in self._ends

    def valid(self, token: str, now: datetime) -> bool:
        """Whether the token still works."""
        return token in self._ends and now < self._ends[token]

    def revoke_all(self) -> None:
        """Take every token back, as WeChat does when the secret is reset."""
        self._ends.clear()
