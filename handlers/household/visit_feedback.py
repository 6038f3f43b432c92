"""走访反馈: a household confirms a visit, or says that nobody came; the office hears, not the one it is about."""

import re

from sqlalchemy import select

from bot.core.talk import Reply, Talk, reader_of_words
from bot.messages import cases as say_cases
from bot.messages import visit_feedback as say
from handlers.everyone.safety import helper_of_speaker
from handlers.household.relays import actor
from storage import cases
from storage.areas import Area
from storage.assignments import Helper
from storage.cases import Case, CaseKind
from storage.people import Villager

_read = reader_of_words(shortest=say.SHORTEST, say_more=say.SAY_MORE)

_NOT_COME = re.compile(
    r"没(?:有)?(?:来|见|人来|到|上门|看到|进)|不(?:来|见|上门)|未(?:来|到|上门)|(?:好|很)久.{0,6}[没不]|"
    r"(?:一|半)(?:次|回|趟|面|个人)(?:都|也)(?:没|不)|(?:影子|人影)|从来没|总是不|老不|莫得人|没得人|冇来|冒来|么来"
)
_CAME = re.compile(
    r"来(?:过|了|看|到|走|慰|我|家)|上(?:过|了)?门|到(?:过|了)?(?:我|俺|咱)?们?(?:家|屋)|走访|慰问|看望|看过|送"
)
_PRAISE = re.compile(r"(?<!不)(?<!没)(?:满意|好|谢|感激|负责|热心|上心|帮)")
_A_SENTENCE = 6
_TELLS_NOTHING = ("说说干部来没来", "走访反馈", "我要反馈", "反馈")


async def visit_feedback(talk: Talk[Villager]) -> Reply:
    """Keep what a household says of its cadre's visits, for the office; what is no praise, once it has said yes.

    Nobody is said to have come whom the household does not say to have come.
    """
    words = talk.text.strip()
    if words in _TELLS_NOTHING or (len(words) < _A_SENTENCE and not _says_something(words)):
        words = talk.ask("what", say.WHAT, _read, story=True)
    helper = await helper_of_speaker(talk)
    name = helper.name if helper else None
    missed = _NOT_COME.search(words) is not None
    if not missed and (_CAME.search(words) or _PRAISE.search(words)):
        case = await _keep(talk, words, helper, only_kept=True)
        return Reply(say.came(case.number, name) if _CAME.search(words) else say.kept(case.number))
    if not talk.confirm("sure", say.sure(words, name, missed=missed)):
        return Reply(say.NOT_KEPT)
    case = await _keep(talk, words, helper)
    if not await cases.officials_of(talk.session, case):
        return Reply(say.nobody_there(case.number))
    area = await talk.session.scalar(select(Area.name).where(Area.id == case.area_id))
    return Reply(say.missed(case.number, say_cases.office_of(area), helper.phone if helper else None))


def _says_something(words: str) -> bool:
    return any(pattern.search(words) for pattern in (_NOT_COME, _CAME, _PRAISE))


async def _keep(talk: Talk[Villager], words: str, helper: Helper | None, *, only_kept: bool = False) -> Case:
    return await cases.open_case(
        talk.session,
        kind=CaseKind.FEEDBACK,
        text=words,
        now=talk.now,
        opened_by=actor(talk),
        household_id=talk.speaker.household_id,
        against_cadre_id=helper.cadre_id if helper else None,
        only_kept=only_kept,
    )
