"""例句: the sentences the bot learns from, in examples/<role>/<voice>.yaml, one sentence a line under its intent.

A file is one voice (an old villager of the northwest, a letter to the county, a cadre in a hurry), so that a voice
can be set aside and read with what the others taught. Staff add lines to any file, or files of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

EVERYONE, HOUSEHOLD, CADRE = "everyone", "household", "cadre"
NOTES = "notes"
"""Clauses of visit notes, under what they tell: trouble, help, gift or neither."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, what it wants, who says it (household, cadre or everyone), and whose voice it is."""

    text: str
    intent: str
    role: str
    voice: str


@dataclass(frozen=True, slots=True)
class Additions:
    """What a county adds to the language: examples of its own, and its words for ours (吃皇粮 → 低保)."""

    examples: tuple[Example, ...] = ()
    words: tuple[tuple[str, str], ...] = ()

    def in_our_words(self, text: str) -> str:
        """The text with the county's words put into ours; longer words first."""
        for theirs, ours in self.words:
            text = text.replace(theirs, ours)
        return text


def read_additions(loaded: Any, county: str) -> Additions:
    """A county's language.yaml: `words` (our word: theirs as a list) and `examples` (role, intent, sentences).

    ValueError says in plain words what is wrong with it.
    """
    if not isinstance(loaded, dict) or not loaded.keys() <= {"words", "examples"}:
        raise ValueError("words and examples are what it may hold")
    words = loaded.get("words") or {}
    if not isinstance(words, dict) or not all(isinstance(theirs, list) for theirs in words.values()):
        raise ValueError("words: each of our words has a list of theirs")
    pairs = [(str(theirs), str(ours)) for ours, several in words.items() for theirs in several]
    examples: list[Example] = []
    for role, intents in (loaded.get("examples") or {}).items():
        if role not in (EVERYONE, HOUSEHOLD, CADRE) or not isinstance(intents, dict):
            raise ValueError("examples: household, cadre or everyone, and under it the intents")
        examples += read_voice(intents, role, county)
    return Additions(tuple(examples), tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair))))


def read_voice(loaded: Any, role: str, voice: str) -> list[Example]:
    """The examples of one file's content: intents, each with its sentences as lines."""
    return [
        Example(line.strip(), intent, role, voice)
        for intent, block in (loaded or {}).items()
        for line in block.splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]


@cache
def examples() -> tuple[Example, ...]:
    """Every example of the project, role by role and voice by voice."""
    return tuple(example for role in (EVERYONE, HOUSEHOLD, CADRE) for example in _written_for(role))


@cache
def clauses() -> tuple[Example, ...]:
    """Every clause the reading of visit notes learns from; its voice is its theme."""
    return tuple(_written_for(NOTES))


def _written_for(role: str) -> list[Example]:
    import yaml  # here, because only training and checking need it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[Example] = []
    folder = files("bot.language").joinpath("examples", role)
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe loaders both
        found += read_voice(loaded, role, file.name.removesuffix(".yaml"))
    return found


def heard_by(role: str, everything: Iterable[Example]) -> list[Example]:
    """The examples a speaker of this role is understood by: everybody's and their own kind's."""
    own = CADRE if role == CADRE else HOUSEHOLD
    return [example for example in everything if example.role in (EVERYONE, own)]
