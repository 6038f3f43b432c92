"""个人信息: the notice, what is held about who asks, and taking all of it back (注销).

个人信息保护法: to be told (第十七条), to see and take along (第四十五条), to have corrected (第四十六条), to take
consent back (第十五条) and to have deleted what need not stay (第四十七条).
"""

from bot.core.clock import in_zone_of
from bot.core.talk import Reply, Talk
from bot.messages import privacy as say
from bot.messages import proxies as say_proxies
from handlers.everyone.binding import tell_others
from storage import accounts, audit, bindings, invitations, links, notices, profiles, proxies
from storage.bindings import EndReason
from storage.cadres import ROLE_NAMES, Role
from storage.households import doorplate
from storage.ids import CadreId, HouseholdId
from storage.links import Link
from storage.people import Newcomer, Official, Speaker, Villager
from storage.sealing import keyring_of


async def notice(talk: Talk[Speaker]) -> Reply:
    """Show the notice to anybody, at any time (第十七条)."""
    return Reply(say.NOTICE)


async def export_profile(talk: Talk[Speaker]) -> Reply:
    """Say what is held about who asks: a household gets a page with all of it, which it may take along (第四十五条)."""
    speaker = talk.speaker
    if isinstance(speaker, Official):
        return await _of_cadre(talk, speaker.cadre_id)
    if isinstance(speaker, Newcomer) or speaker.proxy:
        return await _of_nobody(talk)
    return await _of_household(talk, speaker)


async def erase(talk: Talk[Speaker]) -> Reply:
    """Forget this account, once it was said what goes and what must stay: at once, all or nothing (第四十七条)."""
    account = talk.speaker.account
    household_id, cadre_id = await proxies.own_of(talk.session, account)
    if isinstance(talk.speaker, Villager) and talk.speaker.proxy and (household_id, cadre_id) != (None, None):
        return Reply(say_proxies.YOURSELF_FIRST)
    last = household_id is not None and not await bindings.others_of(talk.session, household_id, account)
    granted = await _granted_by(talk, household_id) if last else 0
    question = say.sure_to_erase(
        stays=_stays(household_id, cadre_id),
        granted=granted,
        held_for=[one.head_name or "" for one in await proxies.of_account(talk.session, account)],
        last_of_household=last,
    )
    if not talk.confirm("sure", question):
        return Reply(say.NOT_ERASED)
    if last and household_id is not None:
        # Nobody of the household is here any more who could take these back, or say that reminders are unwanted.
        await proxies.end_granted_by(talk.session, f"household:{household_id}", talk.now)
        await invitations.cancel_of_household(talk.session, household_id, talk.now)
        await notices.turn_off(talk.session, household_id, talk.now)
    await forget(talk, EndReason.ERASED)
    return Reply(say.ERASED if cadre_id is None else say.ERASED_CADRE, forgets=True)


async def forget(talk: Talk[Speaker], reason: EndReason) -> None:
    """Forget the account that speaks, note it, and tell those it was a proxy of."""
    account = talk.speaker.account
    household_id, cadre_id = await proxies.own_of(talk.session, account)
    ended = await accounts.erase(talk.session, account, reason, talk.now)
    for proxy in ended:
        called = proxy.called or say_proxies.SOMEBODY
        key = f"proxy_ended:{proxy.id}"
        await tell_others(talk, proxy.household_id, key, say_proxies.ended_to_household(called))
    about = [proxy.household_id for proxy in ended]
    if household_id is not None:
        about.append(household_id)
    if household_id is None and cadre_id is None and not about:
        return
    actor = f"proxy:{about[0]}" if household_id is None and about else f"household:{household_id}"
    await audit.note(
        talk.session,
        actor=actor if cadre_id is None else f"cadre:{cadre_id}",
        action="account.erased",
        about=about,
        detail={"reason": str(reason)},
        now=talk.now,
    )


async def _of_household(talk: Talk[Speaker], speaker: Villager) -> Reply:
    link = None
    if talk.pages is not None:
        token = links.make(keyring_of(talk.session), Link(speaker.account, speaker.household_id), talk.now)
        link = f"{talk.pages}/h5/profile?t={token}"
    await audit.note(
        talk.session,
        actor=f"household:{speaker.household_id}",
        action="profile.asked",
        about=[speaker.household_id],
        now=talk.now,
    )
    found = await profiles.counts_of(talk.session, speaker.household_id)
    door = await doorplate(talk.session, speaker.household_id)
    return Reply(say.held(door.head_name, **found, link=link))


async def _of_cadre(talk: Talk[Speaker], cadre_id: CadreId) -> Reply:
    found = await profiles.of_cadre(talk.session, cadre_id)
    agreed = None if found.agreed_at is None else say.on(in_zone_of(talk.now, found.agreed_at))
    return Reply(
        say.held_of_cadre(
            name=found.name,
            phone_tail=found.phone_tail,
            unit=found.unit,
            role=ROLE_NAMES[Role(found.role)],
            rank=found.rank,
            households=found.households,
            visits=found.visits,
            bound=[say.bound_since(bound.platform, in_zone_of(talk.now, bound.bound_at)) for bound in found.bindings],
            agreed=agreed,
        )
    )


async def _of_nobody(talk: Talk[Speaker]) -> Reply:
    """To who has no household of their own here: what is held about themselves alone."""
    account = talk.speaker.account
    if await proxies.own_of(talk.session, account) != (None, None):
        return Reply(f"{say.NOT_FOR_PROXIES}\n{say_proxies.YOURSELF_FIRST}")
    represented = await proxies.of_account(talk.session, account)
    if not represented:
        return Reply(say.NEWCOMER_HOLDS)
    held = [(say_proxies.house(one.head_name), say.on(in_zone_of(talk.now, one.granted_at))) for one in represented]
    return Reply(f"{say.NOT_FOR_PROXIES}\n{say.held_of_proxy(held)}")


async def _granted_by(talk: Talk[Speaker], household_id: HouseholdId | None) -> int:
    if household_id is None:
        return 0
    standing = await proxies.of_household(talk.session, household_id)
    return sum(proxy.granted_by == f"household:{household_id}" for proxy in standing)


def _stays(household_id: HouseholdId | None, cadre_id: CadreId | None) -> str:
    if cadre_id is not None:
        return say.STAYS_OF_CADRE
    return say.STAYS if household_id is not None else say.STAYS_OF_NOBODY
