"""词表: what a condition may speak of, read once from catalogue/vocabulary.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CATALOGUE = Path(__file__).parent / "catalogue"


class Kind(StrEnum):
    """How an attribute is compared and said."""

    STATUS = "status"
    FLAG = "flag"
    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    LABELS = "labels"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One fact a condition may ask for: its Chinese name, its values' names and the question that settles it."""

    name: str
    kind: Kind
    words: str
    ask: str
    change: str | None
    unit: str
    values: Mapping[str | int, str]

    @property
    def scope(self) -> str:
        """Whose fact it is: household, village, member, event, or manual."""
        return self.name.partition(".")[0]

    @property
    def field(self) -> str:
        """The name of the field in facts.py."""
        scope, _, rest = self.name.partition(".")
        return f"village_{rest}" if scope == "village" else rest


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of the catalogue.

    Of the `symbols` some name `lists` of words, the others figures. A unit is one of `units`, alone or per one of
    `units_per` (元/户, 元/人·年). `ranks` are the grades a rule may name, `grades` those a 职务级别 of the files may
    mean.
    """

    categories: tuple[str, ...]
    amount_kinds: Mapping[str, str]
    units: tuple[str, ...]
    units_per: tuple[str, ...]
    symbols: Mapping[str, str]
    lists: frozenset[str]
    roles: tuple[str, ...]
    ranks: tuple[str, ...]
    grades: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, Attribute]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary shipped with the catalogue; it is part of the program, so a mistake in it is ours."""
    raw: dict[str, Any] = yaml.load((CATALOGUE / "vocabulary.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return Vocabulary(
        categories=tuple(raw["categories"]),
        amount_kinds=raw["amount_kinds"],
        units=tuple(raw["units"]),
        units_per=tuple(raw["units_per"]),
        symbols=raw["symbols"],
        lists=frozenset(raw["lists"]),
        roles=tuple(raw["roles"]),
        ranks=tuple(raw["ranks"]),
        grades={
            **{word: (grade,) for grade, written in raw["ranks"].items() for word in [grade, *written]},
            **{word: tuple(grades) for word, grades in raw["wider_ranks"].items()},
        },
        attributes={
            name: Attribute(
                name=name,
                kind=Kind(entry["kind"]),
                words=entry["words"],
                ask=entry["ask"],
                change=entry.get("change"),
                unit=entry.get("unit", ""),
                values=entry.get("values", {}),
            )
            for name, entry in raw["attributes"].items()
        },
    )
