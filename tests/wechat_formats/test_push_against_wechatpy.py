"""Ours and wechatpy's parser read the same messages and events to the same values."""

from html import escape

import pytest
import wechatpy.parser
import wechatpy.work.parser
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.push import Kind, parse

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).filter(lambda text: "\ufffe" not in text)
NAME = st.text("abcXYZ019_-", min_size=1, max_size=28)
NUMBER = st.integers(0, 2**63).map(str)
PLACE = st.floats(-89, 89).map(lambda number: f"{number:.6f}")


@st.composite
def payloads(draw: st.DrawFn, /, kind: str, **extra: st.SearchStrategy[str]) -> str:
    """One push in any of the spellings XML allows for the same content."""
    values = {
        "ToUserName": draw(NAME),
        "FromUserName": draw(NAME),
        "CreateTime": draw(st.integers(0, 4_000_000_000).map(str)),
        "MsgType": kind,
        **{name: draw(value) for name, value in extra.items()},
    }
    names = draw(st.permutations(list(values)))
    space = draw(st.sampled_from(["", "\n", "\n    ", "\r\n"]))
    elements = [f"<{name}>{draw(st.sampled_from(SPELLINGS))(values[name])}</{name}>" for name in names]
    return "<xml>" + space + space.join(elements) + space + "</xml>"


SPELLINGS = [
    lambda text: f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>",
    lambda text: escape(text),
    lambda text: "".join(f"&#{ord(character)};" for character in text),
]
PARSERS = pytest.mark.parametrize("theirs", [wechatpy.parser.parse_message, wechatpy.work.parser.parse_message])


@PARSERS
@given(payload=payloads("text", Content=WORDS, MsgId=NUMBER, AgentID=st.just("7")))
def test_text_messages(theirs: object, payload: str) -> None:
    ours, message = parse(payload.encode()), theirs(payload)  # type: ignore[operator]
    assert (ours.to, ours.sender) == (message.target, message.source)
    assert (ours.created_at, ours.message_id) == (int(message._data["CreateTime"]), str(message.id))
    assert ours.text.strip() == (message.content or "").strip()
    assert ours.kind is Kind.TEXT


@PARSERS
@given(payload=payloads("image", MediaId=NAME, PicUrl=WORDS, MsgId=NUMBER, AgentID=st.just("7")))
def test_image_messages(theirs: object, payload: str) -> None:
    ours, message = parse(payload.encode()), theirs(payload)  # type: ignore[operator]
    assert (ours.kind.value, ours.media_id) == (message.type, message.media_id)
    assert ours.leaf("PicUrl") == (message.image or "").strip()


@given(payload=payloads("location", Location_X=PLACE, Location_Y=PLACE, Scale=NUMBER, Label=WORDS, MsgId=NUMBER))
def test_location_messages(payload: str) -> None:
    ours, message = parse(payload.encode()), wechatpy.parser.parse_message(payload)
    assert (str(ours.latitude), str(ours.longitude)) == tuple(str(float(number)) for number in message.location)
    assert ours.label == (message.label or "").strip()


@PARSERS
@pytest.mark.parametrize("name", ["CLICK", "click", "VIEW", "unsubscribe"])
@given(data=st.data())
def test_events(theirs: object, name: str, data: st.DataObject) -> None:
    payload = data.draw(payloads("event", Event=st.just(name), EventKey=NAME, AgentID=st.just("7")))
    ours, message = parse(payload.encode()), theirs(payload)  # type: ignore[operator]
    assert ours.event == message.event
    assert ours.event_key == message._data["EventKey"]
    assert ours.agent_id == message._data["AgentID"]
