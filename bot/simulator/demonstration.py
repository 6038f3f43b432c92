"""演示: the accounts, the people with phones, and the sample county of `bangfu demo`.

The accounts' secrets protect nothing: they are known to everybody who reads this, and both ends are on one machine.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.core.clock import local_date
from bot.messages import demo as say
from bot.simulator.accounts import NoticeTemplate, OfficialAccount, Side, WorkApp
from bot.simulator.county import PAID_AGAIN
from bot.simulator.pages import Holder
from storage import bindings, households, members, public_notices
from storage.applications import Application
from storage.areas import Area
from storage.assignments import Assignment
from storage.bindings import Binding
from storage.cadres import ROLE_NAMES, Cadre, Role
from storage.database import Database
from storage.disbursements import Disbursement, PaymentState
from storage.households import Household
from storage.members import HEAD, Member
from storage.people import Account, Platform, account_of
from storage.sealing import keyring_of

OFFICIAL = OfficialAccount(
    account="gh_bangfudemo",
    app_id="wxdemo0000000000",
    app_secret="demonstration",  # noqa: S106 (see above)
    token="demonstration",  # noqa: S106
    aes_key="demonstrationdemonstrationdemonstrationdemo",
)
WECOM = WorkApp(
    corp_id="wwdemo0000000000",
    agent_id=1000002,
    secret="demonstration",  # noqa: S106
    token="demonstration",  # noqa: S106
    aes_key="demonstrationdemonstrationdemonstrationdemo",
)
TEMPLATE = NoticeTemplate("demo-notice", say.TEMPLATE_TITLE, say.TEMPLATE_LABELS)
"""The notice that reminders use, as the account's backend would list it."""

NEWCOMER = "o_demo_newcomer"
_BOUND = 6
_AGAIN = aliased(Disbursement)
_FAILED = select(Disbursement.household_id).where(
    Disbursement.state == PaymentState.FAILED,
    ~exists().where(
        *(_AGAIN.household_id == Disbursement.household_id, _AGAIN.benefit == Disbursement.benefit),
        *(_AGAIN.state == PaymentState.PAID, _AGAIN.batch.contains(PAID_AGAIN)),
    ),
)
"""Households with a payment that failed and was not paid again."""


async def give_phones(session: AsyncSession, now: datetime) -> None:
    """Bind a few heads of households, with different things to ask about, so that somebody can talk at once."""
    first = (
        select(Household.id, Member.id).join(Member, Member.household_id == Household.id).where(Member.relation == HEAD)
    )
    in_need = [
        Household.house_grade.in_(["C", "D"]),
        Household.id.not_in(select(Application.household_id)),
    ]
    wanted = [
        first.where(Household.head_name == "王建国").order_by(Household.id).limit(1),
        first.where(Household.id.in_(_FAILED)).order_by(Household.id).limit(2),
        first.where(*in_need).order_by(Household.id).limit(2),
        first.order_by(Household.id).limit(_BOUND),
    ]
    bound: set[int] = set()
    for statement in wanted:
        for household_id, member_id in await session.execute(statement):
            if household_id not in bound and len(bound) < _BOUND:
                bound.add(household_id)
                account = Account(Platform.WECHAT, f"o_demo_{household_id}")
                await bindings.bind(session, account, household_id=household_id, member_id=member_id, now=now)


async def hang_a_list(session: AsyncSession, now: datetime) -> None:
    """Let one list hang in the village of the first who holds a phone: those of it whose application stands there."""
    village = (await session.scalars(_FIRST_VILLAGE)).first()
    if village is None:
        return
    wanted = await public_notices.from_applications(
        session, village, benefit=lambda word: word == say.LISTED_BENEFIT, stands=lambda word: word == say.LISTED_STATE
    )
    if not wanted:
        return
    today = local_date(now)
    await public_notices.make(
        session,
        village,
        await public_notices.lines_for(session, village, say.LISTED_BENEFIT, wanted, today),
        benefit=say.LISTED_BENEFIT,
        stage=say.LISTED_STAGE,
        opens_on=today,
        closes_on=today + _LISTED_FOR,
        contact=say.LISTED_CONTACT,
        made_by="office:demo",
        now=now,
    )


_LISTED_FOR = timedelta(days=6)
"""Seven days, the first and the last included."""
_GROUP, _VILLAGE = aliased(Area), aliased(Area)
_FIRST_VILLAGE = (
    select(_VILLAGE)
    .join(_GROUP, _GROUP.parent_id == _VILLAGE.id)
    .join(Household, Household.area_id == _GROUP.id)
    .join(Binding, Binding.household_id == Household.id)
    .order_by(Binding.id)
    .limit(1)
)


class People:
    """Who can hold a phone: bound households and somebody new on one side, cadres with households on the other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, side: Side) -> Sequence[Holder]:
        """Give them in the order to be shown."""
        async with self._database.reading() as session:
            return await (_households(session) if side is Side.OFFICIAL else _cadres(session))


async def _households(session: AsyncSession) -> list[Holder]:
    rows = await session.execute(
        select(Binding.account, Household.head_name, Household.house_grade, Household.id.in_(_FAILED))
        .join(Household, Household.id == Binding.household_id)
        .where(Binding.ended_at.is_(None), Binding.account.like("wechat:%"))
        .order_by(Binding.id)
    )
    holders = []
    for account, name, grade, has_failed in rows:
        note = say.FAILED_NOTE if has_failed else say.REPAIR_NOTE if grade in {"C", "D"} else say.HOUSEHOLD_NOTE
        holders.append(Holder(account_of(account).name, name or "", note))
    if NEWCOMER not in {holder.account for holder in holders}:
        holders.append(Holder(NEWCOMER, say.NEWCOMER, await _how_to_bind(session)))
    return holders


async def _how_to_bind(session: AsyncSession) -> str:
    """The facts of some household that nobody is bound to yet."""
    bound = select(Binding.household_id).where(Binding.ended_at.is_(None), Binding.household_id.is_not(None))
    row = (
        await session.execute(
            select(Member.name, Member.id_number_sealed, Household.phone_sealed)
            .join(Household, Household.id == Member.household_id)
            .where(
                Member.relation == HEAD,
                Member.id_number_sealed.is_not(None),
                Household.phone_sealed.is_not(None),
                Household.id.not_in(bound),
            )
            .order_by(Household.id)
            .limit(1)
        )
    ).first()
    if row is None:
        return ""
    keyring = keyring_of(session)
    name, sealed_id_number, sealed_phone = row
    id_number = keyring.open_if(sealed_id_number, members.ID_NUMBER) or ""
    phone = keyring.open_if(sealed_phone, households.PHONE) or ""
    return say.try_binding(name, id_number[-6:], phone[-4:])


async def _cadres(session: AsyncSession) -> list[Holder]:
    rows = await session.execute(
        select(Cadre.wecom_user, Cadre.name, Cadre.role, Cadre.unit)
        .where(
            Cadre.wecom_user.is_not(None), Cadre.id.in_(select(Assignment.cadre_id).where(Assignment.until.is_(None)))
        )
        .order_by(Cadre.id)
    )
    return [Holder(str(user), name, f"{ROLE_NAMES[Role(role)]}，{unit or ''}") for user, name, role, unit in rows]
