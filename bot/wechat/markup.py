"""报文: read the XML or JSON WeChat posts into plain text fields, and refuse everything else.

Both forms come out the same: a leaf is text as it was written, a structure is a mapping, what repeats is a
tuple. An account chooses XML or JSON for its pushes (WeChat docs, dev/push/encryption).
"""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NoReturn, TypeAlias

MAX_BYTES = 128 * 1024
"""The largest body read. A 2 KB text arrives as 3.3 KB, so this is generous and still cheap to refuse."""

MAX_DEPTH = 16
"""The deepest structure read. WeCom's approval events, the deepest known, reach 7."""

Field: TypeAlias = "str | Mapping[str, Field] | tuple[Field, ...]"


class Format(StrEnum):
    """How a body is written; a reply goes out in the form its push came in."""

    XML = "xml"
    JSON = "json"


class Reason(StrEnum):
    """Why a body was refused: a code for logs and counters, never a sentence for people."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NOT_WELL_FORMED = "not_well_formed"
    WRONG_ROOT = "wrong_root"
    DTD = "dtd"
    TOO_DEEP = "too_deep"
    MISSING_FIELD = "missing_field"
    NOT_A_NUMBER = "not_a_number"
    NOT_PLAIN_TEXT = "not_plain_text"
    NO_ENCRYPT = "no_encrypt"
    BAD_QUERY = "bad_query"
    WRONG_SIGNATURE = "wrong_signature"
    NOT_BASE64 = "not_base64"
    WRONG_LENGTH = "wrong_length"
    WRONG_PADDING = "wrong_padding"
    WRONG_RECEIVER = "wrong_receiver"


class Malformed(Exception):
    """What came is not what WeChat sends. The caller answers 4xx; nobody is told anything."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


# What XML 1.0 does not allow, and lone surrogates, which JSON can smuggle in and no store can hold. People
# paste such characters; losing one of them is better than losing the message.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Elements that repeat inside a structure: one of them reads as a list of one (subscription notices, pictures,
# WeCom's template cards and contact attributes).
_REPEATED = frozenset({"List", "item", "Item", "SelectedItem", "OptionId"})

# One flat element; or, where none stands, all that is left, which must then be the closing tag. So one pass
# without backing up takes a body apart and shows whether it was flat. What is unusual (attributes, comments,
# references, carriage returns, which XML rewrites) is left over and goes to expat.
_ODD = r"\x00-\x08\x0b-\x1f\ufffe\uffff"
_FLAT_OR_REST = re.compile(
    r"[ \t\n]*<([A-Za-z][A-Za-z0-9_]*)>"
    rf"(?:<!\[CDATA\[([^\]{_ODD}]*(?:\](?!\]>)[^\]{_ODD}]*)*)\]\]>|([^<>&{_ODD}]*))"
    r"</\1>"
    r"|([\s\S]+)"
)

# The root must be the first thing after the declaration. A document type can only stand before the root, so
# there is none, and with it no entity of anybody's making.
_OPENING = re.compile(r"[ \t\r\n]*(?:<\?xml[^<>]*\?>[ \t\r\n]*)?<xml[ \t\r\n/>]")


def read(body: bytes) -> tuple[Format, dict[str, Field]]:
    """Give the body's form and its fields; raise Malformed for anything WeChat would not send."""
    if len(body) > MAX_BYTES:
        raise Malformed(Reason.TOO_LARGE)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(Reason.NOT_UTF8) from error
    flat = read_flat_xml(text)
    if flat is not None:
        return Format.XML, flat
    text = text.removeprefix("\ufeff")
    start = text.lstrip(" \t\r\n")[:1]
    if not start:
        raise Malformed(Reason.EMPTY)
    if start in "{[":
        return Format.JSON, read_json(text)
    return Format.XML, read_xml(text)


def read_flat_xml(text: str) -> dict[str, Field] | None:
    """Read the common body, one level of plain elements; None when it takes a full parser to say."""
    if not text.startswith("<xml>"):
        return None
    elements = _FLAT_OR_REST.findall(text, len("<xml>"))
    if not elements or elements.pop()[3].strip(" \t\n") != "</xml>":
        return None
    fields: dict[str, Field] = {name: quoted or plain for name, quoted, plain, _ in elements}
    return fields if len(fields) == len(elements) else None


def read_xml(text: str) -> dict[str, Field]:
    """Read any body of WeChat's with expat, without document types and entities."""
    text = _UNWANTED.sub("", text)
    if _OPENING.match(text) is None:
        raise Malformed(Reason.DTD if "<!DOCTYPE" in text[:1024] else Reason.WRONG_ROOT)
    try:
        root = ET.fromstring(text)  # noqa: S314 (no DTD can follow the opening checked above)
    except ET.ParseError as error:
        raise Malformed(Reason.NOT_WELL_FORMED) from error
    return {} if len(root) == 0 else _children(root, depth=1)


def read_json(text: str) -> dict[str, Field]:
    """Read a JSON body; numbers stay as they were written, a key given twice is refused."""
    try:
        root = _JSON.decode(text)
    except RecursionError as error:
        raise Malformed(Reason.TOO_DEEP) from error
    except ValueError as error:
        raise Malformed(Reason.NOT_WELL_FORMED) from error
    if not isinstance(root, dict):
        raise Malformed(Reason.WRONG_ROOT)
    return _members(root, depth=1)


def drop_unwanted(text: str) -> str:
    """Leave out the characters XML cannot carry."""
    return _UNWANTED.sub("", text)


def _children(element: ET.Element, depth: int) -> dict[str, Field]:
    if depth > MAX_DEPTH:
        raise Malformed(Reason.TOO_DEEP)
    found: dict[str, list[Field]] = {}
    for child in element:
        value: Field = (child.text or "") if len(child) == 0 else _children(child, depth + 1)
        found.setdefault(child.tag, []).append(value)
    return {
        name: values[0] if len(values) == 1 and not (depth > 1 and name in _REPEATED) else tuple(values)
        for name, values in found.items()
    }


def _members(members: Mapping[str, object], depth: int) -> dict[str, Field]:
    if depth > MAX_DEPTH:
        raise Malformed(Reason.TOO_DEEP)
    fields: dict[str, Field] = {}
    for name, member in members.items():
        value = _value(member, depth)
        if depth > 1 and name in _REPEATED and not isinstance(value, tuple):
            value = (value,)
        fields[name] = value
    return fields


def _value(member: object, depth: int) -> Field:
    match member:
        case str():
            return drop_unwanted(member)
        case dict():
            return _members(member, depth + 1)
        case list():
            if depth >= MAX_DEPTH:
                raise Malformed(Reason.TOO_DEEP)
            return tuple(_value(entry, depth + 1) for entry in member)
        case True:
            return "true"
        case False:
            return "false"
        case _:
            return ""


def _each_key_once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, member in pairs:
        if name in members:
            raise ValueError("a key is given twice")
        members[name] = member
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_JSON = json.JSONDecoder(
    object_pairs_hook=_each_key_once,
    parse_int=str,
    parse_float=str,
    parse_constant=_refuse_constant,
    strict=False,  # raw control characters inside text are dropped afterwards, as in XML
)
