"""Documents kept with a run: compressed, with the hash of their canonical text."""

import hashlib
import json
import zlib
from math import isfinite
from typing import Any


def packed(document: dict[str, Any]) -> tuple[bytes, str]:
    """Compress a document; the hash is that of its canonical text."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    return zlib.compress(text, 6), hashlib.sha256(text).hexdigest()


def unpacked(blob: bytes) -> dict[str, Any]:
    """The document that was packed."""
    document: dict[str, Any] = json.loads(zlib.decompress(blob))
    return document


def plain_number(value: float | None) -> float | None:
    """A figure that JSON can carry, to nine decimals; None where there is none."""
    if value is None or not isfinite(value):
        return None
    return round(float(value), 9)
