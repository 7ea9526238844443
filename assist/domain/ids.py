"""Our own ids: made from what they name, so that a second delivery names the same row."""

import hashlib

# With a character that no hexadecimal id has.
_PRACTICE = "practice-"


def id_of(*parts: str) -> str:
    """Return 24 lower-case hex characters (96 bits) for the ordered parts.

    Parts are length-prefixed: ("ab", "c") and ("a", "bc") differ.
    """
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def conversation_id_of(shop_id: str, adapter: str, account: str, conversation_ref: str) -> str:
    return id_of("conversation", shop_id, adapter, account, conversation_ref)


def practice_id_of(card_id: str) -> str:
    """Return the id under which practice mode shows a card: no live card ever has it."""
    return f"{_PRACTICE}{card_id}"


def is_practice_id(card_id: str) -> bool:
    return card_id.startswith(_PRACTICE)


def message_id_of(conversation_id: str, message_ref: str) -> str:
    return id_of("message", conversation_id, message_ref)
