"""Promises that a careless change could break without any other test noticing."""

import ast
from pathlib import Path

from storage.schema import metadata

ROOT = Path(__file__).resolve().parents[1]

FORCED = ("打卡", "积分", "排名", "定位", "拍照", "在线时长")
"""国办函〔2026〕12号: no forced check-ins, points, rankings of use, online-time statistics, photos or tracks."""

TRACES = ("latitude", "longitude", "location", "photo", "picture", "points", "score", "logins", "clicks", "online")


def sentences() -> list[tuple[str, str]]:
    """Every text a person can receive, with its file; docstrings are not among them."""
    found = []
    for path in sorted((ROOT / "bot" / "messages").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documents = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.FunctionDef)
            and isinstance(node.body[0], ast.Expr)
            and isinstance(node.body[0].value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
                found.append((path.name, node.value))
    return found


def test_nobody_is_told_to_check_in_be_ranked_or_be_tracked() -> None:
    said = [(name, text) for name, text in sentences() for word in FORCED if word in text]
    assert len(sentences()) > 300
    assert said == []


def test_the_store_has_no_place_for_tracks_photos_or_counts_of_use() -> None:
    columns = [f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns]
    assert [column for column in columns if any(trace in column for trace in TRACES)] == []
