"""Under which keyed hash is a customer counted?"""

import hashlib
import hmac


def subject_key(salt: str, customer_ref: str) -> str | None:
    """Return the keyed hash a customer is counted under, or None when unknown."""
    if not customer_ref:
        return None
    return hmac.digest(salt.encode(), customer_ref.encode(), hashlib.sha256).hex()[:32]
