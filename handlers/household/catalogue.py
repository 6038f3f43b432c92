"""政策目录: what the catalogue says of a benefit, in the words talks share: its name, how far it holds, how much."""

import re
from datetime import date
from functools import lru_cache

from bot.core.clock import local_date
from bot.core.talk import Talk
from bot.language.benefits import benefit_of_file_word, find_benefit, mentions
from bot.messages import benefits as say_benefits
from bot.messages import cadres as say_cadres
from bot.messages import entitlements as say
from policies.amounts import in_words, of_the_county
from policies.catalogue import Amount, Benefit, Confirmation, County, Payee, Strength
from policies.evaluator import Decision, InForce
from policies.facts import HouseholdFacts
from storage.assignments import helper_of
from storage.facts import facts_of
from storage.people import Official, Speaker, Villager

SERVICE = "service"


@lru_cache(maxsize=1024)
def benefits_called(county: County, name: str) -> tuple[Benefit, ...]:
    """The county's benefits people mean by a name: those that carry it, else those that sound like the same thing.

    What is promised outright to a household or a person comes first: that is what most who say the name mean.
    """
    every = county.benefits.values()
    bare = _bare(name)
    exactly = [one for one in every if bare in _bare(one.name) or bare in map(_bare, one.aliases)]
    meant = exactly or [one for one in every if any(_canonical(words) == name for words in (one.name, *one.aliases))]
    return tuple(sorted(meant, key=lambda one: _likely(one, name)))


def benefits_meant(county: County, name: str, text: str) -> list[Benefit]:
    """The county's benefits people mean by a name, those first whose own words the rest of the message shares most of:
    医保 may be the premium and what the hospital bill gets back, 住院报多少 is the latter.
    """
    said = _pairs(text) - _pairs(name)

    def shared(benefit: Benefit) -> int:
        return max(len(said & _pairs(called)) for called in (benefit.name, *benefit.aliases))

    return sorted(benefits_called(county, name), key=lambda one: -shared(one))


@lru_cache(maxsize=8192)
def _pairs(words: str) -> frozenset[str]:
    bare = _bare(words)
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))


def only_near(benefit: Benefit, name: str, text: str) -> bool:
    """Whether a benefit only sounds like what was asked for: nothing it is called was said, has all characters of the
    name in their order (易地搬迁 in 易地扶贫搬迁) or, where the whole is the same thing, any two of them together.
    """
    called = [_bare(one) for one in (benefit.name, *benefit.aliases)]
    has_it = any(one in _bare(text) or _in_order(_bare(name), one) for one in called)
    is_it = _canonical(benefit.name) == name and any(_pairs(name) & _pairs(one) for one in called)
    return not has_it and not is_it


def _in_order(characters: str, text: str) -> bool:
    rest = iter(text)
    return all(character in rest for character in characters)


@lru_cache(maxsize=1024)
def called_in(county: County, text: str, *, at_least: int) -> str | None:
    """The longest of the county's own names for its benefits that a text has in it; None below that many characters."""
    said = _bare(text)
    names = {bare for one in county.benefits.values() for name in (one.name, *one.aliases) if (bare := _bare(name))}
    return max((name for name in names if len(name) >= at_least and name in said), key=len, default=None)


def named(talk: Talk[Villager] | Talk[Speaker]) -> str | None:
    """The benefit a message names: by the county's own long name, else as understood, else by its own short name."""
    understood = talk.slots.get("benefit")
    # What was understood by its sound only (餐补 is not 残补) gives way to a name that stands there.
    in_so_many_words = understood is not None and bool(mentions(talk.text))
    own = called_in(talk.county, talk.text, at_least=_LONG if in_so_many_words else _SHORT)
    return own or (None if understood is None else str(understood))


def named_in_answer(county: County, said: str) -> str | None:
    """The benefit somebody names who was asked for one: in other words too (草原生态奖励补助 for 草原生态奖补), or by
    a part of the county's own name for it (草原)."""
    understood = find_benefit(said)
    own = called_in(county, said, at_least=_LONG if understood is not None else _SHORTEST)
    if own is not None or understood is not None:
        return own or understood
    bare = _bare(said)
    if len(bare) >= _SHORTEST and benefits_called(county, bare):
        return bare
    names = {_bare(name) for one in county.benefits.values() for name in (one.name, *one.aliases)}
    return max((name for name in names if len(name) >= _LOOSELY and _in_order(name, bare)), key=len, default=None)


_LONG, _SHORT, _SHORTEST, _LOOSELY = 5, 3, 2, 4
_NOT_IN_NAMES = re.compile(r"[^\w]|_")


@lru_cache(maxsize=8192)
def _bare(name: str) -> str:
    """A name without brackets and quotation marks, which nobody types."""
    return _NOT_IN_NAMES.sub("", name)


def _likely(benefit: Benefit, name: str) -> tuple[bool, bool, bool, int]:
    return (
        benefit.payee not in (Payee.HOUSEHOLD, Payee.PERSON),
        _canonical(benefit.name) != name,
        # 资助低保、特困人员参加医疗保险 is not what 低保 means.
        len({canonical for *_, canonical in mentions(benefit.name)}) > 1,
        list(Strength).index(benefit.strength),
    )


@lru_cache(maxsize=8192)
def _canonical(words: str) -> str | None:
    return benefit_of_file_word(words)


async def own_facts(talk: Talk[Villager] | Talk[Speaker]) -> HouseholdFacts:
    """What is on file of the household, and what it told us itself; of a stranger nothing is known."""
    if not isinstance(talk.speaker, Villager):
        return HouseholdFacts()
    household_id = talk.speaker.household_id
    found = await facts_of(talk.session, [household_id], local_date(talk.now), own_words=True)
    return found[household_id]


async def ask_them(talk: Talk[Villager] | Talk[Speaker]) -> str:
    """Whom to ask: the household's own cadre, else the village; a cadre asks the office."""
    if isinstance(talk.speaker, Official):
        return say_cadres.ASK_THE_OFFICE
    if not isinstance(talk.speaker, Villager):
        return say_cadres.ask_them(None)
    helper = await helper_of(talk.session, talk.speaker.household_id)
    return say_cadres.ask_them(None if helper is None else say_cadres.helper(helper.name, helper.phone))


def name_of(benefit: Benefit, confirmation: Confirmation | None) -> str:
    """What the benefit is called, with a mark where the county's word is only a demonstration."""
    shown = confirmation is not None and confirmation.demonstration
    return say.demonstration(benefit.name) if shown else benefit.name


def how_far(decision: Decision, county: County) -> str | None:
    """Why this may not be relied on, with the year of the document; None where the county has confirmed it."""
    benefit = decision.benefit
    if decision.in_force is InForce.ENDED:
        valid = benefit.valid
        if valid is None or valid.last_year is None:
            return say.ENDED_BY_COUNTY
        years = [str(year) for year in (valid.first_year, valid.last_year) if year is not None]
        return say.ended("—".join(dict.fromkeys(years)) + "年")
    if benefit.strength is not Strength.DEFINITE:
        return say.ONLY_DIRECTION
    return say.unstated(county.year) if decision.in_force is InForce.UNSTATED else None


def since_of(confirmation: Confirmation) -> str | None:
    """The day of the county's word, with its year: whoever reads it a year later must see how old it is.

    None where the word is only a demonstration, and the county has said nothing.
    """
    return None if confirmation.demonstration else say_benefits.day(confirmation.on, date.min)


def source_of(benefit: Benefit) -> str:
    """Where it is written."""
    return say.source(benefit.source.document, benefit.source.line, benefit.source.quote)


def amount_of(benefit: Benefit, amount: Amount | None) -> str:
    """How much, in the document's own words; a figure of the county is never told as anybody's money."""
    told = None if amount is None else in_words(amount)
    if amount is None or told is None:
        return say.NO_AMOUNT
    if amount.kind == SERVICE:
        return say.service(told)
    return say.county_total(told) if of_the_county(benefit, amount) else say.amount(told)
