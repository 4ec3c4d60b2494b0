"""Texts sealed with a key that is not in the database: who reads only the database cannot use them.

AES-256-GCM; the key comes from ``MINGA_SECRET_KEY`` by HKDF (RFC 5869). What was sealed under a key of
``MINGA_SECRET_KEY_FALLBACKS`` still opens, and is sealed anew with the present one by the worker.
"""

import base64
import binascii
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
PURPOSE = b"minga second factor, first version"


class Unreadable(ValueError):
    """None of the keys opens it: it was sealed with another, or for another account."""


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals with the first key, opens with any of them.

    Examples
    --------
    >>> vault = Vault(("a long secret",))
    >>> sealed = vault.seal("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "account:7")
    >>> len(sealed), vault.open(sealed, "account:7")
    (64, 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP')
    """

    keys: tuple[str, ...] = field(repr=False)

    def seal(self, secret: str, whose: str) -> str:
        """Seal a base32 text for one owner; it opens for nobody else."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(_derived(self.keys[0])).encrypt(nonce, base64.b32decode(secret), whose.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, whose: str) -> str:
        """The text again.

        Raises
        ------
        Unreadable
            No key opens it for this owner.
        """
        return self._opened(sealed, whose)[0]

    def is_current(self, sealed: str, whose: str) -> bool:
        """Whether the present key sealed it."""
        return self._opened(sealed, whose)[1] == 0

    def _opened(self, sealed: str, whose: str) -> tuple[str, int]:
        try:
            content = base64.b64decode(sealed, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise Unreadable("not sealed by this service") from error
        for place, key in enumerate(self.keys):
            try:
                secret = AESGCM(_derived(key)).decrypt(
                    content[:NONCE_BYTES], content[NONCE_BYTES:], whose.encode()
                )
            except (InvalidTag, ValueError):
                continue
            return base64.b32encode(secret).decode(), place
        raise Unreadable("none of the keys opens it")


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
