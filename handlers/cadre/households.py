"""我的户: a cadre's list, who is still due this month, one household before the door, a binding code for it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.core.clock import in_zone_of, local_date
from bot.core.errors import Refused
from bot.core.talk import Offers, Reply, Talk, read_number
from bot.language.names import find_names, same_name, without_house
from bot.language.notes import read_note
from bot.messages import benefits as say_of_benefits
from bot.messages import handovers as say_of_handovers
from bot.messages import households as say
from bot.messages import visits as say_of_visits
from bot.messages.talk import numbered
from handlers.everyone.households import causes_of, incomes_of, standing_of
from handlers.everyone.standing import application_line
from storage import access, disbursements, handovers, invitations, visits
from storage.access import Place
from storage.disbursements import Payment, PaymentState
from storage.households import PHONE, Household
from storage.ids import AreaId, DisbursementId, HouseholdId
from storage.ledger import is_late, made_good
from storage.members import PHONE as MEMBER_PHONE
from storage.members import Member
from storage.people import Official
from storage.sealing import keyring_of
from storage.visits import PastVisit

PAGE = 20
"""So many lines fit a phone's screen, and 2048 bytes, with room to spare."""
CHOICES = 10

_OPEN = "open"
_LIKE_ENOUGH_TO_ASK, _SAME_SOUND = 0.71, 0.89
_VILLAGE_BEFORE = re.compile(r"([一-鿿]{1,8}(?:村|社区))(?:里)?(?:的|那个)?$")
_LAST_VISITS = 3
_LAST_PAYMENTS = 3
_LAST_APPLICATIONS = 3


async def my_households(talk: Talk[Official]) -> Reply:
    """Show all households of this cadre: counts first, those not visited this month on top."""
    return await _overview(talk, due_only=False)


async def due_visits(talk: Talk[Official]) -> Reply:
    """Show the households of this cadre that nobody has visited this month."""
    return await _overview(talk, due_only=True)


async def look_up(talk: Talk[Official]) -> Reply:
    """Show one household: people, house, telephone, last visits, last money."""
    own = await access.paired_with(talk.session, talk.speaker)
    household = await household_meant(talk, "household", say.WHICH_TO_LOOK_UP, own, named_in(talk, own))
    return Reply(await _card(talk, household))


async def invite(talk: Talk[Official]) -> Reply:
    """Make a binding code for a household, with the words to read out to them."""
    own = await access.paired_with(talk.session, talk.speaker)
    household = await household_meant(talk, "household", say.WHICH_TO_INVITE, own, named_in(talk, own))
    code, expires_at = await invitations.make(
        talk.session, household_id=household.id, made_by=talk.speaker.cadre_id, now=talk.now
    )
    return Reply(say.invited(await called(talk, household, own), code, in_zone_of(talk.now, expires_at)))


def named_in(talk: Talk[Official], own: Sequence[Household]) -> str | None:
    """Give the household the opening sentence names: one of the speaker's own, or what was understood as a name."""
    known = [household.head_name for household in own if household.head_name]
    names = [found.text for found in find_names(talk.text, known)]
    mine = [name for name in names if name in known]
    if mine:
        return mine[0]
    said = talk.slots.get("household")
    return said if isinstance(said, str) and said else next(iter(names), None)


async def household_meant(
    talk: Talk[Official], answer: str, question: str, own: Sequence[Household], said: str | None
) -> Household:
    """Give the household that was named; ask for it when none was, and which one when several fit.

    Asked, the cadre may answer with a number of the list or with any name they could have said at once.
    """
    typed = f"{answer}_typed"
    if said is None and talk.asked == answer and talk.heard is not None and read_number(talk.heard) is None:
        name = _name_in(talk, own, talk.heard)
        if await access.find(talk.session, talk.speaker, name):
            talk.answers[typed], talk.heard = talk.heard, None
    if said is None and typed in talk.answers:
        said = _name_in(talk, own, talk.answers[typed])
    if said is not None:
        return await household_named(talk, f"{answer}_which", said)
    if not own:
        raise Refused(say_of_visits.NO_HOUSEHOLDS)
    days = await visited_this_month(talk)
    first = sorted(own, key=lambda household: household.id in days)[:CHOICES]
    return await _chosen(talk, answer, question, first)


async def household_named(talk: Talk[Official], answer: str, said: str) -> Household:
    """Give the household that goes by this name; refuse a name the speaker may not see like one that is nowhere."""
    found = await _found(talk, said)
    if not found:
        raise not_found(said)
    if len(found) == 1 and not _only_alike(said, found[0]):
        return found[0]
    return await _chosen(talk, answer, say_of_visits.which_of(said), found[:CHOICES])


def _only_alike(said: str, household: Household) -> bool:
    """Whether a whole name only sounds like the one on file to a dialect's ear, or looks like it: then it is asked."""
    return _LIKE_ENOUGH_TO_ASK <= same_name(said, head(household)) < _SAME_SOUND


async def _found(talk: Talk[Official], said: str) -> list[Household]:
    """Give who goes by this name in the village said before it (青山村的王建国), or else anywhere."""
    for told in (talk.text, *talk.answers.values()):
        before, name, _ = told.partition(without_house(said))
        village = _VILLAGE_BEFORE.search(before) if name else None
        # What stands before a village's own name may be a word of the sentence: 查青山村的.
        for start in range(len(village[1]) - 1 if village else 0):
            found = await access.find(talk.session, talk.speaker, said, village[1][start:] if village else None)
            if found:
                return found
    return await access.find(talk.session, talk.speaker, said)


def not_found(said: str) -> Refused:
    """The refusal of a name, the same whether it is another's household or nobody's."""
    name = without_house(said)
    return Refused(say_of_visits.not_yours(name if len(name) > 1 else said))


def head(household: Household) -> str:
    """What people call a household."""
    return household.head_name or say.HEAD_UNKNOWN


async def called(talk: Talk[Official], household: Household, own: Sequence[Household]) -> str:
    """Give what this cadre calls a household: its head, and its place where they have two of that name."""
    alike = [other for other in own if head(other) == head(household) and other.id != household.id]
    if not alike:
        return head(household)
    alike.append(household)
    return _labels(alike, await access.places_of(talk.session, alike))[household.id]


async def labels_of(talk: Talk[Official], households: Sequence[Household]) -> dict[HouseholdId, str]:
    """Give what each household is called among these others."""
    return _labels(households, await access.places_of(talk.session, households))


async def visited_this_month(talk: Talk[Official]) -> dict[HouseholdId, date]:
    """Give the last day of this month on which each household of the speaker was visited, where it was."""
    month = local_date(talk.now).replace(day=1)
    return await visits.last_days(talk.session, talk.speaker.cadre_id, since=month)


async def _chosen(talk: Talk[Official], answer: str, question: str, households: Sequence[Household]) -> Household:
    labels = _labels(households, await access.places_of(talk.session, households))
    return talk.choose(
        answer,
        question,
        households,
        label=lambda household: labels[household.id],
        key=lambda household: str(household.id),
    )


def _name_in(talk: Talk[Official], own: Sequence[Household], answer: str) -> str:
    """The household an answer names, perhaps with more told beside it."""
    known = [household.head_name for household in own if household.head_name]
    return read_note(answer, local_date(talk.now), known)[0].household or answer


def _labels(households: Sequence[Household], places: Mapping[AreaId, Place]) -> dict[HouseholdId, str]:
    """Name each household by its head; by its place too, then by its number's end, where that is not enough."""

    def place(household: Household) -> str:
        at = places[household.area_id]
        return f"{at.township or ''}{at.village}{at.group or ''}" if shared_village else f"{at.village}{at.group or ''}"

    villages = {at.village_id: at.village for at in places.values()}
    shared_village = len(set(villages.values())) < len(villages)
    heads = Counter(head(household) for household in households)
    placed = Counter((head(household), place(household)) for household in households)
    labels = {}
    for household in households:
        name, at = head(household), place(household)
        labels[household.id] = say.label(
            name,
            at if heads[name] > 1 else None,
            household.number[-2:] if placed[name, at] > 1 else None,
        )
    return labels


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a list, and what its number opens."""

    line: str
    key: str


@dataclass(frozen=True, slots=True)
class _Round:
    """The households of one cadre this month."""

    households: Sequence[Household]
    days: Mapping[HouseholdId, date]
    places: Mapping[AreaId, Place]
    leaving: Mapping[HouseholdId, str]
    due_only: bool

    def in_villages(self) -> dict[AreaId, list[Household]]:
        """The households by village, in the order of the list."""
        villages: dict[AreaId, list[Household]] = {}
        for household in self.households:
            villages.setdefault(self.places[household.area_id].village_id, []).append(household)
        return villages

    def due(self, households: Sequence[Household]) -> list[Household]:
        """Those of them nobody has visited this month."""
        return [household for household in households if household.id not in self.days]

    def village_name(self, village_id: AreaId) -> str:
        """The village's name, with its township's where two villages share it."""
        at = next(place for place in self.places.values() if place.village_id == village_id)
        same = {place.village_id for place in self.places.values() if place.village == at.village}
        return f"{at.township or ''}{at.village}" if len(same) > 1 else at.village


async def _overview(talk: Talk[Official], *, due_only: bool) -> Reply:
    kind, _, rest = (talk.opened(_OPEN) or "").partition(":")
    if kind == "household":
        household = await access.with_id(talk.session, talk.speaker, HouseholdId(int(rest)))
        if household is None:
            raise Refused(say_of_visits.NO_LONGER_YOURS)
        return Reply(await _card(talk, household))
    own = await access.households_of(talk.session, talk.speaker)
    if not own:
        return Reply(say_of_visits.NO_HOUSEHOLDS)
    places = await access.places_of(talk.session, own)
    leaving = await handovers.leaving(talk.session, talk.speaker.cadre_id, talk.now)
    round_ = _Round(own, await visited_this_month(talk), places, leaving, due_only)
    if kind == "village":
        village_id, _, start = rest.partition(":")
        return _village(round_, AreaId(int(village_id)), int(start))
    if kind == "villages":
        return _villages(round_, int(rest))
    due = round_.due(own)
    if due_only and not due:
        return Reply(say.ALL_VISITED)
    listed = due if due_only else own
    villages = round_.in_villages()
    if len(listed) > PAGE and len(villages) > 1:
        return _villages(round_, 0)
    if len(listed) > PAGE:
        return _village(round_, next(iter(villages)), 0)
    title = say.due_counts(len(due)) if due_only else say.counts(len(own), len(own) - len(due))
    return _paged(title, _entries(round_, own), 0, say.OPEN_ONE, more="")


def _villages(round_: _Round, start: int) -> Reply:
    """A long list: the villages with their counts, those with most to do first."""
    due = len(round_.due(round_.households))
    entries = []
    by_village = round_.in_villages()
    for village_id in sorted(by_village, key=lambda each: -len(round_.due(by_village[each]))):
        households = by_village[village_id]
        left = len(round_.due(households))
        if round_.due_only and not left:
            continue
        name = round_.village_name(village_id)
        told = say.village_due_line(name, left), say.village_line(name, len(households), left)
        entries.append(_Entry(told[0] if round_.due_only else told[1], f"village:{village_id}:0"))
    total = len(round_.households)
    title = say.due_counts(due) if round_.due_only else say.counts(total, total - due)
    return _paged(title, entries, start, say.OPEN_VILLAGE, more="villages")


def _village(round_: _Round, village_id: AreaId, start: int) -> Reply:
    """One village of a long list, a page at a time."""
    households = round_.in_villages().get(village_id, [])
    name, total, due = round_.village_name(village_id), len(households), len(round_.due(households))
    title = say.village_due_counts(name, due) if round_.due_only else say.village_counts(name, total, total - due)
    return _paged(title, _entries(round_, households), start, say.OPEN_ONE, more=f"village:{village_id}")


def _entries(round_: _Round, households: Sequence[Household]) -> list[_Entry]:
    """A line a household, those still due first; who is offered to another cadre is marked."""
    labels = _labels(households, round_.places)
    labels |= {id_: say_of_handovers.moving(labels[id_], to) for id_, to in round_.leaving.items() if id_ in labels}
    due = [_Entry(labels[household.id], _key(household)) for household in round_.due(households)]
    if round_.due_only:
        return due
    visited = [
        _Entry(say.visited_line(labels[household.id], round_.days[household.id]), _key(household))
        for household in households
        if household.id in round_.days
    ]
    return due + visited


def _key(household: Household) -> str:
    return f"household:{household.id}"


def _paged(title: str, entries: Sequence[_Entry], start: int, ending: str, *, more: str) -> Reply:
    """A page of lines, numbered from 1; the number after the last opens the next page."""
    shown = list(entries[start : start + PAGE])
    left = len(entries) - start - len(shown)
    if left > 0:
        shown.append(_Entry(say.more_line(left), f"{more}:{start + PAGE}"))
    text = numbered(title, [entry.line for entry in shown])
    return Reply(f"{text}\n{ending}", Offers(_OPEN, tuple(entry.key for entry in shown)))


async def _card(talk: Talk[Official], household: Household) -> str:
    today = local_date(talk.now)
    people = await access.people_of(talk.session, household)
    past = await visits.last_to(talk.session, household.id, limit=_LAST_VISITS)
    standing = await disbursements.standing(talk.session, household.id)
    good = made_good(standing.payments)
    at = (await access.places_of(talk.session, [household]))[household.area_id]
    income = household.income_per_capita_fen
    return say.household(
        say.Card(
            head=head(household),
            standing=await standing_of(talk.session, household),
            place=f"{at.township or ''}{at.village}{at.group or ''}",
            people=[_person(member, today) for member in people],
            income_yuan=None if income is None else Decimal(income) / 100,
            incomes=await incomes_of(talk.session, household),
            causes=causes_of(household),
            house_grade=household.house_grade,
            water_safe=household.water_safe,
            phone=_phone(talk, household, people),
            visits=[_past_visit(talk, visit, today) for visit in past],
            applications=[
                say.application(one.benefit, one.person, application_line(talk.county, one, today))
                for one in standing.applications[:_LAST_APPLICATIONS]
            ],
            money=[_money(payment, good, today) for payment in standing.payments[:_LAST_PAYMENTS]],
        )
    )


def _phone(talk: Talk[Official], household: Household, people: Sequence[Member]) -> str | None:
    """The household's number, or else the first member's who has one."""
    keyring = keyring_of(talk.session)
    own = keyring.open_if(household.phone_sealed, PHONE)
    if own is not None:
        return own
    sealed = next((member.phone_sealed for member in people if member.phone_sealed is not None), None)
    return keyring.open_if(sealed, MEMBER_PHONE)


def _person(member: Member, today: date) -> say.Person:
    disability = member.disability
    if disability and "残" not in disability:
        disability = f"{disability}残疾"
    condition = [part for part in (member.health, disability, member.schooling) if part]
    return say.Person(member.name, member.relation, _age(member.birth_date, today), condition)


def _age(birth_date: date | None, today: date) -> int | None:
    if birth_date is None:
        return None
    not_yet = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - not_yet


def _past_visit(talk: Talk[Official], past: PastVisit, today: date) -> say.PastVisit:
    visit = past.visit
    about = say_of_visits.about(items=visit.items, problems=visit.problems, note=visit.note, not_home=visit.not_home)
    day = say_of_visits.on_day(visit.visited_on, visit.date_text, today)
    return say.PastVisit(day, None if visit.cadre_id == talk.speaker.cadre_id else past.cadre, about)


def _money(payment: Payment, good: Mapping[DisbursementId, Payment], today: date) -> say.Money:
    day = say_of_visits.on_day(payment.paid_on, None, today)
    trouble = None if payment.state is PaymentState.PAID else disbursements.STATE_NAMES[payment.state]
    if payment.id in good:
        trouble = say.paid_again(say_of_visits.on_day(good[payment.id].paid_on, None, today))
    elif is_late(payment, today):
        trouble = say.LATE
    what = say_of_benefits.whose(payment.benefit, payment.person)
    return say.Money(day, what, Decimal(payment.amount_fen) / 100, trouble)
