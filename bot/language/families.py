"""家庭变动: a birth, a death, a move, a split or a new head, where somebody tells of it."""

import re
from enum import StrEnum

from bot.language.spelling import fold


class FamilyChange(StrEnum):
    """What changed; `other` is any other fact on file."""

    DIED = "died"
    BORN = "born"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"
    SPLIT = "split"
    MERGED = "merged"
    HEAD_CHANGED = "head_changed"
    OTHER = "other"


_ELDERS = r"(?:妈|娘|爸|爹|爷|奶|公|婆|父亲|母亲|大爷|大娘|老人家?|老伴|老汉|老太)"
_PATTERNS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            FamilyChange.DIED,
            rf"去世|过世|病故|病逝|离世|逝世|亡故|死了|{_ELDERS}.{{0,8}}(?:走了|没了|不在了|老了)(?!多少|几)|销户",
        ),
        (FamilyChange.SPLIT, r"分户|分家|分开过|单独立户|另立(?:门户|一户)|自立门户"),
        (FamilyChange.MERGED, r"并户|合户|合成一户|并到.{1,8}(?:家|户)"),
        (FamilyChange.HEAD_CHANGED, r"户主.{0,8}(?:换|变|改)|(?:换|变更|改).{0,3}户主"),
        (
            FamilyChange.MOVED_IN,
            r"迁(?:进|入|来|回)|(?:嫁|娶)(?:了|进|来|过来|个).{0,4}(?:媳妇|进门|来)|娶了|入赘|上门女婿|落户|户口.{0,6}(?:迁|转|上)(?:进|入|来|回)",
        ),
        (FamilyChange.BORN, r"添(?:了|个|丁|人|孙)|生了(?:个|一|娃|孩|儿|女|双|对)|出生了|刚出生"),
        (
            FamilyChange.MOVED_OUT,
            r"出嫁|嫁(?:了|人|出|到|走)|迁(?:走|出)|户口.{0,6}(?:迁|转)(?:走|出)|搬走|不在我家了|离婚",
        ),
    )
)
_A_VISIT = re.compile(
    r"走访|入户|签到|看望|慰问|探望|回访|去了|到了|上门(?!女婿)|电话|送了|送去|谈|聊|了解|见到|情绪|困难|补贴|低保"
)
_ASKS = re.compile(r"[?？]|吗|呢$|怎么|如何|什么|哪|能不能|可不可以|多少|几[个口岁]|要不要|有没有|没有$|是不是")
_BREAKS = re.compile(r"[，,；;。！!\s]+")
_MORE_OF_IT = re.compile(r"[0-9昨前上今][月日天年个]|户主|[儿女孙]")
"""When it was, who it was, who heads the household now."""
_AT_MOST = 40


def change_in(text: str) -> FamilyChange | None:
    """Give which change a text tells of, the gravest first; None where it tells of none."""
    said = fold(text)
    return next((kind for kind, pattern in _PATTERNS if pattern.search(said)), None)


def tells_only_of_a_change(text: str) -> bool:
    """Whether a cadre's sentence tells of a change and of nothing else: no visit, no question, no second subject."""
    said = fold(text).strip()
    parts = [part for part in _BREAKS.split(said) if part]
    return (
        len(said) <= _AT_MOST
        and len(parts) <= 2
        and not _A_VISIT.search(said)
        and not _ASKS.search(said)
        and change_in(said) is not None
        and all(change_in(part) is not None or _MORE_OF_IT.search(part) for part in parts[1:])
    )
