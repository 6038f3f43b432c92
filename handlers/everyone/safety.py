"""要紧的话: who is in distress hears a human answer and is looked after; who swears or probes hears a calm one."""

from dataclasses import replace

from bot.core.talk import Offers, Reply, S, Talk
from bot.messages import cadres as say_cadres
from bot.messages import safety as say
from storage import access, cadres, contacts, outbox
from storage.assignments import Helper, helper_of
from storage.households import Household, doorplate
from storage.ids import CadreId
from storage.outbox import Promise, Recipient, ToCadre, ToHousehold, ToOffice
from storage.people import Newcomer, Official, Platform, Villager
from storage.sealing import keyring_of

CRISIS = "request_help"
"""The intent that hears whatever is said after a cry for help."""

_KEY = "crisis.account"


async def crisis(talk: Talk[S]) -> Reply:
    """Answer somebody who may hurt themselves, and ask somebody, at any hour, to go and see.

    That is the household's cadre and its township's office, or the county's where the township has no official; of
    everybody else the county's. Once an hour for each of them. What was said is not passed on.
    """
    if isinstance(talk.speaker, Official) and (household := await _spoken_of(talk, talk.speaker)) is not None:
        return await _told_by_cadre(talk, talk.speaker, household)
    helper = await helper_of_speaker(talk)
    who, text = await _in_danger(talk)
    told = await _who_is_told(talk, helper)
    promises = [
        Promise(
            to=to, kind=outbox.Kind.URGENT, key=f"crisis:{who}:{name}:{talk.now:%Y%m%d%H}", due_at=talk.now, text=text
        )
        for name, to in told.items()
    ]
    await outbox.promise_all(talk.session, promises, talk.now)
    return _human(await _answer(talk, helper))


async def _spoken_of(talk: Talk[S], official: Official) -> Household | None:
    """The household a cadre speaks of, where it is clear which one."""
    named = talk.slots.get("household")
    found = await access.find(talk.session, official, named) if isinstance(named, str) and named else []
    return found[0] if len(found) == 1 else None


async def _told_by_cadre(talk: Talk[S], official: Official, household: Household) -> Reply:
    """Say to a cadre what to do for a household in danger, and tell the office of it at any hour."""
    door = await doorplate(talk.session, household.id)
    name = await cadres.name_of(talk.session, official.cadre_id)
    phone = await contacts.phone_of(talk.session, ToCadre(official.cadre_id))
    at = f"{talk.now.month}月{talk.now.day}日{talk.now:%H:%M:%S}"
    township = [one for one in await cadres.township_of(talk.session, household.id) if one != official.cadre_id]
    to: list[Recipient] = [ToCadre(one) for one in township] or [ToOffice()]
    text = say.crisis_told_by_cadre(name, phone, door.head_name or "", door.village, at)
    key = f"crisis:{household.id}:told:{talk.now:%Y%m%d%H}"
    promises = [
        Promise(to=one, kind=outbox.Kind.URGENT, key=f"{key}:{order}", due_at=talk.now, text=text)
        for order, one in enumerate(to)
    ]
    await outbox.promise_all(talk.session, promises, talk.now)
    named = say.TOWNSHIP if township else say.OFFICE if await cadres.office(talk.session) else None
    return Reply(say.crisis_of_theirs(door.head_name or "", named), grave=True)


async def after_crisis(talk: Talk[S]) -> Reply:
    """Answer whatever follows a cry for help: a human word, another one each time, and never a list of choices."""
    helper = await helper_of_speaker(talk)
    who = None if helper is None else say_cadres.helper(helper.name, helper.phone)
    if any(word in talk.text for word in say.HURT_WORDS):
        return _human(say.after_crisis_hurt(who))
    if any(word in talk.text for word in say.BETTER_WORDS):
        return Reply(say.AFTER_CRISIS_BETTER, grave=True)
    return replace(_human(say.after_crisis(talk.refused, who)), refused=True)


async def refuse(talk: Talk[S], tone: str) -> Reply:
    """Refuse in one plain sentence what nobody may have or do; nothing is written, and nothing is said twice alike."""
    sentences = {"others": say.OTHERS, "advert": say.ADVERTS, "abuse": say.ABUSE}.get(tone, say.FORBIDDEN)
    offers = tone == "abuse" and talk.refused >= say.ABUSE_OFFERS_FROM
    return Reply(
        say.in_turn(sentences, talk.refused), Offers("route", ("contact_human",)) if offers else None, refused=True
    )


async def helper_of_speaker(talk: Talk[S]) -> Helper | None:
    """The cadre of the household that speaks; nobody's where none does."""
    if not isinstance(talk.speaker, Villager):
        return None
    return await helper_of(talk.session, talk.speaker.household_id)


def _human(text: str) -> Reply:
    return Reply(text, afterwards=CRISIS, grave=True)


async def _who_is_told(talk: Talk[S], helper: Helper | None) -> dict[str, Recipient]:
    """Who goes and sees, by what tells them apart in a key."""
    if not isinstance(talk.speaker, Villager):
        return {"office": ToOffice()}
    told = await cadres.township_of(talk.session, talk.speaker.household_id)
    if helper is not None:
        told = [helper.cadre_id, *told]
    recipients: dict[str, Recipient] = {str(cadre_id): ToCadre(cadre_id) for cadre_id in told}
    if not set(told) - ({helper.cadre_id} if helper else set[CadreId]()):
        recipients["office"] = ToOffice()
    return recipients


async def _answer(talk: Talk[S], helper: Helper | None) -> str:
    if helper is not None:
        return say.crisis(say_cadres.helper(helper.name, helper.phone))
    # Where the county has named nobody, it is on the list all the same, but nothing is promised in their name.
    office = bool(await cadres.office(talk.session))
    if isinstance(talk.speaker, Newcomer):
        return say.crisis_unknown(office)
    if isinstance(talk.speaker, Villager) and await cadres.township_of(talk.session, talk.speaker.household_id):
        return say.crisis(say.TOWNSHIP)
    return say.crisis(say.OFFICE if office else None)


async def _in_danger(talk: Talk[S]) -> tuple[str, str]:
    """Who may be in danger, for the key, and how to find them, for who is asked to."""
    speaker = talk.speaker
    # The time tells one cry from the next: WeCom drops words it has delivered a while ago (duplicate check).
    at = f"{talk.now.month}月{talk.now.day}日{talk.now:%H:%M:%S}"
    if isinstance(speaker, Villager):
        door = await doorplate(talk.session, speaker.household_id)
        phone = await contacts.phone_of(talk.session, ToHousehold(speaker.household_id))
        if speaker.proxy:
            who = f"proxy:{speaker.household_id}"
            return who, say.crisis_of_proxy(door.head_name, door.village, phone, at)
        return str(speaker.household_id), say.crisis_notice(door.head_name, door.village, phone, at)
    if isinstance(speaker, Official):
        name = await cadres.name_of(talk.session, speaker.cadre_id)
        phone = await contacts.phone_of(talk.session, ToCadre(speaker.cadre_id))
        return f"cadre:{speaker.cadre_id}", say.crisis_of_cadre(name, phone, at)
    # The account's own name is not kept in a key: who leaves us is forgotten.
    who = keyring_of(talk.session).index(speaker.account.key, _KEY).hex()
    if speaker.account.platform is Platform.WECOM:
        return who, say.crisis_of_colleague(speaker.account.name, at)
    return who, say.crisis_of_follower(at)
