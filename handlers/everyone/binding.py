"""绑定、解绑: an account becomes a household's or a cadre's, and stops being so."""

import re
import unicodedata
from dataclasses import dataclass

from bot.core.clock import local_date, out_of_quiet_hours
from bot.core.errors import NotUnderstood
from bot.core.talk import Reply, S, SwitchTo, Talk
from bot.language.names import surname_of
from bot.messages import binding as say
from bot.messages import cadres as say_cadres
from bot.messages import privacy as say_privacy
from bot.messages import proxies as say_proxies
from storage import audit, bindings, consents, invitations, notices, outbox, proxies
from storage.assignments import count_of, helper_of
from storage.cadres import Cadre
from storage.households import doorplate
from storage.ids import CadreId, HouseholdId, MemberId
from storage.members import Member
from storage.outbox import ToCadre
from storage.people import Account, Newcomer, Speaker, Villager, account_of
from storage.proxies import ProxyEnd

SPEAK_FOR = "speak_for"
GIVE_UP = "give_up_proxy"
FULL_CONSENT_AT = 14
"""Years; who is younger cannot agree for themselves (个人信息保护法 第三十一条)."""
NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody has said of who they are, as far as it goes."""

    name: str | None = None
    id_tail: str | None = None
    phone_tail: str | None = None

    def __or__(self, later: "Told") -> "Told":
        """Both together; what was said later wins."""
        return Told(later.name or self.name, later.id_tail or self.id_tail, later.phone_tail or self.phone_tail)

    def __bool__(self) -> bool:
        """Whether anything was said."""
        return self != Told()

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return None not in (self.name, self.id_tail, self.phone_tail)


async def bind(talk: Talk[Speaker]) -> Reply:
    """Bind this account by a one-time code, or by name, identity number and phone; ask for what was not said.

    Sending them is the act of agreeing to the notice (个人信息保护法 第十四条); it is spoken of before they are asked.
    """
    told = read_told(talk.text)
    code = talk.slots.get("code")
    if invitations.looks_like_code(talk.text):
        return await _by_code(talk, talk.text)
    if code is not None and not told:
        return await _by_code(talk, str(code))
    kept = await _not_to_replace(talk)
    if kept is not None:
        return kept
    if not told:
        answer = talk.ask("who", say.HOW, read=_read_who)
        if isinstance(answer, str):
            return await _by_code(talk, answer)
        told = answer
    name = told.name or talk.ask("name", say.ASK_NAME, read=_read_name)
    id_tail = told.id_tail or talk.ask("id_tail", say.ASK_ID_TAIL, read=_read_id_tail)
    phone_tail = told.phone_tail or talk.ask("phone_tail", say.ASK_PHONE_TAIL, read=_read_phone_tail)
    return await _by_facts(talk, name, id_tail, phone_tail)


async def bind_first(talk: Talk[Newcomer]) -> Reply:
    """Say that this needs a binding and how to make one; whoever sends all it takes is bound at once.

    Who has no household of their own and may speak for some is asked for which one.
    """
    if says_who(talk.text):
        return await bind(talk)  # type: ignore[arg-type]  # a Talk[Newcomer] is a talk with a speaker
    if await proxies.of_account(talk.session, talk.speaker.account):
        raise SwitchTo(SPEAK_FOR)
    return Reply(say.BIND_FIRST)


async def unbind(talk: Talk[Speaker]) -> Reply:
    """End this account's binding, once it was confirmed, and what it agreed to; who is bound to nobody stops being a
    proxy. What was said and heard stays for its 30 days: 注销 takes that away too."""
    account = talk.speaker.account
    if not await bindings.has_binding(talk.session, account):
        return Reply(say.NOT_BOUND if isinstance(talk.speaker, Newcomer) else say.KNOWN_FROM_FILE)
    household_id, cadre_id = await proxies.own_of(talk.session, account)
    represented = await proxies.of_account(talk.session, account)
    if household_id is None and cadre_id is None:
        raise SwitchTo(GIVE_UP)
    if isinstance(talk.speaker, Villager) and talk.speaker.proxy:
        return Reply(say_proxies.YOURSELF_FIRST)
    households = 0 if cadre_id is None else await count_of(talk.session, cadre_id)
    if not talk.confirm("sure", say.SURE_TO_UNBIND if cadre_id is None else say.sure_to_unbind_cadre(households)):
        return Reply(say.STILL_BOUND)
    await bindings.end(talk.session, account, bindings.EndReason.UNBOUND, talk.now)
    if represented:
        # Whom they speak for are households of their own accord: that tie is cut by itself.
        await bindings.bind_to_nobody(talk.session, account, talk.now)
    await _note(talk, "binding.ended", household_id, cadre_id)
    return Reply(say.UNBOUND)


async def bind_by_scene(talk: Talk[Speaker], scene: str) -> Reply | None:
    """Bind by the code a QR code carries; None where it carries none."""
    code = invitations.read_code(scene)
    return None if code is None else await _by_code(talk, code)


async def _not_to_replace(talk: Talk[Speaker]) -> Reply | None:
    """Say why this account is not bound anew, where it is somebody's and is to stay so; ask, where it may change."""
    account = talk.speaker.account
    household_id, cadre_id = await proxies.own_of(talk.session, account)
    if household_id is None and cadre_id is None:
        return None
    if isinstance(talk.speaker, Villager) and talk.speaker.proxy:
        return Reply(say_proxies.YOURSELF_FIRST)
    if not await bindings.has_binding(talk.session, account):
        return Reply(say.KNOWN_FROM_FILE)
    if household_id is None:
        question = say.sure_to_rebind_cadre()
    else:
        question = say.sure_to_rebind((await doorplate(talk.session, household_id)).head_name)
    return None if talk.confirm("rebind", question) else Reply(say.KEPT)


async def _by_code(talk: Talk[Speaker], said: str) -> Reply:
    account = talk.speaker.account
    if not await bindings.may_try_code(talk.session, account, talk.now):
        return Reply(say.CODE_TOO_MANY)
    code = invitations.read_code(said)
    good = None if code is None else await invitations.read(talk.session, code, talk.now)
    if good is not None and not good.as_proxy:
        kept = await _not_to_replace(talk)
        if kept is not None:
            return kept
    invited = None if code is None or good is None else await invitations.redeem(talk.session, code, talk.now)
    await bindings.note_try(talk.session, account, bindings.CODES, succeeded=invited is not None, now=talk.now)
    if invited is None:
        # A reply, not a refusal: a refusal would undo the try that was just counted.
        return Reply(say.CODE_WRONG)
    if invited.cadre_id is not None:
        return await _bind_cadre(talk, invited.cadre_id)
    assert invited.household_id is not None
    if invited.as_proxy:
        return await _let_speak(talk, invited.household_id, invited.called or say_proxies.SOMEBODY, invited.granted_by)
    return await _bind_household(talk, invited.household_id, None)


async def _by_facts(talk: Talk[Speaker], name: str, id_tail: str, phone_tail: str) -> Reply:
    account = talk.speaker.account
    if not await bindings.may_try(talk.session, account, name, talk.now):
        return Reply(say.TOO_MANY)
    found = await bindings.fitting(talk.session, name=name, id_tail=id_tail, phone_tail=phone_tail)
    await bindings.note_try(talk.session, account, name, succeeded=bool(found), now=talk.now)
    if not found:
        return Reply(say.WRONG)
    if len(found) > 1:
        return Reply(say.SEVERAL_FIT)
    if await _is_child(talk, found[0].member_id):
        return Reply(say_privacy.UNDER_14)
    return await _bind_household(talk, found[0].household_id, found[0].member_id)


async def _is_child(talk: Talk[Speaker], member_id: MemberId) -> bool:
    """Whether somebody is under 14: their guardian must agree (第三十一条), which bringing a code shows."""
    born = (await talk.session.get_one(Member, member_id)).birth_date
    today = local_date(talk.now)
    return born is not None and (today.year - born.year, today.month, today.day) < (
        FULL_CONSENT_AT,
        born.month,
        born.day,
    )


async def _bind_cadre(talk: Talk[Speaker], cadre_id: CadreId) -> Reply:
    account = talk.speaker.account
    await bindings.bind(talk.session, account, cadre_id=cadre_id, now=talk.now)
    await consents.give(talk.session, account, notice=say_privacy.VERSION, cadre_id=cadre_id, now=talk.now)
    await _note(talk, "binding.made", None, cadre_id)
    cadre = await talk.session.get_one(Cadre, cadre_id)
    return Reply(say.bound_cadre(cadre.name))


async def _bind_household(talk: Talk[Speaker], household_id: HouseholdId, member_id: MemberId | None) -> Reply:
    account = talk.speaker.account
    await proxies.end_of_account(talk.session, account, ProxyEnd.OWN_NOW, talk.now, household_id=household_id)
    binding_id = await bindings.bind(
        talk.session, account, household_id=household_id, member_id=member_id, now=talk.now
    )
    await consents.give(talk.session, account, notice=say_privacy.VERSION, household_id=household_id, now=talk.now)
    await _note(talk, "binding.made", household_id, None)
    member = None if member_id is None else await talk.session.get_one(Member, member_id)
    door = await doorplate(talk.session, household_id)
    helper = await helper_of(talk.session, household_id)
    member_name = None if member is None else member.name

    whom = None if helper is None else say_cadres.helper(helper.name, helper.phone)
    await tell_others(talk, household_id, f"bound:{binding_id}", say.another_account(member_name, whom))
    if helper is not None:
        text = say.household_joined(door.head_name, door.village, member_name)
        await tell(talk, ToCadre(helper.cadre_id), f"bound:{binding_id}:cadre:{helper.cadre_id}", text)
    silent = bool(await notices.turned_off(talk.session, [household_id]))
    return Reply(say.bound_household(door.head_name, door.village, reminders_off=silent))


async def _let_speak(talk: Talk[Speaker], household_id: HouseholdId, called: str, granted_by: str) -> Reply:
    """Make the account the household's proxy. Its own binding, if it has one, stays as it is."""
    account = talk.speaker.account
    own, _ = await proxies.own_of(talk.session, account)
    if own == household_id:
        return Reply(say_proxies.OF_IT_ALREADY)
    proxy_id = await proxies.grant(
        talk.session, account, household_id, called=called, granted_by=granted_by, now=talk.now
    )
    if proxy_id is None:
        return Reply(say_proxies.ALREADY)
    await consents.give(talk.session, account, notice=say_privacy.VERSION, household_id=household_id, now=talk.now)
    await audit.note(
        talk.session,
        actor=granted_by,
        action="proxy.granted",
        about=[household_id],
        detail={"proxy": proxy_id},
        now=talk.now,
    )
    door = await doorplate(talk.session, household_id)
    helper = await helper_of(talk.session, household_id)
    await tell_others(talk, household_id, f"proxy:{proxy_id}", say_proxies.joined(called))
    if helper is not None:
        whose = say.whose(door.head_name, door.village)
        text = say_proxies.joined_to_cadre(whose, called)
        await tell(talk, ToCadre(helper.cadre_id), f"proxy:{proxy_id}:cadre:{helper.cadre_id}", text)
    speaking = await proxies.spoken_for(talk.session, account) == household_id
    return Reply(say_proxies.you_may(door.head_name, at_once=speaking))


async def tell_others(talk: Talk[S], household_id: HouseholdId, key: str, text: str) -> None:
    """Promise a notice to each account bound to a household, other than the one that speaks."""
    for other in await bindings.others_of(talk.session, household_id, talk.speaker.account):
        await tell(talk, account_of(other.account), f"{key}:account:{other.id}", text)


async def tell(talk: Talk[S], to: Account | ToCadre, key: str, text: str) -> None:
    """Promise a notice of who may see what from now on, at a decent hour."""
    due_at = out_of_quiet_hours(talk.now)
    await outbox.promise(talk.session, to, kind=NOTICE, key=key, text=text, due_at=due_at, now=talk.now)


async def _note(talk: Talk[Speaker], action: str, household_id: HouseholdId | None, cadre_id: CadreId | None) -> None:
    """Note in the audit that an account is, or is no longer, a household's or a cadre's."""
    about = [] if household_id is None else [household_id]
    actor = f"cadre:{cadre_id}" if household_id is None else f"household:{household_id}"
    await audit.note(talk.session, actor=actor, action=action, about=about, now=talk.now)


_NUMERALS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_SPELLED = re.compile(r"[零〇一二三四五六七八九幺0-9Xx]{4,}")
_ID = re.compile(r"(?<![0-9A-Z])(?:\d{12})?(\d{5}[\dX])(?![0-9A-Z])")
_PHONE = re.compile(r"(?<![0-9A-Z])(?:1\d{6})?(\d{4})(?![0-9A-Z])")
_JOINED = re.compile(r"(?<![0-9A-Z])(\d{5}[\dX])(\d{4})(?![0-9A-Z])")
_NAMED = re.compile(r"(我(?:叫|是|的?名字(?:叫|是)?)|姓名(?:是|叫)?|名字(?:是|叫)?)[:：,，\s]*([一-龥㐀-䶵·]{2,20})")
_LABELS = re.compile(
    r"绑定码?|我(?:要|想)|登记|我(?:叫|是|的)|姓名|名字|户主|居?民?身份证|证件|号码|后六位|后6位|末六位|最后|六位|6位|"
    r"后四位|后4位|末四位|四位|4位|尾号|后面|手机号?|电话号?|分别|(?:^|(?<=[\s,，。]))(?:叫|是|为|号)|号$"
)
_PLACE = re.compile(r"^.*[村组镇乡县](?:的|人)?(?=[一-龥]{2,4}$)")
_NAME = re.compile(r"[一-龥㐀-䶵]{2,4}|[一-龥㐀-䶵]{1,10}·[一-龥㐀-䶵·]{1,10}|[一-龥㐀-䶵]{5,8}")


def says_who(text: str) -> bool:
    """Whether a message has all that binds: a code, or name and both numbers."""
    return invitations.looks_like_code(text) or read_told(text).whole


def read_told(text: str) -> Told:
    """Read name, last six of the identity number and last four of the phone, in any order and with any punctuation.

    A whole identity or phone number is taken too; only its end is used.
    """
    said = _folded(text)
    joined = _JOINED.search(said)
    if joined:
        id_tail, phone_tail = joined.groups()
    else:
        id_tail = _first(_ID, said)
        phone_tail = _first(_PHONE, said)
    name = _read_named(said)
    if name is None and (id_tail or phone_tail):
        name = _name_in(said)
    return Told(name, id_tail, phone_tail)


def _folded(text: str) -> str:
    said = unicodedata.normalize("NFKC", text).upper()
    said = re.sub(r"(?<=[一-龥])\s*[·•.・]\s*(?=[一-龥])", "·", said)
    return _SPELLED.sub(lambda run: run.group().translate(_NUMERALS), said)


def _first(pattern: re.Pattern[str], said: str) -> str | None:
    found = pattern.search(said)
    return found[1] if found else None


def _read_named(said: str) -> str | None:
    named = _NAMED.search(said)
    if named is None:
        return None
    name = _name_in(named[2])
    # 我是五保户 tells no name; 我是王建国 does.
    return name if name and (named[1] != "我是" or surname_of(name)) else None


def _name_in(said: str) -> str | None:
    bare = re.sub(r"[^一-龥㐀-䶵·]+", " ", _LABELS.sub(" ", said))
    for part in bare.split():
        name = _PLACE.sub("", part)
        if _NAME.fullmatch(name):
            return name
    return None


def _read_who(answer: str) -> Told | str:
    if invitations.looks_like_code(answer):
        return answer
    told = read_told(answer) or Told(name=_name_in(_folded(answer)))
    if not told:
        raise NotUnderstood(say.NOT_SEEN)
    return told


def _read_name(answer: str) -> str:
    name = _name_in(_folded(answer))
    if name is None:
        raise NotUnderstood(say.NAME_ONLY)
    return name


def _read_id_tail(answer: str) -> str:
    tail = _first(_ID, _folded(answer))
    if tail is None:
        raise NotUnderstood(say.SIX_ONLY)
    return tail


def _read_phone_tail(answer: str) -> str:
    tail = _first(_PHONE, _folded(answer))
    if tail is None:
        raise NotUnderstood(say.FOUR_ONLY)
    return tail
