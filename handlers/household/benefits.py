"""我的补贴: did the money come, and what became of what we asked for. The question asked most: one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import local_date
from bot.core.talk import Offers, Reply, Talk
from bot.language.benefits import benefit_of_file_word
from bot.messages import benefits as say
from bot.messages import cadres as say_cadres
from storage.disbursements import Asked, Payment, PaymentState, Standing, card_tail, standing
from storage.people import Villager

OPEN = "open"
SHOWN = 5
EARLIER_SHOWN = 10
BENEFITS_SHOWN = 7

_REFUSED = ("不予", "不批", "未批", "未通过", "不通过", "没通过", "驳回", "拒绝", "不符合", "退回", "取消", "终止")
_GRANTED = ("通过", "批准", "同意", "准予", "已批", "获批", "办结")


@dataclass(slots=True)
class OneBenefit:
    """One benefit of a household: all that was asked and paid for it, newest first."""

    name: str
    applications: list[Asked] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)


async def benefit_status(talk: Talk[Villager]) -> Reply:
    """Say what came, when, how much, to which card; what failed and why; what still waits. A named benefit alone."""
    found = await standing(talk.session, talk.speaker.household_id)
    benefits = _by_benefit(found)
    today = local_date(talk.now)

    opened = talk.opened(OPEN)
    if opened is not None:
        return _open(talk, benefits, opened, found, today)
    named = talk.slots.get("benefit")
    if named is not None:
        asked_for = [benefit for benefit in benefits if goes_by(benefit.name, str(named))]
        if not asked_for:
            return Reply(say.nothing_of(str(named), [one.name for one in benefits][:5], _ask_them(found)))
        benefits = asked_for
    if not benefits:
        return Reply(say.nothing(_ask_them(found)))
    if len(benefits) == 1:
        return _one(talk, benefits[0], found, today)
    return _overview(talk.session, benefits, 0, today)


async def request_status(talk: Talk[Villager]) -> Reply:
    """Say how far each application has come; what was asked without an application is the cadre's to answer."""
    found = await standing(talk.session, talk.speaker.household_id)
    named = talk.slots.get("benefit")
    asked = [one for one in found.applications if named is None or goes_by(one.benefit, str(named))]
    if named is not None and not asked:
        return await benefit_status(talk)
    if not asked:
        return Reply(say.no_applications(_ask_them(found)))
    today = local_date(talk.now)
    lines = [f"{one.benefit}：{_application_line(one, today)}" for one in asked[:SHOWN]]
    return Reply("\n".join([*lines, _ask_them(found)]))


@lru_cache(maxsize=4096)
def goes_by(name_in_file: str, canonical: str) -> bool:
    """Whether the money file's name (农村低保金) is what people call by the other (低保)."""
    return canonical in name_in_file or benefit_of_file_word(name_in_file) == canonical


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


def _overview(session: AsyncSession, benefits: Sequence[OneBenefit], start: int, today: date) -> Reply:
    shown = benefits[start : start + BENEFITS_SHOWN]
    lines = [
        say.item(number, benefit.name, _latest(session, benefit, today)) for number, benefit in enumerate(shown, 1)
    ]
    keys = [benefit.name for benefit in shown]
    rest = len(benefits) - start - len(shown)
    if rest > 0:
        lines.append(say.more_benefits(len(keys) + 1, rest))
        keys.append(f"+{start + len(shown)}")
    total = _total([payment for benefit in benefits for payment in benefit.payments], today)
    return Reply(say.overview(total, lines), Offers(OPEN, tuple(keys)))


def _open(talk: Talk[Villager], benefits: Sequence[OneBenefit], key: str, found: Standing, today: date) -> Reply:
    """Open what a number stood for: a benefit's name, `+7` the benefits from there on, `name\t5` earlier payments."""
    if key.startswith("+"):
        return _overview(talk.session, benefits, int(key[1:]), today)
    name, _, start = key.partition("\t")
    benefit = next((benefit for benefit in benefits if benefit.name == name), None)
    if benefit is None:
        return Reply(say.nothing_of(name, [one.name for one in benefits][:5], _ask_them(found)))
    if start:
        return _earlier(talk, benefit, int(start), today)
    return _one(talk, benefit, found, today)


def _one(talk: Talk[Villager], benefit: OneBenefit, found: Standing, today: date) -> Reply:
    """One benefit on one screen: what waits and failed with what to do, the last payments, the year's sum."""
    lines = [f"{benefit.name}："]
    lines += [_application_line(asked, today) for asked in benefit.applications[:2]]
    troubled = any(_refused(asked.state) for asked in benefit.applications[:2])
    advised = False
    for payment in benefit.payments[:SHOWN]:
        lines.append(_payment_line(talk.session, payment, today))
        troubled |= payment.state is not PaymentState.PAID
        if payment.state is PaymentState.FAILED and not advised:
            lines.append(say.why_failed(payment.remark))
            advised = True
    if benefit.payments:
        lines.append(_total(benefit.payments, today))
    if troubled:
        lines.append(_ask_them(found))
    return _with_earlier(talk, lines, benefit, SHOWN)


def _earlier(talk: Talk[Villager], benefit: OneBenefit, start: int, today: date) -> Reply:
    end = start + EARLIER_SHOWN
    lines = [f"{benefit.name}："]
    lines += [_payment_line(talk.session, payment, today) for payment in benefit.payments[start:end]]
    if end >= len(benefit.payments):
        lines.append(say.NO_EARLIER)
    return _with_earlier(talk, lines, benefit, end)


def _with_earlier(talk: Talk[Villager], lines: list[str], benefit: OneBenefit, end: int) -> Reply:
    """Keep the numbers of the list above open, since it is still on the screen, and add one for earlier payments."""
    keys = [key for key in talk.options if "\t" not in key]
    if end < len(benefit.payments):
        keys.append(f"{benefit.name}\t{end}")
        lines.append(say.more(len(keys)))
    return Reply("\n".join(lines), Offers(OPEN, tuple(keys)) if keys else None)


def _latest(session: AsyncSession, benefit: OneBenefit, today: date) -> str:
    if benefit.payments:
        return _payment_line(session, benefit.payments[0], today)
    return _application_line(benefit.applications[0], today)


def _payment_line(session: AsyncSession, payment: Payment, today: date) -> str:
    when = None if payment.paid_on is None else say.day(payment.paid_on, today)
    sentence = {
        PaymentState.PAID: say.paid,
        PaymentState.FAILED: say.failed,
        PaymentState.WAITING: say.waiting,
    }[payment.state]
    return sentence(when, say.yuan(payment.amount_fen), card_tail(session, payment))


def _application_line(asked: Asked, today: date) -> str:
    on = say.day(asked.applied_on, today)
    since = None if asked.state_since is None else say.day(asked.state_since, today)
    if _refused(asked.state):
        return say.refused(on, asked.state, since, asked.reason)
    if any(word in asked.state for word in _GRANTED):
        return say.with_note(say.granted(on, asked.state, since), asked.reason)
    return say.with_note(say.applied(on, asked.state, since), asked.reason)


def _refused(state: str) -> bool:
    return any(word in state for word in _REFUSED)


def _total(payments: Sequence[Payment], today: date) -> str:
    arrived = [
        payment.amount_fen
        for payment in payments
        if payment.state is PaymentState.PAID and payment.paid_on is not None and payment.paid_on.year == today.year
    ]
    return say.this_year(say.yuan(sum(arrived)), len(arrived)) if arrived else say.NOTHING_THIS_YEAR


def _ask_them(found: Standing) -> str:
    return say_cadres.ask_them(None if found.helper is None else say_cadres.helper(*found.helper))
