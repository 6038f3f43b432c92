"""家庭变动上报: a cadre or a household tells of a birth, a death, a move, a split; the village and township check it.

Nothing of the register changes here (S10: 家庭成员增减由农户报、村里审): the office writes it down once it is checked,
by `bangfu household …`.
"""

from collections.abc import Sequence

from bot.core.clock import local_date, out_of_quiet_hours
from bot.core.errors import NotUnderstood
from bot.core.talk import Reply, Talk
from bot.language.dates import find_dates
from bot.language.families import FamilyChange, change_in
from bot.messages import families as say
from storage import access, family_notices, households
from storage.households import Household
from storage.members import HEAD, Member
from storage.people import Official, Villager

BARE = ("", "家庭变动", "报家庭变动", "人口变动", "改信息", "改登记", "改登记的信息")
"""What asks for this talk and tells nothing yet."""

_LONGEST = 100
_NOBODY = "nobody"


async def report(talk: Talk[Official] | Talk[Villager], household: Household, by: str) -> Reply:
    """Ask who and when, and put it before those who check it; who has lost somebody hears a human word first."""
    kind = _kind(talk)
    people = await access.people_of(talk.session, household)
    told = say.report(kind, _told(talk, kind, people))
    door = await households.doorplate(talk.session, household.id)
    called = f"{door.village or ''}{door.head_name or ''}家"
    if not talk.confirm("sure", say.confirm(called, told)):
        return Reply(say.NOT_REPORTED)
    await family_notices.report(
        talk.session,
        household,
        say.to_check(called, household.number, told, by),
        kind=kind,
        reporter=talk.speaker,
        due_at=out_of_quiet_hours(talk.now),
        now=talk.now,
    )
    return Reply(say.reported(kind) if isinstance(talk.speaker, Villager) else say.reported(""))


def _kind(talk: Talk[Official] | Talk[Villager]) -> FamilyChange:
    """Give what changed: as the words tell it, or as chosen by who only asked for it."""
    if talk.text.strip() in BARE:
        return talk.choose("kind", say.WHAT_CHANGED, list(FamilyChange), label=lambda kind: say.KINDS[kind], key=str)
    return change_in(talk.text) or FamilyChange.OTHER


def _told(talk: Talk[Official] | Talk[Villager], kind: FamilyChange, people: Sequence[Member]) -> list[str]:
    """Ask what must be known of this kind of change, and was not said at once."""
    if kind is FamilyChange.OTHER:
        said = talk.text.strip()
        if _says_what(said):
            return [said]
        details = talk.ask("details", say.DETAILS[kind], read=_words)
        return [details] if said in BARE else [said, details]
    parts = []
    if kind in say.WHO:
        question = say.WHO[kind]
        who = _who(talk, "who", _to_family(talk, kind, question), people)
        parts.append(_named(talk, who))
        if kind is FamilyChange.DIED and who is not None and who.relation == HEAD and len(people) > 1:
            rest = [one for one in people if one.id != who.id]
            heir = _who(talk, "heir", say.WHO_HEADS_NOW, rest)
            parts.append(say.heads_now(heir.name) if heir is not None else say.WHO_HEADS_NOW)
    if kind in say.DETAILS:
        parts.append(talk.ask("details", _to_family(talk, kind, say.DETAILS[kind]), read=_words))
    days = find_dates(talk.text, local_date(talk.now))
    parts.append(days[0].text if days else talk.ask("when", say.WHEN, read=_words))
    return parts


def _says_what(text: str) -> bool:
    """Whether a text already says what something is changed to: 电话改成139…, and not 我换电话了."""
    return any(word in text for word in ("改成", "改为", "换成", "现在是")) or any(char.isdigit() for char in text)


def _who(talk: Talk[Official] | Talk[Villager], answer: str, question: str, people: Sequence[Member]) -> Member | None:
    """Give the one who is meant; None for somebody who is not on file."""
    named = [one for one in people if one.name in talk.text]
    if answer == "who" and len(named) == 1 and named[0].relation != HEAD:
        return named[0]
    labels = {str(one.id): f"{one.name}（{one.relation}）" if one.relation else one.name for one in people}
    labels[_NOBODY] = say.SOMEBODY_ELSE
    chosen = talk.choose(answer, question, list(labels), label=lambda key: labels[key], key=str)
    return next((one for one in people if str(one.id) == chosen), None)


def _named(talk: Talk[Official] | Talk[Villager], who: Member | None) -> str:
    if who is None:
        return talk.ask("named", say.WHO_IS_IT, read=_words)
    return f"{who.name}（{who.relation}）" if who.relation else who.name


def _to_family(talk: Talk[Official] | Talk[Villager], kind: FamilyChange, question: str) -> str:
    return say.with_feeling(kind, question) if isinstance(talk.speaker, Villager) else question


def _words(answer: str) -> str:
    said = answer.strip()
    if not said:
        raise NotUnderstood(say.SAY_SOMETHING)
    if len(said) > _LONGEST:
        raise NotUnderstood(say.TOO_LONG)
    return said
