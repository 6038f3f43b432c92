"""提示: what a household has, by whatever name an office calls it, and what it was told of before."""

from policies.catalogue import load_county
from storage import offers
from storage.database import Database
from tests.village import Village

COUNTY = load_county("huining")


async def test_what_was_paid_refused_or_asked_for_is_had_by_every_name_it_goes_by(
    store: Database, village: Village
) -> None:
    wang, zhang = await village.household("王建国"), await village.household("张三")
    await village.paid(wang, "农村低保金", 780, "2026-11-15")
    await village.applied(zhang, "雨露计划直补到户", "2026-09-01", state="不予批准", since="2026-09-09")
    async with store.reading() as session:
        had = await offers.had(session, [wang.id, zhang.id], COUNTY)
    assert had[wang.id] == {"dibao_huining", "dibao_class12_huining"}
    assert "yulu_huining" in had[zhang.id]
    assert not had[wang.id] & had[zhang.id]
