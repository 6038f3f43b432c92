"""加一条: what staff add to a county's pack is put at the end of its files, checked before it stands there.

Nothing that is there is rewritten, comments stay, and a file is exchanged whole or not at all.
"""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from policies.catalogue import CatalogueError, check, pack_of
from policies.county import Amount, Benefit, Confirmation, County, TimeLimit
from policies.history import changes
from policies.pages import Entry, read_page
from policies.reading import CONFIRMED_FILE, COUNTY_FILE


def named(county: County, said: str) -> list[Benefit]:
    """The benefits somebody may mean: by id, else by name, else by what people call them."""
    if said in county.benefits:
        return [county.benefits[said]]
    every = list(county.benefits.values())
    return [one for one in every if one.name == said] or [one for one in every if said in one.aliases]


def confirmed_again(word: Confirmation | None, on: date) -> dict[str, Any]:
    """What the county's last word still says on a day, as the next entry of confirmed.yaml says it again."""
    if word is None or word.demonstration or (word.until is not None and word.until < on):
        return {}
    still = word.amount_on(on)
    amounts = ({on: still} if still is not None else {}) | {day: one for day, one in word.amounts if day > on}
    said: dict[str, Any] = {
        "until": None if word.until is None else word.until.isoformat(),
        "amount": {day.isoformat(): amount_entry(one) for day, one in amounts.items()},
        "papers": list(word.papers),
        "where": word.where,
        "phone": word.phone,
        "within": None if word.within is None else _limit_entry(word.within),
    }
    if word.window is not None and word.window.closes >= on:
        said["window"] = {
            "opens": None if word.window.opens is None or word.window.opens < on else word.window.opens.isoformat(),
            "closes": word.window.closes.isoformat(),
            "what": word.window.what,
            "where": word.window.where,
        }
    return said


def amount_entry(amount: Amount) -> dict[str, Any]:
    """An amount as YAML has it: numbers in quotes, exactly as they were written."""
    fields = {name: getattr(amount, name) for name in Amount.__dataclass_fields__}
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in fields.items() if value is not None
    }


def _limit_entry(limit: TimeLimit) -> dict[str, Any]:
    return {"days": limit.days, "months": limit.months, "counted": str(limit.counted)}


class _Writer(yaml.SafeDumper):
    """Writes as a person would: days and the word `on` without quotes, short mappings on one line."""


_Writer.yaml_implicit_resolvers = {
    first: [(tag, re.compile(r"^(?:true|false)$") if tag.endswith("bool") else pattern) for tag, pattern in resolvers]
    for first, resolvers in {
        first: [pair for pair in pairs if not pair[0].endswith("timestamp")]
        for first, pairs in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }.items()
}


def entry_text(entry: Mapping[str, Any], indent: int) -> str:
    """An entry of a list as it will stand in its file; what is empty is left out."""
    said = _without_empty(entry)
    written = yaml.dump(said, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=10_000)
    lines = written.rstrip("\n").split("\n")
    pad = " " * indent
    return "\n".join([f"{pad}- {lines[0]}", *(f"{pad}  {line}" for line in lines[1:])]) + "\n"


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {key: _without_empty(one) for key, one in value.items()}
        # Whoever writes `conditions: []` says that there are none.
        return {key: one for key, one in kept.items() if one not in (None, {}, []) or (key, one) == ("conditions", [])}
    return [_without_empty(one) for one in value] if isinstance(value, list | tuple) else value


def with_entry(text: str, key: str, entry: Mapping[str, Any]) -> tuple[str, str]:
    """A page with one more entry at the end of the list that ends it, and the lines that were added."""
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    items = re.findall(r"^( *)- ", text, re.M)
    added = entry_text(entry, min(map(len, items)) if items else 2)
    # A list with nothing in it may be written so that nothing can follow.
    text = re.sub(rf"^{key}:[ \t]*(\[\]|null|~)[ \t]*$", f"{key}:", text, flags=re.M)
    if not re.search(rf"^{key}:", text, re.M):
        text = f"{text.rstrip()}\n{key}:".lstrip()
    between = "\n\n" if items else "\n"
    return (text.rstrip("\n") + between + added).replace("\n", newline), added


def own_pack(name: str, own: Path) -> Path:
    """The county's pack in its own folder; the shipped one is copied there before the first change."""
    pack = own / name
    if not (pack / COUNTY_FILE).exists():
        with tempfile.TemporaryDirectory(dir=own, prefix=".new-") as folder:
            copy = shutil.copytree(pack_of(name), Path(folder) / name)
            copy.rename(pack)
    return pack


def put(pack: Path, files: Mapping[str, str], *, only_try: bool) -> None:
    """Put files in place of those that are there, if the pack is whole with them and nothing of the past is changed.

    Each is exchanged whole; of several the one that others rest on should stand first.

    Raises:
        CatalogueError: what is wrong with it; nothing has been changed.
        OSError: it cannot be written there.
    """
    with tempfile.TemporaryDirectory() as folder:
        tried = Path(shutil.copytree(pack, Path(folder) / pack.name))
        for file, text in files.items():
            (tried / file).write_text(text, encoding="utf-8", newline="")
        mistakes = check(tried) or changes(pack, tried)
        if mistakes:
            raise CatalogueError(mistakes)
    for file, text in () if only_try else files.items():
        waiting = (pack / file).with_suffix(".new")
        with waiting.open("w", encoding="utf-8", newline="") as page:
            page.write(text)
            page.flush()
            os.fsync(page.fileno())
        waiting.replace(pack / file)


@contextmanager
def alone(pack: Path) -> Iterator[None]:
    """Nobody else adds to this pack meanwhile."""
    folder = os.open(pack, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def read_file(pack: Path, file: str) -> str:
    """A file of the pack as it stands; nothing where there is none yet."""
    path = pack / file
    return path.read_bytes().decode("utf-8-sig") if path.exists() else ""


NEW_FILES = {
    "住房": "housing",
    "产业": "industry",
    "教育": "education",
    "健康": "health",
    "社保兜底": "social_security",
    "金融": "finance",
    "就业": "employment",
    "基础": "infrastructure",
    "生态": "ecology",
    "其他": "other",
}


def file_of_category(pack: Path, category: str) -> str:
    """The file that has a category's benefits, or the name of a new one."""
    for path in sorted(pack.glob("*.yaml")):
        if path.name in (COUNTY_FILE, CONFIRMED_FILE):
            continue
        if re.search(rf"^category: *['\"]?{re.escape(category)}['\"]?\s*(#.*)?$", read_file(pack, path.name), re.M):
            return path.name
    return f"{NEW_FILES[category]}.yaml"


def documents(pack: Path) -> dict[str, tuple[str, int] | None]:
    """The documents of a pack: the file of each and its first line, or None where its text is not there."""
    page = read_page(pack / COUNTY_FILE, COUNTY_FILE, lambda *_: None).data
    listed = page.below("documents") if isinstance(page, Entry) else None
    return {
        name: (one["file"], one.integer("first_line") or 1) if isinstance(one, Entry) and one.get("file") else None
        for name, one in (listed or {}).items()
    }


def with_document(text: str, name: str, title: str) -> tuple[str, str]:
    """county.yaml with one more document at the end of `documents`, and the lines that were added."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    start = next((place for place, line in enumerate(lines) if line.startswith("documents:")), None)
    if start is None:
        lines, start = [*lines, "documents:"], len(lines)
    end = next((place for place in range(start + 1, len(lines)) if re.match(r"\S", lines[place])), len(lines))
    while not lines[end - 1].strip():
        end -= 1
    entry = yaml.dump(
        {name: {"title": title, "file": f"{name}.txt"}}, Dumper=_Writer, allow_unicode=True, sort_keys=False
    )
    added = [f"  {line}" for line in entry.rstrip("\n").split("\n")]
    return newline.join([*lines[:end], *added, *lines[end:]]), "\n".join(added) + "\n"


def with_figure(text: str, name: str, day: date, figure: Mapping[str, Any]) -> tuple[str, str]:
    """county.yaml with a figure that begins on a day, after what is there of it, and the words that were added."""
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    if not re.search(r"^values:", text, re.M):
        text = f"{text.rstrip()}\n\nvalues:\n"
    values = _under(yaml.compose(text, yaml.SafeLoader), "values")
    there = _under(values, name)
    begins = f"{day}: {_on_one_line(_without_empty(figure))}"
    if there is not None and not _is_empty(there):
        text, added = _with_key(text, there, begins)
        return text.replace("\n", newline), added
    column = 2 if _is_empty(values) else values.start_mark.column
    flows = not _is_empty(values) and values.flow_style
    below = f" {{{begins}}}" if flows else f"\n{' ' * (column + 2)}{begins}"
    if there is not None:
        text = _instead_of(there, text, below)
    elif _is_empty(values):
        text = _instead_of(values, text, f"\n{' ' * column}{name}:{below}")
    else:
        text, _ = _with_key(text, values, f"{name}:{below}")
    return text.replace("\n", newline), f"{' ' * column}{name}:{below}\n"


def _instead_of(nothing: Any, text: str, written: str) -> str:
    """A page in which something stands where nothing was said."""
    return text[: nothing.start_mark.index].rstrip(" ") + written + text[nothing.end_mark.index :]


def _with_key(text: str, mapping: Any, written: str) -> tuple[str, str]:
    """A page with one more key at the end of a mapping that has some."""
    if mapping.flow_style:
        end = mapping.end_mark.index - 1
        return f"{text[:end].rstrip()}, {written}{text[end:]}", f"{written}\n"
    lines = text.split("\n")
    added = " " * mapping.start_mark.column + written
    below = _last_line(mapping) + 1
    return "\n".join([*lines[:below], added, *lines[below:]]), f"{added}\n"


def _under(mapping: Any, key: str) -> Any:
    """What stands under a key of a YAML page, or None."""
    pairs = mapping.value if isinstance(mapping, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _is_empty(node: Any) -> bool:
    return not node.value if isinstance(node, yaml.CollectionNode) else node.tag.endswith(":null")


def _last_line(node: Any) -> int:
    """The last line something stands on; a block itself is said to end where the next begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    is_block_of_text = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return int(node.end_mark.line) - is_block_of_text


def _on_one_line(entry: Mapping[str, Any]) -> str:
    written = yaml.dump(
        entry, Dumper=_Writer, allow_unicode=True, sort_keys=False, default_flow_style=True, width=100_000
    )
    return str(written).rstrip("\n")


def lines_with(text: str, quote: str, first_line: int) -> list[int]:
    """The lines of a document's text that have a quote, numbered as the document's."""
    return [place for place, line in enumerate(text.split("\n"), first_line) if quote in line]
