"""The JSON Schemas outsiders and editors use say the same as the reader."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policies.pages import read_page
from policies.shapes import PAGES, keys, schema, schema_file, shapes
from policies.vocabulary import CATALOGUE, vocabulary
from tests.policies.test_planted_mistakes import PLANTED, a_pack, plant

FILES = Path(__file__).resolve().parents[2] / "policies" / "schema"
PACKS = sorted(path.parent.name for path in CATALOGUE.glob("*/county.yaml"))


def kind_of(path: Path) -> str:
    return {"county.yaml": "county", "confirmed.yaml": "confirmed"}.get(path.name, "benefits")


def plain(value: Any) -> Any:
    """A page as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


def complaints(path: Path) -> list[str]:
    page = plain(read_page(path, path.name, lambda *_: None).data)
    return [error.message for error in Draft202012Validator(schema(kind_of(path))).iter_errors(page)]


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_the_files_are_what_the_reader_reads_by(kind: str) -> None:
    """After a change of the format: `bangfu policies schema policies/schema`."""
    assert (FILES / f"{kind}.schema.json").read_text(encoding="utf-8") == schema_file(kind)
    Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("county", PACKS)
def test_every_pack_is_as_its_schema_says(county: str) -> None:
    assert {path.name: told for path in (CATALOGUE / county).glob("*.yaml") if (told := complaints(path))} == {}


STRUCTURAL = [row for row in PLANTED if "这个键" in row[5] or "不在可用的词里" in row[5] or row[5] == "缺这一项"]


@pytest.mark.parametrize("place", range(len(STRUCTURAL)))
def test_what_the_reader_refuses_for_its_shape_the_schema_refuses(tmp_path: Path, place: int) -> None:
    pack = a_pack(tmp_path)
    file, old, new, *_ = STRUCTURAL[place]
    plant(pack, file, old, new)
    assert complaints(pack / file)


def test_every_shape_knows_its_keys_and_takes_no_others() -> None:
    for name, shape in shapes().items():
        assert shape["additionalProperties"] is False
        assert set(shape["required"]) <= keys(name)


def test_the_words_of_the_vocabulary_are_the_schemas() -> None:
    benefits = schema("benefits")["$defs"]
    assert benefits["condition"]["properties"]["attr"]["enum"] == list(vocabulary().attributes)
    assert benefits["amount"]["properties"]["kind"]["enum"] == list(vocabulary().amount_kinds)
