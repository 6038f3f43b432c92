"""转达: a household wants a human being: its cadre, or else the office, gets what it said, and answers it."""

import re

from bot.core.clock import out_of_quiet_hours
from bot.core.talk import Reply, S, Talk, read_number, reader_of_words
from bot.messages import cadres as say_cadres
from bot.messages import relays as say
from bot.messages.talk import NO_WORDS, YES_WORDS
from handlers.everyone.safety import helper_of_speaker
from storage import cadres, cases
from storage.cases import Case, CaseKind
from storage.people import Villager

read_words = reader_of_words(shortest=say.SHORTEST, longest=say.LONGEST, say_more=say.SAY_MORE)
"""Read what is to be passed on."""

_CALLS = re.compile(
    r"^(?:我|我们|请|帮我?|能不能|可以|麻烦|要|想|给我|有没有|快|直接|，|,|\s)*"
    r"(?:转|找|叫|请|喊|接|换|联系|来|要)*(?:一?下|个|到|真)*"
    r"(?:人工(?:客服|服务)?|客服|活人|真人|工作人员|帮扶干部|干部|人)?"
    r"(?:来|跟我|和我|给我)*(?:帮忙|帮帮我?|帮我|说话?|说说|问问|聊聊?|讲讲?|谈谈?|接听?|一?下|吧|啊|呀|嘛|吗|呢|[。！!，,？?\s])*"
)
_TELLS = 4
"""So many characters beside the call itself tell what it is about."""


async def contact_human(talk: Talk[Villager]) -> Reply:
    """Take what a household says to its cadre, or to the office where it has none, as a case with a number."""
    helper = await helper_of_speaker(talk)
    if helper is None and not await _an_office(talk):
        return Reply(say.NOBODY)
    whom = f"帮扶干部{helper.name}" if helper else say.OFFICE
    phone = helper.phone if helper else None
    words = _matter(talk)
    if words is None:
        before = talk.answers.setdefault("before", talk.text if "unsure" in talk.slots else "\n".join(talk.said))
        if before:
            _takes_words_for_an_answer(talk)
            options = (say.SEND, say.SAY_ANEW, say.CALL_MYSELF)
            chosen = talk.choose("send", say.may_i(whom, before), options, label=str, key=str)
            if chosen == say.CALL_MYSELF:
                return Reply(say.call_them(say_cadres.helper(helper.name, helper.phone) if helper else None))
            words = before if chosen == say.SEND else None
    if words is None:
        words = talk.ask("words", say.what(whom, phone), read_words, story=True)
    case = await cases.open_case(
        talk.session,
        kind=CaseKind.QUESTION,
        text=words,
        now=talk.now,
        opened_by=actor(talk),
        household_id=talk.speaker.household_id,
    )
    return Reply(say.passed_on(case.number, whom, phone, at_night=at_night(talk)))


def _takes_words_for_an_answer(talk: Talk[Villager]) -> None:
    """Take what is said instead of a number for what is to be passed on."""
    if talk.asked != "send" or talk.heard is None or read_number(talk.heard) is not None:
        return
    said = talk.heard.strip()
    if said in YES_WORDS:
        talk.heard = say.SEND
    elif said in NO_WORDS:
        talk.heard = say.CALL_MYSELF
    elif len(said) >= _TELLS and said not in (say.SEND, say.SAY_ANEW, say.CALL_MYSELF):
        talk.answers |= {"send": say.SAY_ANEW, "words": read_words(said[: say.LONGEST])}
        talk.heard = None


async def _an_office(talk: Talk[Villager]) -> bool:
    """Whether the township or the county has named anybody who answers."""
    township = await cadres.township_of(talk.session, talk.speaker.household_id)
    return bool(township or await cadres.office(talk.session))


def _matter(talk: Talk[Villager]) -> str | None:
    """What the call itself tells, beside that somebody is called for."""
    if "guesses" in talk.slots or "unsure" in talk.slots:
        return None
    rest = _CALLS.sub("", talk.text, count=1)
    return talk.text if len(rest) >= _TELLS else None


async def answered_by_nobody(talk: Talk[Villager], case: Case) -> bool:
    """Whether nobody is named to read a case: then nothing is promised in anybody's name."""
    return not await cases.officials_of(talk.session, case)


def actor(talk: Talk[S]) -> str:
    """Who opens a case, in our ids; of who is bound to nobody we have none."""
    if not isinstance(talk.speaker, Villager):
        return "newcomer"
    return f"{'proxy' if talk.speaker.proxy else 'household'}:{talk.speaker.household_id}"


def at_night(talk: Talk[Villager]) -> bool:
    """Whether nobody is written to at this hour."""
    return out_of_quiet_hours(talk.now) > talk.now
