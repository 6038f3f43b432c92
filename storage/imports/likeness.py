"""对地名: how files write the name of one area, and which different writings mean the same one."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.language.numbers import read_number
from storage.areas import Level

_NOTE = re.compile(r"[(\[【〔〈]([^)\]】〕〉]*)[)\]】〕〉]")
_GROUP = re.compile(r"第?(.+?)(村民小组|村民组|小组|组)")

# What an office calls itself stands for the area it serves; the kind tells areas of one name apart (东河镇, 东河乡).
_OFFICES = {
    Level.COUNTY: ((re.compile(r"(.+)人民政府"), r"\1"),),
    Level.TOWNSHIP: (
        (re.compile(r"(.+?)(?:街道)?办事处"), r"\1街道"),
        (re.compile(r"(.+[镇乡])(?:人民)?政府"), r"\1"),
    ),
    Level.VILLAGE: (
        (re.compile(r"(.+?)村?(?:村民委员会|村委会)"), r"\1村"),
        (re.compile(r"(.+)社区(?:居民委员会|居委会)"), r"\1社区"),
        (re.compile(r"(.+)居民委员会"), r"\1居委会"),
    ),
}
_KINDS = {
    Level.COUNTY: ("自治县", "县", "市", "区", "旗"),
    Level.TOWNSHIP: ("街道", "镇", "乡", "苏木"),
    Level.VILLAGE: ("社区", "居委会", "村", "嘎查"),
}
# A 居委会 is what serves a 社区.
_SAME_KIND = {"居委会": "社区"}


_NAMES_REMEMBERED = 50_000


@lru_cache(_NAMES_REMEMBERED)
def tidy(written: str, level: Level) -> str:
    """Give the name an area is kept by: without spaces, and the area's rather than its office's (青山村村民委员会)."""
    name = "".join(written.split())
    for pattern, short in _OFFICES.get(level, ()):
        found = pattern.fullmatch(name)
        if found is not None:
            return found.expand(short)
    return name


@dataclass(frozen=True, slots=True)
class _Parts:
    base: str
    kind: str | None
    note: str | None


def same_name(written: str, names: Collection[str], level: Level, beside: Iterable[str] = ()) -> str | None:
    """Give the one name among an area's neighbours that this writing means, if it can mean no other.

    As it stands, or tidied, it wins. Else 东河 and 东河镇（街道） mean 东河镇, as long as there is no 东河乡 among the
    names or `beside` them, in the same file.
    """
    if written in names:
        return written
    short = tidy(written, level)
    exact = [name for name in names if tidy(name, level) == short]
    if exact:
        return exact[0] if len(exact) == 1 else None
    own = _parts(short, level)
    family = {name: parts for name in names if (parts := _parts(tidy(name, level), level)).base == own.base}
    in_file = (parts for name in beside if (parts := _parts(tidy(name, level), level)).base == own.base)
    if len(family) != 1 or not _agree((own, *family.values(), *in_file)):
        return None
    return next(iter(family))


def fullest_first(names: Iterable[str], level: Level) -> list[str]:
    """Put names in an order in which each can be told from those before it: 东河镇 before 东河 and 东河镇（街道）."""

    def key(name: str) -> tuple[bool, bool, str]:
        parts = _parts(tidy(name, level), level)
        return parts.kind is None, parts.note is not None, name

    return sorted(names, key=key)


def _agree(family: Collection[_Parts]) -> bool:
    kinds = {parts.kind for parts in family} - {None}
    notes = {parts.note for parts in family} - {None}
    return len(kinds) <= 1 and len(notes) <= 1


@lru_cache(_NAMES_REMEMBERED)
def _parts(name: str, level: Level) -> _Parts:
    half = unicodedata.normalize("NFKC", name)
    notes = _NOTE.findall(half)
    bare = tidy(_NOTE.sub("", half), level) or half
    note = "".join(notes) or None if bare != half else None
    if level == Level.GROUP:
        return _group(bare, note)
    for kind in _KINDS[level]:
        if bare.endswith(kind) and len(bare) > len(kind):
            return _Parts(bare.removesuffix(kind), _SAME_KIND.get(kind, kind), note)
    return _Parts(bare, None, note)


def _group(bare: str, note: str | None) -> _Parts:
    """第一村民小组, 一组 and 1组 are one; 1社 is not, as long as nobody says so."""
    found = _GROUP.fullmatch(bare)
    base, kind = (bare, None) if found is None else (found[1], "组")
    number = read_number(base)
    return _Parts(base if number is None else str(number), kind, note)
