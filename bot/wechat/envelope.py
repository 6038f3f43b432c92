"""加解密: the sealed envelope around every push and reply: sign, open, seal.

SHA-1 over the sorted parts; AES-256-CBC with the key's first half as IV; inside, 16 random bytes, the length,
the message and the receiver's id, padded to 32 bytes (WeChat docs, dev/push/encryption; WeCom path 90930).
wechatpy does the same several times slower, with one key, XML only, and exceptions of seven kinds; the tests
hold the two against each other.
"""

import json
import os
import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.wechat.markup import MAX_BYTES, Format, Malformed, Reason, read

_BLOCK = 32
_SALT = 16
_HEAD = _SALT + 4
_PADDINGS = [b""] + [bytes([size]) * size for size in range(1, _BLOCK + 1)]

_TOKEN = re.compile(r"[!-~]{1,64}")
_AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")
_TIMESTAMP = re.compile(r"[0-9]{1,20}")
_NONCE = re.compile(r"[A-Za-z0-9._~+/=-]{1,128}")

# The body as WeChat and WeCom write it, around the ciphertext; every other spelling is read by markup. What is
# between the two is not looked at here, for decoding refuses all that is not base64.
_USUAL_HEAD = re.compile(
    rb"<xml>[ \n]*<ToUserName><!\[CDATA\[[A-Za-z0-9_@-]*\]\]></ToUserName>[ \n]*<Encrypt><!\[CDATA\["
)
_USUAL_END = b"]]></Encrypt>"
_USUAL_TAIL = re.compile(rb"[ \n]*(?:<AgentID><!\[CDATA\[[0-9]*\]\]></AgentID>[ \n]*)?</xml>[ \n]*")


class BadEnvelope(Malformed):
    """This was not sealed by WeChat for us. `reason` says where it failed; answer 4xx and nothing else."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside, which key opened it (0 is the newest) and the form of the body it came in."""

    plaintext: bytes
    key_index: int
    format: Format


class Envelope:
    """Signs, opens and seals for one account.

    `aes_keys` are EncodingAESKeys of 43 characters, newest first: after a change of key WeChat goes on
    sealing with the old one for a while, and wants the reply under the key it used. `receive_id` is the AppID
    of a 公众号, the CorpID of WeCom.
    """

    def __init__(self, token: str, aes_keys: Sequence[str], receive_id: str) -> None:
        if _TOKEN.fullmatch(token) is None:
            raise ValueError("The callback token must be 1 to 64 visible ASCII characters without spaces.")
        if isinstance(aes_keys, str) or not aes_keys:
            raise ValueError("Give the callback's EncodingAESKeys as a list, newest first.")
        self._token = token
        self._ciphers = [_cipher(key) for key in aes_keys]
        self._receive_id = receive_id.encode()

    def signature(self, *parts: str) -> str:
        """Sign the parts with the token: SHA-1, in hex, of all of them sorted and joined."""
        joined = "".join(sorted((self._token, *parts)))
        return sha1(joined.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()

    def verify_url(self, signature: str, timestamp: str, nonce: str) -> None:
        """Check a query's `signature` (接入验证, and pushes in 明文模式, whose body nothing protects)."""
        self._check(signature, timestamp, nonce)

    def open(self, body: bytes, msg_signature: str, timestamp: str, nonce: str) -> Opened:
        """Check and open a posted body, XML or JSON; of a 兼容模式 body only the sealed half is read."""
        if len(body) > MAX_BYTES:
            raise BadEnvelope(Reason.TOO_LARGE)
        form, encrypt = _usual_encrypt(body) or _encrypt_field(body)
        plaintext, key_index = self._open(encrypt, msg_signature, timestamp, nonce)
        return Opened(plaintext, key_index, form)

    def open_encrypted(self, encrypt: str, msg_signature: str, timestamp: str, nonce: str) -> Opened:
        """Check and open a bare ciphertext: WeCom's echostr, answered with the plaintext (path 90930)."""
        if len(encrypt) > MAX_BYTES:
            raise BadEnvelope(Reason.TOO_LARGE)
        plaintext, key_index = self._open(encrypt, msg_signature, timestamp, nonce)
        return Opened(plaintext, key_index, Format.XML)

    def seal(
        self,
        plaintext: bytes,
        nonce: str,
        timestamp: int,
        key_index: int = 0,
        format: Format = Format.XML,
    ) -> bytes:
        """Seal a reply under the key that opened its push, echoing its nonce; `timestamp` is our own."""
        if _NONCE.fullmatch(nonce) is None:
            raise ValueError("Seal with the nonce of a push that was opened.")
        encrypt = self.encrypt(plaintext, key_index=key_index, salt=os.urandom(_SALT))
        signature = self.signature(str(timestamp), nonce, encrypt)
        if format is Format.JSON:
            reply = {"Encrypt": encrypt, "MsgSignature": signature, "TimeStamp": timestamp, "Nonce": nonce}
            return json.dumps(reply).encode()
        return (
            f"<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp>"
            f"<Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode()

    def encrypt(self, plaintext: bytes, *, key_index: int, salt: bytes) -> str:
        """Encrypt alone, without a signature; the salt is 16 random bytes, never used twice."""
        if len(salt) != _SALT:
            raise ValueError("The salt is 16 bytes.")
        content = salt + len(plaintext).to_bytes(4, "big") + plaintext + self._receive_id
        encryptor = self._ciphers[key_index].encryptor()
        padded = content + _PADDINGS[_BLOCK - len(content) % _BLOCK]
        return b64encode(encryptor.update(padded) + encryptor.finalize()).decode("ascii")

    def _check(self, signature: str, timestamp: str, nonce: str, *parts: str) -> None:
        if _TIMESTAMP.fullmatch(timestamp) is None or _NONCE.fullmatch(nonce) is None:
            raise BadEnvelope(Reason.BAD_QUERY)
        expected = self.signature(timestamp, nonce, *parts).encode("ascii")
        if not compare_digest(expected, signature.encode("utf-8", "surrogatepass")):
            raise BadEnvelope(Reason.WRONG_SIGNATURE)

    def _open(self, encrypt: str, signature: str, timestamp: str, nonce: str) -> tuple[bytes, int]:
        self._check(signature, timestamp, nonce, encrypt)
        try:
            sealed = a2b_base64(encrypt, strict_mode=True)
        except (Base64Error, ValueError) as error:
            raise BadEnvelope(Reason.NOT_BASE64) from error
        if len(sealed) < _BLOCK or len(sealed) % (AES.block_size // 8):
            raise BadEnvelope(Reason.WRONG_LENGTH)
        failures = []
        for key_index, cipher in enumerate(self._ciphers):
            decryptor = cipher.decryptor()
            content = decryptor.update(sealed) + decryptor.finalize()
            try:
                return _message(content, self._receive_id), key_index
            except BadEnvelope as failure:
                failures.append(failure.reason)
        # A wrong key shows as wrong padding; whichever got further names what is really the matter.
        raise BadEnvelope(max(failures, key=_ORDER_OF_CHECKS.index))


_ORDER_OF_CHECKS = (Reason.WRONG_PADDING, Reason.WRONG_LENGTH, Reason.WRONG_RECEIVER)


def _message(content: bytes, receive_id: bytes) -> bytes:
    """Take the message out of the decrypted content, every length and the receiver checked."""
    pad = content[-1]
    # 1 to 32, not AES's 16: the documentation's own example has 19.
    if not 1 <= pad <= _BLOCK or not content.endswith(_PADDINGS[pad]):
        raise BadEnvelope(Reason.WRONG_PADDING)
    end = len(content) - pad
    message_end = _HEAD + int.from_bytes(content[_SALT:_HEAD], "big")
    if message_end > end:
        raise BadEnvelope(Reason.WRONG_LENGTH)
    if not compare_digest(content[message_end:end], receive_id):
        raise BadEnvelope(Reason.WRONG_RECEIVER)
    return content[_HEAD:message_end]


def _usual_encrypt(body: bytes) -> tuple[Format, str] | None:
    head = _USUAL_HEAD.match(body)
    if head is None:
        return None
    end = body.find(_USUAL_END, head.end())
    if end == -1 or _USUAL_TAIL.fullmatch(body, end + len(_USUAL_END)) is None:
        return None
    encrypt = body[head.end() : end]
    return (Format.XML, encrypt.decode("ascii")) if encrypt and encrypt.isascii() else None


def _encrypt_field(body: bytes) -> tuple[Format, str]:
    try:
        form, fields = read(body)
    except Malformed as flaw:
        raise BadEnvelope(flaw.reason) from flaw
    encrypt = fields.get("Encrypt")
    if not isinstance(encrypt, str) or not encrypt.strip():
        raise BadEnvelope(Reason.NO_ENCRYPT)
    return form, encrypt.strip()


def _cipher(aes_key: str) -> Cipher[CBC]:
    if _AES_KEY.fullmatch(aes_key) is None:
        raise ValueError("An EncodingAESKey is exactly 43 letters and digits.")
    # 43 characters hold 258 bits: the last two are surplus and not always zero, so no strict decoding here.
    key = a2b_base64(aes_key + "=")
    return Cipher(AES(key), CBC(key[:16]))
