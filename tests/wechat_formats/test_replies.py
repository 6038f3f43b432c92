"""A reply arrives as it was written, whatever is in it, and never longer than WeChat takes."""

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from wechatpy.replies import TextReply

from bot.wechat.markup import Format, drop_unwanted, read
from bot.wechat.push import SUCCESS, TEXT_LIMIT, fit, text_reply


def test_a_text_reply() -> None:
    assert text_reply("oVillager", "gh_county", 1772717401, "3月5日到账。").decode() == (
        "<xml><ToUserName><![CDATA[oVillager]]></ToUserName><FromUserName><![CDATA[gh_county]]></FromUserName>"
        "<CreateTime>1772717401</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        "<Content><![CDATA[3月5日到账。]]></Content></xml>"
    )


def test_a_text_reply_in_json() -> None:
    reply = text_reply("oVillager", "gh_county", 1772717401, '说"好"', Format.JSON)
    assert json.loads(reply) == {
        "ToUserName": "oVillager",
        "FromUserName": "gh_county",
        "CreateTime": 1772717401,
        "MsgType": "text",
        "Content": '说"好"',
    }
    assert "说".encode() in reply  # \\uXXXX escapes are shown to people as they are (errcode 40033)


def test_the_end_of_a_cdata_section_and_control_characters_do_no_harm() -> None:
    reply = text_reply("o]]>x", "gh_county", 1, "a]]></Content><b>]]]]>\x00\x08\x1b\ud800z")
    root = ET.fromstring(reply.decode())
    assert root.findtext("Content") == "a]]></Content><b>]]]]>z"
    assert root.findtext("ToUserName") == "o]]>x"
    assert [child.tag for child in root] == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]


@pytest.mark.parametrize("text", ["", " \n", "\x00\x07"])
def test_a_reply_without_words_is_the_callers_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="SUCCESS"):
        text_reply("oVillager", "gh_county", 1, text)
    assert SUCCESS == b"success"


def test_a_long_reply_is_cut_on_a_character_border() -> None:
    content = ET.fromstring(text_reply("o", "gh", 1, "钱" * 1000).decode()).findtext("Content")
    assert content == "钱" * 681 + "…"  # 681 × 3 + 3 = 2046 bytes; one more would be 2049


@given(text=st.text(min_size=1), form=st.sampled_from(Format))
def test_whatever_is_said_reads_back_the_same(text: str, form: Format) -> None:
    said = drop_unwanted(text)
    assume(said.strip())
    back_form, fields = read(text_reply("oVillager", "gh_county", 1772717401, text, form))
    assert back_form is form
    assert fields["Content"] == (said.replace("\r\n", "\n").replace("\r", "\n") if form is Format.XML else said)


@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=100))
def test_wechatpys_reply_reads_to_the_same_fields(text: str) -> None:
    assume(text.strip() and "]]>" not in text and "\ufffe" not in text and "\uffff" not in text)
    theirs = TextReply(source="gh_county", target="oVillager", content=text, time=1772717401).render()
    assert read(theirs.encode())[1] == read(text_reply("oVillager", "gh_county", 1772717401, text))[1]


def test_what_fits_is_left_alone() -> None:
    assert fit("") == ("", "")
    assert fit("钱" * 682 + "ab") == ("钱" * 682 + "ab", "")
    assert TEXT_LIMIT == 2048


def test_what_does_not_fit_is_shown_in_parts() -> None:
    assert fit("一二三四五六七", limit=12) == ("一二三…", "四五六七")
    assert fit("一二三四五六七", limit=14, more="⋯更多") == ("一⋯更多", "二三四五六七")
    assert fit("abcdefghij", limit=8, more="") == ("abcdefgh", "ij")


@pytest.mark.parametrize("drawn_as_one", ["👨‍👩‍👧", "👍🏽", "❤️", "e\u0301"])
def test_a_character_of_several_code_points_stays_whole(drawn_as_one: str) -> None:
    text = "好" * 5 + drawn_as_one + "好" * 20
    for limit in range(18, 18 + len(drawn_as_one.encode())):
        assert fit(text, limit=limit, more="…") == ("好" * 5 + "…", drawn_as_one + "好" * 20)


def test_an_endless_pile_of_accents_is_cut_all_the_same() -> None:
    shown, rest = fit("a" + "\u0301" * 100, limit=20)
    assert (shown, rest) == ("a" + "\u0301" * 8 + "…", "\u0301" * 92)


def test_a_limit_without_room_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="no room"):
        fit("一二三四五", limit=6)


@given(text=st.text(max_size=200), limit=st.integers(7, 300), more=st.sampled_from(["…", "", "abc"]))
def test_nothing_is_lost_and_nothing_is_too_long(text: str, limit: int, more: str) -> None:
    parts, rest = [], text
    while rest:
        shown, left = fit(rest, limit, more)
        assert len(shown.encode("utf-8", "surrogatepass")) <= limit
        assert len(left) < len(rest)
        parts.append(shown.removesuffix(more) if left else shown)
        rest = left
    assert "".join(parts) == text
