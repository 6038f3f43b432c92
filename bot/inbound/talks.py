"""谈到哪里: which talk a message goes on with, what becomes of a talk left half-finished, and what is said of it.

A message answers the question asked last, unless it is clearly something else: then that is answered, and the talk
waits. All there is to know of it is in its `State`, which the store keeps: a restart or another replica loses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from bot.core.clock import local_date
from bot.core.talk import REST, Asking, More, Reply, Route, State, Talk, read_number
from bot.inbound.understanding import ASKS, CRISIS, FALLBACK, REFUSED, Heard, Spoken, Understanding, plain
from bot.messages import help as say_help
from bot.messages import talk as say
from storage.people import Official, Speaker

WAITS_FOR = timedelta(hours=6)
"""A talk left half-finished for so long is let go: whoever comes back to it then says it anew."""

ONE_CONVERSATION = timedelta(hours=1)
"""What was said longer ago is not taken along to anybody."""

_DEPTH = 2
"""So many half-finished talks wait at once; the oldest is let go for one more."""

_REMINDED = 2
"""So often a talk is recalled under other answers; after that it waits in silence."""

_GIVEN_UP = 3
"""So many answers in a row that do not fit: the talk is laid aside, and a person is offered."""

_SMALL_TALK = frozenset({FALLBACK, REFUSED, "greeting"})
"""What a few words are taken for that by themselves say little; under an answer they may be a question about it."""

_WANTS_NOTHING = _SMALL_TALK | {CRISIS, "thanks"}
"""What is no plain request by itself."""

_CLEAR_ENOUGH = 0.6
"""So sure must it be that an answer that did not fit is another request, and no clumsy answer."""

_SAID = 3
_LONGEST = 200
"""The last words of a conversation that are kept while it lasts: so many, of so many characters each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: a route, the talk as far as it went, and the message if it answers a question of it.

    `first` is said before whatever the talk says.
    """

    route: Route
    state: State
    heard: str | None = None
    first: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: what to say, and the talk that waits now; `forgets` as the reply says."""

    text: str | None
    state: State | None = None
    forgets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Whose turn it is: the speaker, what they said, the time, and the talk that waits for them."""

    understanding: Understanding
    speaker: Speaker
    name: str
    now: datetime
    text: str
    waiting: State | None

    @property
    def asked(self) -> State | None:
        """The talk whose question this message may answer: asked last, or recalled by the last reply."""
        if self.waiting is None or not self.waiting.offered:
            return self.waiting
        return self.waiting.waits if self.waiting.reminded else None

    @property
    def half_finished(self) -> State | None:
        """The talk that would go on at “继续”."""
        if self.waiting is None or not self.waiting.offered:
            return self.waiting
        return self.waiting.waits

    def route(self, intent: str) -> Route | None:
        """The route of an intent for this speaker."""
        return self.understanding.route(self.speaker, intent)


def still_theirs(state: str | None, name: str) -> State | None:
    """Read the talk that waits. A question asked of somebody else is no question any more: who spoke for one household
    and now speaks for another must not answer for the wrong one.
    """
    return None if state is None else _of(msgspec.json.decode(state, type=State), name)


def _of(state: State, name: str) -> State | None:
    waits = None if state.waits is None else _of(state.waits, name)
    if not state.offered and state.speaker != name:
        return waits and _laid_open(waits)
    # Nor are words said for one household taken along to the cadre of another.
    said = state.said if state.speaker == name else []
    return msgspec.structs.replace(state, waits=waits, said=said)


def _laid_open(waits: State) -> State:
    return State("", "", offered=True, waits=waits)


def plan(floor: Floor, spoken: Spoken) -> Plan | Outcome | None:
    """Decide what a message is: an event, a word about the talk itself, the next answer of a talk, or something new."""
    if spoken.event is not None:
        route = floor.route(spoken.event)
        return None if route is None else Plan(route, _new(floor, route.intent, "", dict(spoken.slots)))
    of_talk = _of_the_talk(floor)
    if of_talk is not None:
        return of_talk
    return _goes_on(floor) or _opens(floor) or _recalled(floor) or _begins(floor)


def _of_the_talk(floor: Floor) -> Plan | Outcome | None:
    """What is said about the talk itself, which is heard in every talk: 取消, 继续, 返回, 重来."""
    words = plain(floor.text)
    if words in say.CANCEL_WORDS:
        return Outcome(say.CANCELLED if floor.half_finished is not None else say.NOTHING_TO_CANCEL)
    if words in say.GO_ON_WORDS:
        return _gone_on_with(floor)
    if words in say.BACK_WORDS:
        return _gone_back(floor)
    if words in say.ANEW_WORDS:
        talk = floor.half_finished
        route = None if talk is None else floor.route(talk.intent)
        if talk is None or route is None:
            return Outcome(say.NOTHING_TO_BEGIN_ANEW, floor.waiting)
        anew = State(talk.intent, talk.opening, talk.slots, about=talk.about, waits=talk.waits, more=talk.more)
        return Plan(route, anew, first=say.ANEW)
    return None


def _gone_on_with(floor: Floor) -> Plan | Outcome:
    talk = floor.half_finished
    route = None if talk is None else floor.route(talk.intent)
    if talk is None or route is None:
        return Outcome(say.NOTHING_TO_GO_ON_WITH, floor.waiting)
    if _too_old(talk, floor.now):
        return Outcome(say.LET_GO)
    return Plan(route, talk)


def _gone_back(floor: Floor) -> Plan | Outcome:
    talk = floor.asked
    if talk is not None and (route := floor.route(talk.intent)) is not None:
        if not talk.steps:
            return Plan(route, talk, first=say.AT_THE_FIRST_QUESTION)
        answers = dict(list(talk.answers.items())[: talk.steps[-1]])
        return Plan(route, msgspec.structs.replace(talk, answers=answers, steps=talk.steps[:-1]))
    shown = floor.waiting
    if shown is not None and shown.opened and (route := floor.route(shown.intent)) is not None and not route.writes:
        # The list from which this was opened.
        return Plan(route, State(shown.intent, shown.opening, shown.slots, waits=shown.waits))
    return Outcome(say.NOTHING_TO_GO_BACK_TO, floor.waiting)


def _goes_on(floor: Floor) -> Plan | None:
    """The talk whose question this message answers, or the other request it clearly is in the middle of one."""
    talk = floor.asked
    route = None if talk is None else floor.route(talk.intent)
    if talk is None or route is None or floor.understanding.certain(floor.speaker, floor.text) is not None:
        return None
    if talk is not floor.waiting and read_number(floor.text) is not None and _numbered(floor.waiting):
        return None
    if not _answers_shortly(floor.text):
        other = floor.understanding.other_request(
            floor.speaker, floor.text, local_date(floor.now), story=talk.story, of=talk.intent
        )
        if other is not None:
            return _begin(floor, other)
    return Plan(route, talk, floor.text)


def _answers_shortly(text: str) -> bool:
    return read_number(text) is not None or plain(text) in say.YES_WORDS | say.NO_WORDS


def _numbered(state: State | None) -> bool:
    """Whether the last reply offered numbers of its own."""
    return state is not None and bool(state.options or state.more)


def _opens(floor: Floor) -> Plan | Outcome | None:
    """What a number under the last reply opens; which there are, at one that is not there."""
    shown = floor.waiting
    number = None if shown is None else _number_of(floor.text, shown)
    if shown is None or not shown.offered or number is None or not _numbered(shown):
        return None
    further = number - 1 - len(shown.options)
    if 0 <= further < len(shown.more):
        more = shown.more[further]
        route = floor.route(more.intent)
        rest = [other for other in shown.more if other is not more]
        return None if route is None else Plan(route, _new(floor, more.intent, more.text, more.slots, rest))
    route = floor.route(shown.intent)
    if route is None or not shown.options:
        return None
    if 1 <= number <= len(shown.options):
        return Plan(route, shown, floor.text)
    # Perhaps it answers the talk that was left half-finished.
    return None if shown.waits else Outcome(say.no_such_number(len(shown.options) + len(shown.more)), shown)


def _recalled(floor: Floor) -> Plan | None:
    """The half-finished talk, at a bare yes, no or number while its question is out of sight: it is shown again."""
    talk = _waiting_still(floor.half_finished, floor.now)
    route = None if talk is None or not _answers_shortly(floor.text) else floor.route(talk.intent)
    return None if talk is None or route is None else Plan(route, talk)


def _number_of(text: str, shown: State) -> int | None:
    """The number that was said; 其余 and the like are the number of the rest of the list."""
    if plain(text) in say.REST_WORDS:
        return next((number for number, key in enumerate(shown.options, 1) if key.startswith(REST)), None)
    return read_number(text)


def _begins(floor: Floor) -> Plan:
    """Something new; what nothing else understood belongs to what was just said, where that hears more of it."""
    heard = floor.understanding.hear(floor.speaker, floor.text, local_date(floor.now))
    after = None if floor.waiting is None else floor.waiting.afterwards
    route = None if after is None else floor.route(after)
    if route is None or heard.slots.get("crisis"):
        return _begin(floor, heard)
    if after == CRISIS:
        return _begin(floor, heard if _asks_on(floor, heard) else Heard(route, {"after_crisis": True}))
    small_talk = heard.route.intent in _SMALL_TALK
    meant = heard.is_fallback or (small_talk and route.hears is not None and route.hears(floor.text))
    return _begin(floor, Heard(route, heard.slots) if meant else heard)


def _asks_on(floor: Floor, heard: Heard) -> bool:
    """Whether who has just cried for help plainly wants something now; else they hear no menu, whatever they say.

    A cadre, who may have spoken of a household, goes on with their work.
    """
    if heard.is_fallback or heard.route.intent in _WANTS_NOTHING:
        return False
    certain = floor.understanding.certain(floor.speaker, floor.text) is not None
    return certain or heard.route.intent in ASKS or isinstance(floor.speaker, Official)


def other_than(floor: Floor, asked: Plan) -> Plan | None:
    """What an answer that did not fit was really about, if that is clear and something else."""
    assert asked.heard is not None
    heard = floor.understanding.hear(floor.speaker, asked.heard, local_date(floor.now))
    if heard.is_fallback or (heard.route.intent in _WANTS_NOTHING - {CRISIS} and "tone" not in heard.slots):
        return None
    if heard.confidence < _CLEAR_ENOUGH:
        return None
    if heard.route.intent == asked.route.intent and "household" not in heard.slots:
        # More of the same talk; with a household of its own it is the talk begun anew, about that one.
        return None
    return _begin(floor, heard)


def given_up(floor: Floor) -> Plan | None:
    """Lay a talk aside whose question was not answered again and again: nobody is asked for ever."""
    if floor.waiting is None or floor.waiting.lost < _GIVEN_UP:
        return None
    route = floor.route(FALLBACK)
    return None if route is None else Plan(route, _new(floor, FALLBACK, floor.text, {"guesses": []}))


def handed_over(floor: Floor, before: Plan, intent: str, text: str, slots: dict[str, object]) -> Plan:
    """Go on with the talk that another one handed over to."""
    route = floor.route(intent)
    assert route is not None, f"a talk handed over to {intent}, which nobody holds"
    words = text or (route.words[0] if route.words else "")
    state = State(intent, words, slots, waits=before.state.waits, more=before.state.more, about=before.state.about)
    return Plan(route, state, first=before.first)


def asking(floor: Floor, asked: Plan, talk: Talk[Speaker], question: Asking) -> Outcome:
    """Ask, and let the talk wait for the answer."""
    before, lost = asked.state, 0
    text = question.text
    if question.hint is not None:
        lost = _lost(floor) + 1
        heard_before = floor.waiting is not None and floor.waiting.hint == question.hint
        text = "\n".join([say.misread(question.hint, lost) if heard_before else question.hint, question.text])
    steps = before.steps
    if asked.heard is not None and len(talk.answers) > len(before.answers):
        steps = [*steps, len(before.answers)]
    state = State(
        intent=before.intent,
        opening=before.opening,
        slots=before.slots,
        answers=talk.answers,
        asked=talk.asked,
        question=talk.question,
        hint=question.hint or "",
        story=talk.story,
        options=talk.options,
        steps=steps,
        about=before.about,
        more=before.more,
        waits=before.waits,
        said=_said(floor),
        lost=lost,
        speaker=floor.name,
        at=int(floor.now.timestamp()),
    )
    return Outcome(_first(asked, text), state)


def ended(floor: Floor, done: Plan, reply: Reply) -> Outcome:
    """Say what a talk said at its end, what else the message asked, and which talk still waits."""
    if not reply.text and reply.offers is None and not reply.forgets:
        # An event without an answer: whatever waits goes on waiting.
        return Outcome(None, floor.waiting)
    waits, more = _waiting_still(done.state.waits, floor.now), _labelled(done.state.more)
    lines, reminded = [_first(done, reply.text)], False
    options = [] if reply.offers is None else list(reply.offers.keys)
    if more and not reply.grave:
        lines += [say.also(number, _label(one)) for number, one in enumerate(more, len(options) + 1)]
    # Who speaks for another household from now on is not reminded of what waits for this one.
    may_switch = done.route.of_account and done.route.writes
    if waits is not None and waits.reminders < _REMINDED and not (reply.grave or reply.forgets or may_switch):
        # A question of many lines is shown again at “继续”; until then nothing is taken for its answer.
        reminded = "\n" not in waits.question
        lines.append(say.still_waiting(_name_of(waits), waits.question if reminded else ""))
        waits = msgspec.structs.replace(waits, reminders=waits.reminders + 1)
    text = "\n".join(lines)
    nothing_done = reply.helpless or reply.refused
    keeps = options or reply.afterwards or reply.about or waits or more or nothing_done
    if not keeps or reply.forgets:
        return Outcome(text or None, None, reply.forgets)
    state = State(
        intent=done.state.intent,
        opening=done.state.opening,
        slots=done.state.slots,
        asked=None if reply.offers is None else reply.offers.name,
        options=options,
        offered=True,
        opened=done.state.offered and done.heard is not None,
        afterwards=reply.afterwards,
        about=reply.about,
        more=[] if reply.grave else more,
        waits=waits,
        reminded=reminded,
        said=[] if reply.grave else _said(floor) if nothing_done else _said(floor)[-1:],
        # To ten minutes only: the same question asked again leaves the same state, which need not be written again.
        at=int(floor.now.timestamp()) // 600 * 600,
        speaker=floor.name,
        lost=_lost(floor) + reply.helpless if nothing_done else 0,
        refused=_refused(floor) + reply.refused if nothing_done else 0,
    )
    return Outcome(text, state)


def opened(talk: Talk[Speaker], state: State, text: str) -> None:
    """Answer an offer: the number opens what stood beside it."""
    number = _number_of(text, state)
    if state.asked is not None and number is not None and 1 <= number <= len(state.options):
        talk.answers[state.asked] = state.options[number - 1]


def _begin(floor: Floor, heard: Heard) -> Plan:
    more = [More(ask.intent, ask.text, dict(ask.slots)) for ask in heard.also]
    return Plan(heard.route, _new(floor, heard.route.intent, floor.text, dict(heard.slots), more))


def _new(floor: Floor, intent: str, opening: str, slots: dict[str, object], more: Sequence[More] = ()) -> State:
    """A talk at its beginning; one that is half-finished waits below it, unless it is the same begun anew."""
    waits = _without(floor.half_finished, intent)
    about = floor.waiting.about if floor.waiting is not None and floor.waiting.offered else None
    return State(intent, opening, slots, waits=_cut(waits, _DEPTH), more=list(more), about=about)


def _without(state: State | None, intent: str) -> State | None:
    if state is None:
        return None
    below = _without(state.waits, intent)
    return below if state.intent == intent else msgspec.structs.replace(state, waits=below)


def _cut(state: State | None, depth: int) -> State | None:
    if state is None or depth == 0:
        return None
    return msgspec.structs.replace(state, waits=_cut(state.waits, depth - 1))


def _waiting_still(state: State | None, now: datetime) -> State | None:
    return None if state is None or _too_old(state, now) else state


def _too_old(state: State, now: datetime) -> bool:
    return now.timestamp() - state.at > WAITS_FOR.total_seconds()


def _first(of: Plan, text: str) -> str:
    return f"{of.first}\n{text}" if of.first else text


def _lost(floor: Floor) -> int:
    return 0 if floor.waiting is None else floor.waiting.lost


def _refused(floor: Floor) -> int:
    return 0 if floor.waiting is None else floor.waiting.refused


def words_before(waiting: State | None, now: datetime) -> list[str]:
    """The last words of this conversation; what was said long ago is of another one."""
    if waiting is None or now.timestamp() - waiting.at > ONE_CONVERSATION.total_seconds():
        return []
    return waiting.said


def _said(floor: Floor) -> list[str]:
    """The last words of the conversation with these; a bare choice tells nothing to whoever reads it later."""
    before = words_before(floor.waiting, floor.now)
    if not floor.text or _answers_shortly(floor.text) or plain(floor.text) in say.OF_THE_TALK:
        return before
    if floor.understanding.certain(floor.speaker, floor.text) is not None:
        return before
    return [*before, floor.text[:_LONGEST]][-_SAID:]


def _labelled(more: Sequence[More]) -> list[More]:
    return [one for one in more if one.intent in say_help.LABELS]


def _label(more: More) -> str:
    return say_help.LABELS[more.intent]


def _name_of(talk: State) -> str:
    return say_help.NAMES.get(talk.intent, say.THIS)
