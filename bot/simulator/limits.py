"""限制: what WeChat refuses in a notice's fields and in a menu. Sources: OA Template_Message, menu creation."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

_HAN = "\u4e00-\u9fff"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2})?"
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
_MOMENT = rf"({_DAY}( {_CLOCK})?|{_CLOCK})"

FIELD_RULES = {
    "thing": re.compile(r".{1,20}", re.DOTALL),
    "number": re.compile(r"[\d.]{1,32}"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(rf"[^{_HAN}\s]{{1,32}}"),
    "time": re.compile(rf"{_MOMENT}(\s?~\s?{_MOMENT})?"),
    "date": re.compile(rf"{_DAY}( {_CLOCK})?(\s?~\s?{_DAY}( {_CLOCK})?)?"),
    "amount": re.compile(r"[¥￥$€£]?\d{1,10}(\.\d+)?元?"),
    "phone_number": re.compile(r"[\d+\-() ]{1,17}"),
    "car_number": re.compile(r".{1,8}"),
    "name": re.compile(rf"[{_HAN}·]{{1,10}}|[^{_HAN}]{{1,20}}"),
    "phrase": re.compile(rf"[{_HAN}]{{1,5}}"),
    "const": re.compile(r".{1,20}"),
    "enum": re.compile(r".{1,20}"),
}
"""What each kind of template field may hold, since 2023-05."""


def wrong_field(data: Mapping[str, Any]) -> str | None:
    """The first field of a notice whose value breaks the rule of its kind (errcode 47003), or None."""
    for name, held in data.items():
        kind = re.fullmatch(r"([a-z_]+?)\d+", name)
        value = held.get("value") if isinstance(held, dict) else None
        rule = FIELD_RULES.get(kind[1]) if kind else None
        if rule is None or not isinstance(value, str) or not rule.fullmatch(value):
            return name
    return None


def wrong_menu(buttons: object) -> tuple[int, str] | None:
    """The errcode and words with which a menu is refused, or None."""
    if not isinstance(buttons, Sequence) or not 1 <= len(buttons) <= 3:
        return 40016, "invalid button size"
    for button in buttons:
        name, inner = str(button.get("name") or ""), button.get("sub_button") or []
        if not 1 <= len(name.encode()) <= 16:
            return 40018, "invalid button name size"
        if len(inner) > 5:
            return 40023, "invalid sub button size"
        for leaf in inner or [button]:
            wrong = _wrong_leaf(leaf)
            if wrong:
                return wrong
    return None


def _wrong_leaf(leaf: Mapping[str, Any]) -> tuple[int, str] | None:
    if not 1 <= len(str(leaf.get("name") or "").encode()) <= 60:
        return 40025, "invalid sub button name size"
    kind = leaf.get("type")
    if kind == "view":
        url = str(leaf.get("url") or "")
        if len(url.encode()) > 1024 or urlsplit(url).scheme not in ("http", "https"):
            return 40020, "invalid button url size"
        return None
    if kind != "click":
        return 40017, "invalid button type"
    if not 1 <= len(str(leaf.get("key") or "").encode()) <= 128:
        return 40019, "invalid button key size"
    return None
