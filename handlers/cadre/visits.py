"""走访上报: a cadre tells us about home visits, corrects what was understood, takes a visit back."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.core.clock import local_date
from bot.core.errors import NotUnderstood, Refused
from bot.core.talk import Offers, Reply, SwitchTo, Talk
from bot.language.dates import find_date, find_dates
from bot.language.names import find_names, without_house
from bot.language.notes import VisitNote, read_note
from bot.language.spelling import fold
from bot.messages import visits as say
from bot.messages.talk import YES_WORDS
from handlers.cadre.corrections import Correction, quantities_said, read_correction, stored
from handlers.cadre.households import called, head, household_meant, household_named, not_found
from storage import access, visits
from storage.households import Household
from storage.ids import VisitId
from storage.people import Official
from storage.visits import Changes, Visit, VisitState

BARE = (
    "走访",
    "入户",
    "签到",
    "打卡",
    "走访打卡",
    "走访签到",
    "记走访",
    "记一次走访",
    "走访上报",
    "我要走访",
    "我要签到",
    "报走访",
)
"""Words that open the talk and tell nothing yet."""

TAKE_BACK = ("撤回", "撤销", "撤回走访", "撤销走访", "撤回上一条", "撤销上一条", "删掉上一条", "删除上一条", "作废")
"""Words that take the last visit back for certain."""

CORRECTS = "correct_checkin"
"""The intent that hears what a cadre says right after a visit was written down."""

CORRECTABLE = timedelta(days=7)
"""How long a visit can be corrected by saying so."""

_JUST_TOLD = timedelta(hours=2)
_DAY_OF = "day_of"
_LONGEST = 500
_FEW_WORDS = 10
_ANY_DAY = date(2000, 12, 31)
_GOES_ON = ("还有", "补充", "另外", "漏了", "忘了说")
_TAKES_BACK = re.compile(
    r"撤回|撤销|作废|(?:[这那]一?|上一?|刚才|刚刚).{0,3}[条次].{0,8}(?:删|不要|不算)|"
    r"(?:删[掉了除去]?|不要).{0,6}(?:[条次]|记录|走访)|^(?:删[掉了除去]|删)(?:了|吧|它|他)*$"
)
"""Only what plainly speaks of the record: 低保不要了 and 摩托车不算 are things a household says."""
_SOUNDS_LIKE_MENDING = re.compile(
    r"不是.{1,12}?(?:而|应该)?是|改成|改为|应该是|应为|[记说写弄]错|^(?:日期|时间|日子|户主|名字)|(?:^|[，,：:])(?:还有|另外|补充|漏了|忘了说)|没送|去掉"
)
_NUMBERED = re.compile(r"(?:撤回|撤销|作废|删[掉除]?)了?第?(\d{1,2})(?:户|条|个|行|家)?")
_LISTED = re.compile(r"(?:家|户)?(?:、|和|及|与|跟)")
_GOES = re.compile(r"(?:我|要|准备|打算|计划|再)*(?:去|到|走访|入户|看|访|上门)")


async def report_visit(talk: Talk[Official]) -> Reply:
    """Write down the visits one sentence tells; ask only what it does not say. All of it is taken, or nothing."""
    own = await access.paired_with(talk.session, talk.speaker)
    today = local_date(talk.now)
    chosen = talk.opened(_DAY_OF)
    if chosen is not None:
        return await _on_that_day(talk, own, chosen)
    if _plain(talk.text) in BARE or not talk.text:
        household = await household_meant(talk, "household", say.WHICH, own, None)
        words = _findings(talk, today)
        notes, households = [_joined(read_note(words, today, _heads(own)))], [household]
        if notes[0].cancelled:
            return Reply(say.NOTHING_LOGGED)
    else:
        words = talk.text
        notes = read_note(words, today, _heads(own))
        mended = await _mends_last(talk, notes, own)
        if mended is not None:
            return mended
        notes = [note for note in notes if not note.cancelled]
        if not notes:
            return Reply(say.NOTHING_LOGGED)
        households = await _visited(talk, notes, own)

    ahead = _day_ahead(words, notes, today)
    if ahead is not None:
        day = talk.ask("day", say.not_yet(ahead), read=_reader_of_day(today))
        notes = [replace(note, visit_date=day, date_text=None) for note in notes]
    notes = [replace(note, words=note.words if len(notes) > 1 else words) for note in notes]
    if await _told_today(talk, households, notes) and not talk.confirm(
        "again", say.told_again([head(household) for household in households])
    ):
        return Reply(say.KEPT_ONCE)

    moment = await visits.moment(talk.session, talk.speaker.cadre_id, talk.now)
    told = [
        await visits.record(
            talk.session,
            Visit(
                household_id=household.id,
                cadre_id=talk.speaker.cadre_id,
                reported_at=moment,
                note=note.words,
                **stored(note),
            ),
        )
        for note, household in zip(notes, households, strict=True)
    ]
    notices = _notices(notes, households)
    shown = [await _shown(talk, visit, household, own) for visit, household in zip(told, households, strict=True)]
    text = say.recorded(*shown[0], notices) if len(shown) == 1 else say.recorded_all(shown, notices)
    days = _days_meant(notes[0].date_text, today) if notes[0].visit_date is None else []
    if not days:
        return Reply(text, afterwards=CORRECTS)
    keys = tuple(f"{told[0].id}:{day.isoformat()}" for day in days)
    return Reply(f"{text}\n{say.which_of_days(days)}", Offers(_DAY_OF, keys), afterwards=CORRECTS)


async def _on_that_day(talk: Talk[Official], own: Sequence[Household], chosen: str) -> Reply:
    """Put the visits of a message on the day that was chosen for a vague one (上周)."""
    number, _, day = chosen.partition(":")
    first = await visits.of_cadre(talk.session, talk.speaker.cadre_id, VisitId(int(number)))
    if first is None:
        return Reply(say.NOTHING_TO_CORRECT)
    shown = []
    for visit in await visits.told_with(talk.session, first):
        household = await access.with_id(talk.session, talk.speaker, visit.household_id)
        if household is not None and visit.state != VisitState.WITHDRAWN:
            changes = Changes(visited_on=date.fromisoformat(day))
            await visits.correct(talk.session, visit, changes, said=day, at=talk.now)
            shown.append(say.corrected(*await _shown(talk, visit, household, own)))
    return Reply("\n".join(shown) or say.NOTHING_TO_CORRECT, afterwards=CORRECTS)


def _days_meant(said: str | None, today: date) -> list[date]:
    """The few days a vague word can mean, to choose from: those of 上周, 周末, 前几天; none where they are many."""
    monday = today - timedelta(days=today.weekday())
    if said is None:
        return []
    if "末" in said and ("周" in said or "礼拜" in said or "星期" in said):
        return [monday - timedelta(days=2), monday - timedelta(days=1)]
    if re.fullmatch(r"上个?(?:周|星期|礼拜)", said):
        return [monday - timedelta(days=back) for back in range(7, 0, -1)]
    if re.fullmatch(r"前[几两]天|[这前][几两些]天", said):
        return [today - timedelta(days=back) for back in range(5, 0, -1)]
    return []


async def correct_visit(talk: Talk[Official]) -> Reply:
    """Change the last visit told, take it back, or leave it as it is; what it said before is kept."""
    if _plain(talk.text) in YES_WORDS:
        return Reply(say.KEPT)
    own = await access.paired_with(talk.session, talk.speaker)
    if _TAKES_BACK.search(fold(talk.text)):
        return await _take_back(talk, own)
    last = await _last_told(talk, own, talk.now - CORRECTABLE)
    if last is None:
        return Reply(say.NOTHING_TO_CORRECT)
    visit, household = last
    read = _reader_of_correction(visit, household, own, local_date(talk.now))
    try:
        correction = read(talk.text)
    except NotUnderstood:
        if "guesses" in talk.slots:
            # It only came here because nothing else understood it either.
            raise SwitchTo("help_menu", talk.text, talk.slots) from None
        shown, _ = await _shown(talk, visit, household, own)
        correction = talk.ask("change", say.what_is_wrong(shown), read=read)
    return await _correct(talk, visit, household, own, correction)


def corrects(text: str) -> bool:
    """Whether a few words said right after a visit was written down put something of it right: 日期是前天, 前天去的."""
    said = _plain(text)
    short = len(said) <= _FEW_WORDS
    return bool(_SOUNDS_LIKE_MENDING.search(said)) or (short and find_date(said, _ANY_DAY) is not None)


async def _visited(talk: Talk[Official], notes: Sequence[VisitNote], own: Sequence[Household]) -> list[Household]:
    """The household of each note: every name is looked for before any question is asked."""
    for name in [*(note.household for note in notes), *_listed_beside(talk.text, own)]:
        if name and not await access.find(talk.session, talk.speaker, name):
            raise not_found(name)
    return [
        await household_meant(talk, f"household{place or ''}", say.WHICH, own, note.household)
        for place, note in enumerate(notes)
    ]


def _listed_beside(text: str, own: Sequence[Household]) -> list[str]:
    """Names that stand in one list with the speaker's own households and are not among these (王建国、陈大毛)."""
    known = set(_heads(own))
    people = find_names(text, list(known))
    return [
        person.text
        for before, person in pairwise(people)
        if person.text not in known
        and (before.text in known)
        and _LISTED.fullmatch(text[before.end : person.start])
        and (person.house or "、" in text[before.end : person.start])
    ]


def _findings(talk: Talk[Official], today: date) -> str:
    """What was found: told beside the household's name already, or else asked for."""
    beside = talk.answers.get("household_typed")
    if beside is not None:
        note = _joined(read_note(beside, today))
        if note.items or note.problems or note.measures or note.amounts or note.not_home:
            return _read_findings(beside)
    return talk.ask("findings", say.WHAT_DID_YOU_FIND, read=_read_findings)


def _read_findings(answer: str) -> str:
    if len(answer) > _LONGEST:
        raise NotUnderstood(say.TOO_LONG)
    return answer.strip()


def _joined(notes: Sequence[VisitNote]) -> VisitNote:
    """One note of several, for a household that was chosen: whoever else is named only comes up in it."""
    return replace(
        notes[0],
        household=None,
        items=tuple(item for note in notes for item in note.items),
        problems=tuple(problem for note in notes for problem in note.problems),
        measures=tuple(measure for note in notes for measure in note.measures),
        amounts=tuple(amount for note in notes for amount in note.amounts),
        not_home=any(note.not_home for note in notes),
    )


def _day_ahead(words: str, notes: Sequence[VisitNote], today: date) -> date | None:
    """The day a note begins with, when it lies ahead: nothing can have been seen on it yet."""
    if any(note.date_text for note in notes):
        return None
    first = re.split(r"[，,。；;\n]", words, maxsplit=1)[0]
    for found in find_dates(first, today):
        if found.day is not None and found.day > today:
            return found.day if found.start == 0 or _GOES.match(first[found.end :]) else None
    return None


def _reader_of_day(today: date) -> Callable[[str], date]:
    def read(answer: str) -> date:
        found = find_date(answer, today)
        if found is None or found.day is None or found.day > today:
            raise NotUnderstood(say.WHICH_DAY)
        return found.day

    return read


async def _told_today(talk: Talk[Official], households: Sequence[Household], notes: Sequence[VisitNote]) -> bool:
    for household, note in zip(households, notes, strict=True):
        if await visits.told_before(
            talk.session, talk.speaker.cadre_id, household.id, note.words, since=midnight(talk.now)
        ):
            return True
    return False


def _notices(notes: Sequence[VisitNote], households: Sequence[Household]) -> list[str]:
    """What the cadre should look at twice: a name that was taken for another, a day that stayed vague."""
    notices = []
    for note, household in zip(notes, households, strict=True):
        said = note.household
        if said is not None and without_house(said) not in (household.head_name, household.number):
            notices.append(say.taken_as(said, head(household)))
    if notes[0].visit_date is None and notes[0].date_text:
        notices.append(say.day_unknown(notes[0].date_text))
    return notices


async def _mends_last(talk: Talk[Official], notes: Sequence[VisitNote], own: Sequence[Household]) -> Reply | None:
    """Take “化肥3袋” or “还有屋顶漏水” after a visit for what it is: no new visit, but the last one put right."""
    goes_on = talk.text.startswith(_GOES_ON) or quantities_said(talk.text)
    if not goes_on or any(note.household is not None for note in notes):
        return None
    last = await _last_told(talk, own, talk.now - _JUST_TOLD)
    if last is None:
        return None
    visit, household = last
    try:
        correction = _reader_of_correction(visit, household, own, local_date(talk.now))(talk.text)
    except NotUnderstood:
        return None
    return await _correct(talk, visit, household, own, correction)


async def _take_back(talk: Talk[Official], own: Sequence[Household]) -> Reply:
    """Take back what was told last today, all households of that message; said once more, what was told before it."""
    last = await _last_told(talk, own, midnight(talk.now))
    if last is None:
        return Reply(say.NOTHING_TO_WITHDRAW)
    visit, household = last
    named = household.head_name is not None and household.head_name in talk.text
    message = [visit] if named else await visits.told_with(talk.session, visit)
    number = None if named else _NUMBERED.search(fold(talk.text))
    if number is not None:
        place = int(number[1])
        if not 1 <= place <= len(message):
            return Reply(say.no_such_visit(len(message)), afterwards=CORRECTS)
        message = [message[place - 1]]
    taken = []
    for each in message:
        seen = await access.with_id(talk.session, talk.speaker, each.household_id)
        if seen is not None and await visits.withdraw(talk.session, each, said=talk.text, at=talk.now):
            taken.append((await _shown(talk, each, seen, own))[0])
    return Reply(say.withdrawn(taken) if taken else say.NOTHING_TO_WITHDRAW, afterwards=CORRECTS)


async def _last_told(talk: Talk[Official], own: Sequence[Household], since: datetime) -> tuple[Visit, Household] | None:
    """The visit this cadre told last; to the one household the sentence names, if there is one."""
    named = {household.head_name for household in own if household.head_name and household.head_name in talk.text}
    about = [household for household in own if household.head_name in named]
    cadre_id = talk.speaker.cadre_id
    visit = None
    if len(about) == 1:
        visit = await visits.latest(talk.session, cadre_id, since=since, household_id=about[0].id)
    if visit is None:
        visit = await visits.latest(talk.session, cadre_id, since=since)
    if visit is None:
        return None
    household = await access.with_id(talk.session, talk.speaker, visit.household_id)
    return None if household is None else (visit, household)


async def _correct(
    talk: Talk[Official],
    visit: Visit,
    household: Household,
    own: Sequence[Household],
    correction: Correction,
) -> Reply:
    changes = correction.changes.copy()
    day = changes.get("visited_on")
    if day is not None and day > local_date(talk.now):
        raise Refused(say.WHICH_DAY)
    if correction.household is not None:
        household = await household_named(talk, "other", correction.household)
        changes["household_id"] = household.id
    said = talk.answers.get("change", talk.text)
    await visits.correct(talk.session, visit, changes, said=said, at=talk.now)
    return Reply(say.corrected(*await _shown(talk, visit, household, own)), afterwards=CORRECTS)


def _reader_of_correction(
    visit: Visit, household: Household, own: Sequence[Household], today: date
) -> Callable[[str], Correction]:
    def read(answer: str) -> Correction:
        correction = read_correction(answer, visit, head(household), _heads(own), today)
        if correction is None:
            raise NotUnderstood(say.NOT_CLEAR_WHAT)
        return correction

    return read


async def _shown(
    talk: Talk[Official], visit: Visit, household: Household, own: Sequence[Household]
) -> tuple[str, list[str]]:
    """A visit as its cadre reads it: in few words, and what was understood of it."""
    day = say.on_day(visit.visited_on, visit.date_text, local_date(talk.now))
    lines = say.details(
        items=visit.items,
        problems=visit.problems,
        measures=visit.measures,
        amounts=visit.amounts,
        not_home=visit.not_home,
    )
    return say.visited(await called(talk, household, own), day, visit.kind), lines


def _heads(households: Sequence[Household]) -> list[str]:
    return [household.head_name for household in households if household.head_name]


def midnight(now: datetime) -> datetime:
    """The beginning of the day."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _plain(text: str) -> str:
    return text.strip(" 　，,。.！!～~")
