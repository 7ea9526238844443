"""Sign and verify Standard Webhooks (standardwebhooks.com, v1 symmetric).

The signature is base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`; the key is the base64 after `whsec_`.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from .errors import AuthError

PREFIX = "whsec_"
_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")
# More signatures than any rotation needs is an attempt to make us hash for long.
_MAX_SIGNATURES = 8


def key_of(secret: str) -> bytes:
    """Return the key bytes of a `whsec_…` secret.

    Raises ValueError when it is not base64 or shorter than 24 bytes, the least the specification allows.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:  # binascii.Error is one, and so is a secret that is not ASCII
        raise ValueError("the secret is not base64; write whsec_ and the base64 of 24 to 64 bytes") from error
    if len(key) < 24:
        raise ValueError("the secret is shorter than 24 bytes; make one of 24 to 64 bytes")
    return key


def signature(key: bytes, webhook_id: str, timestamp: int, body: bytes) -> str:
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def signed_headers(key: bytes, webhook_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers for one delivery at `at` (aware)."""
    timestamp = int(at.timestamp())
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(key, webhook_id, timestamp, body),
    }


def verify(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes) -> tuple[str, datetime]:
    """Return (webhook id, signing time) of a proven request.

    Raises AuthError alike for a missing, malformed or wrong header: a caller learns nothing from it.
    """
    webhook_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    offered = headers.get("webhook-signature", "").split(" ", _MAX_SIGNATURES + 1)
    if not _ID.fullmatch(webhook_id) or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        raise AuthError("unsigned")
    if len(offered) > _MAX_SIGNATURES:
        raise AuthError("too many signatures")
    wanted = [signature(key, webhook_id, int(timestamp), body) for key in keys]
    # Bytes, because compare_digest refuses non-ASCII text with an exception.
    matches = [hmac.compare_digest(want.encode(), got.encode()) for want in wanted for got in offered]
    if not any(matches):
        raise AuthError("wrong signature")
    try:
        return webhook_id, datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError) as error:
        raise AuthError("impossible timestamp") from error
