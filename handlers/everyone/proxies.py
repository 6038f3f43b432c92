"""代办人: a household lets somebody speak for it and takes that back; a proxy chooses whom to speak for."""

import re
import unicodedata
from collections import Counter

from bot.core.clock import in_zone_of
from bot.core.errors import NotUnderstood, Refused
from bot.core.talk import Offers, Reply, S, Talk
from bot.messages import proxies as say
from bot.messages.talk import numbered
from handlers.everyone.binding import tell, tell_others
from storage import audit, invitations, proxies
from storage.households import doorplate
from storage.ids import HouseholdId, ProxyId
from storage.people import Speaker, Villager, account_of
from storage.proxies import Proxy, ProxyEnd, Represented

ANSWER = "proxy"
NEW = "new"
_CALLED = re.compile(rf"[一-龥㐀-䶵·A-Za-z]{{1,{proxies.CALLED_AT_MOST}}}")
_NOT_A_NAME = re.compile(r"^(?:给|是|他是|她是|我的?|让)|(?:用|代办|问)$")


async def of_household(talk: Talk[Villager]) -> Reply:
    """Show a household who may speak for it; a number takes one back, or makes a code for another."""
    if talk.speaker.proxy:
        raise Refused(say.NOT_FOR_PROXIES)
    household_id = talk.speaker.household_id
    opened = talk.opened(ANSWER)
    if opened == NEW:
        return await _new_code(talk, household_id)
    if opened is not None:
        ended = await take_back(talk, household_id, ProxyId(int(opened)), actor=f"household:{household_id}")
        return Reply(say.taken_back(ended)) if ended else await _listed(talk, household_id)
    return await _listed(talk, household_id)


async def speak_for(talk: Talk[Speaker]) -> Reply:
    """Let who may speak for others choose for whom, themselves first, unless one was named."""
    account = talk.speaker.account
    represented = await proxies.of_account(talk.session, account)
    if not represented:
        return Reply(say.FOR_NOBODY)
    himself = await proxies.own_of(talk.session, account) != (None, None)
    if not himself and len(represented) == 1:
        await proxies.speak_for(talk.session, account, represented[0].household_id)
        return Reply(say.speaking_for_only(represented[0].head_name))
    chosen = _named(talk.text, represented)
    if chosen is None:
        called = await _labels(talk, represented)
        options: list[Represented | None] = [*([None] if himself else []), *represented]
        chosen = talk.choose(
            "whom",
            say.CHOOSE,
            options,
            label=lambda one: say.YOURSELF if one is None else called[one.household_id],
            key=lambda one: "self" if one is None else str(one.household_id),
        )
    if not await proxies.speak_for(talk.session, account, None if chosen is None else chosen.household_id):
        return Reply(say.FOR_NOBODY)
    return Reply(say.SPEAKING_FOR_YOURSELF if chosen is None else say.speaking_for(chosen.head_name))


async def give_up(talk: Talk[Speaker]) -> Reply:
    """Stop speaking for others."""
    account = talk.speaker.account
    represented = await proxies.of_account(talk.session, account)
    if not represented:
        return Reply(say.FOR_NOBODY)
    if not talk.confirm("sure", say.sure_to_give_up([one.head_name for one in represented])):
        return Reply(say.KEPT)
    for ended in await proxies.end_of_account(talk.session, account, ProxyEnd.GIVEN_UP, talk.now):
        called = ended.called or say.SOMEBODY
        await note_ended(talk, ended.household_id, ended.id, actor=f"proxy:{ended.household_id}")
        await tell_others(talk, ended.household_id, f"proxy_ended:{ended.id}", say.ended_to_household(called))
    return Reply(say.GIVEN_UP)


async def take_back(talk: Talk[S], household_id: HouseholdId, proxy_id: ProxyId, *, actor: str) -> str | None:
    """End one proxy of a household at once; gives what they were called, None where they had ended before."""
    standing = {proxy.id: proxy for proxy in await proxies.of_household(talk.session, household_id)}
    if proxy_id not in standing:
        return None
    await proxies.end(talk.session, household_id, proxy_id, ProxyEnd.TAKEN_BACK, talk.now)
    await note_ended(talk, household_id, proxy_id, actor=actor)
    ended = standing[proxy_id]
    door = await doorplate(talk.session, household_id)
    text = say.taken_back_from(door.head_name)
    await tell(talk, account_of(ended.account), f"proxy_ended:{proxy_id}:proxy", text)
    return ended.called or say.SOMEBODY


async def note_ended(talk: Talk[S], household_id: HouseholdId, proxy_id: ProxyId, *, actor: str) -> None:
    """Note in the audit that somebody may no longer speak for a household."""
    await audit.note(
        talk.session, actor=actor, action="proxy.ended", about=[household_id], detail={"proxy": proxy_id}, now=talk.now
    )


def entries(talk: Talk[S], standing: list[Proxy]) -> list[tuple[str, str]]:
    """Give what each proxy is called and since when."""
    return [
        (proxy.called or say.SOMEBODY, say.since(in_zone_of(talk.now, proxy.granted_at), talk.now))
        for proxy in standing
    ]


def read_called(answer: str) -> str:
    """Read what somebody calls their proxy: 儿子, 给邻居老李用."""
    said = re.sub(r"[\s，。,.！!]", "", unicodedata.normalize("NFKC", answer))
    said = _NOT_A_NAME.sub("", _NOT_A_NAME.sub("", said))
    if not _CALLED.fullmatch(said):
        raise NotUnderstood(say.CALLED_ONLY)
    return said


async def _listed(talk: Talk[Villager], household_id: HouseholdId) -> Reply:
    standing = list(await proxies.of_household(talk.session, household_id))
    title, lines = say.listed(entries(talk, standing))
    keys = (*(str(proxy.id) for proxy in standing), NEW)
    text = numbered(title, [*lines, say.ANOTHER if standing else say.FIRST])
    ending = say.NUMBER_TO_TAKE_BACK if standing else say.NUMBER_TO_ASK
    return Reply(f"{text}\n{ending}", Offers(ANSWER, keys))


async def _new_code(talk: Talk[Villager], household_id: HouseholdId) -> Reply:
    called = talk.ask("called", say.FOR_WHOM, read=read_called)
    code, until = await invitations.make_for_proxy(
        talk.session, household_id, called=called, by_household=True, now=talk.now
    )
    await audit.note(
        talk.session,
        actor=f"household:{household_id}",
        action="proxy.code_made",
        about=[household_id],
        now=talk.now,
    )
    return Reply(say.code_for_household(code, called, in_zone_of(talk.now, until)))


async def _labels(talk: Talk[Speaker], represented: list[Represented]) -> dict[HouseholdId, str]:
    """Name each household by its head; where two have one name, by its village too."""
    names = Counter(one.head_name for one in represented)
    labels = {}
    for one in represented:
        village = None
        if names[one.head_name] > 1:
            village = (await doorplate(talk.session, one.household_id)).village
        labels[one.household_id] = f"{village or ''}{say.house(one.head_name)}"
    return labels


def _named(text: str, represented: list[Represented]) -> Represented | None:
    """The one household the opening sentence names by its head."""
    named = [one for one in represented if one.head_name and one.head_name in text]
    return named[0] if len(named) == 1 else None
