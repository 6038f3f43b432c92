"""指纹: by which undoing an import notices that a row holds something else by now.

They are made with a secret of the import's own, which is sealed beside it: when the keys change, only that one value
is sealed anew, and an import of before can still be taken back once the old key has gone.
"""

import hashlib
import os

from storage.sealing import Keyring

FINGERPRINT_BYTES = 16
PLACE = "import_batch.fingerprints"
"""The place of an import's secret."""

_SECRET_BYTES = 32


class Fingerprints:
    """The fingerprints of one import; without its secret nothing can be learnt of what they were made of."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = os.urandom(_SECRET_BYTES) if secret is None else secret

    @classmethod
    def opened(cls, sealed: bytes, keyring: Keyring) -> "Fingerprints":
        """Give those of an import that was stored.

        Raises:
            CannotOpen: the key its secret was sealed with is not ours any more.
        """
        return cls(bytes.fromhex(keyring.open(sealed, PLACE)))

    def sealed(self, keyring: Keyring) -> bytes:
        """Give the secret as the store keeps it."""
        return keyring.seal(self._secret.hex(), PLACE)

    def of(self, text: str) -> bytes:
        """Give the fingerprint of a text (16 bytes)."""
        return hashlib.blake2b(text.encode(), key=self._secret, digest_size=FINGERPRINT_BYTES).digest()
