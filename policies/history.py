"""不改旧的: what of an earlier catalogue was edited or removed in a later one, instead of being added with a date.

Answers of the past must come out the same ever after, so what a document or the county has once said stays as it is.
Adding is free: benefits, documents, procedures, confirmations, amounts and figures from a later day, and what people
call a thing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policies import advice
from policies.pages import MAX_SOURCE_BYTES, Entry, Mistake, iso_date, read_page, read_text
from policies.reading import CONFIRMED_FILE, COUNTY_FILE, SOURCES

MAY_GROW = frozenset({"aliases", "words", "amount"})
"""Lists of words, and amounts by day: more may be added to them."""

MAY_BE_ADDED = frozenset({"aliases", "words", "applying", "note", "quote2", "within", "objection"})
"""Keys that may be filled in where they were empty, outside confirmations."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """Something that stays, by what it is and its name."""

    what: str
    name: str
    entry: Entry
    category: Any = None


def changes(before: Path, after: Path) -> list[Mistake]:
    """Name everything of one pack, or of every pack of a folder, that a later state has edited or removed.

    One pack may be compared with the folder that has its earlier state under its name.
    """
    if (after / COUNTY_FILE).exists() and not (before / COUNTY_FILE).exists():
        before = before / after.name
    if (before / COUNTY_FILE).exists():
        return _changes_of_pack(before, after, "")
    packs = sorted(path.parent for path in before.glob(f"*/{COUNTY_FILE}"))
    return [one for pack in packs for one in _changes_of_pack(pack, after / pack.name, f"{pack.name}/")]


def _changes_of_pack(before: Path, after: Path, prefix: str) -> list[Mistake]:
    now = {(one.what, one.name): one for one in _kept(after)}
    found: list[Mistake] = []
    for old in _kept(before):
        new = now.get((old.what, old.name))
        if new is None:
            removed = advice.removed(f"{old.what} {old.name}（{old.entry.file} 第{old.entry.line}行）")
            found.append(Mistake(old.entry.file, old.entry.line, old.name, removed))
            continue
        found += _edits(old, new)
    found += _changed_sources(before / SOURCES, after / SOURCES)
    return [Mistake(prefix + one.file, one.line, one.key, one.what) for one in sorted(found, key=_place)]


def _kept(directory: Path) -> Iterator[_Kept]:
    for path in sorted(directory.glob("*.yaml")):
        page = read_page(path, path.name, _unsaid).data
        if not isinstance(page, Entry):
            continue
        if path.name == COUNTY_FILE:
            yield from _kept_of_county(page)
        elif path.name == CONFIRMED_FILE:
            for entry in page.entries("confirmed"):
                yield _Kept(advice.CONFIRMATION, f"{entry.get('benefit')} {entry.get('on')}", entry)
        else:
            for entry in page.entries("benefits"):
                yield _Kept(advice.BENEFIT, str(entry.get("id")), entry, page.get("category"))


def _kept_of_county(page: Entry) -> Iterator[_Kept]:
    for what, key in ((advice.DOCUMENT, "documents"), (advice.FIGURE, "values")):
        below = page.below(key) or ()
        for name in below:
            entry = page[key][name]
            if isinstance(entry, Entry):
                yield _Kept(what, name, entry)
    after_exit = page.below("after_exit")
    if after_exit is not None:
        yield _Kept(advice.AFTER_EXIT, "after_exit", after_exit)
    for entry in page.entries("procedures"):
        yield _Kept(advice.PROCEDURE, str(entry.get("id")), entry)


def _edits(old: _Kept, new: _Kept) -> Iterator[Mistake]:
    if old.category != new.category:
        what = advice.edited(f"{old.what} {old.name} ", str(old.category), str(new.category))
        yield Mistake(new.entry.file, new.entry.line, "category", what)
    yield from _edited_keys(old, old.entry, new.entry)


def _edited_keys(kept: _Kept, old: Entry, new: Entry) -> Iterator[Mistake]:
    """Each key that was changed, at its own line, however deep it stands."""
    # What the county has said on a day, it has said whole; only amounts of later days may come to it.
    may_be_added = frozenset[str]() if kept.what == advice.CONFIRMATION else MAY_BE_ADDED
    for key in dict.fromkeys([*old, *new]):
        then, now = old.get(key), new.get(key)
        if then == now or (then is None and key in may_be_added) or _grew(key, then, now):
            continue
        if kept.what == advice.FIGURE and then is None and _says_nothing_else_of_the_past(key, old):
            continue
        inside = _pairs(then, now)
        if inside:
            for before, after in inside:
                yield from _edited_keys(kept, before, after)
            continue
        if kept.what == advice.FIGURE and then is None and iso_date(key) is not None:
            said = advice.FIGURE_IN_THE_PAST
        elif kept.what == advice.FIGURE:
            said = advice.figure_edited(_short(then), _short(now))
        else:
            said = advice.edited(f"{kept.what} {kept.name} ", _short(then), _short(now))
        yield Mistake(new.file, new.line_of(key), key, said)


def _pairs(then: Any, now: Any) -> list[tuple[Entry, Entry]]:
    """The mappings that stand for one another: one beside one, or as many in a list as before."""
    before, after = ([one] if isinstance(one, Entry) else one for one in (then, now))
    if not isinstance(before, list) or not isinstance(after, list) or len(before) != len(after):
        return []
    pairs = list(zip(before, after, strict=True))
    return pairs if all(isinstance(one, Entry) for pair in pairs for one in pair) else []


def _grew(key: str, then: Any, now: Any) -> bool:
    if key not in MAY_GROW:
        return False
    if isinstance(then, Entry) and isinstance(now, Entry):
        # An amount has a kind; amounts by day have days, and a new one begins after all that were there.
        return "kind" not in then and then.items() <= now.items() and min(now.keys() - then.keys()) > max(then)
    return isinstance(then, list) and isinstance(now, list) and set(then) <= set(now)


def _says_nothing_else_of_the_past(key: str, figure: Entry) -> bool:
    """Whether this is a day from which a figure is another one, after all that were there, or before where none was."""
    days = [one for one in figure if iso_date(one) is not None]
    first = len(days) == len(figure) and all(key < day for day in days)
    return iso_date(key) is not None and (first or all(key > day for day in days))


def _short(value: Any) -> str:
    if value is None:
        return advice.NOTHING
    if isinstance(value, Entry):
        return "，".join(f"{key}: {_short(one)}" for key, one in value.items() if one is not None)[:80]
    if isinstance(value, list):
        return "、".join(map(_short, value))[:80]
    return str(value)[:80]


def _changed_sources(before: Path, after: Path) -> Iterator[Mistake]:
    for path in sorted(before.glob("*.txt")):
        file = f"{SOURCES}/{path.name}"
        then = read_text(path, _unsaid, most=MAX_SOURCE_BYTES)
        if not (after / path.name).is_file():
            yield Mistake(file, 1, "", advice.removed(advice.SOURCE_TEXT))
            continue
        now = read_text(after / path.name, _unsaid, most=MAX_SOURCE_BYTES)
        if then is not None and now is not None and then.splitlines() != now.splitlines():
            pairs = enumerate(zip(then.splitlines(), now.splitlines(), strict=False), 1)
            first = next((line for line, (old, new) in pairs if old != new), None)
            yield Mistake(
                file,
                first or 1,
                "",
                advice.source_edited(first or 1 + min(len(then.splitlines()), len(now.splitlines()))),
            )


def _unsaid(line: int, key: str, what: str) -> None:
    """What is wrong with a page is for `check` to say."""


def _place(mistake: Mistake) -> tuple[str, int]:
    return mistake.file, mistake.line
