"""对话: a conversation is one function that reads top to bottom; a talk carries it over many messages.

`ask` and `choose` give the answer if it is known; if not, they send the question and stop, and on the next message
the function runs again from the top with the answers kept by name. A question undoes every write before it: ask
first, write once, at the end.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NoReturn, TypeVar

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.errors import NotUnderstood
from bot.messages import talk as say
from policies.catalogue import County
from storage.people import Speaker

S = TypeVar("S", bound=Speaker)
T = TypeVar("T")


class More(msgspec.Struct, omit_defaults=True):
    """What else a message asked for: it is begun by its number."""

    intent: str
    text: str
    slots: dict[str, Any] = {}


class State(msgspec.Struct, omit_defaults=True):
    """A talk that waits: which one, what it knows, what it asked last.

    `asked` names the question that waits for an answer, `question` is its words, and `hint` what was said of the last
    answer that did not fit; `steps` says how many answers were known before each answer that was given, so that the
    last can be taken back. `story`: the answer tells what happened, and anything may come up in it. `offered`: the talk
    has ended, and numbers may open more of it.

    `waits` is a talk that was left half-finished for this one, `reminded` whether the last reply reminded of it, and
    `reminders` how often replies have reminded of this one. `said` are the last words of this conversation; `lost` and
    `refused` how many of its last messages were not understood, and refused. `speaker` is whose talk it is, `at` the
    second it last went on. `about` is what stood on the screen when it began, or stands there now.
    """

    intent: str
    opening: str
    slots: dict[str, Any] = {}
    answers: dict[str, str] = {}
    asked: str | None = None
    question: str = ""
    hint: str = ""
    story: bool = False
    options: list[str] = []
    steps: list[int] = []
    offered: bool = False
    opened: bool = False
    afterwards: str | None = None
    more: list[More] = []
    waits: "State | None" = None
    reminded: bool = False
    reminders: int = 0
    said: list[str] = []
    lost: int = 0
    refused: int = 0
    speaker: str = ""
    at: int = 0
    about: str | None = None


REST = "+"
"""How the key of an offer begins that opens what did not fit its list: 其余 opens it as well as its number."""


@dataclass(frozen=True, slots=True)
class Offers:
    """Numbers under a reply that open something; anything else said is taken as new."""

    name: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a talk says at its end, with numbers that open more, where there are any.

    `afterwards` is the intent that hears the next message if nothing else does: a correction of what was just said.
    `about` is what was just shown, by its key: the talk that the next message begins finds it in `Talk.about`.
    `forgets`: whoever asked has been forgotten, and their account is not written down beside this answer either.
    `helpless`: it was not understood what was wanted; `refused`: it was, and is refused. Neither is said twice in a row
    in the same words: `Talk.lost` and `Talk.refused` say how often it was.
    `grave`: nothing is added to it, no reminder and no second request, and the words it answers are not kept.
    """

    text: str
    offers: Offers | None = None
    afterwards: str | None = None
    about: str | None = None
    forgets: bool = False
    helpless: bool = False
    refused: bool = False
    grave: bool = False


class Asking(Exception):
    """Raised by `ask` and `choose`: this question goes out now, and the talk waits.

    `hint` says that it was asked before and the answer did not fit (perhaps it was no answer at all), and what would.
    """

    def __init__(self, text: str, hint: str | None) -> None:
        super().__init__()
        self.text = text
        self.hint = hint


class SwitchTo(Exception):
    """Raised by a talk that hands over to another: with the words and slots that were said, or with its own words."""

    def __init__(self, intent: str, text: str = "", slots: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.intent = intent
        self.text = text
        self.slots = dict(slots or {})


@dataclass
class Talk(Generic[S]):
    """One turn of a conversation with one speaker.

    `text` and `slots` are of the message that opened the talk; `now` is the time of this turn, in the county's zone.
    `pages` is where phones reach our web pages; None where the county has set none up. `about` is what stood on the
    screen when the talk began (要什么材料, said under a benefit, means that benefit); None where nothing did.
    `said` are the words of this conversation before this message, as far as they are kept; `lost` and `refused` how
    many of them, the last ones, were not understood or refused.
    """

    session: AsyncSession
    speaker: S
    now: datetime
    county: County
    text: str
    slots: Mapping[str, Any]
    pages: str | None = None
    about: str | None = None
    answers: dict[str, str] = field(default_factory=dict)
    asked: str | None = None
    options: list[str] = field(default_factory=list)
    heard: str | None = None
    said: Sequence[str] = ()
    lost: int = 0
    refused: int = 0
    question: str = ""
    story: bool = False

    def ask(self, name: str, question: str, read: Callable[[str], T], *, story: bool = False) -> T:
        """Give the answer to a question, read by `read`; ask it if it is not known yet.

        `read` raises `NotUnderstood` for an answer that does not fit; its hint is said before the question again.
        `story`: the answer tells what happened, and anything may come up in it; only the very words of another
        request change the subject then.
        """
        if name in self.answers:
            return read(self.answers[name])
        answer = self._take(name)
        if answer is None:
            self._put(name, question, question, story=story)
        try:
            value = read(answer)
        except NotUnderstood as error:
            self._put(name, question, question, hint=error.hint, story=story)
        self.answers[name] = answer
        return value

    def choose(
        self,
        name: str,
        question: str,
        options: Sequence[T],
        *,
        label: Callable[[T], str],
        key: Callable[[T], str],
    ) -> T:
        """Give the option that was chosen, by its number on the list that was shown, or by its label."""
        by_key = {key(option): option for option in options}
        if self.answers.get(name) in by_key:
            return by_key[self.answers[name]]
        shown = say.numbered(question, [label(option) for option in options])
        answer = self._take(name)
        if answer is None:
            self._put(name, shown, question, list(by_key))
        number = read_number(answer)
        if number is not None:
            chosen = self.options[number - 1] if 1 <= number <= len(self.options) else None
            hint = say.no_such_number(len(self.options))
        else:
            chosen = next((k for k, option in by_key.items() if label(option) == answer), None)
            hint = say.ANSWER_WITH_NUMBER
        if chosen not in by_key:
            self._put(name, shown, question, list(by_key), hint=hint)
        self.answers[name] = chosen
        return by_key[chosen]

    def choose_several(
        self,
        name: str,
        question: str,
        options: Sequence[T],
        *,
        label: Callable[[T], str],
        key: Callable[[T], str],
    ) -> list[T]:
        """Give the options that were chosen, by their numbers on the list that was shown, by their labels, or all."""
        by_key = {key(option): option for option in options}
        known = self.answers[name].split(",") if name in self.answers else []
        if known and by_key.keys() >= set(known):
            return [by_key[chosen] for chosen in known]
        shown = say.numbered(question, [label(option) for option in options[:SHOWN]])
        if len(options) > SHOWN:
            shown += f"\n{say.not_shown(len(options) - SHOWN)}"
        answer = self._take(name)
        if answer is None:
            self._put(name, shown, question, list(by_key))
        chosen = read_several(answer, self.options, {label(option): k for k, option in by_key.items()})
        if not chosen or not by_key.keys() >= set(chosen):
            self._put(name, shown, question, list(by_key), hint=say.ANSWER_WITH_NUMBERS)
        self.answers[name] = ",".join(chosen)
        return [by_key[one] for one in chosen]

    def confirm(self, name: str, question: str) -> bool:
        """Give a yes or no."""
        return self.ask(name, question, read_yes_or_no)

    def opened(self, name: str) -> str | None:
        """Give the key of the offer that was opened by its number, or None when nothing was opened yet."""
        return self.answers.get(name)

    def _take(self, name: str) -> str | None:
        if self.asked != name:
            return None
        heard, self.heard = self.heard, None
        return heard

    def _put(
        self,
        name: str,
        text: str,
        question: str,
        options: list[str] | None = None,
        *,
        hint: str | None = None,
        story: bool = False,
    ) -> NoReturn:
        self.asked, self.question, self.options, self.story = name, question, options or [], story
        raise Asking(text, hint)


@dataclass(frozen=True, slots=True)
class Route:
    """One thing people can say: its intent, the words that mean it for certain, who may say it, and the talk.

    `help` is its line in the help text; `writes` is false for talks that only read. `of_account`: it is about the
    account that speaks and not about a household, so that to a proxy it does not begin with whose household it is.
    `hears`: right after a reply that named this route as its `afterwards`, which few words (去哪办) are meant for it,
    though by themselves they would be taken for small talk.
    """

    intent: str
    words: tuple[str, ...]
    speaker: type[Any]
    talk: Callable[[Talk[Any]], Awaitable[Reply]]
    writes: bool = True
    help: str | None = None
    of_account: bool = False
    hears: Callable[[str], bool] | None = None


_NUMERALS = {**{str(n): n for n in range(100)}, **{c: n for n, c in enumerate("零一二三四五六七八九十")}}
_PREFIXES = ("第", "选", "回复")
_BETWEEN = re.compile(r"[、，,;；\s]+")
_AND = re.compile(r"[和跟及]")
_SUFFIXES = ("个", "项", "号", "户", "。", ".", "、", "！", "!")


SHOWN = 20
"""So many choices are listed; what comes after them is chosen by what it is called, or with all the others."""


def read_several(answer: str, shown: Sequence[str], by_label: Mapping[str, str]) -> list[str]:
    """Read which of the options that were shown are meant: 1、3 or 二和四, 2-4, labels or what only one of them names,
    全部; none where any part is not understood."""
    said = answer.strip().rstrip("。.！!")
    if said in say.ALL_WORDS:
        return list(shown)
    chosen: list[str] = []
    for part in filter(None, _BETWEEN.split(said)):
        meant = _part(part, shown, by_label)
        if not meant:
            smaller = [_part(piece, shown, by_label) for piece in filter(None, _AND.split(part))]
            meant = [key for keys in smaller for key in keys] if all(smaller) else []
        if not meant:
            return []
        chosen += meant
    return list(dict.fromkeys(chosen))


def _part(part: str, shown: Sequence[str], by_label: Mapping[str, str]) -> list[str]:
    if part in by_label:
        return [by_label[part]]
    first, _, last = part.replace("—", "-").replace("~", "-").replace("到", "-").partition("-")
    begin, end = read_number(first), read_number(last or first)
    if begin is not None and end is not None and 1 <= begin <= end <= min(len(shown), SHOWN):
        return list(shown[begin - 1 : end])
    without = part.removesuffix("家").removesuffix("户")
    naming = [key for label, key in by_label.items() if without in label] if len(without) > 1 else []
    return naming if len(naming) == 1 else []


def read_number(answer: str) -> int | None:
    """Read the number of a choice: 2, ２, 二, 第二个, 2号; None where it is no number."""
    text = answer.strip().translate({0xFF10 + n: str(n) for n in range(10)})
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    for suffix in _SUFFIXES:
        text = text.removesuffix(suffix)
    return _NUMERALS.get(text.strip())


def read_yes_or_no(answer: str) -> bool:
    """Read a yes or a no, in the words people use."""
    word = answer.strip().rstrip("。.！!~～").lower()
    if word in say.YES_WORDS:
        return True
    if word in say.NO_WORDS:
        return False
    raise NotUnderstood(say.ANSWER_YES_OR_NO)


def reader_of_words(*, shortest: int, longest: int | None = None, say_more: str) -> Callable[[str], str]:
    """Give what reads a free answer of so many characters; `say_more` is the hint to who wrote fewer."""

    def read(answer: str) -> str:
        said = answer.strip()
        if len(said) < shortest:
            raise NotUnderstood(say_more)
        if longest is not None and len(said) > longest:
            raise NotUnderstood(say.too_long(longest))
        return said

    return read
