"""结对规则: how many households an official is to help, as the county's documents say it; no clock, no store."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from policies.catalogue import PairedWith, PairingRule, Share
from policies.vocabulary import vocabulary

_PARTS = re.compile(r"[\s、，,;；/（）()]+")
_BRACKETS = re.compile(r"[\s()]")
_ENDINGS = ("领导干部", "领导", "干部", "职务")


class Fit(StrEnum):
    """How many households an official has, beside how many the rule gives them."""

    WITHIN = "within"
    OVER = "over"
    UNDER = "under"
    UNSTATED = "unstated"
    """The documents give this official no number."""
    UNKNOWN = "unknown"
    """They may, but what decides it is not on file."""


class Missing(StrEnum):
    """What is not on file, where that is why nobody can tell."""

    RANK = "rank"
    RANK_NOT_UNDERSTOOD = "rank_not_understood"
    SOMETHING_ELSE = "something_else"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one official stands. `share` is the rule that speaks of them, or that may; `missing` with UNKNOWN."""

    fit: Fit
    share: Share | None = None
    missing: Missing | None = None


def grades_of(rank: str | None) -> frozenset[str]:
    """Give the grades a 职务级别 may mean, by the words of vocabulary.yaml; none where they do not know it.

    县处级 may be either of two grades; 正科级（一级主任科员） names two of one person.
    """
    written = unicodedata.normalize("NFKC", rank or "").strip()
    grades: set[str] = set()
    whole = _BRACKETS.sub("", written)
    for part in [whole] if whole in vocabulary().grades else filter(None, _PARTS.split(written)):
        found = vocabulary().grades.get(part) or vocabulary().grades.get(_bare(part))
        if found is None:
            return frozenset()
        grades.update(found)
    return frozenset(grades)


def standing(rule: PairingRule | None, *, role: str, rank: str | None, households: int) -> Standing:
    """Say whether an official of that role (帮扶干部, 乡镇 …) and rank has as many households as the rule gives them.

    The first share of the rule that speaks of them counts; one that may or may not speak of them leaves it unknown.
    """
    for share in () if rule is None else rule.shares:
        if share.paired_with is not PairedWith.HOUSEHOLD or (share.roles and role not in share.roles):
            continue
        spoken_of, missing = _speaks_of(share, rank)
        if missing is not None:
            return Standing(Fit.UNKNOWN, share, missing)
        if spoken_of:
            return Standing(_fit(share, households), share)
    return Standing(Fit.UNSTATED)


def _speaks_of(share: Share, rank: str | None) -> tuple[bool, Missing | None]:
    """Whether a share speaks of who has that rank; and what one would have to know, where nobody can tell."""
    if share.ranks:
        grades = grades_of(rank)
        if not grades:
            return False, Missing.RANK_NOT_UNDERSTOOD if rank and rank.strip() else Missing.RANK
        if grades.isdisjoint(share.ranks):
            return False, None
        if not grades.issubset(share.ranks):
            return False, Missing.RANK_NOT_UNDERSTOOD
    return (False, Missing.SOMETHING_ELSE) if share.not_on_file else (True, None)


def _fit(share: Share, households: int) -> Fit:
    if share.at_most is not None and households > share.at_most:
        return Fit.OVER
    if share.at_least is not None and households < share.at_least:
        return Fit.UNDER
    return Fit.UNSTATED if share.at_least is None and share.at_most is None else Fit.WITHIN


def _bare(word: str) -> str:
    for ending in _ENDINGS:
        word = word.removesuffix(ending)
    return word
