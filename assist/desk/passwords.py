"""What a password is kept as, and whether one is right: argon2id, never two at once per core that may be busy."""

import threading
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .secrets import new_token

SHORTEST = 10
LONGEST = 256

# The library's defaults are RFC 9106's for little memory: 64 MiB and some 50 ms for each.
_HASHER = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS = 10.0


class PasswordRefused(ValueError):
    """Not fit to be a password; the message says what is."""


class DoorBusy(Exception):
    """Too many sign in at this moment; the same request will do in a while."""


def hash_of(password: str) -> str:
    """Return what to keep of a new password. Raises PasswordRefused, DoorBusy."""
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise PasswordRefused(f"a password has {SHORTEST} to {LONGEST} characters; this one has {len(plain)}")
    with _slot():
        return _HASHER.hash(plain)


def is_right(kept: str | None, password: str) -> bool:
    """Is this the password that was kept? Where none was, it takes as long to say no. Raises DoorBusy."""
    nobody = _hash_of_nobody()
    with _slot():
        try:
            return _HASHER.verify(kept or nobody, _normal(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Was it kept in another way than passwords are kept now?"""
    return _HASHER.check_needs_rehash(kept)


def _normal(password: str) -> str:
    # The same characters come decomposed from one keyboard and composed from another.
    return unicodedata.normalize("NFKC", password)


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash(new_token())


@contextmanager
def _slot() -> Generator[None]:
    if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
        raise DoorBusy("too many people sign in at this moment; try again in a few seconds")
    try:
        yield
    finally:
        _AT_ONCE.release()
