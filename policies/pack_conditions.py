"""读条件: the conditions of a benefit, made into tests; what is wrong with one is reported where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from policies import advice
from policies.conditions import OPS_OF_KIND, AfterExit, Figure, Op, Operand, comparison, group
from policies.pages import Entry
from policies.shapes import keys
from policies.soundness import Placed, too_much
from policies.vocabulary import Attribute, Kind, vocabulary


@dataclass(frozen=True, slots=True)
class Given:
    """What a condition is compiled with, besides its own words: whose it is, and what the county says."""

    benefit: str
    after_exit: AfterExit | None
    figures: Mapping[str, Figure]


def read_conditions(entry: Entry, key: str, given: Given) -> list[Placed]:
    """The conditions of a list, each with the mapping it stands in; what cannot be read is reported and left out."""
    found = (_condition(item, given) for item in entry.entries(key))
    return [one for one in found if one is not None]


def _condition(entry: Entry, given: Given) -> Placed | None:
    entry.only(keys("condition"))
    text = entry.get("text")
    if text is None or (isinstance(text, str) and not text.strip()):
        entry.wrong("text", advice.NO_CONDITION_TEXT)
    text = entry.maybe_text("text") or ""
    forms = [key for key in ("attr", "any", "all") if key in entry]
    if not forms and ("op" in entry or "value" in entry):
        entry.wrong("attr", advice.MISSING)
        return None
    if len(forms) != 1 or (forms[0] != "attr" and ("op" in entry or "value" in entry)):
        entry.wrong(forms[-1] if forms else "text", advice.ONE_FORM)
        return None
    if forms[0] == "attr":
        return _comparison(entry, text, given)
    parts = tuple(read_conditions(entry, forms[0], given))
    written = entry.get(forms[0])
    if not isinstance(written, list) or len(written) < 2:
        entry.wrong(forms[0], advice.GROUP_OF_ONE if written else advice.MISSING)
    if entry.get("ask") is not None:
        entry.wrong("ask", advice.ASK_INSIDE)
    if not parts:
        return None
    inside = tuple(part.condition for part in parts)
    any_of, all_of = (inside, ()) if forms[0] == "any" else ((), inside)
    change = entry.maybe_text("change")
    return Placed(entry, group(text=text, benefit=given.benefit, any_of=any_of, all_of=all_of, change=change), parts)


def _comparison(entry: Entry, text: str, given: Given) -> Placed | None:
    ask, change = entry.maybe_text("ask"), entry.maybe_text("change")
    attribute = vocabulary().attributes.get(str(entry["attr"]))
    if attribute is None:
        entry.wrong("attr", advice.unknown_attribute(entry["attr"], vocabulary().attributes))
        return None
    op = entry.word("op", [str(op) for op in Op])
    if op not in list(Op):
        return None
    if op not in OPS_OF_KIND[attribute.kind]:
        allowed = [str(one) for one in Op if one in OPS_OF_KIND[attribute.kind]]
        entry.wrong("op", advice.op_not_for(op, attribute.name, allowed))
        return None
    value = _operand(entry, attribute, Op(op))
    if value is None:
        return None
    registered_only = entry.flag("registered_only")
    if registered_only is not None and attribute.kind is not Kind.STATUS:
        entry.wrong("registered_only", advice.ONLY_OF_STATUS)
    condition = comparison(
        text=text,
        attribute=attribute,
        op=Op(op),
        value=value,
        benefit=given.benefit,
        ask=ask,
        change=change,
        after_exit=None if registered_only else given.after_exit,
        figures=given.figures,
    )
    beyond = too_much(condition)
    if beyond is not None:
        entry.wrong("value", advice.too_much(beyond, attribute.name))
    return Placed(entry, condition, ())


def _operand(entry: Entry, attribute: Attribute, op: Op) -> Operand | tuple[Operand, ...] | None:
    value = entry.get("value")
    if value is None or isinstance(value, dict):
        entry.wrong("value", advice.MISSING)
        return None
    several: list[Any] = value if isinstance(value, list) else [value]
    if isinstance(value, list) != (op in (Op.IN, Op.HAS_ANY, Op.BETWEEN)):
        entry.wrong("value", advice.ONE_VALUE if isinstance(value, list) else advice.NOT_A_LIST)
        return None
    wrong = advice.MISSING if not several else _wrong_operand(several, attribute, op)
    if wrong is not None:
        entry.wrong("value", wrong)
        return None
    return tuple(several) if isinstance(value, list) else several[0]


def _wrong_operand(several: list[Any], attribute: Attribute, op: Op) -> str | None:
    """What is wrong with the value a condition compares with, or None."""
    if op is Op.BETWEEN:
        if len(several) != 2 or not all(_is_number(item) for item in several):
            return advice.TWO_NUMBERS
        return advice.ENDS_BEFORE_IT_BEGINS if several[0] > several[1] else None
    symbolic = op is Op.IN_LIST or (attribute.kind is Kind.NUMBER and isinstance(several[0], str))
    if symbolic or attribute.values:
        words = vocabulary()
        figures = [name for name in words.symbols if (name in words.lists) == (op is Op.IN_LIST)]
        allowed = list(figures if symbolic else attribute.values)
        for item in several:
            # True is 1 to Python, and no class of 低保 to anybody else.
            if isinstance(item, bool | list | dict) or item not in allowed:
                return advice.not_one_of(item, [str(word) for word in allowed])
    elif attribute.kind is Kind.FLAG:
        return None if isinstance(several[0], bool) else advice.NOT_A_FLAG
    elif attribute.kind is Kind.NUMBER:
        return None if _is_number(several[0]) else advice.NOT_A_NUMBER
    elif not all(isinstance(item, str) and item.strip() for item in several):
        return advice.NOT_TEXT
    return next((advice.said_twice(str(item)) for item in several if several.count(item) > 1), None)


def _is_number(item: object) -> bool:
    return isinstance(item, int | Decimal) and not isinstance(item, bool)
