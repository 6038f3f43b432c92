"""理解: from what arrived to what is wanted: words that are certain first, then what was probably meant."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.core.talk import Route
from bot.language.families import tells_only_of_a_change
from bot.language.intents import understand
from bot.wechat.push import Kind, Push, subscriptions
from storage.invitations import looks_like_code
from storage.people import Official, Speaker, type_names

FALLBACK = "help_menu"
CRISIS = "request_help"
FAMILY_CHANGE = "family_change"

_NOISE = re.compile(r"[\s，。、！？!?,.~～…]+")
_SCENE = "qrscene_"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message wants: a route for this speaker, and what it already tells."""

    route: Route
    slots: Mapping[str, Any] = field(default_factory=dict)
    is_fallback: bool = False


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
        return Spoken("", f"message:{push.kind}", {"media_id": push.media_id})
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
    """The routes there are, found by words or by intent, for each kind of speaker."""

    def __init__(self, routes: Iterable[Route]) -> None:
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
        understood = understand(text, type_names[type(speaker)], today=today)
        if understood.slots.get("crisis"):
            # A cry for help is answered by a human word whatever else the sentence may be.
            return Heard(self._or_fallback(speaker, CRISIS), understood.slots)
        if isinstance(speaker, Official) and tells_only_of_a_change(text):
            # Not a visit, though it may sound like the note of one: 王大爷上个月过世了.
            return Heard(self._or_fallback(speaker, FAMILY_CHANGE), understood.slots)
        route = self.route(speaker, understood.intent)
        if route is None or not understood.sure:
            guesses = [understood.intent, *(other.intent for other in understood.alternatives)]
            choices = [intent for intent in guesses if self.route(speaker, intent) is not None]
            fallback = self._or_fallback(speaker, FALLBACK)
            return Heard(fallback, {**understood.slots, "guesses": choices[:3]}, is_fallback=True)
        return Heard(route, understood.slots)

    def _or_fallback(self, speaker: Speaker, intent: str) -> Route:
        route = self.route(speaker, intent) or self.route(speaker, FALLBACK)
        if route is None:
            raise LookupError(f"no route for {FALLBACK}")
        return route
