"""我的补贴: did the money come, what is late or failed and what to do, how much in all. Asked most: one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.core.talk import Offers, Reply, SwitchTo, Talk
from bot.language.kinship import fits, kin_in
from bot.language.payments import MoneyAsked, money_asked
from bot.language.questions import asks_why
from bot.messages import benefits as say
from handlers.everyone.standing import application_line, ask_them, day_said, goes_by, payment_line, read
from policies.procedures import Outcome
from storage import members
from storage.disbursements import Asked, Payment, PaymentState, Standing, standing
from storage.ledger import Sum, arrived, is_late, made_good, sums
from storage.people import Villager

OPEN = "open"
SHOWN = 5
EARLIER_SHOWN = 10
BENEFITS_SHOWN = 7
OF_A_SUM_SHOWN = 5
SUMS_SHOWN = 8


@dataclass(slots=True)
class OneBenefit:
    """One benefit of a household: all that was asked and paid for it, newest first."""

    name: str
    applications: list[Asked] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)


async def benefit_status(talk: Talk[Villager]) -> Reply:
    """Say what came, when, how much, to which card; what failed and why; what still waits.

    A benefit, a person of the household, a year, a month or a sum that is named narrows it; a sum over a year and why
    there was less than before are answered from the same payments.
    """
    found = await standing(talk.session, talk.speaker.household_id)
    today = local_date(talk.now)
    opened = talk.opened(OPEN)
    if opened is not None:
        return _open(talk, opened, found, today)
    asked = money_asked(talk.text, today)
    stranger = await _stranger(talk)
    if stranger is not None:
        return Reply(say.not_of_this_household(stranger))
    person = await _person(talk, found)
    found = _of_person(found, person)
    benefits = _by_benefit(found)
    named = talk.slots.get("benefit")
    if named is not None:
        meant = [benefit for benefit in benefits if goes_by(benefit.name, str(named))]
        if person is None and asks_why(talk.text) and not any(benefit.payments for benefit in meant):
            # Asked for or not, it was never paid: why is a matter of its conditions.
            raise SwitchTo("entitlement_check", talk.text, {"benefit": named})
        if not meant:
            return Reply(say.nothing_of(str(named), person, [one.name for one in benefits][:5], ask_them(found)))
        benefits = meant
    if not benefits:
        return Reply(say.nothing_of_person(person, ask_them(found)) if person else say.nothing(ask_them(found)))
    names = {benefit.name for benefit in benefits}
    payments = [payment for payment in found.payments if payment.benefit in names]
    if payments:
        narrowed = _narrowed(talk, asked, payments, found, today)
        if narrowed is not None:
            return narrowed
    if len(benefits) == 1:
        one = _one(talk, benefits[0], found, person, today)
        if asked.month is None or payments:
            return one
        return replace(one, text=f"{say.none_in(say.month(*asked.month, today))}\n{one.text}")
    return _overview(talk, benefits, 0, today)


async def _stranger(talk: Talk[Villager]) -> str | None:
    """Give whose money is asked for by a surname and a title (王奶奶) where nobody of the household has that surname;
    a wife goes by her husband's.
    """
    kin = kin_in(talk.text)
    if kin is None or kin.surname is None:
        return None
    people = await members.of_household(talk.session, talk.speaker.household_id)
    return None if any(one.name.startswith(kin.surname) for one in people) else kin.said


async def _person(talk: Talk[Villager], found: Standing) -> str | None:
    """Give whom of the household the money asked for is for: one the files name, by name or by kinship.

    Only of those who are paid in their own name can it be told; which of several is asked.
    """
    of_payments = [one.person for one in found.payments]
    of_applications = [one.person for one in found.applications]
    names = [name for name in dict.fromkeys(of_payments + of_applications) if name is not None]
    if not names:
        return None
    for name in names:
        if name in talk.text:
            return name
    kin = kin_in(talk.text)
    if kin is None:
        return None
    people = await members.of_household(talk.session, talk.speaker.household_id)
    speaker = next((one.relation for one in people if one.id == talk.speaker.member_id), None)
    fitting = [
        one.name for one in people if fits(kin, name=one.name, relation=one.relation, sex=one.sex, speaker=speaker)
    ]
    meant = [name for name in fitting if name in names] or fitting
    if len(meant) <= 1:
        return meant[0] if meant else None
    return talk.choose("person", say.which_person(kin.said), meant, label=lambda name: name, key=lambda name: name)


def _of_person(found: Standing, person: str | None) -> Standing:
    if person is None:
        return found
    return Standing(
        [one for one in found.applications if one.person == person],
        [one for one in found.payments if one.person == person],
        found.helper,
    )


def _by_benefit(found: Standing) -> list[OneBenefit]:
    """Group by benefit, the one with the newest news first."""
    grouped: dict[str, OneBenefit] = {}
    newest: dict[str, date] = {}
    for payment in found.payments:
        grouped.setdefault(payment.benefit, OneBenefit(payment.benefit)).payments.append(payment)
        newest[payment.benefit] = max(newest.get(payment.benefit, date.min), payment.paid_on or date.max)
    for asked in found.applications:
        grouped.setdefault(asked.benefit, OneBenefit(asked.benefit)).applications.append(asked)
        since = asked.state_since or asked.applied_on
        newest[asked.benefit] = max(newest.get(asked.benefit, date.min), since)
    return sorted(grouped.values(), key=lambda benefit: newest[benefit.name], reverse=True)


def _narrowed(
    talk: Talk[Villager], asked: MoneyAsked, payments: Sequence[Payment], found: Standing, today: date
) -> Reply | None:
    """Answer what was asked of the payments beyond which they are; None where nothing was."""
    if asked.changed:
        return Reply(_compared(talk.session, payments, found, today))
    if asked.yuan is not None:
        return Reply(_of_a_sum(talk.session, payments, int(asked.yuan * 100), found, today))
    if asked.month is not None:
        return Reply(_of_a_month(talk.session, payments, asked.month, found, today))
    if asked.year is not None or asked.in_all:
        return Reply(_of_a_year(talk.session, payments, asked.year or today.year, found, today))
    return None


def _compared(session: AsyncSession, payments: Sequence[Payment], found: Standing, today: date) -> str:
    """Set the last payment of each benefit and person beside the one before it, and say only what is on file of why.

    A payment that made a failed one good is of neither month.
    """
    good = made_good(payments)
    again = {one.id for one in good.values()}
    last: dict[tuple[str, str | None], list[Payment]] = {}
    for one in arrived(payments):
        if one.id not in again:
            last.setdefault((one.benefit, one.person), []).append(one)
    compared = [
        say.compared(
            say.whose(*of),
            (day_said(newer.paid_on, today), say.yuan(newer.amount_fen)),
            (day_said(older.paid_on, today), say.yuan(older.amount_fen)),
            say.yuan(abs(newer.amount_fen - older.amount_fen)),
            fewer=newer.amount_fen < older.amount_fen,
            same=newer.amount_fen == older.amount_fen,
            remark=newer.remark,
        )
        for of, (newer, older) in ((of, came[:2]) for of, came in last.items() if len(came) > 1)
    ]
    alone = [
        say.only_one(say.whose(*of), day_said(only.paid_on, today), say.yuan(only.amount_fen))
        for of, (only,) in ((of, came) for of, came in last.items() if len(came) == 1)
    ]
    lines = (compared or alone or [say.NOTHING_CAME])[:SHOWN]
    missing = [
        one for one in payments if (one.state is PaymentState.FAILED and one.id not in good) or is_late(one, today)
    ]
    if missing:
        lines.append(say.NOT_ARRIVED)
        lines += [_named_line(session, one, None, today) for one in missing[:SHOWN]]
    return "\n".join([*lines, ask_them(found)])


def _of_a_sum(session: AsyncSession, payments: Sequence[Payment], fen: int, found: Standing, today: date) -> str:
    """Say what a sum was for."""
    good = made_good(payments)
    of_it = [one for one in payments if one.amount_fen == fen]
    shown = of_it or list(payments)
    lines = [say.of_a_sum(say.yuan(fen), len(of_it))] if of_it else [say.none_of_a_sum(say.yuan(fen))]
    lines += [_named_line(session, one, good.get(one.id), today) for one in shown[: OF_A_SUM_SHOWN if of_it else 3]]
    return "\n".join(lines if of_it else [*lines, ask_them(found)])


def _of_a_month(
    session: AsyncSession, payments: Sequence[Payment], month: tuple[int, int], found: Standing, today: date
) -> str:
    good = made_good(payments)
    said = say.month(*month, today)
    this_month = month == (today.year, today.month)
    of_it = [
        one
        for one in payments
        if (this_month if one.paid_on is None else (one.paid_on.year, one.paid_on.month) == month)
    ]
    if of_it:
        lines = [f"{said}："]
        lines += [_named_line(session, one, good.get(one.id), today) for one in of_it[:EARLIER_SHOWN]]
        failed = next((one for one in of_it if one.state is PaymentState.FAILED and one.id not in good), None)
        if failed is not None:
            lines += [say.why_failed(failed.remark), ask_them(found)]
        return "\n".join(lines)
    nearest = payments[0]
    return "\n".join(
        [say.none_in(said), say.LAST_ONE, _named_line(session, nearest, good.get(nearest.id), today), ask_them(found)]
    )


def _of_a_year(session: AsyncSession, payments: Sequence[Payment], year: int, found: Standing, today: date) -> str:
    """Add a year up: by benefit, by person where the files name any, and what of it did not come."""
    came = arrived(payments, year)
    said = say.year(year, today)
    lines = [say.came_in(said, say.yuan(sum(one.amount_fen for one in came)), len(came)) if came else say.none_in(said)]
    by_benefit = sums(came, {one.id: one.benefit for one in came})
    if len(by_benefit) > 1:
        lines += _sum_lines(by_benefit)
    by_person = sums(came, {one.id: one.person or say.WHOLE_HOUSEHOLD for one in came})
    if any(one.of != say.WHOLE_HOUSEHOLD for one in by_person) and len(by_person) > 1:
        lines += [say.BY_PERSON, *_sum_lines(by_person)]
    good = made_good(payments)
    open_ = [
        one
        for one in payments
        if one.state is not PaymentState.PAID
        and one.id not in good
        and one.paid_on is not None
        and one.paid_on.year == year
    ]
    if open_:
        lines.append(say.NOT_ARRIVED)
        lines += [_named_line(session, one, None, today) for one in open_[:SHOWN]]
        lines.append(ask_them(found))
    return "\n".join(lines)


def _sum_lines(found: Sequence[Sum]) -> list[str]:
    lines = [say.sum_line(one.of, say.yuan(one.amount_fen), one.times) for one in found[:SUMS_SHOWN]]
    rest = found[SUMS_SHOWN:]
    if rest:
        lines.append(say.rest_of_sums(len(rest), say.yuan(sum(one.amount_fen for one in rest))))
    return lines


def _overview(talk: Talk[Villager], benefits: Sequence[OneBenefit], start: int, today: date) -> Reply:
    shown = benefits[start : start + BENEFITS_SHOWN]
    lines = [say.item(number, benefit.name, _latest(talk, benefit, today)) for number, benefit in enumerate(shown, 1)]
    keys = [benefit.name for benefit in shown]
    rest = len(benefits) - start - len(shown)
    if rest > 0:
        lines.append(say.more_benefits(len(keys) + 1, rest))
        keys.append(f"+{start + len(shown)}")
    total = _total([payment for benefit in benefits for payment in benefit.payments], today)
    return Reply(say.overview(total, lines), Offers(OPEN, tuple(keys)))


def _open(talk: Talk[Villager], key: str, found: Standing, today: date) -> Reply:
    """Open what a number stood for: a benefit's name, `+7` the benefits from there on, `name\t5\t` earlier payments,
    those of one person where a name follows."""
    if key.startswith("+"):
        return _overview(talk, _by_benefit(found), int(key[1:]), today)
    name, _, rest = key.partition("\t")
    start, _, person = rest.partition("\t")
    benefits = _by_benefit(_of_person(found, person or None))
    benefit = next((benefit for benefit in benefits if benefit.name == name), None)
    if benefit is None:
        return Reply(say.nothing_of(name, person or None, [one.name for one in benefits][:5], ask_them(found)))
    if start:
        return _earlier(talk, benefit, int(start), person or None, today)
    return _one(talk, benefit, found, None, today)


def _one(talk: Talk[Villager], benefit: OneBenefit, found: Standing, person: str | None, today: date) -> Reply:
    """One benefit on one screen: what waits and failed with what to do, the last payments, the year's sum."""
    lines = [f"{say.whose(benefit.name, person)}："]
    lines += [application_line(talk.county, asked, today) for asked in benefit.applications[:2]]
    outcomes = [read(talk.county, asked).outcome for asked in benefit.applications[:2]]
    troubled = Outcome.REFUSED in outcomes
    good = made_good(benefit.payments)
    advised = False
    for payment in benefit.payments[:SHOWN]:
        lines.append(payment_line(talk.session, payment, good.get(payment.id), today, person=person))
        if payment.id in good:
            continue
        troubled |= payment.state is not PaymentState.PAID
        if payment.state is PaymentState.FAILED and not advised:
            lines.append(say.why_failed(payment.remark))
            advised = True
    if benefit.payments:
        lines.append(_total(benefit.payments, today))
    elif Outcome.GRANTED in outcomes:
        lines.append(say.NOT_PAID_YET)
    if Outcome.REFUSED in outcomes:
        lines.append(say.HOW_TO_OBJECT)
    if troubled:
        lines.append(ask_them(found))
    return _with_earlier(talk, lines, benefit, SHOWN, person)


def _earlier(talk: Talk[Villager], benefit: OneBenefit, start: int, person: str | None, today: date) -> Reply:
    end = start + EARLIER_SHOWN
    good = made_good(benefit.payments)
    lines = [f"{say.whose(benefit.name, person)}："]
    lines += [
        payment_line(talk.session, payment, good.get(payment.id), today, person=person)
        for payment in benefit.payments[start:end]
    ]
    if end >= len(benefit.payments):
        lines.append(say.NO_EARLIER)
    return _with_earlier(talk, lines, benefit, end, person)


def _with_earlier(talk: Talk[Villager], lines: list[str], benefit: OneBenefit, end: int, person: str | None) -> Reply:
    """Keep the numbers of the list above open, since it is still on the screen, and add one for earlier payments."""
    keys = [key for key in talk.options if "\t" not in key]
    if end < len(benefit.payments):
        keys.append(f"{benefit.name}\t{end}\t{person or ''}")
        lines.append(say.more(len(keys)))
    return Reply("\n".join(lines), Offers(OPEN, tuple(keys)) if keys else None)


def _latest(talk: Talk[Villager], benefit: OneBenefit, today: date) -> str:
    if benefit.payments:
        newest = benefit.payments[0]
        return payment_line(talk.session, newest, made_good(benefit.payments).get(newest.id), today)
    return application_line(talk.county, benefit.applications[0], today)


def _named_line(session: AsyncSession, payment: Payment, again: Payment | None, today: date) -> str:
    """One payment among those of other benefits."""
    return f"{payment.benefit}：{payment_line(session, payment, again, today)}"


def _total(payments: Sequence[Payment], today: date) -> str:
    came = arrived(payments, today.year)
    return say.this_year(say.yuan(sum(one.amount_fen for one in came)), len(came)) if came else say.NOTHING_THIS_YEAR
