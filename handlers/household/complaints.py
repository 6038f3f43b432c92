"""反映问题: a complaint about a cadre, a list, or money; it goes to an office, and never to whom it is about."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from bot.core.errors import NotUnderstood
from bot.core.talk import Reply, Talk, reader_of_words
from bot.messages import cases as say_cases
from bot.messages import complaints as say
from handlers.everyone.safety import helper_of_speaker
from handlers.household.relays import actor
from storage import cadres, cases
from storage.areas import Area
from storage.assignments import Helper
from storage.cases import CaseKind
from storage.ids import CadreId
from storage.people import Newcomer, Villager

_read = reader_of_words(shortest=say.SHORTEST, longest=say.LONGEST, say_more=say.SAY_MORE)

_ABOUT_WHAT = re.compile(
    r"干部|书记|主任|支书|村长|队长|会计|文书|组长|委员|所长|站长|镇长|乡长|局长|领导|工作人员|工作队|村里|村委|镇上|镇里|"
    r"乡上|乡里|民政|名单|公示|评议|低保|补贴|补助|补偿|救助|指标|钱|款|物资|米|油|项目|工程|路|水|地"
)
_HELPER = re.compile(r"帮扶(?:干部|责任人|人)|(?:包|结)[户对](?:干部|的)|联系(?:干部|人)|帮我家的|管我家的")
_ANY_CADRE = re.compile(r"干部")


async def complaint(talk: Talk[Villager | Newcomer]) -> Reply:
    """Take a complaint down in one or two questions, and give it to an office that is not the one it is about."""
    words = talk.text if _tells(talk.text) else talk.ask("what", say.WHAT, _read, story=True)
    if not _ABOUT_WHAT.search(words):
        words = f"{words}（{talk.ask('about', say.ABOUT, _read_about, story=True)}）"
    home = talk.speaker.household_id if isinstance(talk.speaker, Villager) else None
    helper = await helper_of_speaker(talk)
    against = await _against(talk, words, helper)
    whom = None if against is None else await cadres.name_of(talk.session, against)
    if not talk.confirm("sure", say.sure(words, whom)):
        return Reply(say.LEFT)
    case = await cases.open_case(
        talk.session,
        kind=CaseKind.COMPLAINT,
        text=words,
        now=talk.now,
        opened_by=actor(talk),
        household_id=home,
        against_cadre_id=against,
    )
    if not await cases.officials_of(talk.session, case):
        return Reply(say.nobody_there(case.number))
    area = await talk.session.scalar(select(Area.name).where(Area.id == case.area_id))
    office = say_cases.office_of(area) if area else say.COUNTY
    return Reply(say.passed_on(case.number, office, whom, known=home is not None))


async def _against(talk: Talk[Villager | Newcomer], words: str, helper: Helper | None) -> CadreId | None:
    """Whom of the cadres on file it is about: one it names, the household's own where it speaks of that one, or of no
    other. Who it may be about is kept away from it rather than told of it.
    """
    if helper is not None and (helper.name in words or _HELPER.search(words)):
        return helper.cadre_id
    named = [one.id for one in await cadres.roll(talk.session) if len(one.name) > 1 and one.name in words]
    if len(named) == 1:
        return named[0]
    if helper is not None and not named and _ANY_CADRE.search(words):
        return helper.cadre_id
    # A helper who sits in an office would read it there; so this office is passed over as well.
    return helper.cadre_id if helper is not None and helper.cadre_id in await _of_an_office(talk) else None


async def _of_an_office(talk: Talk[Villager | Newcomer]) -> Sequence[CadreId]:
    county = await cadres.office(talk.session)
    if not isinstance(talk.speaker, Villager):
        return county
    return [*county, *await cadres.township_of(talk.session, talk.speaker.household_id)]


def _tells(text: str) -> bool:
    said = text.strip(" 　，,。.！!？?")
    return len(said) >= say.SHORTEST and said not in say.TELL_NOTHING


def _read_about(answer: str) -> str:
    said = answer.strip()
    if len(said) < say.SHORTEST_NAME or said.isdigit():
        raise NotUnderstood(say.NAME_IT)
    return said
