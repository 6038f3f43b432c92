"""自述: a household answers what is not on file, so that a benefit can be judged; and takes back what it said."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.core.clock import local_date
from bot.core.errors import NotUnderstood
from bot.core.talk import SHOWN, Offers, Reply, SwitchTo, Talk, read_number, read_several
from bot.language.numbers import find_amounts
from bot.language.numbers import read_number as read_figure
from bot.language.questions import told_wrong
from bot.messages import talk as say_talk
from bot.messages import told_facts as say
from handlers.household import entitlements
from handlers.household.catalogue import how_far, name_of, own_facts
from policies.conditions import Question
from policies.evaluator import Decision, decide
from policies.facts import HouseholdFacts
from policies.told import FALSE, TRUE, Told, with_told
from policies.vocabulary import Attribute, Kind, vocabulary
from storage import told_facts as store
from storage.people import Villager
from storage.told_facts import Kept, ToldBy

AGAIN = "again"
NONE = "none"
"""The value of the vocabulary that says of one of several that it is none of them (不在读, 没有残疾)."""

AT_MOST = 8
"""So many questions in one sitting; what is still open then stands on the card, and a number goes on."""

_EXIT_YEAR = "household.exit_year"
_FIRST_YEAR, _LAST_YEAR = 2014, 2021
"""建档立卡 began in 2014 (国开办发〔2014〕24号); the last were lifted out in 2020, filed a year later."""

_OF_HEALTH = (
    *("member.chronic", "member.major_disease", "member.disease", "member.disability_level", "member.labels:disabled"),
    *("member.labels:disabled_poor", "member.labels:sick", "member.labels:orphan_disabled", "household.causes:illness"),
    *("household.causes:disability", "household.labels:disabled_poor"),
    *("event.kind:inpatient", "event.kind:outpatient", "event.kind:outpatient_chronic", "event.kind:serious_illness"),
)
"""Facts about somebody's body: the question says in half a sentence what it is for."""


_YES, _NO = re.compile(say.YES), re.compile(say.NO)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question as it is asked: its name among the answers, its words, and how an answer is read.

    The name holds whom and what was on the list, so that a list that has changed since is asked anew. `read` gives what
    was told, None where somebody does not know. `then_each`: a fact of which each that was chosen is asked apart next.
    """

    name: str
    text: str
    read: Callable[[str], Sequence[Told] | None]
    then_each: str | None = None


async def own_case(talk: Talk[Villager]) -> Reply:
    """Ask, one by one, only what decides and is not on file, judge after every answer, and keep the answers.

    What was answered with 不知道 stays unknown; as soon as the answer is certain nothing more is asked.
    """
    opened = talk.opened(entitlements.OPEN)
    if opened is not None:
        raise SwitchTo("entitlement_check", talk.text, {"opened": opened})
    benefit = talk.county.benefits[str(talk.slots["benefit"])]
    today = local_date(talk.now)
    facts = await own_facts(talk)
    told: list[Told] = []
    asked: set[str] = set()
    each: set[str] = set()
    decision = decide(benefit, facts, today, talk.county)
    while len(asked) < AT_MOST:
        asking = next((one for one in _askings(decision, facts, each) if one.name not in asked), None)
        if asking is None:
            break
        doubt = how_far(decision, talk.county)
        first = not asked and talk.asked != asking.name
        opening = [say.opening(name_of(benefit, decision.confirmation), doubt)] if first else []
        answers = talk.ask(asking.name, "\n".join([*opening, asking.text]), read=asking.read)
        asked.add(asking.name)
        if answers is None:
            continue
        if asking.then_each is not None:
            each.add(asking.then_each)
        told += answers
        facts = with_told(facts, answers)
        decision = decide(benefit, facts, today, talk.county)
    by = ToldBy.PROXY if talk.speaker.proxy else ToldBy.HOUSEHOLD
    await store.tell(talk.session, talk.speaker.household_id, told, told_by=by, now=talk.now)
    called = talk.slots.get("called")
    # Where more than a sitting's questions are open, a number on the card goes on with them.
    through = 0 < len(asked) < AT_MOST
    return await entitlements.card(talk, benefit, facts, called=None if called is None else str(called), asked=through)


async def told_facts(talk: Talk[Villager]) -> Reply:
    """Show what the household told of itself; what was wrong is taken back and counts no more."""
    again = talk.opened(AGAIN)
    if again is not None:
        raise SwitchTo("own_case", talk.text, {"benefit": again})
    household_id, today = talk.speaker.household_id, local_date(talk.now)
    kept = (await store.of_household(talk.session, household_id, today))[:SHOWN]
    if not kept:
        return Reply(say.NOTHING_TOLD)
    wrong = talk.choose_several("wrong", say.WHICH_TO_FORGET, kept, label=_in_words, key=lambda one: str(one.id))
    await store.take_back(talk.session, household_id, [one.id for one in wrong], talk.now)
    lines = [say.forgotten([_in_words(one) for one in wrong])]
    benefit = None if talk.about is None else talk.county.benefits.get(talk.about)
    if benefit is None:
        return Reply(lines[0])
    return Reply("\n".join([*lines, say.TELL_AGAIN]), Offers(AGAIN, (benefit.id,)), about=benefit.id)


def _in_words(kept: Kept) -> str:
    return say.told(kept.member, kept.in_words, by_proxy=kept.told_by is ToldBy.PROXY)


def _askings(decision: Decision, facts: HouseholdFacts, each: Collection[str]) -> list[_Asking]:
    """What is open, each as one question; the same question about several people is one that asks who it is, except
    of the facts in `each`."""
    names = {member.id: member.name for member in facts.members}
    together: dict[tuple[str, ...], list[Question]] = {}
    for question in decision.questions:
        of_all = question.attribute not in each and _can_be_asked_of_all(question)
        whose = question.facts if of_all else (*question.facts, question.member or "")
        together.setdefault(whose, []).append(question)
    found = [_asking(questions, names) for questions in together.values()]
    return [one for one in found if one is not None]


def _can_be_asked_of_all(question: Question) -> bool:
    attribute = vocabulary().attributes.get(question.attribute)
    if attribute is None or question.member is None or len(question.facts) > 1:
        return False
    return _is_yes_or_no(attribute) or NONE in attribute.values


def _is_yes_or_no(attribute: Attribute) -> bool:
    return attribute.kind in (Kind.FLAG, Kind.LABELS) or attribute.name == "event.kind"


def _asking(questions: Sequence[Question], names: Mapping[str, str | None]) -> _Asking | None:
    """The question as people hear it, by the kind of the fact; None where nothing can be kept of an answer."""
    question = questions[0]
    if question.attribute == _EXIT_YEAR:
        return _openly(question, question.text, _read_year)
    attribute = vocabulary().attributes[question.attribute]
    if question.member is None and attribute.scope == "member":
        return None  # nobody of the household is on file, so there is nobody to keep it of
    who = [one.member for one in questions if one.member is not None and names.get(one.member)]
    if len(who) > 1:
        one_of_several = attribute.values and not _is_yes_or_no(attribute)
        return (_who_at_all if one_of_several else _who)(question, attribute, who, names)
    name = names.get(who[0]) if who else None
    if _is_yes_or_no(attribute):
        if len(question.facts) > 1:
            return _several(question, attribute, attribute.ask if name is None else say.what_of(name))
        # Of a flag the vocabulary's own question: one of a condition may ask for its opposite (是不是没法到学校).
        ask = attribute.ask if attribute.kind is Kind.FLAG else question.text
        return _yes_or_no(question, ask if name is None else say.is_it(_words(question, attribute), name))
    if attribute.values:
        return _choice(question, attribute, attribute.ask if name is None else say.which(attribute.words, name))
    if attribute.kind is Kind.NUMBER:
        text = question.text if name is None else say.how_much(attribute.words, name, attribute.unit)
        return _openly(question, text, _read_figure)
    return _openly(question, question.text, _read_words)


def _yes_or_no(question: Question, text: str) -> _Asking:
    [fact] = question.facts

    def read(answer: str) -> Sequence[Told] | None:
        said = _said(answer)
        if said is None or read_number(said) == len(say.YES_OR_NO) + 1:
            return None
        return [Told(fact, question.member, TRUE if _yes(said) else FALSE)]

    return _Asking(_name(question), _with_reason(question, say.asked(text, say.YES_OR_NO)), read)


def _choice(question: Question, attribute: Attribute, text: str) -> _Asking:
    values = list(attribute.values.items())

    def read(answer: str) -> Sequence[Told] | None:
        said = _said(answer)
        number = None if said is None else read_number(said)
        if said is None or number == len(values) + 1:
            return None
        if number is not None and 1 <= number <= len(values):
            return [Told(question.attribute, question.member, str(values[number - 1][0]))]
        if NONE in attribute.values and _NO.fullmatch(said):
            return [Told(question.attribute, question.member, NONE)]
        named = [
            value
            for value, words in values
            if said.upper() in (str(value).upper(), words) or words in said or said in words
        ]
        if len(named) != 1:
            raise NotUnderstood(say_talk.ANSWER_WITH_NUMBER)
        return [Told(question.attribute, question.member, str(named[0]))]

    shown = say.asked(text, [words for _, words in values])
    return _Asking(_name(question), _with_reason(question, shown), read)


def _several(question: Question, attribute: Attribute, ask: str) -> _Asking:
    """Which of several words are true; those that are not named are not."""
    labels = [attribute.values.get(fact.partition(":")[2], fact.partition(":")[2]) for fact in question.facts]
    chosen = _chooser(question.facts, labels, say.NONE_OF_THESE)

    def read(answer: str) -> Sequence[Told] | None:
        so = chosen(answer)
        if so is None:
            return None
        return [Told(fact, question.member, TRUE if fact in so else FALSE) for fact in question.facts]

    text = say.asked(say.which_of_these(ask), [*labels, say.NONE_OF_THESE])
    return _Asking(_name(question), _with_reason(question, text), read)


def _who(question: Question, attribute: Attribute, who: Sequence[str], names: Mapping[str, str | None]) -> _Asking:
    """Of whom of the household it is true; of those who are not named it is not."""
    [fact] = question.facts
    called = [names[member] or "" for member in who]
    chosen = _chooser(who, called, say.NOBODY)

    def read(answer: str) -> Sequence[Told] | None:
        so = chosen(answer)
        if so is None:
            return None
        if attribute.scope == "event":
            # That something befell one of them; or, of all of them, that it did not.
            return [Told(fact, member, TRUE) for member in so] or [Told(fact, None, FALSE)]
        return [Told(fact, member, TRUE if member in so else FALSE) for member in who]

    text = say.asked(_who_is_it(question, attribute), [*called, say.NOBODY])
    return _Asking(f"{fact}|{','.join(who)}", _with_reason(question, text), read)


def _who_at_all(
    question: Question, attribute: Attribute, who: Sequence[str], names: Mapping[str, str | None]
) -> _Asking:
    """Of one of several, first who has it at all; who is not named has none of it, who is named is asked apart."""
    called = [names[member] or "" for member in who]
    chosen = _chooser(who, called, say.NOBODY)

    def read(answer: str) -> Sequence[Told] | None:
        so = chosen(answer)
        return None if so is None else [Told(question.attribute, one, NONE) for one in who if one not in so]

    text = _with_reason(question, say.asked(_who_is_it(question, attribute), [*called, say.NOBODY]))
    return _Asking(f"{question.attribute}|{','.join(who)}", text, read, then_each=question.attribute)


def _who_is_it(question: Question, attribute: Attribute) -> str:
    """The vocabulary's own question where it asks for anybody at all (家里有没有人得大病？), and who it is."""
    ask = attribute.ask.partition("？")[0]
    if ask.startswith(say.ANYBODY) and attribute.kind is not Kind.LABELS:
        return say.who_of_you(ask)
    return say.who(_words(question, attribute))


def _openly(question: Question, text: str, read_value: Callable[[str], str]) -> _Asking:
    def read(answer: str) -> Sequence[Told] | None:
        said = _said(answer)
        return None if said is None else [Told(question.attribute, question.member, read_value(said))]

    return _Asking(_name(question), _with_reason(question, say.asked_openly(text)), read)


def _chooser(keys: Sequence[str], labels: Sequence[str], none: str) -> Callable[[str], Sequence[str] | None]:
    """Read which of a list are meant: by number, by name, none of them (the last but one), or 不知道 (the last)."""

    def read(answer: str) -> Sequence[str] | None:
        said = _said(answer)
        number = None if said is None else read_number(said)
        if said is None or number == len(keys) + 2:
            return None
        if number == len(keys) + 1 or said == none or (number is None and _NO.fullmatch(said)):
            return ()
        chosen = read_several(said, keys, dict(zip(labels, keys, strict=True)))
        if not chosen:
            raise NotUnderstood(say.NUMBERS_PLEASE)
        return chosen

    return read


def _name(question: Question) -> str:
    return f"{'、'.join(question.facts)}|{question.member or ''}"


def _words(question: Question, attribute: Attribute) -> str:
    """What is asked, as a name: 长期慢性病; of a word of many the word (孤儿)."""
    [fact] = question.facts
    word = fact.partition(":")[2]
    return attribute.values.get(word, attribute.words)


def _with_reason(question: Question, text: str) -> str:
    return f"{text}\n{say.ABOUT_HEALTH}" if any(fact in _OF_HEALTH for fact in question.facts) else text


def _said(answer: str) -> str | None:
    """The answer without its full stop; None where somebody does not know or will not say."""
    said = answer.strip().rstrip("。.！!~～")
    if said in say.SKIP_WORDS:
        return None
    if told_wrong(said) and said not in say_talk.NO_WORDS:
        raise NotUnderstood(say.WRONG_BEFORE)
    return said


def _yes(said: str) -> bool:
    if said in say_talk.YES_WORDS or read_number(said) == 1:
        return True
    if said in say_talk.NO_WORDS or read_number(said) == len(say.YES_OR_NO):
        return False
    if _NO.fullmatch(said):
        return False
    if _YES.fullmatch(said):
        return True
    raise NotUnderstood(say_talk.ANSWER_WITH_NUMBER)


def _read_figure(said: str) -> str:
    """A figure in figures or words, with or without what it counts: 三千六, 大概3600元, 62岁."""
    bare = said.removeprefix("大概").removeprefix("大约").removeprefix("差不多").removeprefix("有")
    bare = bare.removesuffix("左右").removesuffix("吧").removesuffix("多").removesuffix("岁").removesuffix("人")
    figure = read_figure(bare)
    if figure is None:
        amounts = find_amounts(said)
        figure = amounts[0].value if len(amounts) == 1 else None
    if figure is None or figure < 0 or figure >= Decimal(10_000_000):
        raise NotUnderstood(say.NUMBER_PLEASE)
    return f"{figure:f}"


def _read_year(said: str) -> str:
    year = read_figure(said.removesuffix("年").removesuffix("年脱贫"))
    if year is not None and 14 <= year <= 21:
        year += 2000
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR or year != int(year):
        raise NotUnderstood(say.YEAR_PLEASE)
    return str(int(year))


def _read_words(said: str) -> str:
    if len(said) > 40:
        raise NotUnderstood(say.TOO_LONG)
    return said
