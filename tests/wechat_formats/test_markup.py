"""XML and JSON bodies read to the same fields, the quick way and the full way agree, and nothing else is read."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wechat.markup import Field, Format, Malformed, Reason, read, read_flat_xml, read_json, read_xml


def test_a_flat_body_reads_to_its_leaves_as_written() -> None:
    body = "<xml><A><![CDATA[ one ]]></A>\n  <B>2</B><C><![CDATA[]]></C><D></D><E> \n</E><F><![CDATA[]]]></F></xml>\n"
    expected = {"A": " one ", "B": "2", "C": "", "D": "", "E": " \n", "F": "]"}
    assert read_flat_xml(body) == expected
    assert read(body.encode()) == (Format.XML, expected)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("<xml><A>1 &lt; 2 &amp; 3 &#20013;</A></xml>", {"A": "1 < 2 & 3 中"}),
        ("<xml><A><![CDATA[a]]]]><![CDATA[>b]]></A></xml>", {"A": "a]]>b"}),
        ("<xml><A>x<!-- aside -->y</A></xml>", {"A": "xy"}),
        ("<xml><A>one\r\ntwo\rthree</A></xml>", {"A": "one\ntwo\nthree"}),
        ("<xml a='1'><A b='2'>c</A></xml >", {"A": "c"}),
        ("<xml><A/><B>1</B><B>2</B></xml>", {"A": "", "B": ("1", "2")}),
        ("<xml><Info>\n  <A>1</A>\n  <In><B>2</B></In>\n</Info></xml>", {"Info": {"A": "1", "In": {"B": "2"}}}),
        ("<xml><P><List><A>1</A></List></P></xml>", {"P": {"List": ({"A": "1"},)}}),
        ("<xml><List>1</List></xml>", {"List": "1"}),
        ("\ufeff<?xml version='1.0' encoding='GBK'?><xml><A>中</A></xml>", {"A": "中"}),
        ("<xml><A><![CDATA[<!DOCTYPE html><b>&x;</b>]]></A></xml>", {"A": "<!DOCTYPE html><b>&x;</b>"}),
    ],
)
def test_unusual_but_sound_xml_is_read(body: str, fields: dict[str, Field]) -> None:
    assert read(body.encode()) == (Format.XML, fields)


def test_json_reads_to_the_same_fields_as_xml() -> None:
    xml = "<xml><A>1</A><B>23.10</B><Info><List><C>x</C></List></Info><D></D><E>true</E></xml>"
    json = '{"A": 1, "B": 23.10, "Info": {"List": {"C": "x"}}, "D": null, "E": true}'
    assert read_json(json) == read_xml(xml)
    assert read(json.encode())[0] is Format.JSON


def test_numbers_beyond_any_float_keep_their_digits() -> None:
    assert read_json('{"MsgId": 18446744073709551615, "P": 113.352425000000000001}') == {
        "MsgId": "18446744073709551615",
        "P": "113.352425000000000001",
    }


def test_characters_no_store_can_hold_are_dropped_and_the_rest_is_kept() -> None:
    assert read_json('{"A": "\\u0000屋顶\\ud83d漏\x07水\\ud83d\\ude00"}') == {"A": "屋顶漏水😀"}
    assert read("<xml><A>屋顶\x08漏\x00水\ufffe</A></xml>".encode()) == (Format.XML, {"A": "屋顶漏水"})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", Reason.EMPTY),
        (" \r\n\t", Reason.EMPTY),
        ("\ufeff", Reason.EMPTY),
        ("hello", Reason.WRONG_ROOT),
        ("<XML><A>1</A></XML>", Reason.WRONG_ROOT),
        ("<root><xml/></root>", Reason.WRONG_ROOT),
        ("<!-- first --><xml><A>1</A></xml>", Reason.WRONG_ROOT),
        ("<!DOCTYPE xml><xml><A>1</A></xml>", Reason.DTD),
        ('<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]><xml><A>&a;</A></xml>', Reason.DTD),
        ("<xml><!DOCTYPE x><A>1</A></xml>", Reason.NOT_WELL_FORMED),
        ("<xml><A>1</A></xml><!DOCTYPE x>", Reason.NOT_WELL_FORMED),
        ("<xml><A>&nbsp;</A></xml>", Reason.NOT_WELL_FORMED),
        ("<xml><A>&#0;</A></xml>", Reason.NOT_WELL_FORMED),
        ("<xml><A>1</B></xml>", Reason.NOT_WELL_FORMED),
        ("<xml><A>1</A>", Reason.NOT_WELL_FORMED),
        ("<xml><A>1</A></xml><xml></xml>", Reason.NOT_WELL_FORMED),
        ("<xml><A>a]]>b</A></xml>", Reason.NOT_WELL_FORMED),
        ("<xml><A><![CDATA[a</A></xml>", Reason.NOT_WELL_FORMED),
        ("<xml>" + "<a>" * 17 + "</a>" * 17 + "</xml>", Reason.TOO_DEEP),
        ("<xml>" + "<a>" * 15_000 + "</a>" * 15_000 + "</xml>", Reason.TOO_DEEP),
        ('{"a":' * 17 + "1" + "}" * 17, Reason.TOO_DEEP),
        ('{"a":' + "[" * 17 + "]" * 17 + "}", Reason.TOO_DEEP),
        ('{"a":' + "[" * 50_000 + "]" * 50_000 + "}", Reason.TOO_DEEP),
        ('{"a": NaN}', Reason.NOT_WELL_FORMED),
        ('{"a": 1,}', Reason.NOT_WELL_FORMED),
        ('{"a": 1} {"b": 2}', Reason.NOT_WELL_FORMED),
        ('{"a": {"b": 1, "b": 2}}', Reason.NOT_WELL_FORMED),
        ('["a"]', Reason.WRONG_ROOT),
    ],
)
def test_everything_else_is_refused_by_name(body: str, reason: Reason) -> None:
    with pytest.raises(Malformed) as refused:
        read(body.encode())
    assert refused.value.reason is reason


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-32"])
def test_only_utf8_is_read(encoding: str) -> None:
    with pytest.raises(Malformed):
        read("<xml><A>中文</A></xml>".encode(encoding))


PIECES = st.sampled_from(
    [
        *("<xml>", "</xml>", "<A>", "</A>", "<B>", "</B>", "<A/>", "<![CDATA[", "]]>", "<!--", "-->", "<?x", "?>"),
        *("<!DOCTYPE", "&amp;", *"<>&]x一 \n\r\t\u3000\x85\x0b\x00\ufffe"),
    ]
)
CONTENT = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=6).map("".join)
ELEMENT = st.one_of(
    st.tuples(st.sampled_from("ABCDE"), CONTENT).map(lambda pair: f"<{pair[0]}><![CDATA[{pair[1]}]]></{pair[0]}>"),
    st.tuples(st.sampled_from("ABCDE"), CONTENT).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
    PIECES,
)


@settings(max_examples=1000)
@given(inside=st.lists(ELEMENT, max_size=6).map("".join), end=st.sampled_from(["", "\n", " ", "x", "\u3000"]))
def test_what_the_quick_way_reads_the_full_way_reads_alike(inside: str, end: str) -> None:
    body = f"<xml>{inside}</xml>{end}"
    quick = read_flat_xml(body)
    if quick is not None:
        assert read_xml(body) == quick


@given(inside=st.lists(st.tuples(st.sampled_from("ABCDE"), st.text(max_size=20)), max_size=5, unique_by=lambda e: e[0]))
def test_every_plain_flat_body_is_read_the_quick_way_unless_it_holds_odd_characters(
    inside: list[tuple[str, str]],
) -> None:
    body = "".join(f"<{name}><![CDATA[{text.replace(']]>', '')}]]></{name}>" for name, text in inside)
    body = f"<xml>{body}</xml>".encode("utf-8", "ignore").decode()
    quick = read_flat_xml(body)
    if quick is None:
        assert any(not text.isprintable() for _, text in inside)
    else:
        assert quick == read_xml(body)


@settings(max_examples=500)
@given(body=st.one_of(st.binary(max_size=100), st.lists(PIECES, max_size=20).map("".join).map(str.encode)))
def test_no_body_ends_in_anything_but_fields_or_a_refusal(body: bytes) -> None:
    for candidate in (body, b"<xml>" + body + b"</xml>", b'{"a":"' + body + b'"}'):
        with contextlib.suppress(Malformed):
            read(candidate)


def test_a_body_made_to_be_slow_is_still_read_in_one_pass() -> None:
    """Openings without an end, at the largest size: each try could run to the end again."""
    with pytest.raises(Malformed):
        read(b"<xml>" + b"<A><![CDATA[" * 10_000)
    with pytest.raises(Malformed):
        read(b"<xml><A><![CDATA[" + b"]" * 120_000)
