"""申请与审批: what was asked for, and the steps it has taken."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import BindParameter, ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from policies.procedures import Reached
from storage import audit
from storage.batches import Store, padded, shared
from storage.database import Base
from storage.ids import ApplicationId, ApprovalId, HouseholdId, MemberId
from storage.sealing import Keyring


class Application(Base):
    """One application of a household for a benefit, for one member of it where the file says which.

    `state` is in the words of the office (公示中, 县级审批 …).
    """

    __tablename__ = "application"
    __table_args__ = (UniqueConstraint("household_id", "benefit", "applied_on"),)

    id: Mapped[ApplicationId] = mapped_column(primary_key=True)
    household_id: Mapped[HouseholdId] = mapped_column(ForeignKey("household.id"))
    member_id: Mapped[MemberId | None] = mapped_column(ForeignKey("member.id"), index=True)
    benefit: Mapped[str] = mapped_column(String(80))
    applied_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(40))
    state_since: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(400))


class Approval(Base):
    """One step an application reached: the history behind its state; only grows."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("application_id", "step", "reached_on"),)

    id: Mapped[ApprovalId] = mapped_column(primary_key=True)
    application_id: Mapped[ApplicationId] = mapped_column(ForeignKey("application.id"))
    step: Mapped[str] = mapped_column(String(40))
    reached_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(400))


_households: BindParameter[list[int]] = bindparam("households", expanding=True)
_HISTORY = (
    select(Application.household_id, Approval.application_id, Approval.step, Approval.reached_on)
    .join(Approval, Approval.application_id == Application.id)
    .where(Application.household_id.in_(_households))
    .order_by(Approval.reached_on.nulls_first(), Approval.id)
)


async def history_of(session: AsyncSession, household_id: HouseholdId) -> Mapping[ApplicationId, Sequence[Reached]]:
    """Give every state the files gave of each application of a household, the earliest first."""
    audit.saw(session, [household_id])
    return await shared(session, _histories, household_id)


async def _histories(
    store: Store, keyring: Keyring, household_ids: Sequence[HouseholdId]
) -> list[Mapping[ApplicationId, Sequence[Reached]]]:
    """The same of several households, in their order, in one statement."""
    found: defaultdict[int, defaultdict[ApplicationId, list[Reached]]] = defaultdict(lambda: defaultdict(list))
    for household, application, word, on in await store.execute(_HISTORY, {"households": padded(household_ids)}):
        found[household][application].append(Reached(word, on))
    return [found[id_] for id_ in household_ids]
