"""Areas: official codes from the county's list, one place however it is written, and the same sight ever after."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.simulator.county import make_county
from policies.catalogue import load_county
from storage import access
from storage.areas import Area, Level, OfficialCounty, official_county
from storage.cadres import Cadre
from storage.database import Database
from storage.households import Household
from storage.ids import BatchId, CadreId
from storage.imports.layouts import Kind
from storage.imports.likeness import same_name
from storage.imports.load import import_file
from storage.imports.places import is_county
from storage.imports.report import Outcome
from storage.imports.undo import CannotUndo, undo
from storage.imports.workbook import BadFile
from storage.people import Account, Official, Platform
from tests.storage.imports.sheets import member, wife, write

WANGCANG = OfficialCounty("旺苍县", "510821")
HERE = {"县(市、区、旗)": "旺苍县", "乡(镇)": "东河镇", "行政村": "青山村"}
NEIGHBOUR = {"户编号": "700002", "人编号": "70000201", "姓名": "何秀兰", "性别": "女", "证件号码": "990100196511034424"}


class Office:
    """Imports files for a county and looks at what became of its areas."""

    def __init__(self, store: Database, folder: Path, now: datetime) -> None:
        self.store, self.folder, self.now = store, folder, now

    async def load(
        self, kind: Kind, path: Path, *, county: OfficialCounty | None = WANGCANG, dry_run: bool = False
    ) -> Outcome:
        async with self.store.writing() as session:
            return await import_file(session, kind, path, now=self.now, county=county, dry_run=dry_run)

    async def households(self, *rows: dict[str, Any], county: OfficialCounty | None = WANGCANG) -> Outcome:
        return await self.load(Kind.HOUSEHOLDS, write(self.folder / "households.xlsx", list(rows)), county=county)

    async def listed(
        self, *rows: tuple[Any, ...], headings: str = "统计用区划代码 名称", county: OfficialCounty | None = WANGCANG
    ) -> Outcome:
        path = write(self.folder / "areas.xlsx", [dict(zip(headings.split(), row, strict=True)) for row in rows])
        return await self.load(Kind.AREAS, path, county=county)

    async def take_back(self, outcome: Outcome) -> None:
        async with self.store.writing() as session:
            await undo(session, BatchId(outcome.batch or 0), now=self.now)

    async def areas(self) -> dict[str, str]:
        """Every area by code, its name after those above it; official ones end in 。"""
        async with self.store.reading() as session:
            found = (await session.scalars(select(Area).order_by(Area.code))).all()
        names: dict[int | None, str] = {None: ""}
        for area in found:
            names[area.id] = names[area.parent_id] + area.name
            above = next((other.code for other in found if other.id == area.parent_id), "")
            assert area.code.startswith(above) and area.code != above
        return {area.code: names[area.id] + ("。" if area.official else "") for area in found}

    async def sight(self) -> dict[str, set[str]]:
        """The households each cadre sees."""
        async with self.store.reading() as session:
            cadres = (await session.scalars(select(Cadre).order_by(Cadre.id))).all()
            seen = {}
            for cadre in cadres:
                who = Official(Account(Platform.WECOM, "any"), CadreId(cadre.id))
                numbers = await session.scalars(select(Household.number).where(access.visible_to(who)))
                seen[cadre.name] = set(numbers)
            return seen


@pytest.fixture
def office(store: Database, tmp_path: Path, now: datetime) -> Office:
    return Office(store, tmp_path, now)


def figures(outcome: Outcome) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return outcome.created, outcome.updated, outcome.unchanged, len(outcome.rejected)


def rejected(outcome: Outcome) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in outcome.rejected]


def test_a_pack_tells_its_county_where_its_document_does() -> None:
    assert official_county(load_county("wangcang")) == WANGCANG


@pytest.mark.parametrize("written", ["旺苍县", "旺苍", "四川省广元市旺苍县", "本县"])
def test_the_county_served_is_known_however_it_is_written(written: str) -> None:
    assert is_county(WANGCANG, written)
    assert not is_county(WANGCANG, "苍溪县")
    assert not is_county(WANGCANG, "旺苍区")


async def test_the_county_served_has_its_official_code_and_ours_below_it_look_like_none(office: Office) -> None:
    await office.households(member(**(HERE | {"县(市、区、旗)": ""})))
    await office.households(member(**(HERE | {"县(市、区、旗)": " 旺苍 县"})))
    assert await office.areas() == {
        "510821": "旺苍县。",
        "510821A00": "旺苍县东河镇",
        "510821A00A00": "旺苍县东河镇青山村",
        "510821A00A00001": "旺苍县东河镇青山村2组",
    }


async def test_another_county_stays_unofficial(office: Office) -> None:
    await office.households(member())
    assert list(await office.areas()) == ["990001", "990001001", "990001001001", "990001001001001"]


async def test_a_county_loaded_before_its_code_was_known_gets_it_with_all_below_it(office: Office) -> None:
    first = member(**HERE)
    del first["县(市、区、旗)"]
    await office.households(first, county=None)
    before = await office.areas()
    assert list(before.values()) == ["本县", "本县东河镇", "本县东河镇青山村", "本县东河镇青山村2组"]
    outcome = await office.households(member(**HERE))
    assert list(await office.areas()) == ["510821", "510821A00", "510821A00A00", "510821A00A00001"]
    await office.take_back(outcome)
    assert await office.areas() == before


LIST = (
    ("510000000000", "四川省"),
    ("510800000000", "广元市"),
    (510821000000.0, "旺苍县"),
    ("510821 100 000", "东河镇人民政府"),
    (510821100203, "青山村村民委员会"),
    ("510821100001", "城东社区居民委员会"),
    ("510821101000", "嘉川镇"),
)
CODED = {
    "510821": "旺苍县。",
    "510821100": "旺苍县东河镇。",
    "510821100001": "旺苍县东河镇城东社区。",
    "510821100203": "旺苍县东河镇青山村。",
    "510821100203001": "旺苍县东河镇青山村2组",
    "510821101": "旺苍县嘉川镇。",
}


async def test_a_list_gives_codes_to_what_is_there_and_makes_what_is_not(office: Office) -> None:
    await office.households(member(**HERE))
    before = await office.areas()
    outcome = await office.listed(*LIST)
    assert figures(outcome) == (2, 2, 3, 0)
    assert await office.areas() == CODED
    assert figures(await office.listed(*LIST)) == (0, 0, 7, 0)
    await office.take_back(outcome)
    assert await office.areas() == before
    assert figures(await office.listed(*LIST)) == (2, 2, 3, 0)
    assert figures(await office.households(member(**HERE))) == (0, 0, 1, 0)


async def test_a_list_may_come_before_any_household(office: Office) -> None:
    assert figures(await office.listed(*LIST)) == (5, 0, 2, 0)
    await office.households(member(**HERE))
    assert await office.areas() == CODED


async def test_a_list_may_have_a_column_a_level_and_groups_of_our_own(office: Office) -> None:
    await office.households(member(**HERE))
    headings = "县 乡镇 村 组 区划代码 城乡分类代码"
    rows = (
        ("旺苍县", "东河镇", "青山村", "", "510821100203", "220"),
        ("旺苍县", "东河镇", "青山村", "第2村民小组", "510821100203007", ""),
        ("旺苍县", "东河镇", "青山村", "3组", "510821100203", ""),
        ("旺苍县", "嘉川镇", "", "", "510821101", ""),
    )
    outcome = await office.listed(*rows, headings=headings)
    assert figures(outcome) == (2, 2, 0, 0)
    assert await office.areas() == {
        "510821": "旺苍县。",
        "510821100": "旺苍县东河镇。",
        "510821100203": "旺苍县东河镇青山村。",
        "510821100203001": "旺苍县东河镇青山村3组",
        "510821100203007": "旺苍县东河镇青山村2组",
        "510821101": "旺苍县嘉川镇。",
    }
    assert figures(await office.listed(*rows, headings=headings)) == (0, 0, 4, 0)


async def test_what_contradicts_is_sent_back_with_the_reason_and_the_rest_goes_in(office: Office) -> None:
    await office.households(member(**HERE))
    headings = "区划代码 名称 上级 级别"
    outcome = await office.listed(
        ("510821100", "东河镇", "旺苍县", "乡级"),
        ("510821100", "木门镇", "", ""),
        ("510821101", "东河镇", "", ""),
        ("510821100203", "青山村", "嘉川镇", ""),
        ("510821100204", "白石村", "510821101", ""),
        ("510821100205", "石门村", "", "乡级"),
        ("510821109201", "双河村", "", ""),
        ("110101001", "东华门街道", "", ""),
        ("510821", "苍溪县", "", ""),
        ("510824", "旺苍县", "", ""),
        ("51082110020", "松林村", "", ""),
        ("5.108E+11", "清水村", "", ""),
        ("", "高阳村", "东河镇", "村级"),
        ("510821100206", "茶园村", "东河镇", "村级"),
        ("510821100206", "茶园村", "东河镇", "村级"),
        headings=headings,
    )
    assert rejected(outcome) == [
        (3, "area_code_twice"),
        (4, "area_name_twice"),
        (5, "area_parent_differs"),
        (6, "area_outside"),
        (7, "area_level"),
        (8, "area_parent_unknown"),
        (9, "area_county_unknown"),
        (10, "area_county_differs"),
        (11, "area_county_differs"),
        (12, "area_code"),
        (13, "code_rounded"),
        (14, "area_code_missing"),
        (16, "repeated"),
    ]
    assert list((await office.areas()).items())[:3] == [
        ("510821", "旺苍县。"),
        ("510821100", "旺苍县东河镇。"),
        ("510821100206", "旺苍县东河镇茶园村。"),
    ]


async def test_a_file_without_names_or_of_another_kind_is_refused(office: Office, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="区划代码表缺少这些列：区划代码"):
        await office.listed(("东河镇", "乡级"), headings="名称 级别")
    with pytest.raises(BadFile, match="这像是农户信息表，不是区划代码表"):
        await office.load(Kind.AREAS, write(tmp_path / "h.xlsx", [member()]))


async def test_codes_exchanged_between_two_places_are_put_right_and_back(office: Office) -> None:
    wrong = (("510821100", "东河镇"), ("510821101", "嘉川镇"), ("510821100201", "青山村"), ("510821101201", "石门村"))
    right = (("510821101", "东河镇"), ("510821100", "嘉川镇"), ("510821101201", "青山村"), ("510821100201", "石门村"))
    await office.listed(*wrong)
    before = await office.areas()
    outcome = await office.listed(*right)
    assert figures(outcome) == (0, 4, 0, 0)
    assert (await office.areas())["510821101201"] == "旺苍县东河镇青山村。"
    await office.take_back(outcome)
    assert await office.areas() == before


async def test_a_renumbered_township_takes_along_what_the_list_leaves_out(office: Office) -> None:
    await office.listed(("510821100", "东河镇"), ("510821100201", "青山村"))
    await office.households(member(**HERE))
    outcome = await office.listed(("510821001", "东河镇"))
    assert figures(outcome) == (0, 1, 0, 0)
    assert await office.areas() == {
        "510821": "旺苍县。",
        "510821001": "旺苍县东河镇。",
        "510821001A00": "旺苍县东河镇青山村",
        "510821001A00001": "旺苍县东河镇青山村2组",
    }


async def test_a_renamed_township_keeps_its_households(office: Office) -> None:
    await office.listed(("510821100", "东河镇"), ("510821100201", "青山村"))
    await office.households(member(**HERE))
    assert figures(await office.listed(("510821100", "红军镇"))) == (0, 1, 0, 0)
    assert (await office.areas())["510821100201001"] == "旺苍县红军镇青山村2组"
    assert figures(await office.households(member(**(HERE | {"乡(镇)": "红军镇"})))) == (0, 0, 1, 0)


@pytest.mark.parametrize(("heading", "was"), [("原代码", "510821100201"), ("原上级", "东河镇")])
async def test_a_village_that_goes_to_another_township_takes_its_households_along(
    office: Office, heading: str, was: str
) -> None:
    await office.listed(("510821100", "东河镇"), ("510821100201", "青山村"), ("510821101", "嘉川镇"))
    await office.households(member(**HERE))
    headings = f"代码 名称 {heading}"
    outcome = await office.listed(("510821101205", "青山村", was), headings=headings)
    assert figures(outcome) == (0, 1, 0, 0)
    assert (await office.areas())["510821101205001"] == "旺苍县嘉川镇青山村2组"
    assert figures(await office.listed(("510821101205", "青山村", was), headings=headings)) == (0, 0, 1, 0)
    assert figures(await office.households(member(**(HERE | {"乡(镇)": "嘉川镇"})))) == (0, 0, 1, 0)
    assert rejected(await office.listed(("510821101206", "石门村", was), headings=headings)) != []


async def test_a_household_whose_row_names_another_township_moves_there(office: Office) -> None:
    await office.households(member(**HERE))
    await office.load(Kind.CADRES, write(office.folder / "c.xlsx", [staff("镇干部", "东河镇"), staff("乡干部", "")]))
    outcome = await office.households(member(**(HERE | {"乡(镇)": "嘉川镇"})))
    assert figures(outcome) == (0, 1, 0, 0)
    assert (await office.sight())["镇干部"] == set()
    await office.take_back(outcome)
    assert (await office.sight())["镇干部"] == {"700001"}


def staff(name: str, area: str) -> dict[str, str]:
    number = int.from_bytes(name.encode()) % 10**8
    role = "村干部" if name.startswith("村") else "乡镇"
    return {"姓名": name, "电话": f"188{number:08d}", "角色": role, "管辖区划": area}


async def test_after_all_codes_have_changed_everybody_sees_the_same_households(
    office: Office, tmp_path: Path, now: datetime
) -> None:
    county = make_county(tmp_path, on=now.date(), seed=3, villages=4, households=40)
    for kind in (Kind.HOUSEHOLDS, Kind.CADRES, Kind.ASSIGNMENTS):
        await office.load(kind, county.file(kind), county=None)
    people = [staff("镇甲", "东河镇"), staff("镇乙", "嘉川镇"), staff("村甲", "东河镇青山村"), staff("村乙", "石门村")]
    await office.load(Kind.CADRES, write(tmp_path / "staff.xlsx", people))
    before = await office.sight()
    assert all(before[name] for name in ("镇甲", "镇乙", "村甲"))
    rows = [("510821", "旺苍县")]
    townships = sorted({name.split("县")[1] for name in (await office.areas()).values() if name.endswith("镇")})
    rows += [(f"510821{100 + number}", name) for number, name in enumerate(townships)]
    rows += [(f"510821{100 + number}201", "青山村委会") for number in range(2)]
    outcome = await office.listed(*rows)
    assert not outcome.rejected
    assert await office.sight() == before
    await office.take_back(outcome)
    assert await office.sight() == before


async def test_a_cadre_gets_an_area_by_any_form_of_its_code_or_name(office: Office) -> None:
    await office.listed(*LIST)
    await office.households(
        member(**HERE), member(**(HERE | NEIGHBOUR | {"乡(镇)": "嘉川镇", "行政村": "石门村", "自然村(组)": "1组"}))
    )
    here, there = {"700001"}, {"700002"}
    seen = {
        "510821100203": here,
        "510821100203000": here,
        "东河镇青山村": here,
        "青山村村民委员会": here,
        "四川省广元市旺苍县东河镇青山村": here,
        "510821100": here,
        "510821100000": here,
        "510821 101": there,
        "嘉川镇人民政府": there,
        "510821": here | there,
        "510821000000": here | there,
        "旺苍县": here | there,
    }
    people = [staff(f"镇{order}", area) for order, area in enumerate(seen)]
    await office.load(Kind.CADRES, write(office.folder / "c.xlsx", people))
    sight = await office.sight()
    assert [sight[f"镇{order}"] for order in range(len(seen))] == list(seen.values())


async def test_a_code_nobody_has_gives_sight_of_nothing(office: Office) -> None:
    """Before the list is loaded, an official code must not be met by one of ours."""
    await office.households(member(**HERE))
    outcome = await office.load(
        Kind.CADRES, write(office.folder / "c.xlsx", [staff("镇甲", "510821001"), staff("村甲", "510821001001")])
    )
    assert [problem.code for problem in outcome.warnings] == ["area_unknown", "area_unknown"]
    assert (await office.sight())["镇甲"] == set()


@pytest.mark.parametrize(
    ("level", "written", "meant"),
    [
        (Level.TOWNSHIP, "东河 镇", "东河镇"),
        (Level.TOWNSHIP, "东河镇（街道）", "东河镇"),
        (Level.TOWNSHIP, "东河", "东河镇"),
        (Level.TOWNSHIP, "东河镇人民政府", "东河镇"),
        (Level.TOWNSHIP, "城关街道办事处", "城关街道"),
        (Level.TOWNSHIP, "东河乡", None),
        (Level.VILLAGE, "青山", "青山村"),
        (Level.VILLAGE, "青山村委会", "青山村"),
        (Level.VILLAGE, "青山村村民委员会", "青山村"),
        (Level.VILLAGE, "青山社区", None),
        (Level.VILLAGE, "新华街居民委员会", "新华街社区"),
        (Level.VILLAGE, "大坪", None),
        (Level.GROUP, "第二村民小组", "2组"),
        (Level.GROUP, "二社", None),
    ],
)
def test_a_name_means_the_one_place_it_can_mean(level: Level, written: str, meant: str | None) -> None:
    known = ("东河镇", "城关街道", "青山村", "新华街社区", "大坪村", "大坪社区", "1组", "2组")
    assert same_name(written, known, level) == meant


async def test_another_writing_makes_no_twin_and_is_warned_of_once(office: Office) -> None:
    await office.households(member(**HERE))
    before = await office.areas()
    others = HERE | NEIGHBOUR | {"乡(镇)": "东河镇（街道）", "行政村": "青山村委会", "自然村(组)": "第二村民小组"}
    again = others | {"户编号": "700003", "人编号": "70000301", "证件号码": "990100195705171000"}
    outcome = await office.households(member(**(HERE | {"乡(镇)": "东河 镇"})), member(**others), wife(**again))
    warned = [problem for problem in outcome.warnings if problem.code == "area_alike"]
    assert [(problem.row, problem.column) for problem in warned] == [(3, "乡(镇)"), (3, "行政村")]
    assert await office.areas() == before


async def test_different_writings_in_one_file_are_one_place_in_whatever_order(office: Office) -> None:
    await office.households(
        member(**(HERE | {"乡(镇)": "东河"})), member(**(HERE | NEIGHBOUR | {"乡(镇)": "东河镇人民政府"}))
    )
    assert [name for name in (await office.areas()).values() if "村" not in name] == ["旺苍县。", "旺苍县东河镇"]


async def test_names_that_could_mean_two_places_are_not_guessed(office: Office) -> None:
    await office.households(
        member(**(HERE | {"乡(镇)": "东河镇"})),
        member(**(HERE | NEIGHBOUR | {"乡(镇)": "东河乡"})),
        wife(**(HERE | {"户编号": "700003", "人编号": "70000301", "证件号码": "990100195705171000", "乡(镇)": "东河"})),
    )
    names = {name for name in (await office.areas()).values() if "村" not in name}
    assert names == {"旺苍县东河", "旺苍县东河乡", "旺苍县东河镇", "旺苍县。"}


async def test_a_village_and_the_community_of_the_same_name_are_two(office: Office) -> None:
    outcome = await office.households(
        member(**HERE), member(**(HERE | NEIGHBOUR | {"行政村": "青山社区居委会", "自然村(组)": "2组"}))
    )
    assert "510821A00A01" in await office.areas()
    assert not [problem for problem in outcome.warnings if problem.column == "行政村" and problem.row == 2]


async def test_codes_are_not_taken_back_from_under_areas_made_since(office: Office) -> None:
    await office.households(member(**HERE))
    outcome = await office.listed(*LIST)
    later = await office.households(member(**(HERE | NEIGHBOUR | {"自然村(组)": "9组"})))
    with pytest.raises(CannotUndo, match="第3批后来又动了这些行，要先撤回"):
        await office.take_back(outcome)
    await office.take_back(later)
    await office.take_back(outcome)


async def test_a_dry_run_shows_the_codes_that_would_change(office: Office) -> None:
    await office.households(member(**HERE))
    before = await office.areas()
    path = write(office.folder / "a.xlsx", [{"代码": "510821100", "名称": "东河镇"}])
    outcome = await office.load(Kind.AREAS, path, dry_run=True)
    assert [str(one) for one in outcome.differences or ()] == [
        "旺苍县东河镇 代码：510821A00 → 510821100",
        "旺苍县东河镇青山村 代码：510821A00A00 → 510821100A00",
        "旺苍县东河镇青山村2组 代码：510821A00A00001 → 510821100A00001",
    ]
    assert await office.areas() == before
