"""办理进度: which step of its procedure an application stands at, what comes next, and by when; pure.

Offices write states in words of their own. A county's steps name the words that mean them (`Step.words`); beyond those
a few words mean the same everywhere. A word that means no step is told as it is, and nothing is read into it.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from policies.catalogue import Counted, Procedure, Step, TimeLimit

LONGEST_HOLIDAY = timedelta(days=8)
"""No document lists the public holidays, so working days are counted without them, and nothing is called late before
the longest there are (国庆 and 中秋 together, 8 days) would have passed as well."""


class Outcome(StrEnum):
    """What an office's word says has become of an application. `ended`: withdrawn, or taken off the list later."""

    UNDER_WAY = "under_way"
    RETURNED = "returned"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Reached:
    """A state a file gave, in the office's word, and since when."""

    word: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a word means: what has become of it, at which step, and whether that step is done (乡镇审核通过)."""

    outcome: Outcome
    step: Step | None
    finished: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """By when a step is to be done. `about`: counted in working days, so holidays may move it. `late`: surely past."""

    within: TimeLimit
    last_day: date
    about: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an application has come.

    `done` are the steps behind it with the days the files gave, in their order; `at` is the step it stands at, None
    where the word means none, and `finished` whether that one is done; `after` are the steps still to come. `limit` is
    that of the step being worked on.
    """

    outcome: Outcome
    done: tuple[tuple[Step, date | None], ...]
    at: Step | None
    finished: bool
    after: tuple[Step, ...]
    limit: Limit | None

    @property
    def working_on(self) -> Step | None:
        """The step somebody has to do now: the next one where the last is done."""
        return (self.after[0] if self.after else None) if self.finished else self.at


_PENDING = re.compile(r"待|拟|等候|尚未|还未|还没|暂未|未(?=审|评|公)|正在|报请|提请|中$")
_REFUSED = re.compile(r"不予|不批|未批(?!复)|(?:未|不|没有?)(?:获|能)?通过|驳回|拒绝|不符合|不合格|不同意|不纳入|否决")
_RETURNED = re.compile(r"退回|补正|补(?:充|交|齐)?材料|材料不")
_ENDED = re.compile(r"取消|终止|停发|停保|撤销|撤回|撤件|放弃|注销")
_GRANTED = re.compile(r"批准|准予|获批|已批|批复|审批(?:已)?(?:通过|同意)|审定通过|已纳入|^(?:已)?(?:通过|同意)$")
_FINISHED = re.compile(
    r"(?<!未)(?<!不)(?:通过|完成|完毕|结束|期满|无异议|合格)|已(?:经)?(?:评议|审核|初审|公示|公告|上报)"
)

_PAID_OUT = "发放"
_ANNOUNCED = "公告"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("村公示", re.compile(r"村.{0,3}公示|[一1]榜|第一次公示")),
    (_ANNOUNCED, re.compile(r"公告|[三3]榜")),
    ("公示", re.compile(r"公示|[二2]榜")),
    ("评议", re.compile(r"评议|评审|村民(?:代表)?(?:大)?会")),
    (_PAID_OUT, re.compile(r"发放|拨付|拨款|打卡|打款|兑付|兑现|支付|到账")),
    ("乡镇审核", re.compile(r"(?:乡|镇|街道).{0,5}(?:审核|核实|复核|初审|审查)|初审")),
    ("县审批", re.compile(r"审批|审定|终审|批复|批准|(?:县|区|局|部门).{0,6}(?:审|核)")),
    ("申请", re.compile(r"申请|受理|申报|提交|登记")),
)
"""What the usual steps are called, the plainer after the more exact. 公示 alone is the township's or the county's."""
_NOTICES = ("村公示", "公示")
_WHO = re.compile(r"村|乡|镇|街道|县|区|局|部门")


def read_state(word: str, procedure: Procedure | None) -> Said:
    """Read what an office's word says; without a procedure it can still say granted or refused."""
    step = None if procedure is None else step_meant(word, procedure)
    kind = _kind(word if step is None else step.name)
    pending = _PENDING.search(word) is not None
    if _REFUSED.search(word) and not re.search(r"尚未|还未|还没|暂未", word):
        return Said(Outcome.REFUSED, step, finished=False)
    if _RETURNED.search(word):
        return Said(Outcome.RETURNED, step, finished=False)
    if _ENDED.search(word):
        return Said(Outcome.ENDED, step, finished=False)
    granted = _GRANTED.search(word) is not None and not pending
    finished = not pending and (granted or _FINISHED.search(word) is not None)
    # What is paid out or announced has been granted before.
    granted = granted or (kind == _PAID_OUT and "拟" not in word) or (kind == _ANNOUNCED and step is not None)
    return Said(Outcome.GRANTED if granted else Outcome.UNDER_WAY, step, finished)


def step_meant(word: str, procedure: Procedure) -> Step | None:
    """Give the step a word means: by the county's words for it, else by the words that mean the same everywhere."""
    exactly = [step for step in procedure.steps if word in (step.name, *step.words)]
    named = [(name, step) for step in procedure.steps for name in step.words if name in word]
    alike = _alike(word, procedure)
    # 县民政局审核中 holds 审核中, which a county may say of its townships: who has it counts for more.
    if exactly or (named and not (_WHO.search(word) and alike)):
        return exactly[0] if exactly else max(named, key=lambda pair: len(pair[0]))[1]
    return alike[0] if len(alike) == 1 else None


def _alike(word: str, procedure: Procedure) -> list[Step]:
    """Give the steps a word may mean by what is called so everywhere."""
    kind = _kind(word)
    alike = [step for step in procedure.steps if kind is not None and _kind(step.name) == kind]
    if not alike and kind in _NOTICES:
        alike = [step for step in procedure.steps if _kind(step.name) in _NOTICES]
    return alike or [step for step in procedure.steps if step.name in word]


def _kind(word: str) -> str | None:
    return next((kind for kind, pattern in _KINDS if pattern.search(word)), None)


def progress(
    procedure: Procedure | None,
    applied_on: date,
    now_at: Reached,
    history: Sequence[Reached],
    today: date,
    within: TimeLimit | None = None,
) -> Progress:
    """Lay an application beside its procedure. Only days that files gave are told as done, the day of asking first.

    `within` is the limit of the whole, counted from the day of asking, where the step itself has none.
    """
    said = read_state(now_at.word, procedure)
    steps = () if procedure is None else procedure.steps
    place = -1 if said.step is None else steps.index(said.step)
    days: dict[str, date | None] = {}
    if steps and _kind(steps[0].name) == "申请":
        days[steps[0].name] = applied_on
    for reached in history:
        meant = None if procedure is None else step_meant(reached.word, procedure)
        if meant is not None and meant.name not in days:
            days[meant.name] = reached.on
    done = tuple((step, days[step.name]) for step in steps[: max(place, 0)] if step.name in days)
    after = steps[place + 1 :] if said.step is not None else ()
    found = Progress(said.outcome, done, said.step, said.finished, after, None)
    return replace(found, limit=_limit(found, applied_on, now_at.on, today, within))


def _limit(
    found: Progress, applied_on: date, since: date | None, today: date, within: TimeLimit | None
) -> Limit | None:
    if found.outcome not in (Outcome.UNDER_WAY, Outcome.GRANTED):
        return None
    step = found.working_on
    if step is not None and step.within is not None and since is not None:
        return limit_of(step.within, since, today)
    if within is not None and found.outcome is Outcome.UNDER_WAY:
        return limit_of(within, applied_on, today)
    return None


def limit_of(within: TimeLimit, since: date, today: date) -> Limit:
    """Give the last day of a limit that began on a day; the day it began on does not count (民法典 第二百零一条)."""
    about = within.counted is Counted.WORKING_DAYS
    last = _after(within, since)
    return Limit(within, last, about, late=today > (last + LONGEST_HOLIDAY if about else last))


def _after(within: TimeLimit, since: date) -> date:
    if within.days is None:
        months = since.year * 12 + since.month - 1 + (within.months or 0)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(since.day, monthrange(year, month + 1)[1]))
    if within.counted is not Counted.WORKING_DAYS:
        return since + timedelta(days=within.days)
    day, left = since, within.days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day
