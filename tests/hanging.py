"""Lists that hang in a village, for tests of every room."""

from datetime import date

from storage import public_notices as notices
from storage.areas import Area
from storage.ids import Fen, MemberId
from storage.public_notices import PublicNotice, Wanted
from tests.village import House, Village

CONTACT = "东河镇民政办，电话08394200000"


async def hung(
    village: Village,
    houses: list[House],
    *,
    benefit: str = "农村低保",
    stage: str = "村公示",
    opens: str = "2026-11-23",
    closes: str = "2026-11-29",
    member: MemberId | None = None,
    yuan: int | None = None,
) -> PublicNotice:
    """A list of 青山村 with these households on it."""
    async with village.database.writing() as session:
        [area] = await notices.village_called(session, "青山村")
        assert isinstance(area, Area)
        amount = None if yuan is None else Fen(yuan * 100)
        wanted = [Wanted(house.id, member, None, amount) for house in houses]
        return await notices.make(
            session,
            area,
            await notices.lines_for(session, area, benefit, wanted, village.now.date()),
            benefit=benefit,
            stage=stage,
            opens_on=date.fromisoformat(opens),
            closes_on=date.fromisoformat(closes),
            contact=CONTACT,
            made_by="office:test",
            now=village.now,
        )
