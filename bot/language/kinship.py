"""亲属: whom of a household a kinship word means (我妈, 老伴, 孙子, 王奶奶), by how each is related to the head.

A word means different people in different mouths: 我妈 said by the head is the head's mother, said by the head's son
the head's wife. So words are read as so many generations up or down from who speaks.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.language.names import surname_of
from bot.language.spelling import mended


class Sex(StrEnum):
    """As the register writes it."""

    MAN = "男"
    WOMAN = "女"


class By(StrEnum):
    """How somebody came into the family, where a word tells."""

    BLOOD = "blood"
    MARRIAGE = "marriage"
    SPOUSE = "spouse"


@dataclass(frozen=True, slots=True)
class Kin:
    """Who is meant: generations above the speaker (below: negative), sex and tie where the word tells them.

    `surname`: the word stood after one (王奶奶), so it says who somebody is and not whose.
    """

    said: str
    generations: tuple[int, ...]
    sex: Sex | None
    by: By
    surname: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody stands in the family, seen from the head."""

    generation: int
    sex: Sex | None
    by: By


_WORDS: tuple[tuple[str, tuple[int, ...], Sex | None, By], ...] = (
    (r"老伴|爱人|配偶|屋里的|当家的|屋头人", (0,), None, By.SPOUSE),
    (r"老婆|妻子|婆娘|堂客", (0,), Sex.WOMAN, By.SPOUSE),
    (r"老公|丈夫|男人|男的", (0,), Sex.MAN, By.SPOUSE),
    (r"儿媳妇?|媳妇", (-1,), Sex.WOMAN, By.MARRIAGE),
    (r"女婿", (-1,), Sex.MAN, By.MARRIAGE),
    (r"外?孙女", (-2,), Sex.WOMAN, By.BLOOD),
    (r"外?孙子|孙娃子?|孙儿", (-2,), Sex.MAN, By.BLOOD),
    (r"外孙", (-2,), None, By.BLOOD),
    (r"(?<!太)(?:奶奶|外婆|姥姥|阿婆|婆婆|大娘|大妈|太婆)", (2,), Sex.WOMAN, By.BLOOD),
    (r"爷爷|外公|姥爷|阿公|公公|大爷|大伯", (2,), Sex.MAN, By.BLOOD),
    (r"妈妈?|母亲|老娘|我娘|阿妈|老妈子?", (1,), Sex.WOMAN, By.BLOOD),
    (r"爸爸?|父亲|老爹|我爹|老汉儿?|阿爸", (1,), Sex.MAN, By.BLOOD),
    (r"女儿|闺女|幺女|妹子", (-1,), Sex.WOMAN, By.BLOOD),
    (r"儿子|幺儿|崽", (-1,), Sex.MAN, By.BLOOD),
    (r"娃娃?|孩子|小孩|小娃", (-1, -2), None, By.BLOOD),
)
_SAID = tuple((re.compile(pattern), generations, sex, by) for pattern, generations, sex, by in _WORDS)
_OLD_ENOUGH_FOR_A_TITLE = (0, 1, 2)
"""王奶奶 is said of whoever of that name is old, whatever their place in the household."""


def kin_in(text: str) -> Kin | None:
    """The first kinship word of a sentence that says whose money is meant; None where it speaks of nobody."""
    said = mended(text)
    found = [
        (match.start(), -len(match.group()), match.group(), generations, sex, by)
        for pattern, generations, sex, by in _SAID
        for match in pattern.finditer(said)
    ]
    if not found:
        return None
    start, _, word, generations, sex, by = min(found, key=lambda one: one[:2])
    before = said[max(0, start - 2) : start]
    surname = surname_of(before[-1:]) if before[-1:] and before[-1] not in "我俺咱的他她家个给和" else ""
    if surname and max(generations) > 0:
        return Kin(before[-1] + word, _OLD_ENOUGH_FOR_A_TITLE, sex, By.BLOOD, surname)
    return Kin(word, generations, sex, by)


def fits(kin: Kin, *, name: str, relation: str | None, sex: str | None, speaker: str | None) -> bool:
    """Whether somebody of this name and relation to the head may be meant by who stands in `speaker` to the head.

    An unknown speaker is taken for the head, in whose name a household is bound.
    """
    theirs, own = _place(relation, sex), _place(speaker, None)
    if theirs is None:
        return False
    if kin.surname is not None:
        same_sex = theirs.sex is None or kin.sex is None or theirs.sex is kin.sex
        return name.startswith(kin.surname) and theirs.generation in kin.generations and same_sex
    seen_from = own or _Place(0, None, By.BLOOD)
    if kin.by is By.SPOUSE:
        couple = {seen_from.by, theirs.by}
        return theirs.generation == seen_from.generation == 0 and couple == {By.BLOOD, By.SPOUSE}
    if kin.sex is not None and theirs.sex is not None and theirs.sex is not kin.sex:
        return False
    by_marriage = theirs.by is By.MARRIAGE
    if by_marriage != (kin.by is By.MARRIAGE) and theirs.generation - seen_from.generation < 0:
        return False
    return theirs.generation - seen_from.generation in kin.generations


_GENERATIONS: tuple[tuple[str, int], ...] = (
    (r"曾孙", -3),
    (r"孙", -2),
    (r"曾祖", 3),
    (r"祖|爷|奶|外公|外婆", 2),
    (r"岳父|岳母|公公|婆婆|父|母|爸|妈|爹|娘", 1),
    (r"子|女|儿|媳|婿", -1),
    (r"配偶|妻|夫|户主|兄|弟|姐|妹|哥", 0),
)
_WOMEN = re.compile(r"母|妻|媳|婆|奶|妈|娘|姐|妹|女(?!婿)")
_MEN = re.compile(r"父|夫|婿|公|爷|爸|爹|兄|弟|哥|子")


def _place(relation: str | None, sex: str | None) -> _Place | None:
    """Read a relation to the head as the files write it: 之母, 配偶, 之儿媳, 长子."""
    if not relation:
        return None
    generation = next((steps for pattern, steps in _GENERATIONS if re.search(pattern, relation)), None)
    if generation is None:
        return None
    known = Sex(sex) if sex in (Sex.MAN, Sex.WOMAN) else None
    read = Sex.WOMAN if _WOMEN.search(relation) else Sex.MAN if _MEN.search(relation) else None
    by = By.BLOOD
    if re.search(r"配偶|妻|丈夫", relation):
        by = By.SPOUSE
    elif re.search(r"媳|婿|岳|公公|婆婆", relation):
        by = By.MARRIAGE
    return _Place(generation, known or read, by)
