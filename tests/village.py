"""People to speak in tests: households, their members, cadres, money; nobody here exists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import applications, cadres, disbursements, households, members
from storage.areas import Area, Level
from storage.assignments import Assignment
from storage.bindings import Binding
from storage.cadres import Cadre, Role
from storage.database import Database
from storage.households import Household, HouseholdCategory
from storage.ids import AreaId, CadreId, Fen, HouseholdId, MemberId
from storage.members import Member
from storage.people import Account, Platform
from storage.visits import Visit

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(birth: str, order: int) -> str:
    """An id number of an area that does not exist, with the right check character (GB 11643-1999)."""
    digits = f"990100{birth}{order:03d}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11]


@dataclass(frozen=True)
class House:
    """A household as a test knows it."""

    id: HouseholdId
    number: str
    head_name: str
    head_id: MemberId
    id_tail: str
    phone: str
    account: Account | None


@dataclass(frozen=True)
class Helper:
    """A cadre as a test knows it."""

    id: CadreId
    name: str
    phone: str
    account: Account


class Village:
    """Fills a store with people, one sentence each."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now
        self._numbers = count(1)

    async def area(self, village: str = "青山村", group: str = "1组") -> AreaId:
        """The village group of that name, in 东河镇 of 旺苍县."""
        names = (("旺苍县", Level.COUNTY), ("东河镇", Level.TOWNSHIP), (village, Level.VILLAGE), (group, Level.GROUP))
        async with self.database.writing() as session:
            parent: Area | None = None
            for name, level in names:
                parent_id = None if parent is None else parent.id
                area = await session.scalar(select(Area).where(Area.name == name, Area.parent_id == parent_id))
                if area is None:
                    code = ("" if parent is None else parent.code) + f"{next(self._numbers):04d}"
                    area = Area(code=code, name=name, level=level, parent_id=parent_id)
                    session.add(area)
                    await session.flush()
                parent = area
            assert parent is not None
            return parent.id

    async def household(
        self,
        name: str,
        *,
        village: str = "青山村",
        group: str = "1组",
        category: HouseholdCategory = HouseholdCategory.LIFTED,
        house_grade: str | None = "A",
        bound: bool = True,
        family: Sequence[tuple[str, str, str]] = (),
        water_safe: bool | None = True,
    ) -> House:
        """A household with its head, and more members as (name, relation, birth yyyymmdd)."""
        area_id = await self.area(village, group)
        number = next(self._numbers)
        phone = f"199{number:08d}"
        head = id_number("19700101", number)
        keyring = self.database.keyring
        account = Account(Platform.WECHAT, f"o_{number}") if bound else None
        async with self.database.writing() as session:
            household = Household(
                number=f"99010000{number:08d}",
                area_id=area_id,
                head_name=name,
                category=category,
                size=1 + len(family),
                income_per_capita_fen=Fen(820_000),
                house_grade=house_grade,
                water_safe=water_safe,
                phone_sealed=keyring.seal(phone, households.PHONE),
                phone_index=keyring.index(phone, households.PHONE),
                bank="农村信用社",
                card_sealed=keyring.seal(f"6217000000000{number:06d}", households.CARD),
                imported_at=self.now,
            )
            session.add(household)
            await session.flush()
            heads = []
            for order, (member_name, relation, birth) in enumerate([(name, "户主", "19700101"), *family]):
                document = head if order == 0 else id_number(birth, next(self._numbers))
                member = Member(
                    household_id=household.id,
                    number=f"{household.number}{order:02d}",
                    name=member_name,
                    id_number_sealed=keyring.seal(document, members.ID_NUMBER),
                    id_number_index=keyring.index(document, members.ID_NUMBER),
                    birth_date=date.fromisoformat(birth),
                    relation=relation,
                )
                session.add(member)
                heads.append(member)
            await session.flush()
            if account is not None:
                session.add(
                    Binding(account=account.key, household_id=household.id, member_id=heads[0].id, bound_at=self.now)
                )
            return House(household.id, household.number, name, heads[0].id, head[-6:], phone, account)

    async def cadre(
        self, name: str, *, visits: Sequence[House] = (), unit: str = "县教育局", role: Role = Role.CADRE
    ) -> Helper:
        """A cadre on WeCom, paired with these households."""
        number = next(self._numbers)
        phone = f"188{number:08d}"
        account = Account(Platform.WECOM, f"cadre{number}")
        keyring = self.database.keyring
        async with self.database.writing() as session:
            cadre = Cadre(
                name=name,
                phone_sealed=keyring.seal(phone, cadres.PHONE),
                phone_index=keyring.index(phone, cadres.PHONE),
                unit=unit,
                role=role,
                wecom_user=account.name,
            )
            session.add(cadre)
            await session.flush()
            for house in visits:
                session.add(Assignment(household_id=house.id, cadre_id=cadre.id, since=date(2026, 1, 1)))
            return Helper(cadre.id, name, phone, account)

    async def paid(
        self,
        house: House,
        benefit: str,
        yuan: int,
        on: str | None,
        *,
        state: disbursements.PaymentState = disbursements.PaymentState.PAID,
        remark: str | None = None,
        card: str = "6217000000001234",
        batch: str | None = None,
        person: str | None = None,
    ) -> None:
        """A payment to a household, or to the person of it of that name."""
        async with self.database.writing() as session:
            session.add(
                disbursements.Disbursement(
                    household_id=house.id,
                    member_id=await _member(session, house, person),
                    benefit=benefit,
                    batch=batch or f"{(on or '')[:7]}{person or ''}",
                    amount_fen=Fen(yuan * 100),
                    paid_on=None if on is None else date.fromisoformat(on),
                    card_sealed=self.database.keyring.seal(card, disbursements.CARD),
                    state=state,
                    remark=remark,
                )
            )

    async def applied(
        self,
        house: House,
        benefit: str,
        on: str,
        *,
        state: str,
        since: str,
        reason: str | None = None,
        steps: Sequence[tuple[str, str]] = (),
        person: str | None = None,
    ) -> None:
        """An application of a household; `steps` are the states it was in before, each with its day."""
        async with self.database.writing() as session:
            application = applications.Application(
                household_id=house.id,
                member_id=await _member(session, house, person),
                benefit=benefit,
                applied_on=date.fromisoformat(on),
                state=state,
                state_since=date.fromisoformat(since),
                reason=reason,
            )
            session.add(application)
            await session.flush()
            for step, reached_on in (*steps, (state, since)):
                approval = applications.Approval(
                    application_id=application.id, step=step, reached_on=date.fromisoformat(reached_on)
                )
                session.add(approval)

    async def visits_to(self, house: House) -> Sequence[Visit]:
        """The visits written down for a household, oldest first."""
        async with self.database.reading() as session:
            found = await session.scalars(select(Visit).where(Visit.household_id == house.id).order_by(Visit.id))
            return found.all()


async def _member(session: AsyncSession, house: House, name: str | None) -> MemberId | None:
    of_that_name = select(Member.id).where(Member.household_id == house.id, Member.name == name)
    return None if name is None else (await session.scalars(of_that_name)).one()
