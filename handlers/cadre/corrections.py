"""更正: what a sentence changes in a visit told before (不是2袋是3袋, 日期是昨天, 还有孩子要上学). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from bot.language.dates import find_dates
from bot.language.names import read_person, same_name, without_house
from bot.language.notes import VisitNote, read_note
from bot.language.numbers import find_quantities, read_number
from bot.language.spelling import fold
from storage.visits import Changes, Visit

_LEAD = re.compile(
    r"^(?:(?:更正|改正|纠正|修改|改一下|改下|改|说错了?|记错了?|写错了?|弄错了?|错了|不对|刚才|刚刚|上一?条|那条|这条|我说的|应该|是|你听错了?|[，,。：:、\s])+)"
)
_TAIL = re.compile(r"(?:[，,。！!\s]|你听错了|给我改一下|改一下|改过来|才对|才是|的话)+$")
_NOT_BUT = re.compile(r"不是(?P<old>[^，,。；;]{1,20}?)[，,\s]*(?:而)?(?:应该)?是(?P<new>[^，,。；;]{1,20})")
_BUT_NOT = re.compile(r"(?:^|是)(?P<new>[^，,。；;是]{1,20}?)[，,\s]*不是(?P<old>[^，,。；;]{1,20})")
_INTO = re.compile(r"(?:把)?(?P<old>[^，,。；;]{1,20}?)(?:改成|改为|换成|应该是|应为|应是)(?P<new>[^，,。；;]{1,20})")
_BECOMES = re.compile(r"^(?:户主|户)?(?:改成|改为|换成|应该是|是)(?P<new>[^，,。；;]{2,8})$")
_SWAPS = (_NOT_BUT, _BUT_NOT, _INTO)
_DAY_WORD = re.compile(r"日期|时间|日子|哪天|那天|[去走访到]的$|^走访")
_HEAD_WORD = re.compile(r"户主|户|名字|姓名|人")
_MORE = re.compile(
    r"^(?:补充一下|补充|刚才那条|还有|另外|漏了|忘了说|再加上?|加上|(?:[他她](?:们)?家?|户主|老人|这户)?还(?:说|讲|反映|提到)?|[：:，,\s])+"
)
_THEY_SAY = re.compile(r"说|讲|反映|提到")
_AWAY = re.compile(r"(?:没有?送|没有?给|去掉|删掉|不要|没有)(?:过)?(?P<what>[\u4e00-\u9fffa-zA-Z\d]{1,12})$")
_GIVEN = re.compile(r"^(?:送|给|发|交)了?")
_TELL_WHEN = re.compile(r"^(?:[去走到访]|入户|走访)*的?$")


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be different: perhaps another household, by name, and whatever else changed."""

    household: str | None = None
    changes: Changes = field(default_factory=Changes)


def read_correction(said: str, visit: Visit, head: str, names: Sequence[str], today: date) -> Correction | None:
    """Read what a sentence changes in a visit to the household of that head; None where nothing fits it."""
    said = re.sub(rf"^{re.escape(head)}(?:家|户)?(?:的|那条)?[，,：:\s]+", "", said.strip())
    text = _TAIL.sub("", fold(said).strip())
    if _MORE.match(text):
        more = _MORE.sub("", said.strip())
        return _more(more, visit, names, today, told_by_them=bool(_THEY_SAY.search(said.strip().removesuffix(more))))
    for pattern in _SWAPS:
        swap = pattern.search(text)
        if swap:
            found = _swapped(_bare(swap["old"]), _bare(swap["new"]), visit, head, today)
            if found is not None:
                return found
    return _another_day(text, today) or _taken_away(text, visit) or _as_said(_LEAD.sub("", text), visit, names, today)


def stored(note: VisitNote) -> Changes:
    """What a note tells, in the shape the store keeps."""
    return Changes(
        visited_on=note.visit_date,
        date_text=None if note.date_text is None else note.date_text[:60],
        kind=note.visit_type,
        not_home=note.not_home,
        items=[
            {
                "name": item.name,
                "quantity": None if item.count is None else plain_number(item.count),
                "unit": item.unit or None,
            }
            for item in note.items
        ],
        problems=list(note.problems),
        measures=list(note.measures),
        amounts=[{"value": plain_number(money.value), "what": _GIVEN.sub("", money.what)} for money in note.amounts],
    )


def plain_number(value: Decimal) -> int | float:
    """A number as JSON keeps it; these are shown and compared, never summed."""
    return int(value) if value == value.to_integral_value() else float(value)


def _bare(part: str) -> str:
    return _TAIL.sub("", part.strip().removeprefix("把")).strip()


def _swapped(old: str, new: str, visit: Visit, head: str, today: date) -> Correction | None:
    """One thing for another: a household, a day, a quantity, a sum, or words of a phrase."""
    day = _whole_day(new, today)
    if day is not None and (_whole_day(old, today) is not None or _DAY_WORD.search(old)):
        return Correction(changes=Changes(visited_on=day, date_text=new))
    other = without_house(new)
    named = same_name(old, head) >= 0.5 or bool(_HEAD_WORD.fullmatch(old))
    if named and read_person(other).surname and not re.search(r"\d", other):
        return Correction(household=other)
    items = _with_quantity(visit.items, old, new)
    if items is not None:
        return Correction(changes=Changes(items=items))
    amounts = _with_amount(visit.amounts, read_number(old), read_number(new))
    if amounts is not None:
        return Correction(changes=Changes(amounts=amounts))
    return _reworded(old, new, visit)


def _whole_day(text: str, today: date) -> date | None:
    """The day a text names when it names nothing else (昨天, 3月5日去的)."""
    for found in find_dates(text, today):
        if found.start == 0 and _TELL_WHEN.match(text[found.end :]):
            return found.day
    return None


def _another_day(text: str, today: date) -> Correction | None:
    dates = [found for found in find_dates(text, today) if found.day is not None]
    if len(dates) != 1:
        return None
    [found] = dates
    rest = _LEAD.sub("", (text[: found.start] + text[found.end :]))
    if _DAY_WORD.search(text) or not rest:
        rest = re.sub(r"日期|时间|日子|是|改成|改为|应该|走访|入户|[去走访到]的|的", "", rest)
        if not rest.strip(" ，,。：:"):
            return Correction(changes=Changes(visited_on=found.day, date_text=found.text))
    return None


def _with_quantity(items: Sequence[dict[str, Any]], old: str, new: str) -> list[dict[str, Any]] | None:
    """The items with another quantity of the one that was told with the old one."""
    was, is_now = find_quantities(old), find_quantities(new)
    if len(was) > 1 or len(is_now) != 1:
        return None
    after = is_now[0]
    named = (old[: was[0].start] + old[was[0].end :] if was else old).strip("的")
    matching = [
        place
        for place, thing in enumerate(items)
        if (not named or named in thing["name"] or thing["name"] in named)
        and (not was or thing["quantity"] == plain_number(was[0].value))
        and (not was or thing["unit"] == (was[0].unit or None))
    ]
    if len(matching) != 1:
        return None
    changed = [dict(thing) for thing in items]
    changed[matching[0]] |= {"quantity": plain_number(after.value), "unit": after.unit or None}
    renamed = (new[: after.start] + new[after.end :]).strip("的")
    if renamed:
        changed[matching[0]]["name"] = renamed
    return changed


def _with_amount(
    amounts: Sequence[dict[str, Any]], old: Decimal | None, new: Decimal | None
) -> list[dict[str, Any]] | None:
    if old is None or new is None:
        return None
    changed = [dict(money) for money in amounts]
    for money in changed:
        if money["value"] == plain_number(old):
            money["value"] = plain_number(new)
            return changed
    return None


def _reworded(old: str, new: str, visit: Visit) -> Correction | None:
    """Other words in what was found, done or brought."""
    if any(old in phrase for phrase in visit.problems):
        return Correction(changes=Changes(problems=[phrase.replace(old, new) for phrase in visit.problems]))
    if any(old in phrase for phrase in visit.measures):
        return Correction(changes=Changes(measures=[phrase.replace(old, new) for phrase in visit.measures]))
    if any(old in thing["name"] for thing in visit.items):
        items = [thing | {"name": thing["name"].replace(old, new)} for thing in visit.items]
        return Correction(changes=Changes(items=items))
    return None


def _taken_away(text: str, visit: Visit) -> Correction | None:
    """Something that was not so after all (没送化肥, 去掉屋顶漏水)."""
    away = _AWAY.search(text)
    if away is None:
        return None
    what = away["what"]
    items = [thing for thing in visit.items if thing["name"] not in what and what not in thing["name"]]
    if len(items) < len(visit.items):
        return Correction(changes=Changes(items=items))
    problems = [phrase for phrase in visit.problems if what not in phrase]
    if len(problems) < len(visit.problems):
        return Correction(changes=Changes(problems=problems))
    measures = [phrase for phrase in visit.measures if what not in phrase]
    if len(measures) < len(visit.measures):
        return Correction(changes=Changes(measures=measures))
    return None


def _as_said(text: str, visit: Visit, names: Sequence[str], today: date) -> Correction | None:
    """What is said once more, as it should have been: an item with its quantity (化肥3袋), or the only sum (300元)."""
    things = quantities_said(text)
    known = [(thing, _place_of(thing["name"], visit.items)) for thing in things]
    if things and all(place is not None for _, place in known):
        items = [dict(thing) for thing in visit.items]
        for thing, place in known:
            assert place is not None
            items[place] |= {"quantity": thing["quantity"], "unit": thing["unit"]}
        return Correction(changes=Changes(items=items))
    note = read_note(text, today, names)[0]
    sums = [plain_number(money.value) for money in note.amounts]
    if (
        len(sums) == 1
        and len(visit.amounts) == 1
        and re.search(r"金额|钱|元|块|^[\d一二两三四五六七八九十百千万]+$", text)
    ):
        return Correction(changes=Changes(amounts=[visit.amounts[0] | {"value": sums[0]}]))
    return None


def quantities_said(text: str) -> list[dict[str, Any]]:
    """The things a short text counts, when it says nothing else: 化肥3袋, 两桶油和大米1袋; empty otherwise."""
    things = []
    for part in re.split(r"[，,、。\s]|和|还有", fold(text)):
        piece = re.sub(r"^(?:是|送了?|改成|应该是)+", "", part)
        counted = find_quantities(piece)
        if not piece:
            continue
        if len(counted) != 1 or not counted[0].unit:
            return []
        name = (piece[: counted[0].start] + piece[counted[0].end :]).strip("的是")
        if not re.fullmatch(r"[\u4e00-\u9fffa-z]{1,8}", name):
            return []
        things.append({"name": name, "quantity": plain_number(counted[0].value), "unit": counted[0].unit})
    return things


def _place_of(name: str, items: Sequence[dict[str, Any]]) -> int | None:
    fits = [place for place, thing in enumerate(items) if name in thing["name"] or thing["name"] in name]
    return fits[0] if len(fits) == 1 else None


def _more(
    text: str, visit: Visit, names: Sequence[str], today: date, *, told_by_them: bool = False
) -> Correction | None:
    """What comes on top of what was told; the note keeps these words too.

    What the family said it wants (她还说要办慢性病证) is a need of theirs, whoever is to see to it.
    """
    if not text:
        return None
    note = read_note(text, today, names)[0]
    told = stored(note)
    items = told["items"] or quantities_said(text)
    problems = told["problems"]
    if told_by_them and told["measures"] and not problems:
        problems, told["measures"] = [text[:100]], []
    if not (items or problems or told["measures"] or told["amounts"]):
        problems = [text[:100]]
    return Correction(
        changes=Changes(
            note=f"{visit.note}\n{text}",
            items=_with(visit.items, items),
            problems=_with(visit.problems, problems),
            measures=_with(visit.measures, told["measures"]),
            amounts=_with(visit.amounts, told["amounts"]),
        )
    )


def _with(told: Sequence[Any], more: Sequence[Any]) -> list[Any]:
    """What was told and what comes on top, each thing once."""
    return [*told, *(thing for thing in more if thing not in told)]
