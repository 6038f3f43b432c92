"""绑定、解绑: an account becomes a household's or a cadre's, and stops being so."""

import re
import unicodedata
from dataclasses import dataclass

from bot.core.clock import out_of_quiet_hours
from bot.core.errors import NotUnderstood
from bot.core.talk import Reply, Talk
from bot.language.names import surname_of
from bot.messages import binding as say
from bot.messages import cadres as say_cadres
from storage import bindings, invitations, outbox
from storage.assignments import helper_of
from storage.cadres import Cadre
from storage.households import doorplate
from storage.ids import CadreId, HouseholdId, MemberId
from storage.members import Member
from storage.outbox import ToCadre
from storage.people import Account, Newcomer, Official, Speaker, Villager, account_of

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
    """Bind this account by a one-time code, or by name, identity number and phone; ask for what was not said."""
    if not isinstance(talk.speaker, Newcomer):
        if not await bindings.has_binding(talk.session, talk.speaker.account):
            return Reply(say.KNOWN_FROM_FILE)
        if not talk.confirm("rebind", await _sure_to_rebind(talk)):
            return Reply(say.KEPT)

    told = read_told(talk.text)
    code = talk.slots.get("code")
    if invitations.looks_like_code(talk.text):
        return await _by_code(talk, talk.text)
    if code is not None and not told:
        return await _by_code(talk, str(code))
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
    """Say that this needs a binding and how to make one; whoever sends all it takes is bound at once."""
    if says_who(talk.text):
        return await bind(talk)  # type: ignore[arg-type]  # a Talk[Newcomer] is a talk with a speaker
    return Reply(say.BIND_FIRST)


async def unbind(talk: Talk[Speaker]) -> Reply:
    """End this account's binding, once it was confirmed."""
    if not await bindings.has_binding(talk.session, talk.speaker.account):
        return Reply(say.NOT_BOUND if isinstance(talk.speaker, Newcomer) else say.KNOWN_FROM_FILE)
    sure = say.SURE_TO_UNBIND_CADRE if isinstance(talk.speaker, Official) else say.SURE_TO_UNBIND
    if not talk.confirm("sure", sure):
        return Reply(say.STILL_BOUND)
    await bindings.end(talk.session, talk.speaker.account, bindings.EndReason.UNBOUND, talk.now)
    return Reply(say.UNBOUND)


async def bind_by_scene(talk: Talk[Speaker], scene: str) -> Reply | None:
    """Bind by the code a QR code carries; None where it carries none."""
    code = invitations.read_code(scene)
    if code is None:
        return None
    if not isinstance(talk.speaker, Newcomer) and not talk.confirm("rebind", await _sure_to_rebind(talk)):
        return Reply(say.KEPT)
    return await _by_code(talk, code)


async def _sure_to_rebind(talk: Talk[Speaker]) -> str:
    if isinstance(talk.speaker, Villager):
        return say.sure_to_rebind((await doorplate(talk.session, talk.speaker.household_id)).head_name)
    return say.sure_to_rebind_cadre()


async def _by_code(talk: Talk[Speaker], said: str) -> Reply:
    account = talk.speaker.account
    if not await bindings.may_try_code(talk.session, account, talk.now):
        return Reply(say.CODE_TOO_MANY)
    code = invitations.read_code(said)
    invited = None if code is None else await invitations.redeem(talk.session, code, talk.now)
    await bindings.note_try(talk.session, account, bindings.CODES, succeeded=invited is not None, now=talk.now)
    if invited is None:
        # A reply, not a refusal: a refusal would undo the try that was just counted.
        return Reply(say.CODE_WRONG)
    if invited.cadre_id is not None:
        return await _bind_cadre(talk, invited.cadre_id)
    assert invited.household_id is not None
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
    return await _bind_household(talk, found[0].household_id, found[0].member_id)


async def _bind_cadre(talk: Talk[Speaker], cadre_id: CadreId) -> Reply:
    await bindings.bind(talk.session, talk.speaker.account, cadre_id=cadre_id, now=talk.now)
    cadre = await talk.session.get_one(Cadre, cadre_id)
    return Reply(say.bound_cadre(cadre.name))


async def _bind_household(talk: Talk[Speaker], household_id: HouseholdId, member_id: MemberId | None) -> Reply:
    account = talk.speaker.account
    binding_id = await bindings.bind(
        talk.session, account, household_id=household_id, member_id=member_id, now=talk.now
    )
    member = None if member_id is None else await talk.session.get_one(Member, member_id)
    door = await doorplate(talk.session, household_id)
    helper = await helper_of(talk.session, household_id)
    member_name = None if member is None else member.name

    for other in await bindings.others_of(talk.session, household_id, account):
        whom = None if helper is None else say_cadres.helper(helper.name, helper.phone)
        await _tell(
            talk,
            account_of(other.account),
            f"bound:{binding_id}:account:{other.id}",
            say.another_account(member_name, whom),
        )
    if helper is not None:
        await _tell(
            talk,
            ToCadre(helper.cadre_id),
            f"bound:{binding_id}:cadre:{helper.cadre_id}",
            say.household_joined(door.head_name, door.village, member_name),
        )
    return Reply(say.bound_household(door.head_name, door.village))


async def _tell(talk: Talk[Speaker], to: Account | ToCadre, key: str, text: str) -> None:
    due_at = out_of_quiet_hours(talk.now)
    await outbox.promise(talk.session, to, kind=NOTICE, key=key, text=text, due_at=due_at, now=talk.now)


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
