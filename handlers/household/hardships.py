"""难处: a household is in trouble: in danger it hears whom to call; else it is passed on, once it has said yes."""

from bot.core.talk import Reply, Talk, reader_of_words
from bot.language.tone import Danger, danger_in
from bot.messages import cadres as say_cadres
from bot.messages import hardships as say
from bot.messages import safety as say_safety
from handlers.everyone import safety
from handlers.household.relays import actor, answered_by_nobody, at_night
from storage import cadres, cases, contacts, outbox
from storage.assignments import Helper
from storage.cases import CaseKind
from storage.households import doorplate
from storage.outbox import Promise, Recipient, ToCadre, ToHousehold, ToOffice
from storage.people import Villager

_read = reader_of_words(shortest=say.SHORTEST, longest=say.LONGEST, say_more=say.SAY_MORE)


async def request_help(talk: Talk[Villager]) -> Reply:
    """Pass a hardship on to the household's cadre as a case, in one tap; who is in danger is looked after first."""
    if talk.slots.get("crisis"):
        return await safety.crisis(talk)
    if talk.slots.get("after_crisis"):
        return await safety.after_crisis(talk)
    helper = await safety.helper_of_speaker(talk)
    danger = danger_in(talk.text)
    if danger is not None:
        return await _in_danger(talk, danger, helper)
    words = talk.text if _tells(talk.text) else talk.ask("what", say.WHAT, _read, story=True)
    whom = f"帮扶干部{helper.name}" if helper else say_safety.TOWNSHIP
    if not talk.confirm("sure", say.sure(whom, words)):
        return Reply(say.NOT_PASSED_ON)
    case = await cases.open_case(
        talk.session,
        kind=CaseKind.HELP,
        text=words,
        now=talk.now,
        opened_by=actor(talk),
        household_id=talk.speaker.household_id,
    )
    if await answered_by_nobody(talk, case):
        return Reply(say.nobody_there(case.number))
    return Reply(say.passed_on(case.number, whom, at_night(talk)))


async def _in_danger(talk: Talk[Villager], danger: Danger, helper: Helper | None) -> Reply:
    """Say whom to call, and tell the cadre at any hour, once an hour; not what was said."""
    home = talk.speaker.household_id
    door = await doorplate(talk.session, home)
    phone = await contacts.phone_of(talk.session, ToHousehold(home))
    at = f"{talk.now.month}月{talk.now.day}日{talk.now:%H:%M:%S}"
    township = await cadres.township_of(talk.session, home)
    to: list[Recipient] = [ToCadre(helper.cadre_id)] if helper else [ToCadre(one) for one in township] or [ToOffice()]
    key = f"danger:{home}:{danger}:{talk.now:%Y%m%d%H}"
    text = say.notice(door.head_name, door.village, phone, danger, at)
    promises = [
        Promise(to=one, kind=outbox.Kind.URGENT, key=f"{key}:{order}", due_at=talk.now, text=text)
        for order, one in enumerate(to)
    ]
    await outbox.promise_all(talk.session, promises, talk.now)
    if helper is not None:
        return Reply(say.told(say.CALL[danger], say_cadres.helper(helper.name, helper.phone)), grave=True)
    named = township or await cadres.office(talk.session)
    return Reply(say.told(say.CALL[danger], say_safety.TOWNSHIP if named else None), grave=True)


def _tells(text: str) -> bool:
    """Whether the first words already tell what it is; the words of the menu do not."""
    return len(text.strip()) >= say.SHORTEST and text.strip() not in say.TELL_NOTHING
