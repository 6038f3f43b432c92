"""Seal envelopes by hand, well and badly: an account of our own and what WeChat would post to it."""

from base64 import b64encode
from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.wechat.envelope import Envelope

TOKEN = "MountainVillage2026"
KEY = "QmFuZ2Z1IHRlc3Qga2V5IG9mIDMyIGJ5dGVzIC4uLiE"
KEY_BYTES = b"Bangfu test key of 32 bytes ...!"
OTHER_KEY = "b3RoZXIga2V5LCBhbHNvIG9mIDMyIGJ5dGVzIC4uLiE"
RECEIVER = "wx20260305bangfu0"
TIMESTAMP = "1772717400"
NONCE = "884213077"

TEXT = (
    "<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>\n"
    "<FromUserName><![CDATA[oVillager-0001_abcdefghijklm]]></FromUserName>\n"
    "<CreateTime>1772717400</CreateTime>\n"
    "<MsgType><![CDATA[text]]></MsgType>\n"
    "<Content><![CDATA[钱来了没]]></Content>\n"
    "<MsgId>24938412345678901</MsgId>\n"
    "</xml>"
)


def envelope(*keys: str) -> Envelope:
    return Envelope(TOKEN, keys or (KEY,), RECEIVER)


def sign(*parts: str) -> str:
    return sha1("".join(sorted((TOKEN, *parts))).encode()).hexdigest()


def encrypt(content: bytes) -> str:
    """Encrypt bytes that are already padded, or badly padded."""
    encryptor = Cipher(AES(KEY_BYTES), CBC(KEY_BYTES[:16])).encryptor()
    return b64encode(encryptor.update(content) + encryptor.finalize()).decode()


def content(message: bytes, *, receiver: str = RECEIVER, length: int | None = None) -> bytes:
    """What stands inside, before the padding."""
    size = len(message) if length is None else length
    return b"0123456789abcdef" + size.to_bytes(4, "big") + message + receiver.encode()


def padded(unpadded: bytes) -> bytes:
    pad = 32 - len(unpadded) % 32
    return unpadded + bytes([pad]) * pad


def xml_body(encrypt: str) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    ).encode()
