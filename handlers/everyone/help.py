"""帮助: greetings, the menu, and a way on from whatever was not understood."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.talk import Offers, Reply, SwitchTo, Talk
from bot.language.tone import danger_in
from bot.messages import hardships as say_hardships
from bot.messages import help as say
from bot.messages import recordings as say_recordings
from handlers.everyone import binding, safety
from handlers.household.catalogue import called_in
from storage.people import Newcomer, Official, Speaker, Villager

ROUTE = "route"
"""The offers that open another talk: their keys are intents."""
HUMAN = "contact_human"
LISTED = 3
_A_NAME = 4
"""So many characters of a county's own name for a benefit are no chance: whoever says them asks for it."""
AT_A_LOSS = frozenset({"help_menu", "out_of_scope"})


async def help_menu(talk: Talk[Speaker]) -> Reply:
    """Say what can be asked; where something was half understood, ask which of the likely things was meant."""
    open_chosen(talk)
    if _binds_at_once(talk):
        return await binding.bind(talk)
    if "guesses" not in talk.slots:
        return _menu(talk.speaker, say.CAN_DO, _intents(talk))
    return await _at_a_loss(talk)


async def _at_a_loss(talk: Talk[Speaker]) -> Reply:
    """Ask which of the likely things was meant; not understood again, say so in other words; then offer a person, and
    keep what was said for them. The same helpless words are never said twice in a row.
    """
    understood = [str(intent) for intent in talk.slots.get("guesses", ())]
    guesses = [intent for intent in understood if intent in say.LABELS and intent not in AT_A_LOSS][:LISTED]
    if not guesses:
        _answer_about_own_benefit(talk)
    if talk.lost == 0:
        first, listed = (say.DID_YOU_MEAN, [*guesses, HUMAN]) if guesses else (say.CAN_DO, _intents(talk))
    elif talk.lost == 1:
        first, listed = say.STILL_LOST, [*(guesses or _intents(talk)[:LISTED]), HUMAN]
    else:
        first, listed = say.words_kept(talk.lost + 1), [HUMAN]
    return replace(_menu(talk.speaker, first, listed), helpless=True)


def _answer_about_own_benefit(talk: Talk[Speaker]) -> None:
    """Hand over where the county's own name for a benefit was said, which the understanding need not know."""
    if called_in(talk.county, talk.text, at_least=_A_NAME) is not None:
        raise SwitchTo("policy_question", talk.text)


async def greeting(talk: Talk[Speaker]) -> Reply:
    """Greet back and say what can be asked."""
    open_chosen(talk)
    if _binds_at_once(talk):
        return await binding.bind(talk)
    return _menu(talk.speaker, say.HELLO + say.CAN_DO, _intents(talk))


async def thanks(talk: Talk[Speaker]) -> Reply:
    """Take thanks."""
    return Reply(say.THANKS)


async def out_of_scope(talk: Talk[Speaker]) -> Reply:
    """Say kindly that this is not ours, and what is; refuse plainly what nobody may have."""
    open_chosen(talk)
    tone = talk.slots.get("tone")
    if tone is not None:
        return await safety.refuse(talk, str(tone))
    if _binds_at_once(talk):
        return await binding.bind(talk)
    _answer_about_own_benefit(talk)
    if talk.lost == 0:
        return replace(_menu(talk.speaker, say.OUT_OF_SCOPE, _intents(talk)[:LISTED]), helpless=True)
    if talk.lost == 1:
        return Reply(say.OUT_OF_SCOPE_AGAIN, helpless=True)
    return await _at_a_loss(talk)


async def contact_human(talk: Talk[Speaker]) -> Reply:
    """Say whom to turn to; for a household its words are taken along (`handlers.household.relays`)."""
    return Reply(say.NEWCOMER_PERSON if isinstance(talk.speaker, Newcomer) else say.CADRE_PERSON)


async def request_help(talk: Talk[Speaker]) -> Reply:
    """Answer a hardship of somebody who is no household we know; who is in danger hears a human answer first."""
    if talk.slots.get("crisis"):
        return await safety.crisis(talk)
    if talk.slots.get("after_crisis"):
        return await safety.after_crisis(talk)
    danger = danger_in(talk.text)
    if danger is not None:
        return Reply(say_hardships.told(say_hardships.CALL[danger], None), grave=True)
    return Reply(say.NEWCOMER_NEED if isinstance(talk.speaker, Newcomer) else say.CADRE_NEED)


async def cannot_read(talk: Talk[Speaker]) -> Reply:
    """Say what to do instead of a picture or a sound; WeChat's own recognition of speech is gone since 2023."""
    return Reply(say_recordings.INSTEAD.get(str(talk.slots.get("kind")), say_recordings.ELSE))


def open_chosen(talk: Talk[Speaker]) -> None:
    """Hand over to the talk whose number was said."""
    chosen = talk.opened(ROUTE)
    if chosen is not None:
        # What was said is not asked for again, unless it only called for help.
        unclear = "guesses" in talk.slots
        raise SwitchTo(chosen, talk.text if unclear else "", talk.slots if unclear else None)


def choices(speaker: Speaker) -> Sequence[tuple[str, str]]:
    """What this kind of speaker asks most."""
    if isinstance(speaker, Villager):
        return say.HOUSEHOLD_CHOICES
    return say.CADRE_CHOICES if isinstance(speaker, Official) else say.NEWCOMER_CHOICES


def _intents(talk: Talk[Speaker]) -> list[str]:
    return [intent for intent, _ in choices(talk.speaker)]


def _menu(speaker: Speaker, first: str, intents: Sequence[str]) -> Reply:
    listed = tuple(dict.fromkeys(intents))
    labels = say.LABELS | dict(choices(speaker))
    return Reply(say.menu(first, [labels[intent] for intent in listed]), Offers(ROUTE, listed))


def _binds_at_once(talk: Talk[Speaker]) -> bool:
    return isinstance(talk.speaker, Newcomer) and binding.says_who(talk.text)
