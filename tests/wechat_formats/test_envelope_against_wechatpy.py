"""Ours and wechatpy's envelope open each other's seals and agree on whose they are."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature
from wechatpy.work.crypto import WeChatCrypto as WeComCrypto

from bot.wechat.envelope import BadEnvelope
from tests.wechat_formats import sealing
from tests.wechat_formats.sealing import KEY, NONCE, OTHER_KEY, RECEIVER, TIMESTAMP, TOKEN

THEIRS = WeChatCrypto(TOKEN, KEY, RECEIVER)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


def encrypt_and_signature(reply: str) -> tuple[str, str]:
    encrypt = reply.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    signature = reply.partition("<MsgSignature><![CDATA[")[2].partition("]]>")[0]
    return encrypt, signature


@given(words=WORDS)
def test_we_open_what_wechatpy_seals(words: str) -> None:
    encrypt, signature = encrypt_and_signature(THEIRS.encrypt_message(words, NONCE, TIMESTAMP))
    opened = sealing.envelope().open(sealing.xml_body(encrypt), signature, TIMESTAMP, NONCE)
    assert opened.plaintext.decode() == words


@given(words=WORDS)
def test_wechatpy_opens_what_we_seal(words: str) -> None:
    reply = sealing.envelope().seal(words.encode(), NONCE, int(TIMESTAMP)).decode()
    _, signature = encrypt_and_signature(reply)
    assert THEIRS.decrypt_message(reply, signature, TIMESTAMP, NONCE) == words


@given(salt=st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=16, max_size=16), words=WORDS)
def test_with_the_same_salt_both_give_the_same_ciphertext(salt: str, words: str) -> None:
    theirs = WeComCrypto(TOKEN, KEY, RECEIVER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wechatpy.crypto.base.random_string", lambda length: salt)
        reply = theirs.encrypt_message(words, NONCE, TIMESTAMP)
    encrypt, signature = encrypt_and_signature(reply)
    envelope = sealing.envelope()
    assert envelope.encrypt(words.encode(), key_index=0, salt=salt.encode()) == encrypt
    assert envelope.signature(TIMESTAMP, NONCE, encrypt) == signature


@given(parts=st.tuples(st.text("0123456789", min_size=1), st.text("abcXYZ0189", min_size=1)))
def test_both_sign_a_query_alike(parts: tuple[str, str]) -> None:
    check_signature(TOKEN, sealing.envelope().signature(*parts), *parts)


@settings(max_examples=300)
@given(
    message=st.binary(max_size=40),
    receiver=st.sampled_from([RECEIVER, RECEIVER[:-1], RECEIVER + "x", ""]),
    off=st.sampled_from([0, 0, 0, 1, -1, 7, 4096]),
    pad=st.one_of(st.none(), st.integers(0, 64)),
    key=st.sampled_from([KEY, KEY, OTHER_KEY]),
)
def test_whatever_we_open_wechatpy_opens_to_the_same(
    message: bytes, receiver: str, off: int, pad: int | None, key: str
) -> None:
    """We are the stricter one: what we accept it accepts, and it never reads other words in it."""
    unpadded = sealing.content(message, receiver=receiver, length=max(len(message) + off, 0))
    full = sealing.padded(unpadded) if pad is None else unpadded + bytes([pad]) * pad
    encrypt = sealing.encrypt(full[: len(full) // 16 * 16])
    body, signature = sealing.xml_body(encrypt), sealing.sign(TIMESTAMP, NONCE, encrypt)
    try:
        ours = sealing.envelope(key).open(body, signature, TIMESTAMP, NONCE).plaintext
    except BadEnvelope:
        return
    theirs = WeChatCrypto(TOKEN, key, RECEIVER)
    with contextlib.suppress(UnicodeDecodeError):  # it reads text only, we leave bytes to the parser
        assert theirs.decrypt_message(body, signature, TIMESTAMP, NONCE).encode() == ours
