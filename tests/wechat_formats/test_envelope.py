"""The envelope opens what WeChat seals, seals what WeChat opens, and refuses everything else by name."""

import contextlib
import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.envelope import BadEnvelope, Envelope, Opened
from bot.wechat.markup import MAX_BYTES, Format, Malformed, Reason
from tests.wechat_formats import sealing
from tests.wechat_formats.sealing import KEY, NONCE, OTHER_KEY, RECEIVER, TEXT, TIMESTAMP, TOKEN

ENCRYPT = sealing.encrypt(sealing.padded(sealing.content(TEXT.encode())))


def opened(body: bytes, encrypt: str, envelope: Envelope | None = None) -> Opened:
    signature = sealing.sign(TIMESTAMP, NONCE, encrypt)
    return (envelope or sealing.envelope()).open(body, signature, TIMESTAMP, NONCE)


def reason_for(body: bytes, encrypt: str, envelope: Envelope | None = None) -> Reason:
    with pytest.raises(BadEnvelope) as refused:
        opened(body, encrypt, envelope)
    return refused.value.reason


def test_a_worked_example_has_this_signature_and_this_ciphertext() -> None:
    """Both were worked out with openssl and sha1sum."""
    envelope = sealing.envelope()
    assert envelope.encrypt(b"hello", key_index=0, salt=b"0123456789abcdef") == (
        "XGe+FFJNX9rmEb1P0T/idRH57/iPh3LL/pRd6GV9ikiw1mUrPcDRKmC9XHqsmOKxN9dVnIYx44zO/8LVRlb4nA=="
    )
    assert envelope.signature(TIMESTAMP, NONCE) == "80413e653f9a9ccec795dee96db9a72dfdbd2262"


@pytest.mark.parametrize(
    "body",
    [
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{}]]></Encrypt></xml>",
        "<xml>\n    <ToUserName><![CDATA[gh_1]]></ToUserName>\n    <Encrypt><![CDATA[{}]]></Encrypt>\n</xml>\n",
        "<xml><ToUserName><![CDATA[ww1]]></ToUserName><Encrypt><![CDATA[{}]]></Encrypt>"
        "<AgentID><![CDATA[1000002]]></AgentID></xml>",
        "<xml><Encrypt>{}</Encrypt></xml>",
        "<xml><AgentID>1</AgentID><Encrypt><![CDATA[{}]]></Encrypt></xml>",
        "<?xml version='1.0' encoding='UTF-8'?>\r\n<xml><Encrypt>\r\n<![CDATA[{}]]>\r\n</Encrypt></xml>",
        "<xml><!-- a note --><Encrypt kind='aes'><![CDATA[{}]]></Encrypt></xml>",
        "<xml><Content><![CDATA[the plain half of 兼容模式]]></Content><Encrypt><![CDATA[{}]]></Encrypt></xml>",
    ],
)
def test_every_spelling_of_the_xml_body_opens(body: str) -> None:
    assert opened(body.format(ENCRYPT).encode(), ENCRYPT) == Opened(TEXT.encode(), 0, Format.XML)


@pytest.mark.parametrize("escaped", [False, True])
def test_a_json_body_opens_and_is_named_json(escaped: bool) -> None:
    body = json.dumps({"ToUserName": "gh_1", "Encrypt": ENCRYPT})
    if escaped:
        body = body.replace("/", "\\/")
    assert opened(body.encode(), ENCRYPT) == Opened(TEXT.encode(), 0, Format.JSON)


def test_a_bare_ciphertext_opens_for_wecoms_echostr() -> None:
    encrypt = sealing.encrypt(sealing.padded(sealing.content(b"1616140317555161061")))
    signature = sealing.sign(TIMESTAMP, NONCE, encrypt)
    echo = sealing.envelope().open_encrypted(encrypt, signature, TIMESTAMP, NONCE)
    assert echo.plaintext == b"1616140317555161061"


def test_the_query_of_a_plain_push_is_checked() -> None:
    envelope = sealing.envelope()
    envelope.verify_url(sealing.sign(TIMESTAMP, NONCE), TIMESTAMP, NONCE)
    with pytest.raises(BadEnvelope) as refused:
        envelope.verify_url(sealing.sign(TIMESTAMP, NONCE), TIMESTAMP, NONCE + "1")
    assert refused.value.reason is Reason.WRONG_SIGNATURE


@pytest.mark.parametrize("signature", ["", "x", "é" * 40, "\ud800", "0" * 40, "0" * 100_000])
def test_no_odd_signature_gets_past(signature: str) -> None:
    with pytest.raises(BadEnvelope) as refused:
        sealing.envelope().open(sealing.xml_body(ENCRYPT), signature, TIMESTAMP, NONCE)
    assert refused.value.reason is Reason.WRONG_SIGNATURE


@pytest.mark.parametrize(
    ("timestamp", "nonce"),
    [
        *((timestamp, NONCE) for timestamp in ("", "soon", "-1", "１２３", "9" * 21, "1\n")),
        *((TIMESTAMP, nonce) for nonce in ("", "]]>", "一", "\ud800", "1" * 129)),
    ],
)
def test_a_query_wechat_does_not_write_is_refused(timestamp: str, nonce: str) -> None:
    with pytest.raises(BadEnvelope) as refused:
        sealing.envelope().open(sealing.xml_body(ENCRYPT), "0" * 40, timestamp, nonce)
    assert refused.value.reason is Reason.BAD_QUERY


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \n", Reason.EMPTY),
        (b"success", Reason.WRONG_ROOT),
        (b"<html></html>", Reason.WRONG_ROOT),
        (b"<xml>", Reason.NOT_WELL_FORMED),
        (b"<xml></xml>", Reason.NO_ENCRYPT),
        (b"<xml/>", Reason.NO_ENCRYPT),
        (TEXT.encode(), Reason.NO_ENCRYPT),
        (b"<xml><Encrypt></Encrypt></xml>", Reason.NO_ENCRYPT),
        (b"<xml><Encrypt><![CDATA[]]></Encrypt></xml>", Reason.NO_ENCRYPT),
        (b"<xml><Encrypt>AA==</Encrypt><Encrypt>AA==</Encrypt></xml>", Reason.NO_ENCRYPT),
        (b"<xml><Encrypt><a>AA==</a></Encrypt></xml>", Reason.NO_ENCRYPT),
        (b'<!DOCTYPE xml [<!ENTITY e "AA">]><xml><Encrypt>&e;</Encrypt></xml>', Reason.DTD),
        (b"<xml><Encrypt>&e;</Encrypt></xml>", Reason.NOT_WELL_FORMED),
        (b"\xff\xfe<xml></xml>", Reason.NOT_UTF8),
        (b"{", Reason.NOT_WELL_FORMED),
        (b"[]", Reason.WRONG_ROOT),
        (b"{}", Reason.NO_ENCRYPT),
        (b'{"Encrypt": null}', Reason.NO_ENCRYPT),
        (b'{"Encrypt": ["AA=="]}', Reason.NO_ENCRYPT),
        (b'{"Encrypt": "AA==", "Encrypt": "AA=="}', Reason.NOT_WELL_FORMED),
        (b"[" * 100_000, Reason.TOO_DEEP),
        (b"<xml>" + b"<a>" * 30_000, Reason.NOT_WELL_FORMED),
        (b"<xml>" + b" " * MAX_BYTES + b"</xml>", Reason.TOO_LARGE),
    ],
)
def test_a_body_without_one_ciphertext_is_refused_by_name(body: bytes, reason: Reason) -> None:
    assert reason_for(body, ENCRYPT) is reason


@pytest.mark.parametrize(
    "encrypt",
    [
        "*",
        "AAA",
        "A" * 63 + "*",
        ENCRYPT[:-1],
        ENCRYPT[:40] + "\n" + ENCRYPT[40:],
        "=" + ENCRYPT,
        ENCRYPT + "AAAA",
        "密",
    ],
)
def test_text_that_is_not_whole_base64_is_refused(encrypt: str) -> None:
    body = json.dumps({"Encrypt": encrypt}).encode()
    assert reason_for(body, encrypt) is Reason.NOT_BASE64
    with pytest.raises(BadEnvelope):
        opened(sealing.xml_body(encrypt), encrypt)


@pytest.mark.parametrize("encrypt", ["AAAA", ENCRYPT[:24], ENCRYPT[:-24] + "AAAA" * 5])
def test_a_ciphertext_of_broken_blocks_is_refused(encrypt: str) -> None:
    assert reason_for(sealing.xml_body(encrypt), encrypt) is Reason.WRONG_LENGTH


@pytest.mark.parametrize("pad", range(1, 33))
def test_every_padding_of_the_32_byte_block_opens(pad: int) -> None:
    unpadded = sealing.content(b"x" * (32 * 3 - pad - 20 - len(RECEIVER)))
    encrypt = sealing.encrypt(unpadded + bytes([pad]) * pad)
    assert opened(sealing.xml_body(encrypt), encrypt).plaintext == unpadded[20 : -len(RECEIVER)]


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"\x00" * 32, id="none"),
        pytest.param(b"\x21" * 33, id="33"),
        pytest.param(b"\x40" * 64, id="64"),
        pytest.param(b"\xff" * 32, id="255"),
        pytest.param(b"\x07" + b"\x09" * 8, id="one byte short"),
        pytest.param(b"\x01" * 19 + b"\x02\x03\x04", id="mixed"),
    ],
)
def test_a_wrong_padding_is_refused(tail: bytes) -> None:
    room = -(20 + len(RECEIVER) + len(tail)) % 16
    encrypt = sealing.encrypt(sealing.content(b"x" * room) + tail)
    assert reason_for(sealing.xml_body(encrypt), encrypt) is Reason.WRONG_PADDING


@pytest.mark.parametrize("length", [6 + len(RECEIVER), 1000, 2**31, 2**32 - 1])
def test_a_length_beyond_the_content_is_refused(length: int) -> None:
    encrypt = sealing.encrypt(sealing.padded(sealing.content(b"hello", length=length)))
    assert reason_for(sealing.xml_body(encrypt), encrypt) is Reason.WRONG_LENGTH


@pytest.mark.parametrize("length", [0, 4, 6])
def test_a_length_that_cuts_into_the_receiver_is_refused(length: int) -> None:
    encrypt = sealing.encrypt(sealing.padded(sealing.content(b"hello", length=length)))
    assert reason_for(sealing.xml_body(encrypt), encrypt) is Reason.WRONG_RECEIVER


@pytest.mark.parametrize("receiver", ["", RECEIVER[:-1], RECEIVER + "0", "0" + RECEIVER, RECEIVER.upper(), "帮扶"])
def test_an_envelope_for_anyone_else_is_refused(receiver: str) -> None:
    encrypt = sealing.encrypt(sealing.padded(sealing.content(b"hello", receiver=receiver)))
    assert reason_for(sealing.xml_body(encrypt), encrypt) is Reason.WRONG_RECEIVER


def test_padding_alone_is_no_message() -> None:
    encrypt = sealing.encrypt(b"\x20" * 32)
    assert reason_for(sealing.xml_body(encrypt), encrypt) is Reason.WRONG_LENGTH


def test_the_previous_key_still_opens_and_seals_its_own_reply() -> None:
    after_the_change = sealing.envelope(OTHER_KEY, KEY)
    push = opened(sealing.xml_body(ENCRYPT), ENCRYPT, after_the_change)
    assert push == Opened(TEXT.encode(), 1, Format.XML)

    reply = after_the_change.seal(b"<xml>ok</xml>", NONCE, 1772717401, push.key_index)
    assert reopened(reply, sealing.envelope(KEY)).plaintext == b"<xml>ok</xml>"


def test_with_several_keys_the_reason_that_got_furthest_is_given() -> None:
    encrypt = sealing.encrypt(sealing.padded(sealing.content(b"hello", receiver="wx_somebody_else")))
    body = sealing.xml_body(encrypt)
    assert reason_for(body, encrypt, sealing.envelope(OTHER_KEY, KEY)) is Reason.WRONG_RECEIVER
    assert reason_for(body, encrypt, sealing.envelope(KEY, OTHER_KEY)) is Reason.WRONG_RECEIVER
    assert reason_for(body, encrypt, sealing.envelope(OTHER_KEY)) is Reason.WRONG_PADDING


def test_a_sealed_xml_reply_carries_what_wechat_checks() -> None:
    reply = sealing.envelope().seal(b"<xml>ok</xml>", NONCE, 1772717401).decode()
    encrypt = reply.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    assert reply == (
        f"<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{sealing.sign('1772717401', NONCE, encrypt)}]]></MsgSignature>"
        "<TimeStamp>1772717401</TimeStamp><Nonce><![CDATA[884213077]]></Nonce></xml>"
    )


def test_a_sealed_json_reply_carries_what_wechat_checks() -> None:
    reply = json.loads(sealing.envelope().seal(b"{}", NONCE, 1772717401, 0, Format.JSON))
    encrypt = cast(str, reply["Encrypt"])
    assert reply == {
        "Encrypt": encrypt,
        "MsgSignature": sealing.sign("1772717401", NONCE, encrypt),
        "TimeStamp": 1772717401,
        "Nonce": NONCE,
    }


def test_the_same_reply_is_never_sealed_the_same_way_twice() -> None:
    envelope = sealing.envelope()
    assert envelope.seal(b"ok", NONCE, 1772717401) != envelope.seal(b"ok", NONCE, 1772717401)


@given(plaintext=st.binary(max_size=300), form=st.sampled_from(Format))
def test_what_is_sealed_opens_again(plaintext: bytes, form: Format) -> None:
    envelope = sealing.envelope()
    again = reopened(envelope.seal(plaintext, NONCE, 1772717401, 0, form), envelope)
    assert again == Opened(plaintext, 0, form)


def reopened(reply: bytes, envelope: Envelope) -> Opened:
    if reply.startswith(b"{"):
        signature = json.loads(reply)["MsgSignature"]
    else:
        signature = reply.decode().partition("<MsgSignature><![CDATA[")[2][:40]
    return envelope.open(reply, signature, "1772717401", NONCE)


@pytest.mark.parametrize("nonce", ["", "]]><x>", "一", "\ud800"])
def test_nothing_is_sealed_with_a_nonce_wechat_does_not_write(nonce: str) -> None:
    with pytest.raises(ValueError, match="nonce"):
        sealing.envelope().seal(b"ok", nonce, 1772717401)


@pytest.mark.parametrize("token", ["", "two words", "令牌", "x" * 65, "line\n"])
def test_a_token_nobody_could_set_is_a_clear_error(token: str) -> None:
    with pytest.raises(ValueError, match="callback token"):
        Envelope(token, [KEY], RECEIVER)


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "=", KEY + "A", "密" * 43, KEY[:-1] + "*", KEY[:-1] + "\n"])
def test_a_key_of_the_wrong_shape_is_a_clear_error(key: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey is exactly 43"):
        Envelope(TOKEN, [KEY, key], RECEIVER)


def test_keys_are_given_as_a_list() -> None:
    with pytest.raises(ValueError, match="as a list"):
        Envelope(TOKEN, KEY, RECEIVER)
    with pytest.raises(ValueError, match="as a list"):
        Envelope(TOKEN, [], RECEIVER)


def test_the_surplus_bits_of_a_keys_last_character_do_not_matter() -> None:
    assert KEY.endswith("E")
    assert opened(sealing.xml_body(ENCRYPT), ENCRYPT, sealing.envelope(KEY[:-1] + "H")).plaintext == TEXT.encode()


@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=60).map(
            lambda text: f"<xml><Encrypt><![CDATA[{text}]]></Encrypt></xml>".encode("utf-8", "ignore")
        ),
        st.dictionaries(st.sampled_from(["Encrypt", "ToUserName"]), st.recursive(st.text(), st.lists)).map(
            lambda members: json.dumps(members).encode()
        ),
    ),
    query=st.tuples(st.text(max_size=45), st.text(max_size=12), st.text(max_size=12)),
)
def test_whatever_is_posted_unsigned_ends_in_a_refusal(body: bytes, query: tuple[str, str, str]) -> None:
    with pytest.raises(Malformed):
        sealing.envelope().open(body, *query)


@given(content=st.binary(min_size=16, max_size=160).map(lambda raw: raw[: len(raw) // 16 * 16]))
def test_signed_nonsense_is_refused_too(content: bytes) -> None:
    encrypt = sealing.encrypt(content)
    reason = reason_for(sealing.xml_body(encrypt), encrypt)
    assert reason in (Reason.WRONG_LENGTH, Reason.WRONG_PADDING, Reason.WRONG_RECEIVER)


@given(at=st.integers(0, len(sealing.xml_body(ENCRYPT)) - 1), byte=st.integers(0, 255))
def test_one_changed_byte_never_changes_the_message(at: int, byte: int) -> None:
    body = bytearray(sealing.xml_body(ENCRYPT))
    body[at] = byte
    with contextlib.suppress(BadEnvelope):
        assert opened(bytes(body), ENCRYPT).plaintext == TEXT.encode()
