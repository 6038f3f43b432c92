# ruff: noqa: E501 - word lists and patterns read better whole
"""意图: what a person wants, with what they told and how sure we are.

What is certain comes first: safety (safety.py) and menu words. Then what the example sentences taught (model.py):
every piece of wording, sound and cue speaks for or against each intent, and can be shown. What a county added since
counts at once, by likeness. A message that asks several things has its further asks in `also`.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Literal

from bot.language.corpus import CADRE, EVERYONE, HOUSEHOLD, Additions, Example
from bot.language.cues import MENU
from bot.language.features import Features, features
from bot.language.model import Model, model_of
from bot.language.safety import asks_about_another, in_despair, is_trick
from bot.language.slots import read_slots
from bot.language.spelling import mended, plain

Role = Literal["household", "cadre", "newcomer"]

WRITES = frozenset(
    [
        "unbind",
        "update_info",
        "income_report",
        "unsubscribe_reminders",
        "resubscribe_reminders",
        "visit_checkin",
        "issue_open",
        "issue_close",
        "benefit_record",
        "reschedule_visit",
        "handover",
        "correct_checkin",
        "add_measure",
    ]
)
"""Intents that lead to something being written down: a mistake here does harm, so they must be surer."""

DISCLOSURES = frozenset(
    {"household_lookup", "household_profile", "my_cadre", "my_households", "report_stats", "issue_list"}
)
"""Intents that hand out facts on file."""

SURE = 0.45
SURE_TO_WRITE = 0.85
SURE_OF_MORE = 0.8
"""How sure one must be to act, to act where something is written down, and to take a part for a further ask."""

CRISIS = "crisis"
_TOLD_AS_QUESTIONS = frozenset(
    {"unbind", "unsubscribe_reminders", "resubscribe_reminders", "income_report", "update_info"}
)
"""What people ask for in the form of a question: 能不能别发了."""
_NARRATIVES = frozenset(
    {"visit_checkin", "request_help", "complaint", "correct_checkin", "add_measure", "benefit_record"}
)
"""What is told at length: its sentences are no asks of their own, unless they ask."""
MANY_PARTS = 3
ALIKE, ADDED = 0.5, 8.0
"""From which likeness on a county's own example speaks, and how loud at most."""
NEWCOMER_BINDS, EXPECTED = 1.0, 2.0
"""How much more likely binding is for somebody unknown, and what the talk is about for whoever is in a talk."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another possible meaning."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Ask:
    """A further thing the same message asks, in its own words."""

    intent: str
    slots: Mapping[str, object]
    text: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood. `also` holds what else the message asks; `reasons` say which rule, cues and examples
    spoke for it."""

    intent: str
    slots: Mapping[str, object]
    confidence: float
    alternatives: tuple[Alternative, ...] = ()
    also: tuple[Ask, ...] = ()
    reasons: tuple[str, ...] = field(default=(), compare=False)

    @property
    def sure(self) -> bool:
        """Whether to act; otherwise ask back with the first choices. Writing asks for more than telling."""
        return self.confidence >= (SURE_TO_WRITE if self.intent in WRITES else SURE)


NOBODYS_ADDITIONS = Additions()
_USUAL_DAY = date(2025, 7, 1)
_QUESTION = re.compile(
    r"[?？]|(?:吗|么|没有?|不|呢|没得|冇|否)[啊呀哦呢嘛]?$|什么|怎么|多少|能不能|是不是|要不要|有没有|哪|(?<![那这好前后头有])几(?:个|号|时|岁|口|户|月)|谁|如何|为何|为什么"
)


def understand(
    text: str,
    role: str = "household",
    *,
    today: date | None = None,
    expecting: str | None = None,
    additions: Additions = NOBODYS_ADDITIONS,
    model: Model | None = None,
) -> Understanding:
    """What the person wants: the intent, the slots said, how sure that is, and the next best readings.

    `role` is household, cadre or newcomer (nobody knows yet who they are). `expecting` is the intent the talk is
    about, which a short answer is first taken to belong to. `additions` are the county's own words and examples; `model` stands in for the one shipped, to compare them.
    Below `sure` the bot asks back.
    """
    text = additions.in_our_words(text)
    day = today or _USUAL_DAY
    model = model or model_of(role)
    main = _understand_whole(text, role, day, expecting, additions, model)
    if main.confidence == 1.0 and not main.alternatives:
        return main
    asks = _further_asks(text, main, role, day, additions, model)
    if len(asks) > 1 and asks[0].intent not in WRITES and main.intent in {ask.intent for ask in asks[1:]}:
        # Several plain asks: the first is the main one, as people mean it. What would be written down needs more.
        main = replace(main, intent=asks[0].intent, slots=asks[0].slots)
    return replace(main, also=tuple(ask for ask in asks if ask.intent != main.intent))


def _understand_whole(
    text: str, role: str, day: date, expecting: str | None, additions: Additions, model: Model
) -> Understanding:
    said = mended(text).strip()
    certain = _certain(said, role)
    if certain is not None:
        intent, confidence, reason = certain
        slots = read_slots(text, intent, role, day)
        if reason == CRISIS:
            slots["crisis"] = True
        return Understanding(intent, slots, confidence, reasons=(reason,))
    made = features(text, role, day)
    ranked, reasons = _ranked(made, role, expecting, additions, model)
    intent, confidence = ranked[0]
    if intent in WRITES and intent not in _TOLD_AS_QUESTIONS and _QUESTION.search(plain(said)):
        # Nobody's question is taken for something to be written down without asking back.
        confidence = min(confidence, SURE_TO_WRITE - 0.01)
    others = tuple(Alternative(name, share) for name, share in ranked[1:4])
    return Understanding(intent, read_slots(text, intent, role, day), confidence, others, reasons=tuple(reasons))


def _certain(said: str, role: str) -> tuple[str, float, str] | None:
    if in_despair(said):
        others = role == CADRE and not said.startswith("我") and not said.startswith("不想")
        return ("issue_open", 0.5, CRISIS) if others else ("request_help", 1.0, CRISIS)
    if is_trick(said):
        return "out_of_scope", 0.99, "safety: neither a question nor a report"
    if asks_about_another(said, role):
        return "out_of_scope", 0.97, "safety: somebody else's data"
    bare = re.sub(r"[\s,，。.!！?？~～、]", "", said)
    if not bare or re.fullmatch(r"[\d\W_]{1,4}", bare):
        waves = re.search("[\U0001f44b\U0001f64b]", said)
        thanks = re.search("[\U0001f64f]", said)
        if waves or thanks:
            return "greeting" if waves else "thanks", 0.9, "a sign"
        return "out_of_scope", 0.3, "nothing to go by"
    if re.fullmatch(r"(?:哈|嘿|呵|嘻|啊|嗯|哦|呃){2,}|[哦嗯呃额]|(.)\1{3,}", bare):
        return "out_of_scope", 0.9, "only a sound"
    for pattern, intent, roles in MENU:
        if role in roles and pattern.fullmatch(bare):
            return intent, 1.0, f"menu word {bare}"
    return None


def _ranked(
    made: Features, role: str, expecting: str | None, additions: Additions, model: Model
) -> tuple[list[tuple[str, float]], list[str]]:
    """The intents with their confidences, best first, and why the best is best."""
    scores = dict(zip(model.intents, model.scores(made), strict=True))
    like: dict[str, tuple[float, str]] = {}
    for example, wording in _featured(additions, CADRE if role == CADRE else HOUSEHOLD):
        likeness = _likeness(wording, made)
        if likeness > ALIKE and example.intent in scores and likeness > like.get(example.intent, (0.0, ""))[0]:
            like[example.intent] = (likeness, example.text)
    for intent, (likeness, _) in like.items():
        scores[intent] += ADDED * likeness**2
    if role == "newcomer":
        scores["bind"] += NEWCOMER_BINDS
    if expecting in scores:
        scores[expecting] += EXPECTED
    top = max(scores.values())
    shares = {intent: math.exp((score - top) / model.temperature) for intent, score in scores.items()}
    familiar = max(model.familiarity(made), *(likeness for likeness, _ in like.values()), 0.0)
    total = sum(shares.values()) / familiar if familiar else math.inf
    ranked = sorted(
        ((intent, round(share / total, 4)) for intent, share in shares.items()), key=lambda p: (-p[1], p[0])
    )
    best = ranked[0][0]
    reasons = [f"{feature} {weight:+.1f}" for feature, weight in model.reasons(made, best)]
    if best in like:
        reasons.insert(0, f"like “{like[best][1]}”")
    return ranked, reasons


@cache
def _featured(additions: Additions, role: str) -> tuple[tuple[Example, frozenset[str]], ...]:
    return tuple(
        (example, frozenset(features(example.text, role, _USUAL_DAY).wording))
        for example in additions.examples
        if example.role in (EVERYONE, role)
    )


def _likeness(wording: frozenset[str], made: Features) -> float:
    if not wording or not made.wording:
        return 0.0
    return len(wording.intersection(made.wording)) / math.sqrt(len(wording) * len(made.wording))


_JOINTS = re.compile(
    r"[。！？!?；;\n]+|[，,、\s]*(?:顺便(?:再|也)?(?:问|说|查)?(?:一?下|一?句|一?哈)?|另外|还有(?=[，, 我就请想问个那他她你])|还想问(?:一?下)?|再问(?:一?下)?|对了|第[一二三四]|同时(?=请|也)|再(?:一|来)个(?:就是)?)[，,、：:]?|[，,\s]+"
)
_NO_ASK = frozenset({"greeting", "thanks", "out_of_scope", "help_menu", "contact_human"})


def _further_asks(
    text: str, main: Understanding, role: str, day: date, additions: Additions, model: Model
) -> tuple[Ask, ...]:
    """The parts of a message that surely ask something, each intent once, in order; the main one among them."""
    parts = [part.strip() for part in _JOINTS.split(text) if part and len(part.strip()) >= 4]
    if len(parts) < 2 or main.intent == "out_of_scope":
        return ()
    if main.intent in _NARRATIVES or len(parts) > MANY_PARTS:
        parts = [part for part in parts if _QUESTION.search(part)]
    found: dict[str, Ask] = {}
    for part in parts[-MANY_PARTS:]:
        heard = _understand_whole(part, role, day, None, additions, model)
        if heard.confidence < SURE_OF_MORE or heard.intent in _NO_ASK or CRISIS in heard.slots:
            continue
        found.setdefault(heard.intent, Ask(heard.intent, heard.slots, part))
    return tuple(found.values())
