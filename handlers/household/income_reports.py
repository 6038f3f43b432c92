"""报收入: a household says what it earned; it is taken for its cadre to check, and the register stays as it is."""

from bot.core.talk import Reply, Talk, reader_of_words
from bot.language.numbers import find_amounts
from bot.messages import income_reports as say
from handlers.everyone.safety import helper_of_speaker
from handlers.household.relays import actor
from storage import cases
from storage.cases import CaseKind
from storage.people import Villager

_read = reader_of_words(shortest=say.SHORTEST, say_more=say.SAY_MORE)


async def income_report(talk: Talk[Villager]) -> Reply:
    """Take down what was earned as the household's own word, once it has said yes."""
    words = talk.text if find_amounts(talk.text) else talk.ask("what", say.WHAT, _read, story=True)
    helper = await helper_of_speaker(talk)
    whom = f"帮扶干部{helper.name}" if helper else say.OFFICE
    if not talk.confirm("sure", say.sure(words, whom)):
        return Reply(say.NOT_KEPT)
    case = await cases.open_case(
        talk.session,
        kind=CaseKind.QUESTION,
        text=say.for_the_cadre(words),
        now=talk.now,
        opened_by=actor(talk),
        household_id=talk.speaker.household_id,
    )
    return Reply(say.kept(case.number, whom))
