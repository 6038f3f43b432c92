"""加密存储: seals what may identify or harm a person, and finds it again without opening it.

A sealed value is `version (1) | key id (4) | nonce (12) | ciphertext and tag (16)`. The version says the cipher:
1 is AES-256-GCM, 2 is SM4-GCM (GB/T 32907, RFC 8998). The place a value belongs to (`member.id_number`) is
authenticated with it, so it cannot be moved to another column unnoticed.
A blind index is HMAC-SHA256 over place and value: equal values of one place have equal indexes, and nothing else can
be read from them. Each cipher, the index and the signature have keys of their own, derived from one secret by HKDF:
who has one of them has none of the others.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import ciphers
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.ext.asyncio import AsyncSession

_KEY_BYTES = 32
_SM4_KEY_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
_ID_BYTES = 4
HEADER_BYTES = 1 + _ID_BYTES
"""Version and key id, with which every sealed value begins."""


class Cipher(StrEnum):
    """What seals new values. Whichever is in force, values of both open."""

    AES = "aes"
    SM4 = "sm4"


_VERSIONS = {Cipher.AES: b"\x01", Cipher.SM4: b"\x02"}


class _Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class Sm4Gcm:
    """SM4 in GCM with a 16-byte tag at the end, called as cryptography's `AESGCM` is."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Give the ciphertext and the tag."""
        encryptor = ciphers.Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Give the data.

        Raises:
            InvalidTag: it is not what was encrypted.
        """
        decryptor = ciphers.Cipher(self._algorithm, modes.GCM(nonce, data[-_TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-_TAG_BYTES]) + decryptor.finalize()


class CannotOpen(Exception):
    """The value was sealed with a key that is not among ours, or was tampered with."""


def key_name(header: bytes) -> str:
    """What an operator may call the key of what begins so: its id in hexadecimal, which tells nothing of the key."""
    return header[1:HEADER_BYTES].hex()


def new_key() -> str:
    """Make one secret key in the form `BANGFU_SECRET_KEYS` takes: 32 random bytes, URL-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode().rstrip("=")


class _Key:
    def __init__(self, text: str) -> None:
        try:
            secret = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("a key is URL-safe base64, made by `bangfu keys new`") from error
        if len(secret) != _KEY_BYTES:
            raise ValueError(f"a key is {_KEY_BYTES} bytes, made by `bangfu keys new`")
        self.id = hashlib.sha256(b"bangfu key id" + secret).digest()[:_ID_BYTES]
        self.by_version: Mapping[bytes, _Aead] = {
            _VERSIONS[Cipher.AES]: AESGCM(_derive(secret, b"bangfu seal")),
            _VERSIONS[Cipher.SM4]: Sm4Gcm(_derive(secret, b"bangfu seal sm4", _SM4_KEY_BYTES)),
        }
        self.index_hmac = _Hmac(_derive(secret, b"bangfu blind index"))
        self.signing_secret = _derive(secret, b"bangfu sign")


class _Hmac:
    """HMAC-SHA256 under one key: what hangs on the key alone is hashed once, not with each of an import's values."""

    def __init__(self, secret: bytes) -> None:
        block = secret.ljust(hashlib.sha256().block_size, b"\x00")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, value: bytes) -> bytes:
        """Give the 32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(value)
        outer.update(inner.digest())
        return outer.digest()


def _derive(secret: bytes, purpose: bytes, length: int = _KEY_BYTES) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(secret)


class Keyring:
    """The keys in force, newest first, and the cipher: the first key seals with it, any key opens either cipher."""

    def __init__(self, keys: Sequence[str], cipher: Cipher = Cipher.AES) -> None:
        if not keys:
            raise ValueError("at least one key is needed")
        self.cipher = cipher
        self._keys = [_Key(key) for key in keys]
        self._by_id = {key.id: key for key in self._keys}
        self._by_header = {version + key.id: aead for key in self._keys for version, aead in key.by_version.items()}
        self._header = _VERSIONS[cipher] + self._keys[0].id
        self._sealing = self._by_header[self._header]

    @property
    def header(self) -> bytes:
        """What everything sealed from now on begins with: what begins otherwise is older, or of the other cipher."""
        return self._header

    @property
    def key_names(self) -> list[str]:
        """What an operator may call each key, newest first."""
        return [key_name(_VERSIONS[self.cipher] + key.id) for key in self._keys]

    def opens(self, header: bytes) -> bool:
        """Whether what begins so was sealed with one of our keys."""
        return header in self._by_header

    def seal(self, value: str, place: str) -> bytes:
        """Seal a value for one place, written `table.column`."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._header + nonce + self._sealing.encrypt(nonce, value.encode(), place.encode())

    def seal_all(self, values: Sequence[str | None], place: str) -> list[bytes | None]:
        """Seal the values of one place, as many as there are; what is absent stays so."""
        nonces, size = os.urandom(_NONCE_BYTES * len(values)), _NONCE_BYTES
        header, encrypt, where = self._header, self._sealing.encrypt, place.encode()
        sealed: list[bytes | None] = []
        for start, value in zip(range(0, len(nonces), size), values, strict=True):
            nonce = nonces[start : start + size]
            sealed.append(None if value is None else header + nonce + encrypt(nonce, value.encode(), where))
        return sealed

    def open(self, sealed: bytes, place: str) -> str:
        """Open a value sealed for that place.

        Raises:
            CannotOpen: its key is not ours any more, or it was sealed for another place, or it was changed.
        """
        aead = self._by_header.get(sealed[:HEADER_BYTES])
        if aead is None:
            raise CannotOpen("sealed with a key that is not in BANGFU_SECRET_KEYS")
        nonce, closed = sealed[HEADER_BYTES : HEADER_BYTES + _NONCE_BYTES], sealed[HEADER_BYTES + _NONCE_BYTES :]
        try:
            value = aead.decrypt(nonce, closed, place.encode())
        except (InvalidTag, ValueError) as error:
            # A nonce or a tag that was cut short is a ValueError.
            raise CannotOpen("the sealed value was changed or belongs elsewhere") from error
        return value.decode()

    def open_if(self, sealed: bytes | None, place: str) -> str | None:
        """Open a value that may legitimately be absent."""
        return None if sealed is None else self.open(sealed, place)

    def open_if_possible(self, sealed: bytes | None, place: str) -> str | None:
        """Open what can be done without: None where it is absent, and where nobody can open it any more."""
        try:
            return self.open_if(sealed, place)
        except CannotOpen:
            return None

    def seal_if(self, value: str | None, place: str) -> bytes | None:
        """Seal a value that may legitimately be absent."""
        return None if value is None else self.seal(value, place)

    def index(self, value: str, place: str) -> bytes:
        """Give the blind index under which a new value of that place is filed (16 bytes)."""
        return _index(self._keys[0], value, place)

    def indexes(self, value: str, place: str) -> list[bytes]:
        """Give every blind index under which a value may be filed: one a key, newest first."""
        return [_index(key, value, place) for key in self._keys]

    def sign(self, value: bytes, purpose: str) -> bytes:
        """Sign a value for one purpose with the newest key: its id (4 bytes), then HMAC-SHA256 (32 bytes)."""
        key = self._keys[0]
        return key.id + _signature(key, value, purpose)

    def signed(self, value: bytes, purpose: str, signature: bytes) -> bool:
        """Whether one of our keys signed this value for this purpose.

        Raises:
            CannotOpen: the key it names is not ours (any more), so nobody here can tell.
        """
        key = self._by_id.get(signature[:_ID_BYTES])
        if key is None:
            raise CannotOpen("signed with a key that is not in BANGFU_SECRET_KEYS")
        return hmac.compare_digest(signature[_ID_BYTES:], _signature(key, value, purpose))

    def signed_with_newest(self, signature: bytes) -> bool:
        """Whether a signature was made with the newest key."""
        return signature[:_ID_BYTES] == self._keys[0].id


def _index(key: _Key, value: str, place: str) -> bytes:
    return key.index_hmac.digest(f"{place}\x00{value}".encode())[:16]


def _signature(key: _Key, value: bytes, purpose: str) -> bytes:
    return hmac.digest(key.signing_secret, purpose.encode() + b"\x00" + value, "sha256")


def keyring_of(session: AsyncSession) -> Keyring:
    """Give the keys of the store this session belongs to."""
    keyring = session.info["keyring"]
    assert isinstance(keyring, Keyring)
    return keyring
