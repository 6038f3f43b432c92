"""The sample county: the same seed the same county, clean when asked, and nobody in it exists."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import python_calamine

from bot.simulator.county import CADRE_PHONE, County, make_county
from storage.imports.applications import read_applications
from storage.imports.assignments import read_assignments
from storage.imports.cadres import read_cadres
from storage.imports.disbursements import read_disbursements
from storage.imports.households import HouseholdRow, read_households
from storage.imports.layouts import Kind
from storage.imports.report import Read
from storage.imports.workbook import open_book

TODAY = date(2026, 11, 23)


def read(county: County) -> Read[HouseholdRow]:
    return read_households(open_book(county.file("households"), Kind.HOUSEHOLDS), on=TODAY)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return make_county(tmp_path_factory.mktemp("county"), on=TODAY)


def test_a_clean_county_has_nothing_to_reject(county: County) -> None:
    found = read(county)
    assert (len(found.rows), found.read) == (320, county.members)
    assert found.problems == ()
    assert {problem.code for problem in found.warnings} <= {"id_zeros"}
    cadres = read_cadres(open_book(county.file("cadres"), Kind.CADRES))
    assert (len(cadres.rows), cadres.problems) == (county.cadres, ())
    assert all(cadre.wecom_user for cadre in cadres.rows)
    assignments = read_assignments(open_book(county.file("assignments"), Kind.ASSIGNMENTS))
    assert (len(assignments.rows), assignments.problems) == (320, ())
    payments = read_disbursements(open_book(county.file("disbursements"), Kind.DISBURSEMENTS), on=TODAY)
    assert payments.problems == ()
    assert Counter(row.state.value for row in payments.rows).keys() >= {"paid", "failed"}


def test_every_step_of_an_application_occurs(county: County) -> None:
    found = read_applications(open_book(county.file("applications"), Kind.APPLICATIONS), on=TODAY)
    assert {row.state for row in found.rows} == {
        *("申请已受理", "村级评议", "村公示", "乡镇审核", "公示中", "县级审批", "已批准", "不予批准")
    }
    assert all(row.reason for row in found.rows if row.state == "不予批准")


def test_the_people_of_the_readme_are_there(county: County) -> None:
    homes = read(county).rows
    [wang] = [home for home in homes if home.head_name == "王建国" and home.cadre and home.cadre.name == "李梅"]
    assert wang.cadre is not None
    assert wang.cadre.phone == CADRE_PHONE
    heads = Counter(home.head_name for home in homes if home.cadre and home.cadre.phone == CADRE_PHONE)
    assert heads["张建华"] == 2


def test_villages_lie_in_five_townships(county: County) -> None:
    homes = read(county).rows
    assert len({(home.area.township, home.area.village) for home in homes}) == 10
    assert len({home.area.township for home in homes}) == 5
    assert {home.area.county for home in homes} == {"旺苍县"}


def test_nobody_in_it_can_exist_and_ages_fit(county: County) -> None:
    for home in read(county).rows:
        head = home.members[0]
        for one in home.members:
            assert one.id_number.number.startswith("990100")
            assert one.sex == one.id_number.sex
            age = TODAY.year - one.id_number.birth_date.year
            if one.relation in ("之子", "之女"):
                assert head.id_number.birth_date < one.id_number.birth_date
            if one.schooling == "小学":
                assert 6 <= age <= 13
            if one.work_months:
                assert 16 <= age <= 60


def test_the_same_seed_writes_the_same_county(tmp_path: Path) -> None:
    def cells(folder: str, seed: int) -> list[list[object]]:
        made = make_county(tmp_path / folder, on=TODAY, seed=seed, villages=3, households=12)
        book = python_calamine.CalamineWorkbook.from_path(made.file("households"))
        return [list(row) for row in book.get_sheet_by_index(0).to_python()]

    assert cells("a", 7) == cells("b", 7) != cells("c", 8)


def test_planted_faults_are_found_and_only_they(tmp_path: Path) -> None:
    county = make_county(tmp_path, on=TODAY, seed=5, households=200, dirt=0.05)
    found = read(county)
    kept = {one.number for home in found.rows for one in home.members}
    for planted in county.planted:
        assert (planted.person not in kept) == planted.rejected, planted
    assert len(found.problems) == sum(planted.rejected for planted in county.planted)
    assert len(kept) == found.read - len(found.problems)
    assert {planted.kind for planted in county.planted} >= {"fullwidth", "injection", "id_rounded", "category"}
