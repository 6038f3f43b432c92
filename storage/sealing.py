"""加密存储: seals what may identify or harm a person, and finds it again without opening it.

A sealed value is `version (1) | key id (4) | nonce (12) | AES-256-GCM ciphertext and tag`. The place it belongs
to (`member.id_number`) is authenticated with it, so a value cannot be moved to another column unnoticed.
A blind index is HMAC-SHA256 under a key of its own, derived from the same secret by HKDF: equal values have
equal indexes, and nothing else can be read from them.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.ext.asyncio import AsyncSession

_VERSION = b"\x01"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_ID_BYTES = 4
_HEADER_BYTES = 1 + _ID_BYTES


class CannotOpen(Exception):
    """The value was sealed with a key that is not among ours, or was tampered with."""


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
        self.cipher = AESGCM(_derive(secret, b"bangfu seal"))
        self.index_secret = _derive(secret, b"bangfu blind index")
        self.signing_secret = _derive(secret, b"bangfu sign")


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(secret)


class Keyring:
    """The keys in force, newest first: the first seals, any of them opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one key is needed")
        self._keys = [_Key(key) for key in keys]
        self._by_id = {key.id: key for key in self._keys}

    @property
    def header(self) -> bytes:
        """What everything sealed under the newest key begins with: what begins otherwise is older."""
        return _VERSION + self._keys[0].id

    def seal(self, value: str, place: str) -> bytes:
        """Seal a value for one place, written `table.column`."""
        key = self._keys[0]
        nonce = os.urandom(_NONCE_BYTES)
        sealed = key.cipher.encrypt(nonce, value.encode(), place.encode())
        return _VERSION + key.id + nonce + sealed

    def open(self, sealed: bytes, place: str) -> str:
        """Open a value sealed for that place.

        Raises:
            CannotOpen: its key is not ours any more, or it was sealed for another place, or it was changed.
        """
        key = self._by_id.get(sealed[1:_HEADER_BYTES])
        if key is None or sealed[:1] != _VERSION:
            raise CannotOpen("sealed with a key that is not in BANGFU_SECRET_KEYS")
        nonce = sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
        try:
            value = key.cipher.decrypt(nonce, sealed[_HEADER_BYTES + _NONCE_BYTES :], place.encode())
        except InvalidTag as error:
            raise CannotOpen("the sealed value was changed or belongs elsewhere") from error
        return value.decode()

    def open_if(self, sealed: bytes | None, place: str) -> str | None:
        """Open a value that may legitimately be absent."""
        return None if sealed is None else self.open(sealed, place)

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
    return hmac.digest(key.index_secret, place.encode() + b"\x00" + value.encode(), "sha256")[:16]


def _signature(key: _Key, value: bytes, purpose: str) -> bytes:
    return hmac.digest(key.signing_secret, purpose.encode() + b"\x00" + value, "sha256")


def keyring_of(session: AsyncSession) -> Keyring:
    """Give the keys of the store this session belongs to."""
    keyring = session.info["keyring"]
    assert isinstance(keyring, Keyring)
    return keyring
