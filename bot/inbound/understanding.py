"""理解: from what arrived to what is wanted: words that are certain first, then what was probably meant."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.core.talk import Route, read_number
from bot.language.benefits import mentions
from bot.language.corpus import Additions
from bot.language.families import tells_only_of_a_change
from bot.language.intents import NOBODYS_ADDITIONS, Ask, understand
from bot.language.intents import Understanding as Understood
from bot.language.notes import plainly_visits
from bot.language.tone import danger_in, is_abuse, is_advert, wants_of_another
from bot.language.visit_lists import is_visit_list
from bot.messages.talk import ACKNOWLEDGING, NO_WORDS, YES_WORDS
from bot.wechat.push import Kind, Push, subscriptions
from storage.invitations import looks_like_code
from storage.people import Newcomer, Official, Speaker, Villager, type_names

FALLBACK = "help_menu"
CRISIS = "request_help"
FAMILY_CHANGE = "family_change"
THANKS = "thanks"
VISIT_LIST = "visit_list"
NOTE = "visit_checkin"
REFUSED = "out_of_scope"
ABUSE = "abuse"
POLICY = "policy_question"
"""What somebody may ask of whom we know nothing."""
RELAY = "contact_human"
_RELAYED = re.compile(r"(?:帮我|请你?|麻烦你?|替我|你)(?:去)?(?:转告|告诉|问问?|问一下|带句?话|捎句?话|说一声|通知)")
"""Whoever asks us to tell somebody something wants it passed on."""
ANSWER_CASE = "answer_case"
_ANSWER = re.compile(r"(?:回复|答复)?\s*(\d{4}-\d{6})[\s:：,，。]*(\S.+)", re.DOTALL)

ASKS = frozenset(
    {
        *("benefit_status", "request_status", "entitlement_check", "deadline_query", "policy_question", "my_cadre"),
        *("household_profile", "my_households", "due_visits", "household_lookup", "issue_list", "report_stats"),
        *("privacy", "export_profile", "call_list", "proxies", "public_notice", FALLBACK),
    }
)
"""What only asks to be told something. In the middle of a talk such a question is no answer to it."""

_CLEAR = 0.8
"""So sure must it be that a message in the middle of a talk is no answer, but something else."""

_TELLS_NOTHING = 5
"""So many characters tell no story."""

_ASKING = re.compile(r"[?？吗么嘛呢]|什么|啥|几|多少|谁|哪|怎|咋|没有?$|不$|查|看看|告诉|帮我")
_RETOLD = re.compile(
    r"^(?:他|她|老人|户主|大爷|大娘|奶奶|爷爷)|[问说讲](?:我|起|了|过|是|，)|反映|想知道|不知道|不晓得"
)
"""What somebody else asked is part of what a visitor tells."""

_NOISE = re.compile(r"[\s，。、！？!?,.~～…]+")
_SCENE = "qrscene_"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message wants: a route for this speaker, and what it already tells.

    `also` is what else it asks. `unsafe`: it tries to make us do what nobody may, and is no answer to anything.
    """

    route: Route
    slots: Mapping[str, Any] = field(default_factory=dict)
    is_fallback: bool = False
    confidence: float = 1.0
    also: tuple[Ask, ...] = ()
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message as talks see it: the text, or the name of the event that stands for it."""

    text: str
    event: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)


def read(push: Push) -> Spoken:
    """Turn a push into words or into an event; a tap on the menu counts as its words."""
    if push.kind is Kind.TEXT:
        return Spoken(push.text.strip())
    if push.kind is not Kind.EVENT:
        return Spoken("", f"message:{push.kind}", {"media_id": push.media_id, "kind": str(push.kind)})
    if push.event == "click":
        return Spoken(push.event_key.strip())
    if push.event in {"subscribe", "scan"} and push.event_key:
        return Spoken("", f"event:{push.event}", {"scene": push.event_key.removeprefix(_SCENE)})
    if changes := subscriptions(push):
        return Spoken("", f"event:{push.event}", {"changes": changes})
    return Spoken("", f"event:{push.event}")


def plain(text: str) -> str:
    """The text as words are compared: full-width folded, spaces and punctuation gone, small letters."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


class Understanding:
    """The routes there are, found by words or by intent, for each kind of speaker.

    `additions` are the county's own words and examples.
    """

    def __init__(self, routes: Iterable[Route], additions: Additions = NOBODYS_ADDITIONS) -> None:
        self._additions = additions
        self._by_words: dict[tuple[type[Any], str], Route] = {}
        self._by_intent: dict[tuple[type[Any], str], Route] = {}
        for route in routes:
            self._by_intent[route.speaker, route.intent] = route
            for words in route.words:
                self._by_words[route.speaker, plain(words)] = route

    def route(self, speaker: Speaker, intent: str) -> Route | None:
        """Give the route of an intent for this speaker, if there is one."""
        return self._by_intent.get((type(speaker), intent)) or self._by_intent.get((object, intent))

    def certain(self, speaker: Speaker, text: str) -> Route | None:
        """Give the route whose very words these are."""
        words = plain(text)
        return self._by_words.get((type(speaker), words)) or self._by_words.get((object, words))

    def hear(self, speaker: Speaker, text: str, today: date) -> Heard:
        """Give what is wanted, as well as it can be told; when unsure, the fallback that asks back."""
        route = self.certain(speaker, text)
        if route is not None:
            return Heard(route)
        if looks_like_code(text):
            # Whoever is bound may be given a code as well: to speak for a neighbour, or for another household.
            return Heard(self._or_fallback(speaker, "bind"), {"code": text})
        answer = _ANSWER.fullmatch(text.strip())
        if answer is not None and (answering := self.route(speaker, ANSWER_CASE)) is not None:
            return Heard(answering, {"case": answer[1], "answer": answer[2]})
        understood = understand(text, type_names[type(speaker)], today=today, additions=self._additions)
        if understood.intent == NOTE and plainly_visits(text):
            understood = replace(understood, confidence=1.0)
        if understood.slots.get("crisis"):
            # A cry for help is answered by a human word whatever else the sentence may be.
            return Heard(self._or_fallback(speaker, CRISIS), understood.slots)
        listing = self.route(speaker, VISIT_LIST)
        if listing is not None and is_visit_list(text):
            return Heard(listing)
        if isinstance(speaker, Official) and tells_only_of_a_change(text):
            # Not a visit, though it may sound like the note of one: 王大爷上个月过世了.
            return Heard(self._or_fallback(speaker, FAMILY_CHANGE), understood.slots)
        tone = _tone(text, understood)
        if tone is not None and (refusing := self.route(speaker, REFUSED)) is not None:
            return Heard(refusing, {"tone": tone}, unsafe=tone != ABUSE)
        relays = isinstance(speaker, Villager) and understood.intent in {REFUSED, FALLBACK} and _RELAYED.search(text)
        if relays and (relaying := self.route(speaker, RELAY)) is not None:
            return Heard(relaying, {**understood.slots, "unsure": True})
        route = self.route(speaker, understood.intent)
        if isinstance(speaker, Villager) and danger_in(text) and not (understood.sure and understood.intent in ASKS):
            return Heard(self._or_fallback(speaker, CRISIS), understood.slots)
        if plain(text) in ACKNOWLEDGING:
            return Heard(self._or_fallback(speaker, THANKS))
        if _is_bare_answer(text):
            # It answers nothing that was asked; and no bare 不要 switches anything off: who means that is asked first.
            guesses = [] if route is None or understood.intent in {REFUSED, FALLBACK} else [understood.intent]
            return Heard(self._or_fallback(speaker, FALLBACK), {"guesses": guesses}, is_fallback=True)
        bare = None if isinstance(speaker, Official) else _bare(text)
        if bare is not None:
            asked_first = sorted(bare, key=lambda intent: intent != POLICY) if isinstance(speaker, Newcomer) else bare
            choices = [intent for intent in asked_first if self.route(speaker, intent) is not None]
            fallback = self._or_fallback(speaker, FALLBACK)
            return Heard(fallback, {**understood.slots, "guesses": choices}, is_fallback=True)
        if route is None or not understood.sure:
            guesses = [understood.intent, *(other.intent for other in understood.alternatives)]
            choices = [intent for intent in guesses if self.route(speaker, intent) is not None]
            fallback = self._or_fallback(speaker, FALLBACK)
            return Heard(fallback, {**understood.slots, "guesses": choices[:3]}, is_fallback=True)
        also = tuple(ask for ask in understood.also if self.route(speaker, ask.intent) is not None)
        return Heard(route, understood.slots, False, understood.confidence, also)

    def other_request(self, speaker: Speaker, text: str, today: date, *, story: bool, of: str) -> Heard | None:
        """Give what a message in the middle of the talk `of` wants, if it is clearly no answer but something else.

        In an answer that tells what happened (`story`) anything may come up: only a cry for help is taken out of it,
        and a question too short to tell anything (钱来了没).
        """
        heard = self.hear(speaker, text, today)
        if heard.slots.get("crisis"):
            return heard
        if heard.is_fallback or heard.route.intent == of or (story and len(plain(text)) > _TELLS_NOTHING):
            return None
        if heard.unsafe:
            return heard
        asks = heard.route.intent in ASKS and _ASKING.search(text) and not _RETOLD.search(text)
        return heard if heard.confidence >= _CLEAR and asks else None

    def _or_fallback(self, speaker: Speaker, intent: str) -> Route:
        route = self.route(speaker, intent) or self.route(speaker, FALLBACK)
        if route is None:
            raise LookupError(f"no route for {FALLBACK}")
        return route


def _is_bare_answer(text: str) -> bool:
    said = plain(text)
    return read_number(said) is None and (said in YES_WORDS or said.removesuffix("了") in NO_WORDS)


def _tone(text: str, understood: Understood) -> str | None:
    """How a message is to be refused, where it is: what nobody may have or do, an advertisement, an insult.

    Whoever swears and says clearly what they want is answered what they want.
    """
    # 月入6000 in the note of a visit is what a family earns.
    if is_advert(text) and not (understood.sure and understood.intent == NOTE):
        return "advert"
    if any(reason.startswith("safety") for reason in understood.reasons):
        if any("somebody else" in reason for reason in understood.reasons):
            return "others"
        return "forbidden"
    if wants_of_another(text) and understood.intent in {REFUSED, FALLBACK}:
        return "others"
    says_nothing_else = not understood.sure or understood.intent in {REFUSED, FALLBACK}
    return ABUSE if is_abuse(text) and says_nothing_else else None


_BARE = {
    "钱": ("benefit_status", "entitlement_check", "request_status"),
    "补助": ("benefit_status", "entitlement_check", "request_status"),
    "几号": ("benefit_status", "deadline_query", "request_status"),
    "哪天": ("benefit_status", "deadline_query", "request_status"),
    "什么时候": ("benefit_status", "deadline_query", "request_status"),
    "多久": ("request_status", "benefit_status", "deadline_query"),
    "多少": ("benefit_status", "entitlement_check", "policy_question"),
    "多少钱": ("benefit_status", "entitlement_check", "policy_question"),
    "进度": ("request_status", "my_cases", "benefit_status"),
    "结果": ("request_status", "my_cases", "benefit_status"),
    "申请": ("request_status", "entitlement_check", "policy_question"),
    "卡": ("benefit_status", "update_info"),
    "": ("benefit_status", "entitlement_check", "my_cadre"),
}
"""Single words, and what somebody who says no more may want."""


def _bare(text: str) -> tuple[str, ...] | None:
    """The choices for a message that is one word: which of the things it may stand for is asked, and not guessed."""
    word = plain(text)
    if word in _BARE:
        return _BARE[word]
    if len(word) <= _ONE_WORD and [span[:2] for span in mentions(word)] == [(0, len(word))]:
        return ("benefit_status", "entitlement_check", "policy_question")
    return None


_ONE_WORD = 6
"""The name of a benefit, said alone, is no longer than this; what is longer is taken for a question about it."""
