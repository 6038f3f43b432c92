"""数额: an amount as it is said. Nothing is worked out; what counts a whole county is never anybody's own money."""

from decimal import Decimal

from policies.county import Amount, Benefit, Payee
from policies.vocabulary import vocabulary

_OF_THE_COUNTY = frozenset({"quota", "quota_min", "target", "target_min", "pool", "coverage", "priority"})
"""Amounts that count the whole county's tasks or money: nobody is paid these."""

_AT_LEAST, _MONEY = "floor", "元"


def of_the_county(benefit: Benefit, amount: Amount) -> bool:
    """Whether an amount is nobody's own: a task of the whole county (人均梯田4亩以上, 每年不少于100场), or what a
    village is given for its works.
    """
    is_task = amount.kind == _AT_LEAST and _MONEY not in (amount.unit or "")
    return amount.kind in _OF_THE_COUNTY or is_task or benefit.payee is Payee.GROUP


def in_words(amount: Amount) -> str | None:
    """An amount as it is said; None where the document gives neither words nor a figure."""
    return amount.text or _figure(amount)


def _figure(amount: Amount) -> str | None:
    unit = f"{amount.unit or ''}{f'/{amount.period}' if amount.period else ''}"
    kind = vocabulary().amount_kinds.get(amount.kind, "")
    if amount.min is not None and amount.max is not None:
        return f"{kind}{_number(amount.min)}到{_number(amount.max)}{unit}"
    figure = next((one for one in (amount.value, amount.max, amount.min) if one is not None), None)
    if figure is not None:
        return f"{kind}{_number(figure)}{unit}"
    return f"{kind}{amount.rate}" if amount.rate else amount.expr


def _number(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
