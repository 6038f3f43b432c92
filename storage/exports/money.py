"""导出补贴: applications and payments, in the layouts that the importers read."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import exports as say
from storage import disbursements as payments
from storage.applications import Application
from storage.disbursements import STATE_NAMES, Disbursement, PaymentState
from storage.exports.tables import Cell, Table, headings_of, in_order, yuan
from storage.households import Household
from storage.imports import layouts
from storage.members import Member
from storage.sealing import keyring_of


async def applications(session: AsyncSession) -> Table:
    """Give every application as it stands."""
    statement = (
        select(Application, Household.number, Household.head_name, Member.number, Member.name)
        .join(Household, Household.id == Application.household_id)
        .outerjoin(Member, Member.id == Application.member_id)
        .order_by(Household.number, Application.applied_on, Application.benefit)
    )
    rows = (await session.execute(statement)).all()

    def lines() -> Iterator[Sequence[Cell]]:
        for application, number, head_name, person, person_name in rows:
            yield in_order(
                layouts.APPLICATIONS,
                {
                    "户编号": number,
                    "户主姓名": head_name,
                    "补贴项目": application.benefit,
                    "申请日期": application.applied_on,
                    "当前状态": application.state,
                    "状态日期": application.state_since,
                    "原因": application.reason,
                    "人编号": person,
                    "享受人": person_name,
                },
            )

    return Table(say.SHEETS["applications"], headings_of(layouts.APPLICATIONS), lines(), len(rows))


async def disbursements(session: AsyncSession) -> Table:
    """Give every payment; equal lines of one batch in the order in which they are told apart."""
    statement = (
        select(Disbursement, Household.number, Household.head_name, Member.number, Member.name)
        .join(Household, Household.id == Disbursement.household_id)
        .outerjoin(Member, Member.id == Disbursement.member_id)
        .order_by(Household.number, Disbursement.benefit, Disbursement.batch, Disbursement.occurrence)
    )
    rows = (await session.execute(statement)).all()
    keyring = keyring_of(session)

    def lines() -> Iterator[Sequence[Cell]]:
        for payment, number, head_name, person, person_name in rows:
            yield in_order(
                layouts.DISBURSEMENTS,
                {
                    "户编号": number,
                    "户主姓名": head_name,
                    "补贴项目": payment.benefit,
                    "金额": yuan(payment.amount_fen),
                    "发放日期": payment.paid_on,
                    "发放批次": payment.batch,
                    "银行卡号": keyring.open_if(payment.card_sealed, payments.CARD),
                    "发放状态": STATE_NAMES[PaymentState(payment.state)],
                    "备注": payment.remark,
                    "人编号": person,
                    "享受人": person_name,
                },
            )

    return Table(say.SHEETS["disbursements"], headings_of(layouts.DISBURSEMENTS), lines(), len(rows))
