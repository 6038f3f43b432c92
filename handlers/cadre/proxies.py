"""代办人: an official makes a code for an old neighbour without a telephone, and takes a proxy back.

Who may: whoever sees the household (`storage.access`): the cadre paired with it, and the staff of its area.
"""

from bot.core.clock import in_zone_of
from bot.core.talk import Offers, Reply, Talk
from bot.messages import proxies as say
from bot.messages import visits as say_of_visits
from bot.messages.talk import numbered
from handlers.cadre.households import called as house_called
from handlers.cadre.households import head, household_meant, named_in
from handlers.everyone.binding import tell_others
from handlers.everyone.proxies import ANSWER, entries, read_called, take_back
from storage import access, audit, invitations, proxies
from storage.cadres import name_of
from storage.ids import HouseholdId, ProxyId
from storage.people import Official


async def invite_proxy(talk: Talk[Official]) -> Reply:
    """Make a one-time code whose sender may speak for a household; its bound accounts are told of it."""
    own = await access.paired_with(talk.session, talk.speaker)
    household = await household_meant(talk, "household", say.FOR_WHICH, own, named_in(talk, own))
    called = talk.ask("called", say.FOR_WHOM, read=read_called)
    cadre_id = talk.speaker.cadre_id
    code, until = await invitations.make_for_proxy(
        talk.session, household.id, called=called, made_by=cadre_id, now=talk.now
    )
    await audit.note(
        talk.session, actor=f"cadre:{cadre_id}", action="proxy.code_made", about=[household.id], now=talk.now
    )
    cadre = await name_of(talk.session, cadre_id)
    key = f"proxy_code:{household.id}:{talk.now:%Y%m%d%H%M%S}"
    await tell_others(talk, household.id, key, say.code_was_made(cadre, called))
    name = await house_called(talk, household, own)
    return Reply(say.code_for_cadre(name, code, called, in_zone_of(talk.now, until)))


async def of_household(talk: Talk[Official]) -> Reply:
    """Show an official who may speak for a household; a number takes one back."""
    house, _, proxy_id = (talk.opened(ANSWER) or "").partition(":")
    if proxy_id:
        household = await access.with_id(talk.session, talk.speaker, HouseholdId(int(house)))
        if household is None:
            return Reply(say_of_visits.NO_LONGER_YOURS)
        ended = await take_back(talk, household.id, ProxyId(int(proxy_id)), actor=f"cadre:{talk.speaker.cadre_id}")
        if ended is not None:
            await tell_others(talk, household.id, f"proxy_ended:{proxy_id}", say.ended_to_household(ended))
            return Reply(say.taken_back_by_cadre(head(household), ended))
    else:
        own = await access.paired_with(talk.session, talk.speaker)
        household = await household_meant(talk, "household", say.OF_WHICH, own, named_in(talk, own))
    standing = list(await proxies.of_household(talk.session, household.id))
    title, lines = say.listed_to_cadre(head(household), entries(talk, standing))
    if not standing:
        return Reply(title)
    keys = tuple(f"{household.id}:{proxy.id}" for proxy in standing)
    return Reply(f"{numbered(title, lines)}\n{say.TAKE_BACK_BY_NUMBER}", Offers(ANSWER, keys))
