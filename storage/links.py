"""链接: what a link to a page of ours carries: whose account opens it, about which household, and until when.

A token is sealed (`storage.sealing`): nobody can read or make one without our keys. It may be used several times until
it runs out; who opens it is checked anew each time, so that unbinding ends it at once.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from storage.ids import HouseholdId, RecordingId
from storage.people import Account, account_of
from storage.sealing import CannotOpen, Keyring

PROFILE = "link.profile"
"""What the link of 导出我的信息 is sealed for."""
RECORDING = "link.recording"
"""What a link to a recording is sealed for: neither opens the other's page."""
LIVES = timedelta(minutes=15)
"""Long enough to read it on an old phone, short enough that one passed on by mistake is soon worthless."""
_LONGEST = 1_000
"""Characters; what is longer is none of ours."""


class WrongLink(Exception):
    """The token is none of ours, or was changed."""


class ExpiredLink(Exception):
    """The token was ours, and its time is over."""


@dataclass(frozen=True, slots=True)
class Link:
    """Whose link it is, and about which household."""

    account: Account
    household_id: HouseholdId


@dataclass(frozen=True, slots=True)
class RecordingLink:
    """Whose link it is, and which recording it opens."""

    account: Account
    recording_id: RecordingId


class _Token(msgspec.Struct, array_like=True):
    account: str
    number: int
    until: int


def make(keyring: Keyring, link: Link, now: datetime) -> str:
    """Give the token of a link that is good for 15 minutes from now: letters, digits, - and _ only."""
    return _sealed(keyring, _Token(link.account.key, link.household_id, _until(now)), PROFILE)


def make_for_recording(keyring: Keyring, link: RecordingLink, now: datetime) -> str:
    """Give the token of a link to a recording, good for as long."""
    return _sealed(keyring, _Token(link.account.key, link.recording_id, _until(now)), RECORDING)


def read(keyring: Keyring, text: str, now: datetime) -> Link:
    """Give what a token carries.

    Raises:
        WrongLink: we did not make it.
        ExpiredLink: its time is over.
    """
    token = _opened(keyring, text, now, PROFILE)
    return Link(account_of(token.account), HouseholdId(token.number))


def read_for_recording(keyring: Keyring, text: str, now: datetime) -> RecordingLink:
    """Give what a token of a recording carries; raises as `read` does."""
    token = _opened(keyring, text, now, RECORDING)
    return RecordingLink(account_of(token.account), RecordingId(token.number))


def _until(now: datetime) -> int:
    return int((now + LIVES).timestamp())


def _sealed(keyring: Keyring, token: _Token, place: str) -> str:
    sealed = keyring.seal(msgspec.json.encode(token).decode(), place)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _opened(keyring: Keyring, text: str, now: datetime, place: str) -> _Token:
    try:
        if len(text) > _LONGEST:
            raise WrongLink
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        token = msgspec.json.decode(keyring.open(sealed, place), type=_Token)
    except (CannotOpen, binascii.Error, ValueError) as error:
        raise WrongLink from error
    if now.timestamp() >= token.until:
        raise ExpiredLink
    return token
