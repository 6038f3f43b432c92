"""走访清单: a cadre pastes the visits of a whole village; what was understood is shown, and one yes keeps all of it."""

from collections.abc import Sequence
from enum import StrEnum

from bot.core.clock import local_date
from bot.core.errors import NotUnderstood, Refused
from bot.core.talk import Reply, Talk, read_yes_or_no
from bot.language.visit_lists import MOST_ROWS, Row, read_list
from bot.messages import visit_lists as say
from bot.messages import visits as say_of_visits
from handlers.cadre.corrections import stored
from handlers.cadre.households import called, household_named
from handlers.cadre.visits import CORRECTS, midnight
from storage import access, visits
from storage.households import Household
from storage.people import Official
from storage.visits import Visit

VISIT_LIST = "visit_list"
"""The intent of a list of visits."""

_PAGE = 12
_ASKED_ABOUT = 3
"""So many rows of unknown households are asked about one by one; more are named together and left out."""


class _Decision(StrEnum):
    KEEP = "keep"
    LEAVE = "leave"
    MORE = "more"


async def report_list(talk: Talk[Official]) -> Reply:
    """Write down all visits of a list after one yes to what was understood of it; or nothing.

    Rows told word for word before, of the same day, are not kept twice.
    """
    own = await access.paired_with(talk.session, talk.speaker)
    today = local_date(talk.now)
    rows = read_list(talk.text, today, [household.head_name for household in own if household.head_name])
    if len(rows) > MOST_ROWS:
        return Reply(say.too_many(MOST_ROWS))
    for row in rows:
        if row.ahead is not None:
            raise Refused(say.day_ahead(row.place, row.ahead.month, row.ahead.day))

    gone = [row for row in rows if not row.note.cancelled]
    named = await _households(talk, gone)
    told = [(row, named[row.place]) for row in gone if row.place in named]
    if not told:
        return Reply(say.NOBODY_FOUND)
    fresh = [(row, household) for row, household in told if not await _told_before(talk, row, household)]
    if not fresh:
        return Reply(say.ALL_KEPT_BEFORE)
    lost = [row.household or row.words for row in gone if row.place not in named]
    if not await _agreed(talk, rows, fresh, own, lost=lost, before=len(told) - len(fresh)):
        return Reply(say.NOT_KEPT)

    moment = await visits.moment(talk.session, talk.speaker.cadre_id, talk.now)
    for row, household in fresh:
        visit = Visit(
            household_id=household.id,
            cadre_id=talk.speaker.cadre_id,
            reported_at=moment,
            note=row.words,
            **stored(row.note),
        )
        await visits.record(talk.session, visit)
    return Reply(say.recorded(len(fresh)), afterwards=CORRECTS)


async def _households(talk: Talk[Official], rows: Sequence[Row]) -> dict[int, Household]:
    """The household of each row, by the row's number: all names are looked for before any question is asked."""
    fitting = {
        row.place: await access.find(talk.session, talk.speaker, row.household) if row.household else [] for row in rows
    }
    unknown = [row for row in rows if not fitting[row.place]]
    named: dict[int, Household] = {}
    for row in rows:
        if len(fitting[row.place]) == 1:
            named[row.place] = fitting[row.place][0]
        elif fitting[row.place] and row.household:
            named[row.place] = await household_named(talk, f"row{row.place}", row.household)
    if len(unknown) <= _ASKED_ABOUT:
        for row in unknown:
            household = await _named_instead(talk, row)
            if household is not None:
                named[row.place] = household
    return named


async def _named_instead(talk: Talk[Official], row: Row) -> Household | None:
    """The household the cadre names for a row nobody could place; None where the row is to be left out."""
    answer = f"row{row.place}"
    question = say.who_is(row.place, row.household)
    heard = talk.heard if talk.asked == answer else None
    if heard is not None and heard not in say.SKIP_WORDS and not await access.find(talk.session, talk.speaker, heard):
        question = say.not_found(heard) + question
        talk.heard = None
    said = talk.ask(answer, question, read=str.strip)
    return None if said in say.SKIP_WORDS else await household_named(talk, f"{answer}_which", said)


async def _told_before(talk: Talk[Official], row: Row, household: Household) -> bool:
    return await visits.told_before(
        talk.session,
        talk.speaker.cadre_id,
        household.id,
        row.words,
        since=midnight(talk.now),
        visited_on=row.note.visit_date,
    )


async def _agreed(
    talk: Talk[Official],
    rows: Sequence[Row],
    fresh: Sequence[tuple[Row, Household]],
    own: Sequence[Household],
    *,
    lost: Sequence[str],
    before: int,
) -> bool:
    """Show what was understood, a page at a time, and whether to keep it: one answer for the whole list."""
    today = local_date(talk.now)
    days = {row.place: say_of_visits.on_day(row.note.visit_date, row.note.date_text, today) for row, _ in fresh}
    common = next(iter(days.values())) if len(set(days.values())) == 1 else None
    lines = []
    for number, (row, household) in enumerate(fresh, 1):
        told = say_of_visits.about(
            items=stored(row.note)["items"],
            problems=[*row.note.problems, *row.note.measures],
            note=row.told,
            not_home=row.note.not_home,
        )
        lines.append(say.row(number, await called(talk, household, own), None if common else days[row.place], told))
    off = [row.household or row.words for row in rows if row.note.cancelled]
    beside = [*([say.left_out(lost)] if lost else []), *([say.did_not_happen(off)] if off else [])]
    for start in range(0, len(lines), _PAGE):
        left = max(0, len(lines) - start - _PAGE)
        shown = say.page(
            count=len(fresh), day=common, rows=lines[start : start + _PAGE], left_out=beside, before=before, left=left
        )
        decision = talk.ask(f"page{start}", shown, read=_read_more if left else _read_last)
        if decision is not _Decision.MORE:
            return decision is _Decision.KEEP
    raise AssertionError("The last page asks only for yes or no.")


def _read_more(answer: str) -> _Decision:
    return _Decision.MORE if answer.strip() in say.MORE_WORDS else _read_last(answer)


def _read_last(answer: str) -> _Decision:
    try:
        return _Decision.KEEP if read_yes_or_no(answer) else _Decision.LEAVE
    except NotUnderstood:
        raise NotUnderstood(say.ANSWER) from None
