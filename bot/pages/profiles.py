"""我的信息: the page behind 导出我的信息: all that is held about a household, for itself to see and take along.

个人信息保护法 第四十五条. The link's token (`storage.links`) is all that opens it, while its account is still bound
to the household. Every look is itself written down. Nothing of another site is on the page, it works without scripts,
and neither browsers nor proxies may keep it.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from secrets import token_urlsafe

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.core.clock import Clock, in_zone_of
from bot.core.telemetry import log
from bot.messages import cases as say_cases
from bot.messages import profiles as say
from bot.messages.benefits import whose, yuan
from bot.messages.masking import in_text
from bot.pages.health import DATABASE
from bot.pages.html import headers, rendered, sorry
from bot.pages.limits import Limiter
from storage import audit, links, profiles
from storage.disbursements import STATE_NAMES, PaymentState
from storage.family_events import FAMILY_EVENT_NAMES, FamilyEventKind
from storage.households import CATEGORY_NAMES, HouseholdCategory
from storage.incomes import INCOME_NAMES, IncomeKind
from storage.links import ExpiredLink, WrongLink
from storage.profiles import Profile
from storage.statuses import STATUS_NAMES, Status
from storage.told_facts import ToldBy
from storage.told_facts import in_words as told_in_words
from storage.visits import VisitKind

CLOCK = web.AppKey("clock", Clock)
OPENED_AT_MOST = 30
"""So often a household's page is opened while one link lasts: enough for a whole family, too little for a program."""
LIMITS = web.AppKey("profile_limits", Limiter)


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: what it is, what it says, and what else there is to it."""

    name: str
    value: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of what is held; without lines, there is nothing of it."""

    title: str
    lines: Sequence[Line]
    note: str = ""


async def show(request: web.Request) -> web.Response:
    """The page itself."""
    return await _answer(request, "profile.shown", _as_page)


async def as_text(request: web.Request) -> web.Response:
    """The same to take along, for people."""
    return await _answer(request, "profile.taken", _as_text)


async def as_data(request: web.Request) -> web.Response:
    """The same to take along, for programs."""
    return await _answer(request, "profile.taken", _as_data)


Giving = Callable[[Profile, datetime, str], web.Response]


async def _answer(request: web.Request, act: str, give: Giving) -> web.Response:
    """Open the link, look up what is held, note that it was looked at, and show it; or say kindly why not."""
    now = request.app[CLOCK].now()
    database, limits = request.app[DATABASE], request.app[LIMITS]
    token = request.query.get("t", "")
    try:
        link = links.read(database.keyring, token, now)
    except ExpiredLink:
        return sorry(410, say.GONE_TITLE, say.GONE)
    except WrongLink:
        return sorry(403, say.WRONG_TITLE, say.WRONG_LINK)
    if not limits.may(str(link.household_id), now):
        return sorry(429, say.TOO_OFTEN_TITLE, say.TOO_OFTEN)
    try:
        async with database.writing() as session:
            if not await profiles.may_open(session, link.account.key, link.household_id):
                return sorry(403, say.WRONG_TITLE, say.WRONG_LINK)
            await audit.note(
                session, actor=f"household:{link.household_id}", action=act, about=[link.household_id], now=now
            )
            held = await profiles.of_household(session, link.household_id)
    except (SQLAlchemyError, OSError) as error:
        log.error("page.store_away", page="profile", error=error)
        return sorry(503, say.AWAY_TITLE, say.AWAY)
    log.info("page.shown", page=act, household=link.household_id)
    return give(held, now, token)


def _as_page(held: Profile, now: datetime, token: str) -> web.Response:
    nonce = token_urlsafe(16)
    html = rendered(
        "profile.html",
        say=say,
        nonce=nonce,
        title=say.TITLE,
        made_at=say.made_at(held.household.head_name, now),
        sections=sections(held, now),
        token=token,
    )
    return web.Response(text=html, content_type="text/html", headers=headers(nonce))


def _as_text(held: Profile, now: datetime, _token: str) -> web.Response:
    lines = [say.TITLE, say.made_at(held.household.head_name, now), say.MASKED]
    for section in sections(held, now):
        lines += ["", say.heading(section.title), *([section.note] if section.note else [])]
        lines += [_in_words(line) for line in section.lines] or [say.NOTHING]
    return _attachment("\r\n".join([*lines, "", say.WRONG, ""]), "text/plain", "txt")


def _as_data(held: Profile, now: datetime, _token: str) -> web.Response:
    document = {
        "title": say.TITLE,
        "made_at": now.isoformat(timespec="seconds"),
        "household": held.household.number,
        "sections": [asdict(section) for section in sections(held, now)],
    }
    return _attachment(json.dumps(document, ensure_ascii=False, indent=2), "application/json", "json")


def _in_words(line: Line) -> str:
    return say.in_words(line.name, line.value, line.note)


def _attachment(text: str, content_type: str, ending: str) -> web.Response:
    given = headers() | {"Content-Disposition": f'attachment; filename="{say.FILE_NAME}.{ending}"'}
    return web.Response(text=text, content_type=content_type, charset="utf-8", headers=given)


def sections(held: Profile, now: datetime) -> list[Section]:
    """Everything held about a household, in the order a household would ask for it."""
    return [
        Section(say.REGISTER, list(_register(held, now)), say.MASKED),
        Section(say.PEOPLE, list(_people(held))),
        Section(say.PAYMENTS, list(_payments(held))),
        Section(say.APPLICATIONS, list(_applications(held))),
        Section(say.BROUGHT, list(_brought(held, now)), say.BROUGHT_TO),
        Section(say.LISTED, list(_listed(held))),
        Section(say.TOLD, list(_told(held, now)), say.TOLD_ONLY),
        Section(say.VISITS, list(_visits(held))),
        Section(say.PAIRINGS, list(_pairings(held))),
        Section(say.HISTORY, list(_history(held))),
        Section(say.INCOMES, list(_incomes(held))),
        Section(say.EVENTS, list(_events(held))),
        Section(say.ACCOUNTS, list(_accounts(held, now))),
        Section(say.RECORDINGS, list(_recordings(held, now))),
        Section(say.PROXIES, list(_proxies(held, now))),
        Section(say.CONSENTS, list(_consents(held, now)), say.CONSENTS_ALL),
        Section(say.REMINDERS, list(_reminders(held, now))),
        Section(say.CALLS, list(_calls(held, now))),
        Section(say.READINGS, list(_readings(held, now)), say.READINGS_OWN),
    ]


def _register(held: Profile, now: datetime) -> Iterator[Line]:
    home = held.household
    income = home.income_per_capita_fen
    causes = say.together((home.cause, home.other_causes))
    yield Line(say.NUMBER, home.number)
    yield Line(say.HEAD, home.head_name or say.NOT_ON_FILE)
    yield Line(say.PLACE, held.place)
    yield Line(say.CATEGORY, CATEGORY_NAMES[HouseholdCategory(home.category)])
    yield from _known(
        (say.LIFTED_IN, home.lifted_in and say.year(home.lifted_in)),
        (say.DIBAO_CLASS, home.dibao_class),
        (say.RISK_CLEARED, None if home.risk_cleared is None else say.yes_or_no(home.risk_cleared)),
    )
    yield Line(say.CAUSES, causes or say.NOT_ON_FILE)
    yield Line(say.SIZE, say.NOT_ON_FILE if home.size is None else say.heads(home.size))
    yield Line(say.PER_CAPITA, say.NOT_ON_FILE if income is None else say.a_year(yuan(income)))
    yield Line(say.HOUSE, say.grade(home.house_grade))
    yield Line(say.WATER, say.yes_or_no(home.water_safe))
    yield Line(say.PHONE, say.tail(held.phone_tail))
    yield Line(say.BANK, home.bank or say.NOT_ON_FILE)
    yield Line(say.CARD, say.tail(held.card_tail))
    yield from _further(home.extra)
    yield Line(say.UPDATED, _day(home.imported_at, now))


def _people(held: Profile) -> Iterator[Line]:
    for person in held.people:
        one = person.member
        facts = {
            "sex": one.sex,
            "born": None if one.birth_date is None else say.day(one.birth_date),
            "id_number": say.tail(person.id_tail),
            "phone": person.phone_tail and say.tail(person.phone_tail),
            "ethnicity": one.ethnicity,
            "education": one.education,
            "schooling": one.schooling,
            "health": one.health,
            "disability": one.disability,
            "labor": one.labor,
            "work_area": one.work_area,
            "work_months": None if one.work_months is None else str(one.work_months),
            "medical_insured": _if_known(one.medical_insured),
            "pension_insured": _if_known(one.pension_insured),
            "dibao": _if_known(one.dibao),
            "tekun": _if_known(one.tekun),
            "joined_on": one.joined_on and say.day(one.joined_on),
            "left_on": one.left_on and say.day(one.left_on),
        }
        told = [f"{say.MEMBER_FACTS[name]}{value}" for name, value in facts.items() if value]
        told += [f"{line.name}{line.value}" for line in _further(one.extra)]
        yield Line(one.name, one.relation or "", say.beside(told))


def _payments(held: Profile) -> Iterator[Line]:
    for paid in held.paid:
        one = paid.payment
        told = (
            say.day(one.paid_on),
            STATE_NAMES[PaymentState(one.state)],
            paid.card_tail and say.to_card(paid.card_tail),
            one.remark and in_text(one.remark),
        )
        yield Line(whose(one.benefit, paid.person), yuan(one.amount_fen), say.joined(told))


def _applications(held: Profile) -> Iterator[Line]:
    for asked in held.asked:
        one = asked.application
        steps = [f"{say.day(step.reached_on)}{step.step}" for step in asked.steps]
        told = [say.applied(one.applied_on), one.reason and in_text(one.reason), *steps]
        yield Line(whose(one.benefit, asked.person), one.state, say.joined(told))


def _brought(held: Profile, now: datetime) -> Iterator[Line]:
    for one in held.brought:
        answered = None if one.answer is None else say.answered(one.answer)
        told = say.joined((_day(one.case.opened_at, now), say.quoted(one.text), answered))
        yield Line(say_cases.KINDS[one.case.kind], say_cases.STATES[one.case.state], told)


def _listed(held: Profile) -> Iterator[Line]:
    for one in held.listed:
        shown = say.together((one.line.group_name, one.line.shown_name))
        days = say.span(say.day(one.notice.opens_on), say.day(one.notice.closes_on))
        amount = None if one.line.amount_fen is None else yuan(one.line.amount_fen)
        yield Line(f"{one.notice.benefit}{one.notice.stage}", shown or "", say.joined((days, amount)))


def _told(held: Profile, now: datetime) -> Iterator[Line]:
    for one in held.told:
        said = told_in_words(one.fact.attribute, one.fact.value)
        by = say.BY_PROXY if one.fact.told_by == ToldBy.PROXY else ""
        when = _stretch(one.fact.told_at, one.fact.replaced_at, now)
        yield Line(one.member or say.OF_THE_HOUSEHOLD, said, say.joined((by, when)))


def _visits(held: Profile) -> Iterator[Line]:
    for seen in held.visits:
        one = seen.visit
        told = say.visit(
            by_phone=one.kind == VisitKind.PHONE,
            not_home=one.not_home,
            items=[f"{item['name']}{_quantity(item)}" for item in one.items],
            problems=[in_text(str(problem)) for problem in one.problems],
            measures=[in_text(str(measure)) for measure in one.measures],
        )
        when = say.day(one.visited_on) if one.visited_on else one.date_text or say.NOT_ON_FILE
        yield Line(when, seen.cadre, told)


def _pairings(held: Profile) -> Iterator[Line]:
    for paired in held.pairings:
        yield Line(paired.cadre, paired.unit or "", _span(paired.since, paired.until))


def _history(held: Profile) -> Iterator[Line]:
    for one in held.statuses:
        yield Line(STATUS_NAMES[Status(one.status)], "", _span(one.since, one.until))


def _incomes(held: Profile) -> Iterator[Line]:
    for one in held.incomes:
        yield Line(f"{say.year(one.year)}{INCOME_NAMES[IncomeKind(one.kind)]}", yuan(one.amount_fen))


def _events(held: Profile) -> Iterator[Line]:
    names = {person.member.id: person.member.name for person in held.people}
    for one in held.events:
        who = names.get(one.member_id, "") if one.member_id is not None else ""
        yield Line(FAMILY_EVENT_NAMES[FamilyEventKind(one.kind)], who, say.day(one.happened_on))


def _accounts(held: Profile, now: datetime) -> Iterator[Line]:
    for one in held.bindings:
        yield Line(say.PLATFORMS[one.platform], say.bound_by(one.by), _stretch(one.bound_at, one.ended_at, now))


def _recordings(held: Profile, now: datetime) -> Iterator[Line]:
    for one in held.recordings:
        yield Line(say.RECORDING_KINDS[one.kind], say.RECORDING_STATES[one.state], _day(one.received_at, now))


def _proxies(held: Profile, now: datetime) -> Iterator[Line]:
    for one in held.proxies:
        granted = say.GRANTED_BY[one.granted_by.partition(":")[0]]
        yield Line(one.called or say.NOT_CALLED, granted, _stretch(one.granted_at, one.ended_at, now))


def _consents(held: Profile, now: datetime) -> Iterator[Line]:
    for one in reversed(held.consents):
        yield Line(say.version(one.notice), "", _stretch(one.given_at, one.withdrawn_at, now))


def _reminders(held: Profile, now: datetime) -> Iterator[Line]:
    off = held.reminders_off_since
    yield Line(say.AT_PRESENT, say.ON if off is None else say.OFF, "" if off is None else say.since(_day(off, now)))
    for one in held.reminders:
        told = say.STATES.get(one.state, one.state)
        yield Line(say.KINDS.get(one.kind, say.OTHER_KIND), told, _day(one.due_at, now))


def _calls(held: Profile, now: datetime) -> Iterator[Line]:
    for one in held.calls:
        done = say.NOT_RUNG if one.done_at is None else say.rung(_day(one.done_at, now))
        yield Line(say.KINDS.get(one.kind, say.OTHER_KIND), done, _day(one.made_at, now))


def _readings(held: Profile, now: datetime) -> Iterator[Line]:
    for one in held.readings:
        kind = one.actor.partition(":")[0]
        yield Line(say.actor(kind, one.by), say.act(one.action), say.moment(in_zone_of(now, one.at)))
    left = held.readings_in_all - len(held.readings)
    if left > 0:
        yield Line(say.more(left))


def _known(*facts: tuple[str, object]) -> Iterator[Line]:
    """Only what is on file: most households have nothing of it, and an empty line would frighten."""
    yield from (Line(name, str(value)) for name, value in facts if value)


def _further(extra: dict[str, object]) -> Iterator[Line]:
    """Columns of the county's own tables, long numbers by their ends."""
    yield from _known(*((in_text(str(name)), in_text(str(value))) for name, value in extra.items()))


def _quantity(item: dict[str, object]) -> str:
    return "".join(str(item[part]) for part in ("quantity", "unit") if item.get(part) is not None)


def _if_known(value: bool | None) -> str | None:
    return None if value is None else say.yes_or_no(value)


def _day(at: datetime, now: datetime) -> str:
    return say.day(in_zone_of(now, at).date())


def _span(since: date, until: date | None) -> str:
    return say.span(say.day(since), None if until is None else say.day(until))


def _stretch(since: datetime, until: datetime | None, now: datetime) -> str:
    return say.span(_day(since, now), None if until is None else _day(until, now))
