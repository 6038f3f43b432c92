"""读数额和时间: amounts, units, windows and time limits of a pack; what is wrong is reported where it stands."""

import re
from datetime import date
from decimal import Decimal

from policies import advice
from policies.county import Amount, Counted, HandIn, TimeLimit, Valid, Window
from policies.pages import Entry, iso_date
from policies.shapes import FIGURES_OF, MONEY, OTHER_FIGURE, WITH_BEFORE, WITHOUT_FIGURE, keys
from policies.vocabulary import vocabulary


def read_amount(entry: Entry | None) -> Amount | None:
    """How much, or None; the figures must fit the kind of amount and one another."""
    if entry is None:
        return None
    entry.only(keys("amount"))
    kind = entry.word("kind", list(vocabulary().amount_kinds))
    unit = read_unit(entry)
    for key in MONEY:
        if unit and "元" in unit and isinstance(entry.get(key), int | Decimal):
            entry.wrong(key, advice.MONEY_QUOTED)
    amount = Amount(
        kind=kind,
        text=entry.maybe_text("text"),
        value=entry.number("value"),
        min=entry.number("min"),
        max=entry.number("max"),
        before=entry.number("before"),
        rate=entry.maybe_text("rate"),
        unit=unit,
        period=entry.maybe_text("period"),
        expr=entry.maybe_text("expr"),
        term_max_years=entry.integer("term_max_years", most=100),
        interest_subsidy=entry.flag("interest_subsidy"),
        collateral=entry.flag("collateral"),
        guarantee=entry.flag("guarantee"),
    )
    _tell_figures(entry, amount)
    return amount


def _tell_figures(entry: Entry, amount: Amount) -> None:
    """Report figures that do not fit the kind of amount or one another."""
    if amount.min is not None and amount.max is not None and amount.min > amount.max:
        entry.wrong("min", advice.MIN_OVER_MAX)
    if amount.value is not None and amount.max is not None and amount.value > amount.max:
        entry.wrong("value", advice.VALUE_OVER_MAX)
    if amount.value is not None and amount.min is not None and amount.value < amount.min:
        entry.wrong("value", advice.VALUE_UNDER_MIN)
    if amount.before is not None and amount.kind not in WITH_BEFORE:
        entry.wrong("before", advice.NO_BEFORE_HERE)
    for key in MONEY:
        if amount.unit == "%" and (getattr(amount, key) or 0) > 100:
            entry.wrong(key, advice.OVER_100_PERCENT)
    given = [key for key in MONEY if entry.get(key) is not None]
    if given and entry.get("unit") is None:
        entry.wrong("unit", advice.AMOUNT_WITHOUT_UNIT)
    if amount.kind not in vocabulary().amount_kinds:
        return
    if amount.kind in WITHOUT_FIGURE:
        if given:
            entry.wrong(given[0], advice.NO_FIGURE_HERE)
        if entry.get("text") is None:
            entry.wrong("text", advice.MISSING)
        return
    if amount.kind in OTHER_FIGURE and entry.get(OTHER_FIGURE[amount.kind]) is not None:
        return
    for key in FIGURES_OF.get(amount.kind, ("value",)):
        if entry.get(key) is None:
            entry.wrong(key, advice.figure_missing(amount.kind, vocabulary().amount_kinds[amount.kind], key))


def read_unit(entry: Entry) -> str | None:
    """A unit of the vocabulary, or None."""
    unit = entry.maybe_text("unit")
    if unit is None:
        return None
    measure, *per = re.split("[/·]", unit)
    known = measure in vocabulary().units and all(one in vocabulary().units_per for one in per)
    if not known:
        written = [*vocabulary().units, *(f"元/{one}" for one in vocabulary().units_per)]
        entry.wrong("unit", advice.unknown_unit(unit, advice.nearest(unit, written)))
    return unit


def read_window(entry: Entry | None, valid: Valid | None) -> Window | None:
    """When, as a document says it, or None."""
    if entry is None:
        return None
    entry.only(keys("window"))
    month_day = entry.maybe_text("month_day")
    if month_day and iso_date(f"2024-{month_day}") is None:
        entry.wrong("month_day", advice.BAD_MONTH_DAY)
    opens, closes = entry.maybe_day("from"), entry.maybe_day("to")
    if opens and closes and closes < opens:
        entry.wrong("to", advice.ENDS_BEFORE_IT_BEGINS)
    if closes and valid and valid.first_year and closes.year < valid.first_year:
        entry.wrong("to", advice.BEFORE_THE_DOCUMENT)
    return Window(opens, closes, month_day, entry.maybe_text("text"))


def read_valid(entry: Entry | None) -> Valid | None:
    """The years a document speaks for, or None."""
    if entry is None:
        return None
    entry.only(keys("valid"))
    first, last = entry.year("from"), entry.year("to")
    if first is not None and last is not None and last < first:
        entry.wrong("to", advice.ENDS_BEFORE_IT_BEGINS)
    return Valid(first, last, entry.maybe_text("note"))


def read_time_limit(entry: Entry | None) -> TimeLimit | None:
    """Within how long, or None."""
    if entry is None:
        return None
    entry.only(keys("time_limit"))
    if (entry.get("days") is None) == (entry.get("months") is None):
        entry.wrong("days", advice.DAYS_OR_MONTHS)
    return TimeLimit(entry.integer("days", most=3650), entry.integer("months", most=120), read_counted(entry))


def read_counted(entry: Entry) -> Counted:
    """Which days are counted; every day where nobody says."""
    return Counted.DAYS if entry.get("counted") is None else entry.one_of("counted", Counted, Counted.DAYS)


def read_hand_in(entry: Entry | None) -> HandIn | None:
    """What is to be handed in by when, as the county has confirmed it, or None."""
    if entry is None:
        return None
    entry.only(keys("hand_in"))
    opens, closes = entry.maybe_day("opens"), entry.day("closes")
    what, where = entry.text("what"), entry.maybe_text("where")
    if closes is None:
        return None
    if opens is not None and closes < opens:
        entry.wrong("closes", advice.ENDS_BEFORE_IT_BEGINS)
    return HandIn(opens, closes, what, where)


def read_amounts_by_day(confirmation: Entry) -> list[tuple[date, Amount, str]]:
    """The amounts of a confirmation by the day they begin, each with its key, the earliest first."""
    amounts: list[tuple[date, Amount, str]] = []
    entry = confirmation.below("amount")
    if entry is not None and not entry:
        confirmation.wrong("amount", advice.AMOUNT_EMPTY)
    for key in entry or ():
        assert entry is not None
        begins, amount = iso_date(key), read_amount(entry.below(key))
        if begins is None:
            entry.wrong(key, advice.NOT_A_DATE)
        elif amount is None:
            entry.wrong(key, advice.AMOUNT_EMPTY)
        else:
            amounts.append((begins, amount, key))
    return sorted(amounts, key=lambda one: one[0])


def tell_times(
    entry: Entry, on: date, until: date | None, amounts: list[tuple[date, Amount, str]], window: HandIn | None
) -> None:
    """Report amounts and windows outside the time a confirmation is for."""
    by_day = entry.below("amount")
    for day, _, key in amounts:
        if by_day is not None and (day < on or (until is not None and day > until)):
            by_day.wrong(key, advice.AMOUNT_OUTSIDE)
    times = entry.below("window")
    if window is None or times is None:
        return
    if window.closes < on or (until is not None and window.closes > until):
        times.wrong("closes", advice.WINDOW_OUTSIDE)
