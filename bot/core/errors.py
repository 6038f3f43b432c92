"""What can go wrong in a way somebody can act on."""

from dataclasses import dataclass
from datetime import timedelta


class NotUnderstood(Exception):
    """An answer that does not fit its question; carries the hint that is said before the question again."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self.hint = hint


class Refused(Exception):
    """Something this person may not do or see; carries the sentence to say. Nothing of the turn is written."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


@dataclass
class SendError(Exception):
    """A channel did not deliver. `errcode` is WeChat's, where it gave one."""

    errcode: int | None = None

    def __str__(self) -> str:
        return f"{type(self).__name__} errcode={self.errcode}"


@dataclass
class TryLater(SendError):
    """The same way may work later: the platform is busy or counts our calls."""

    after: timedelta = timedelta(minutes=1)


@dataclass
class TryOther(SendError):
    """This way is closed for this person now; another may be open. `unreachable`: they block or left us."""

    unreachable: bool = False


@dataclass
class Broken(SendError):
    """Our own fault or setting: nobody is reached this way until it is mended."""


@dataclass
class Unknown(SendError):
    """The call left but no answer came: it may or may not have arrived."""
