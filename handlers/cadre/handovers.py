"""移交: a cadre asks another to take households; they answer; until then the old pairing holds.

Who leaves hands over first (000:59 不脱贫不脱钩); the township and the county may ask for any household of theirs,
also for one nobody has. Each answer is all or nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.core.clock import in_zone_of, local_date, out_of_quiet_hours
from bot.core.errors import NotUnderstood, Refused
from bot.core.talk import SHOWN, Reply, SwitchTo, Talk
from bot.language.names import SURNAMES, find_names, match_household, same_name, without_house
from bot.messages import handovers as say
from bot.messages import visits as say_of_visits
from handlers.cadre import households as home
from policies.pairing import standing
from storage import access, assignments, audit, cadres, contacts, handovers, outbox
from storage.cadres import ROLE_NAMES, Cadre, Colleague, Role
from storage.handovers import NEWS, Offer, Outcome
from storage.households import Household
from storage.ids import CadreId, HandoverId, HouseholdId
from storage.imports.changes import no_import_runs
from storage.outbox import Kind, ToCadre
from storage.people import Official, Platform

ASSIGNS = (Role.TOWNSHIP, Role.COUNTY)
"""Who may ask for households of their area that are not their own."""

_SWITCHES = (
    ("withdraw_handover", re.compile(r"^(?:撤回|撤销|收回|取消).{0,4}(?:移交|交接)")),
    ("waiting_handovers", re.compile(r"(?:哪些|哪几|几户?)户?(?:要|等|待|请)我?接")),
    ("decline_handover", re.compile(r"(?:不|没法|不能|不想|拒绝)接(?!.*(?:给|交))")),
    (
        "accept_handover",
        re.compile(r"^(?:我)?(?:来|可以|愿意|同意)?接(?!.*(?:给|交|由))|(?:家|户)我?(?:来|同意|可以)?接[手下了]*$"),
    ),
)
"""What is understood as a handover, and is the answer to one; the first that fits."""
LEAVES = re.compile(r"调走|调离|调动|离职|退休|辞职|不再帮扶|不帮扶|不包|不干了|休产假|轮换")
_ALL = re.compile(r"全部|所有|名下的?户?|(?:户|都)(?:全|都)?(?:移交|交|转|给)")
_TO = re.compile(r"给|→|->|换成|改成|改由|改为|由|移交|转交")
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
_IS_A_HOUSEHOLD = re.compile(r"的?[家户]")
_SHORT = re.compile(r"[小老][\u4e00-\u9fff](?=$|[，,。了来接继 ])")
_NEAR = 16
"""So far behind 给 the receiver's name begins, with unit and title before it."""
_ALIKE_AT_MOST = 10

_WHICH = "households"
_TO_WHOM = "to"


async def hand_over(talk: Talk[Official]) -> Reply:
    """Ask which households go to whom, say what will happen, and ask the other once it was confirmed."""
    for intent, said in _SWITCHES:
        if said.search(talk.text):
            raise SwitchTo(intent, talk.text)
    me = await talk.session.get_one(Cadre, talk.speaker.cadre_id)
    roll = await cadres.roll(talk.session)
    opening = _read_opening(talk, roll)
    chosen = await _households(talk, me, opening)
    now_with = await assignments.whose(talk.session, [household.id for household in chosen])
    to = await _receiver(talk, me, roll, opening)
    _refuse_what_is_not_to_be_moved(me, chosen, now_with, to)

    names = [await handovers.name_of(talk.session, household.id) for household in chosen]
    before = await handovers.of_households(talk.session, [household.id for household in chosen], talk.now)
    if not talk.confirm("sure", await _what_will_happen(talk, me, names, now_with, to, before)):
        return Reply(say.NOT_MOVED)

    if before:
        await _take_back(talk, list(before.values()))
    moved = {household.id: now_with.get(household.id) for household in chosen}
    if not await handovers.offer(talk.session, moved, to=to.id, asked_by=me.id, now=talk.now):
        raise Refused(say.ANOTHER_WAS_QUICKER)
    await outbox.promise(
        talk.session,
        ToCadre(to.id),
        kind=Kind.HANDOVER,
        key=_key_of(to.id, me.id, talk.now),
        text=None,
        due_at=out_of_quiet_hours(talk.now),
        now=talk.now,
    )
    await _note(talk, "handover.ask", moved, {"to": to.id})
    return Reply(say.asked(say.somebody(to.name, to.unit), names, _until(talk, talk.now)))


async def waiting(talk: Talk[Official]) -> Reply:
    """Show what waits for the speaker's answer."""
    offers = await handovers.offered_to(talk.session, talk.speaker.cadre_id, talk.now)
    if not offers:
        return Reply(say.NOTHING_WAITING)
    lines = [await _offer_line(talk, offer) for offer in offers[:SHOWN]]
    return Reply(say.waiting(lines, len(offers)))


async def accept(talk: Talk[Official]) -> Reply:
    """Take what was offered: the pairing changes today, and everybody concerned is told."""
    offers = await _meant(talk, say.WHICH_TO_ACCEPT)
    if not await no_import_runs(talk.session):
        raise Refused(say.REGISTER_BUSY)
    moved = {offer.household_id: offer.from_cadre_id for offer in offers}
    me, today = talk.speaker.cadre_id, local_date(talk.now)
    ended = await handovers.end(talk.session, offers, Outcome.ACCEPTED, talk.now)
    if not ended or not await assignments.hand_over(talk.session, moved, me, on=today):
        raise Refused(say.CHANGED_MEANWHILE)
    names = [await handovers.name_of(talk.session, offer.household_id) for offer in offers]
    for asker in {offer.asked_by_id for offer in offers}:
        theirs = {offer.household_id: offer.from_cadre_id for offer in offers if offer.asked_by_id == asker}
        due_at = out_of_quiet_hours(talk.now)
        await handovers.tell(talk.session, theirs, to=me, asked_by={asker}, due_at=due_at, now=talk.now)
    await _note(talk, "handover.accept", moved, {"from": sorted({old for old in moved.values() if old is not None})})
    cadre = await talk.session.get_one(Cadre, me)
    count = await assignments.count_of(talk.session, me)
    most = _most(talk, cadre, count)
    return Reply(say.accepted(names, None if most is None else say.you_are_over(count, most)))


async def decline(talk: Talk[Official]) -> Reply:
    """Say no to what was offered; who asked is told, and may ask somebody else."""
    offers = await _meant(talk, say.WHICH_TO_DECLINE)
    if not await handovers.end(talk.session, offers, Outcome.DECLINED, talk.now):
        raise Refused(say.CHANGED_MEANWHILE)
    me = await cadres.name_of(talk.session, talk.speaker.cadre_id)
    for asker, names in (await _names_by(talk, offers, lambda offer: offer.asked_by_id)).items():
        await _tell(talk, asker, say.not_taken(me, names))
    await _note(talk, "handover.decline", [offer.household_id for offer in offers], {})
    return Reply(say.declined([await handovers.name_of(talk.session, offer.household_id) for offer in offers]))


async def withdraw(talk: Talk[Official]) -> Reply:
    """Take back what the speaker has asked of somebody; who was asked is told."""
    offers = await handovers.asked_by(talk.session, talk.speaker.cadre_id, talk.now)
    if not offers:
        return Reply(say.NOTHING_TO_WITHDRAW)
    if len(offers) > 1:
        labels = {
            offer.id: say.to_line(await handovers.name_of(talk.session, offer.household_id), offer.to_name)
            for offer in offers
        }
        offers = _chosen(talk, say.WHICH_TO_WITHDRAW, offers, labels)
    await _take_back(talk, offers)
    return Reply(say.withdrawn([await handovers.name_of(talk.session, offer.household_id) for offer in offers]))


# ---- which households


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the first sentence tells: its words without the receiver, and the receivers it may mean."""

    rest: str
    receivers: tuple[Colleague, ...]
    said: str | None


def _read_opening(talk: Talk[Official], roll: Sequence[Colleague]) -> _Opening:
    """Find the receiver: the official named nearest behind 给, by whatever name; what is left tells the households."""
    text = talk.text
    for marker in reversed(list(_TO.finditer(text))):
        after = text[marker.end() : marker.end() + _NEAR]
        named = [
            (after.find(one.name), -len(one.name), one)
            for one in roll
            if one.name in after and not _IS_A_HOUSEHOLD.match(after, after.find(one.name) + len(one.name))
        ]
        if named:
            place, length, first = min(named, key=lambda found: found[:2])
            begin = marker.end() + place
            rest = f"{text[: marker.start()]}，{text[begin - length :]}"
            return _Opening(rest, tuple(one for one in roll if one.name == first.name), first.name)
        short = _SHORT.search(after)
        if short is not None and short.group()[1] in SURNAMES:
            return _Opening(text[: marker.start()], tuple(_fitting(short.group(), roll)), short.group())
        unknown = [found for found in find_names(after) if not found.house]
        if unknown:
            return _Opening(text[: marker.start()], tuple(_fitting(unknown[-1].text, roll)), unknown[-1].text)
    said = talk.slots.get("cadre")
    if isinstance(said, str) and said and said in text:
        return _Opening(text.replace(said, "，"), tuple(_fitting(said, roll)), said)
    return _Opening(text, (), None)


async def _households(talk: Talk[Official], me: Cadre, opening: _Opening) -> list[Household]:
    """Give the households that were named, or ask for them."""
    own = list(await access.paired_with(talk.session, talk.speaker))
    if _WHICH not in talk.answers and talk.asked != _WHICH:
        named = await _named(talk, me, own, opening)
        if named:
            return named
        if own and opening.said and _ALL.search(talk.text):
            return own
    movable = [*own, *([] if me.role not in ASSIGNS else await access.without_cadre(talk.session, talk.speaker))]
    if not movable and me.role not in ASSIGNS:
        raise Refused(say.NONE_LEFT if LEAVES.search(talk.text) else say_of_visits.NO_HOUSEHOLDS)
    options = [*movable, *await _typed(talk, movable)]
    question = say.WHICH if options else say.WHICH_BY_NAME
    if own and LEAVES.search(talk.text):
        question = f"{say.not_let_go_yet(len(own))}\n{question}"
    labels = await home.labels_of(talk, options)
    return talk.choose_several(
        _WHICH,
        question,
        options,
        label=lambda household: labels[household.id],
        key=lambda household: str(household.id),
    )


async def _named(talk: Talk[Official], me: Cadre, own: Sequence[Household], opening: _Opening) -> list[Household]:
    """Give the households the opening names: the speaker's own, those of a village of theirs, or others they see."""
    heads = [household.head_name for household in own if household.head_name]
    said = [found.text for found in find_names(opening.rest, heads) if same_name(found.text, me.name) < 1]
    known = [name for name in said if match_household(name, heads)]
    slot = talk.slots.get("household")
    if not known and isinstance(slot, str) and slot in opening.rest and same_name(slot, me.name) < 1:
        known = [slot]
    if not known and me.role in ASSIGNS:
        known = said
    if known:
        found = [await home.household_named(talk, f"which_{place}", name) for place, name in enumerate(known)]
        return list({household.id: household for household in found}.values())
    village = talk.slots.get("village")
    if isinstance(village, str) and own:
        village = village.removeprefix("把")
        places = await access.places_of(talk.session, own)
        return [one for one in own if village in f"{places[one.area_id].village}{places[one.area_id].group or ''}"]
    return []


async def _typed(talk: Talk[Official], movable: Sequence[Household]) -> list[Household]:
    """Give what an answer names beyond the list that was shown: another household the speaker sees."""
    listed = {household.id for household in movable}
    if _WHICH in talk.answers:
        ids = [HouseholdId(int(key)) for key in talk.answers[_WHICH].split(",") if int(key) not in listed]
        seen = [await access.with_id(talk.session, talk.speaker, id_) for id_ in ids]
        return [household for household in seen if household is not None]
    if talk.asked != _WHICH or talk.heard is None:
        return []
    found: dict[HouseholdId, Household] = {}
    for part in re.split(r"[、，,;；\s]+", talk.heard.strip()):
        if without_house(part) and not re.fullmatch(r"[\d一二三四五六七八九十到-]+", part):
            fits = await access.find(talk.session, talk.speaker, part)
            if len(fits) == 1 and fits[0].id not in listed:
                found[fits[0].id] = fits[0]
    return list(found.values())


def _refuse_what_is_not_to_be_moved(
    me: Cadre, chosen: Sequence[Household], now_with: Mapping[HouseholdId, CadreId], to: Colleague
) -> None:
    for household in chosen:
        if now_with.get(household.id) != me.id and me.role not in ASSIGNS:
            raise Refused(say.somebody_elses(home.head(household)))
        if now_with.get(household.id) == to.id:
            raise Refused(say.with_them_already(home.head(household), to.name))


# ---- to whom


async def _receiver(talk: Talk[Official], me: Cadre, roll: Sequence[Colleague], opening: _Opening) -> Colleague:
    """Give the official who is asked to take them: known by name or telephone number, one of the county's own."""
    phones = await _by_phone(talk, roll)
    fits = list(opening.receivers)
    told = _PHONE.search(talk.text)
    said = opening.said or (told.group() if told else None)
    if told and told.group() in phones:
        fits = [phones[told.group()]]
    if not fits:
        question = say.TO_WHOM if said is None else f"{say.nobody_called(said)}\n{say.TO_WHOM}"

        def read(answer: str) -> list[Colleague]:
            number = _PHONE.search(answer)
            found = [phones[number.group()]] if number and number.group() in phones else _fitting(answer, roll)
            if not found:
                raise NotUnderstood(say.nobody_called(answer.strip()))
            if [one.id for one in found] == [me.id] and me.role not in ASSIGNS:
                raise NotUnderstood(say.NOT_TO_YOURSELF)
            return found

        fits = talk.ask(_TO_WHOM, question, read)
        said = talk.answers[_TO_WHOM].strip()
    others = [one for one in fits if one.id != me.id] or fits
    if len(others) == 1:
        if others[0].id == me.id and me.role not in ASSIGNS:
            raise Refused(say.NOT_TO_YOURSELF)
        return others[0]
    tails = await cadres.phone_tails(talk.session, [one.id for one in others])
    return talk.choose(
        "to_which",
        say.which_of(said or ""),
        others,
        label=lambda one: _called(one, others, tails[one.id]),
        key=lambda one: str(one.id),
    )


def _fitting(said: str, roll: Sequence[Colleague]) -> list[Colleague]:
    """Give the officials who may be meant; none where too many are called so."""
    name = said.strip().rstrip("。.！!").removesuffix("同志")
    exact = [one for one in roll if one.name == name]
    if exact:
        return exact
    fits = [roll[place] for place in match_household(name, [one.name for one in roll])]
    return fits if len(fits) <= _ALIKE_AT_MOST else []


async def _by_phone(talk: Talk[Official], roll: Sequence[Colleague]) -> dict[str, Colleague]:
    """Give the officials whose telephone numbers are in what was said."""
    by_id = {one.id: one for one in roll}
    found = {}
    for said in (talk.text, talk.heard or "", talk.answers.get(_TO_WHOM, "")):
        for phone in _PHONE.findall(said):
            cadre = await cadres.by_phone(talk.session, phone)
            if cadre is not None:
                found[phone] = by_id[cadre.id]
    return found


def _called(one: Colleague, others: Sequence[Colleague], tail: str) -> str:
    alike = sum((other.name, other.unit) == (one.name, one.unit) for other in others) > 1
    return say.colleague(one.name, one.unit, tail if alike else None)


async def _what_will_happen(
    talk: Talk[Official],
    me: Cadre,
    names: Sequence[str],
    now_with: Mapping[HouseholdId, CadreId],
    to: Colleague,
    before: Mapping[HouseholdId, Offer],
) -> str:
    receiver = await talk.session.get_one(Cadre, to.id)
    count = await assignments.count_of(talk.session, to.id) + len(names)
    most = _most(talk, receiver, count)
    whose = {cadre_id for cadre_id in now_with.values() if cadre_id != me.id}
    of = [await cadres.name_of(talk.session, cadre_id) for cadre_id in sorted(whose)]
    if len(now_with) < len(names):
        of.append(say.NOBODY)
    return say.sure(
        names,
        say.somebody(to.name, to.unit),
        to.name,
        of=of,
        over=None if most is None else say.over_the_number(to.name, count, most),
        instead=sorted({offer.to_name for offer in before.values()}),
        silent=not await _has_account(talk, to.id),
    )


def _most(talk: Talk[Official], cadre: Cadre, count: int) -> int | None:
    """How many households the county's rule gives this official at most, where that would be exceeded."""
    found = standing(talk.county.pairing, role=ROLE_NAMES[Role(cadre.role)], rank=cadre.rank, households=count)
    most = None if found.share is None or found.missing is not None else found.share.at_most
    return most if most is not None and count > most else None


async def _has_account(talk: Talk[Official], cadre_id: CadreId) -> bool:
    for platform in Platform:
        if await contacts.accounts_of(talk.session, ToCadre(cadre_id), platform):
            return True
    return False


# ---- answers


async def _meant(talk: Talk[Official], question: str) -> list[Offer]:
    """Give the offers an answer is about: the only one, those that are named, or those chosen of the list."""
    offers = await handovers.offered_to(talk.session, talk.speaker.cadre_id, talk.now)
    if not offers:
        raise Refused(say.NOTHING_WAITING)
    heads = [offer.head_name or offer.number for offer in offers]
    named = {found.text for found in find_names(talk.text, heads)}
    theirs = [offer for offer, head in zip(offers, heads, strict=True) if head in named]
    if len(theirs) == len(named & set(heads)) > 0:
        return theirs
    if len(offers) == 1 and talk.asked is None:
        return offers
    labels = {offer.id: await _offer_line(talk, offer) for offer in offers}
    return _chosen(talk, question, offers, labels)


def _chosen(
    talk: Talk[Official], question: str, offers: Sequence[Offer], labels: Mapping[HandoverId, str]
) -> list[Offer]:
    return talk.choose_several(
        _WHICH, question, offers, label=lambda offer: labels[offer.id], key=lambda offer: str(offer.id)
    )


async def _offer_line(talk: Talk[Official], offer: Offer) -> str:
    name = await handovers.name_of(talk.session, offer.household_id)
    return say.offer_line(name, offer.asked_by_name, _until(talk, offer.asked_at))


def _until(talk: Talk[Official], asked_at: datetime) -> date:
    return local_date(in_zone_of(talk.now, asked_at + handovers.HOLDS_FOR))


async def _take_back(talk: Talk[Official], offers: Sequence[Offer]) -> None:
    """Withdraw offers, and say so to who was asked and may have heard of it."""
    if not await handovers.end(talk.session, offers, Outcome.WITHDRAWN, talk.now):
        raise Refused(say.ANOTHER_WAS_QUICKER)
    heard = [
        offer
        for offer in offers
        if await outbox.told(talk.session, _key_of(offer.to_cadre_id, offer.asked_by_id, offer.asked_at))
    ]
    for to, names in (await _names_by(talk, heard, lambda offer: offer.to_cadre_id)).items():
        await _tell(talk, to, say.no_longer_asked(offers[0].asked_by_name, names))
    await _note(talk, "handover.withdraw", [offer.household_id for offer in offers], {})


async def _names_by(
    talk: Talk[Official], offers: Sequence[Offer], whom: Callable[[Offer], CadreId]
) -> dict[CadreId, list[str]]:
    """Put together what each one concerned is told of."""
    found: dict[CadreId, list[str]] = {}
    for offer in offers:
        found.setdefault(whom(offer), []).append(await handovers.name_of(talk.session, offer.household_id))
    return found


async def _tell(talk: Talk[Official], to: CadreId, text: str) -> None:
    key = f"{NEWS}:{to}:{talk.speaker.cadre_id}:{talk.now.timestamp()}"
    due_at = out_of_quiet_hours(talk.now)
    await outbox.promise(talk.session, ToCadre(to), kind=NEWS, key=key, text=text, due_at=due_at, now=talk.now)


def _key_of(to: CadreId, asked_by: CadreId, asked_at: datetime) -> str:
    """The key of the message that asks somebody: one for all that was asked at once."""
    return f"{Kind.HANDOVER}:{to}:{asked_by}:{asked_at.timestamp()}"


async def _note(talk: Talk[Official], action: str, about: Iterable[HouseholdId], detail: Mapping[str, Any]) -> None:
    actor = f"cadre:{talk.speaker.cadre_id}"
    await audit.note(talk.session, actor=actor, action=action, about=about, detail=detail, now=talk.now)
