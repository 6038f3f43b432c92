"""读音: how a Chinese character sounds without its tone, and which sounds people mix up when typing."""

from functools import cache
from importlib.resources import files

SURNAME_READINGS = {
    "单": "shan", "仇": "qiu", "区": "ou", "曾": "zeng", "解": "xie", "查": "zha", "任": "ren", "华": "hua",
    "翟": "zhai", "盖": "ge", "朴": "piao", "缪": "miao", "乐": "yue", "覃": "qin", "宓": "fu", "员": "yun",
    "折": "she", "尉": "wei", "冼": "xian", "晁": "chao", "逄": "pang", "种": "chong", "牟": "mou", "洗": "xian",
}  # fmt: skip
"""Readings that differ when the character is a surname; general pinyin tables get these wrong."""

FULLER_READINGS = {"行": "hang", "给": "gei", "还": "hai", "地": "di", "得": "de", "重": "zhong", "长": "chang"}
"""The reading that matters in our words where the table's first one is another."""


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    text = files("bot.language").joinpath("sounds.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        syllable, characters = line.split(" ", 1)
        for character in characters:
            table.setdefault(character, syllable)
    table.update(FULLER_READINGS)
    return table


def syllable(character: str) -> str:
    """The character's reading without tone; the character itself when it is not in the table."""
    return _table().get(character, character)


@cache
def loose(syllable: str) -> str:
    """The syllable as many dialects hear it: zh/z, ch/c, sh/s, n/l, f/h, -ng/-n and ü/u are one sound."""
    for heard, written in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(heard):
            syllable = written + syllable[2:]
    if syllable.startswith("n") and len(syllable) > 1:
        syllable = "l" + syllable[1:]
    if syllable.startswith("hu") and syllable != "hu":
        syllable = "f" + syllable[2:]
    if syllable.endswith("ng"):
        syllable = syllable[:-1]
    return syllable.replace("v", "u")


def sound(text: str) -> tuple[str, ...]:
    """The syllables of a text, one a character."""
    table = _table()
    return tuple(table.get(character, character) for character in text)


def name_sound(name: str) -> tuple[str, ...]:
    """The syllables of a person's name, the surname read as a surname."""
    if not name:
        return ()
    return (SURNAME_READINGS.get(name[0], syllable(name[0])), *sound(name[1:]))


@cache
def alike(syllable: str) -> str:
    """The everyday characters of a syllable, the commonest first as the table has them."""
    return _written().get(syllable, "")


@cache
def _written() -> dict[str, str]:
    text = files("bot.language").joinpath("sounds.txt").read_text(encoding="utf-8")
    rows = (line.split(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {syllable: characters[:12] for syllable, characters in rows}
