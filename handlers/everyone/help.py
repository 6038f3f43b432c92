"""帮助: greetings, the menu, a person to talk to, and a human answer when somebody is in distress."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.talk import Offers, Reply, SwitchTo, Talk
from bot.messages import cadres as say_cadres
from bot.messages import help as say
from handlers.everyone import binding
from storage import cadres, contacts, outbox
from storage.assignments import Helper, helper_of
from storage.households import doorplate
from storage.outbox import ToCadre, ToHousehold, ToOffice
from storage.people import Newcomer, Official, Platform, Speaker, Villager
from storage.sealing import keyring_of

ROUTE = "route"
"""The offers that open another talk: their keys are intents."""
HUMAN = "contact_human"
LISTED = 3
CRISIS = "crisis.account"
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
    if talk.lost == 0:
        first, listed = (say.DID_YOU_MEAN, [*guesses, HUMAN]) if guesses else (say.CAN_DO, _intents(talk))
    elif talk.lost == 1:
        first, listed = say.STILL_LOST, [*(guesses or _intents(talk)[:LISTED]), HUMAN]
    else:
        first, listed = say.words_kept(talk.lost + 1), [HUMAN]
    return replace(_menu(talk.speaker, first, listed), helpless=True)


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
    """Say kindly that this is not ours, and what is."""
    open_chosen(talk)
    if _binds_at_once(talk):
        return await binding.bind(talk)
    if talk.lost == 0:
        return replace(_menu(talk.speaker, say.OUT_OF_SCOPE, _intents(talk)[:LISTED]), helpless=True)
    if talk.lost == 1:
        return Reply(say.OUT_OF_SCOPE_AGAIN, helpless=True)
    return await _at_a_loss(talk)


async def contact_human(talk: Talk[Speaker]) -> Reply:
    """Say whom to call: the household's cadre."""
    if isinstance(talk.speaker, Newcomer):
        return Reply(say.NEWCOMER_PERSON)
    if isinstance(talk.speaker, Official):
        return Reply(say.CADRE_PERSON)
    return Reply(say.person(_called(await _helper(talk))))


async def request_help(talk: Talk[Speaker]) -> Reply:
    """Answer a hardship: who is in danger hears a human answer first; others hear whom to turn to."""
    if talk.slots.get("crisis"):
        return await crisis(talk)
    return Reply(say.need_help(_called(await _helper(talk))))


async def crisis(talk: Talk[Speaker]) -> Reply:
    """Answer somebody who may hurt themselves, and ask somebody, at any hour, to go and see.

    That is the household's cadre; for who has none, the county's office. What was said is not passed on.
    """
    helper = await _helper(talk)
    who, text = await _in_danger(talk)
    await outbox.promise(
        talk.session,
        ToOffice() if helper is None else ToCadre(helper.cadre_id),
        kind=outbox.Kind.URGENT,
        key=f"crisis:{who}:{talk.now:%Y%m%d%H}",
        text=text,
        due_at=talk.now,
        now=talk.now,
    )
    if helper is not None:
        return Reply(say.crisis(_called(helper)))
    # Where the county has named nobody, it is on the list all the same, but nothing is promised in their name.
    office = bool(await cadres.office(talk.session))
    if isinstance(talk.speaker, Newcomer):
        return Reply(say.crisis_unknown(office))
    return Reply(say.crisis(say.OFFICE if office else None))


async def _in_danger(talk: Talk[Speaker]) -> tuple[str, str]:
    """Who may be in danger, for the key, and how to find them, for who is asked to."""
    speaker = talk.speaker
    # The time tells one cry from the next: WeCom drops words it has delivered a while ago (duplicate check).
    at = f"{talk.now.month}月{talk.now.day}日{talk.now:%H:%M:%S}"
    if isinstance(speaker, Villager):
        door = await doorplate(talk.session, speaker.household_id)
        phone = await contacts.phone_of(talk.session, ToHousehold(speaker.household_id))
        if speaker.proxy:
            who = f"proxy:{speaker.household_id}"
            return who, say.crisis_of_proxy(door.head_name, door.village, phone, at)
        return str(speaker.household_id), say.crisis_notice(door.head_name, door.village, phone, at)
    if isinstance(speaker, Official):
        name = await cadres.name_of(talk.session, speaker.cadre_id)
        phone = await contacts.phone_of(talk.session, ToCadre(speaker.cadre_id))
        return f"cadre:{speaker.cadre_id}", say.crisis_of_cadre(name, phone, at)
    # The account's own name is not kept in a key: who leaves us is forgotten.
    who = keyring_of(talk.session).index(speaker.account.key, CRISIS).hex()
    if speaker.account.platform is Platform.WECOM:
        return who, say.crisis_of_colleague(speaker.account.name, at)
    return who, say.crisis_of_follower(at)


async def cannot_read(talk: Talk[Speaker]) -> Reply:
    """Say that pictures and sounds are not understood; WeChat's own recognition of speech is gone since 2023."""
    return Reply(say.CANNOT_READ)


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


async def _helper(talk: Talk[Speaker]) -> Helper | None:
    if not isinstance(talk.speaker, Villager):
        return None
    return await helper_of(talk.session, talk.speaker.household_id)


def _called(helper: Helper | None) -> str | None:
    return None if helper is None else say_cadres.helper(helper.name, helper.phone)
