"""申请和发钱的一行话: how far one application has come and what became of one payment, in one line each.

For the household and for its cadre alike; an office's words are laid beside the procedure of the county.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from bot.language.benefits import benefit_of_file_word
from bot.messages import benefits as say
from bot.messages import cadres as say_cadres
from policies.catalogue import Benefit, County, Procedure, TimeLimit
from policies.procedures import Outcome, Progress, Reached, progress
from storage.disbursements import Asked, Payment, PaymentState, Standing, card_tail
from storage.ledger import is_late


def ask_them(found: Standing) -> str:
    """Whom a household can ask."""
    return say_cadres.ask_them(helper_of(found))


def helper_of(found: Standing) -> str | None:
    """The cadre with the telephone, in half a sentence; None where the household has nobody."""
    return None if found.helper is None else say_cadres.helper(*found.helper)


@lru_cache(maxsize=4096)
def goes_by(name_in_file: str, canonical: str) -> bool:
    """Whether the money file's name (农村低保金) is what people call by the other (低保)."""
    return canonical in name_in_file or benefit_of_file_word(name_in_file) == canonical


@lru_cache(maxsize=4096)
def in_catalogue(county: County, name_in_file: str) -> tuple[Benefit, ...]:
    """The county's benefits an office's word for one means: the one of that name, else those called the same."""
    every = county.benefits.values()
    exactly = tuple(one for one in every if name_in_file in (one.name, *one.aliases))
    canonical = benefit_of_file_word(name_in_file)
    if exactly or canonical is None:
        return exactly
    return tuple(one for one in every if canonical in map(benefit_of_file_word, (one.name, *one.aliases)))


@lru_cache(maxsize=4096)
def procedure_of(county: County, name_in_file: str) -> Procedure | None:
    """How one applies for what an office calls so; None where nothing is said, or several benefits differ in it."""
    found = {county.procedure_of(benefit) for benefit in in_catalogue(county, name_in_file) or (None,)}
    return found.pop() if len(found) == 1 else None


def read(county: County, asked: Asked, history: Sequence[Reached] = (), *, on: date | None = None) -> Progress:
    """Lay an application beside its county's procedure; without a day nothing is late."""
    now_at = Reached(asked.state, asked.state_since)
    today = on or asked.applied_on
    within = _within(county, asked.benefit, today)
    return progress(procedure_of(county, asked.benefit), asked.applied_on, now_at, history, today, within)


def _within(county: County, name_in_file: str, today: date) -> TimeLimit | None:
    """The limit of the whole, from the county's word or the document's, where one benefit is meant."""
    meant = in_catalogue(county, name_in_file)
    if len(meant) != 1:
        return None
    confirmed = county.confirmation(meant[0].id, today)
    return (confirmed.within if confirmed is not None else None) or meant[0].within


def application_line(county: County, asked: Asked, today: date) -> str:
    """One application in one line."""
    on, since = say.day(asked.applied_on, today), day_said(asked.state_since, today)
    match read(county, asked).outcome:
        case Outcome.REFUSED:
            return say.refused(on, asked.state, since, asked.reason)
        case Outcome.GRANTED:
            return say.with_note(say.granted(on, asked.state, since), asked.reason)
    return say.with_note(say.applied(on, asked.state, since), asked.reason)


def day_said(on: date | None, today: date) -> str | None:
    """A day as it is said, None where there is none."""
    return None if on is None else say.day(on, today)


def payment_line(
    session: AsyncSession, payment: Payment, again: Payment | None, today: date, *, person: str | None = None
) -> str:
    """One payment in one line; `again` is the payment that made it good. Whose it is, unless that was said above."""
    when = day_said(payment.paid_on, today)
    amount, tail = say.yuan(payment.amount_fen), card_tail(session, payment)
    whose = payment.person if payment.person != person else None
    if again is not None:
        return say.made_good(when, amount, day_said(again.paid_on, today), card_tail(session, again), whose)
    if is_late(payment, today):
        return say.late(when, amount, tail, whose)
    sentence = {
        PaymentState.PAID: say.paid,
        PaymentState.FAILED: say.failed,
        PaymentState.WAITING: say.waiting,
    }[payment.state]
    return sentence(when, amount, tail, whose)
