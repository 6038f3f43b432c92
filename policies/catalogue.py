"""政策目录: a county's benefits and rules, read from its own YAML, catalogue/<county>/ (docs/catalogue.md).

A pack is county.yaml (the county, its documents, figures, visits, pairing, procedures), one file a category with the
benefits, confirmed.yaml (what the county has confirmed still applies, by date; entries are added, never edited) and
sources/ (the documents' text, so that every quote can be checked). A pack with any mistake is refused whole.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from policies import advice
from policies.county import (
    Amount,
    Benefit,
    Confirmation,
    Counted,
    County,
    HandIn,
    Objection,
    PairedWith,
    PairingRule,
    Payee,
    Period,
    Procedure,
    Rest,
    Share,
    Source,
    Step,
    Strength,
    Subject,
    TimeLimit,
    Valid,
    VisitCount,
    VisitRule,
    Window,
)
from policies.pages import Mistake
from policies.reading import COUNTY_FILE, Pack
from policies.vocabulary import CATALOGUE

__all__ = [
    "Amount",
    "Benefit",
    "CatalogueError",
    "Confirmation",
    "Counted",
    "County",
    "HandIn",
    "Mistake",
    "Objection",
    "PairedWith",
    "PairingRule",
    "Payee",
    "Period",
    "Procedure",
    "Rest",
    "Share",
    "Source",
    "Step",
    "Strength",
    "Subject",
    "TimeLimit",
    "Valid",
    "VisitCount",
    "VisitRule",
    "Window",
    "check",
    "county_names",
    "load_county",
    "pack_of",
    "read_county",
]


class CatalogueError(Exception):
    """A pack that cannot be used; says each mistake with its file and line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{m.file}:{m.line} {m.key}: {m.what}" for m in self.mistakes))


def county_names(own: Path | None = None) -> list[str]:
    """The packs there are: those shipped, and those in the county's own folder."""
    folders = [CATALOGUE] if own is None else [CATALOGUE, own]
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{COUNTY_FILE}")})


def pack_of(name: str, own: Path | None = None) -> Path:
    """The folder of a county's pack: in the county's own folder where it has one there, else as shipped."""
    return own / name if own is not None and (own / name / COUNTY_FILE).exists() else CATALOGUE / name


@cache
def load_county(name: str, own: Path | None = None) -> County:
    """A county's pack, read once; raises CatalogueError with every mistake in it."""
    if name not in county_names(own):
        raise CatalogueError([Mistake(COUNTY_FILE, 1, name, advice.NO_SUCH_COUNTY)])
    return read_county(pack_of(name, own))


def read_county(directory: Path) -> County:
    """The pack in a directory, not cached; raises CatalogueError with every mistake in it."""
    pack = Pack(directory)
    county = pack.read()
    if pack.mistakes or county is None:
        raise CatalogueError(_in_order(pack.mistakes))
    return county


def check(directory: Path = CATALOGUE) -> list[Mistake]:
    """Every mistake of one pack, or of every pack below a directory that is none itself."""
    if (directory / COUNTY_FILE).exists() or (any(directory.glob("*.yaml")) and not _packs(directory)):
        return _check_pack(directory, "")
    packs = _packs(directory)
    if not packs:
        return [Mistake(COUNTY_FILE, 1, "", advice.NO_COUNTY_FILE)]
    return [mistake for pack in packs for mistake in _check_pack(pack, f"{pack.name}/")]


def _packs(directory: Path) -> list[Path]:
    """The folders that are packs, or would be if their county.yaml were not missing."""
    return sorted({path.parent for path in directory.glob("*/*.yaml")})


def _check_pack(directory: Path, prefix: str) -> list[Mistake]:
    pack = Pack(directory)
    pack.read()
    return [Mistake(prefix + m.file, m.line, m.key, m.what) for m in _in_order(pack.mistakes)]


def _in_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    return sorted(dict.fromkeys(mistakes), key=lambda mistake: (mistake.file, mistake.line))
