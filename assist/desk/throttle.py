"""How long must somebody wait who guessed wrong? Counted in a table, so that every process says the same."""

import hashlib
import ipaddress
import math
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.store.queries import door
from assist.store.queries.door import Tries
from assist.store.writer import Change

_FREE = 5
_FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
# IPv6 subscribers own a whole /64.
_IPV6_PREFIX = 64


class TooManyTries(Exception):
    """Signing in failed too often; `seconds` says when it may be tried again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong tries; wait {seconds} s, or sign in with a link")
        self.seconds = seconds


def wait_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row: none, then 2 s from the fifth, doubling to 15 min."""
    if failures < _FREE:
        return timedelta(0)
    return min(LONGEST_WAIT, _FIRST_WAIT * 2 ** min(failures - _FREE, 20))


def subjects_of(shop: str, name: str, address: str | None) -> tuple[str, ...]:
    """Return what is counted: the name in its shop, and where the request came from.

    A name is kept hashed: people type their password into the wrong field.
    """
    named = hashlib.sha256(f"{shop}\n{name}".encode(errors="replace")).hexdigest()
    return (f"name:{named}", *([f"address:{_network(address)}"] if address else []))


def knock(subjects: tuple[str, ...], now: datetime) -> Change[None]:
    """Return the change that counts one more try, before it is known to be right: guesses at once all count.

    Raises TooManyTries, and then counts nothing: who waits is not made to wait longer.
    """

    def keep(session: Session) -> None:
        door.forget_tries_before(session, now - FORGOTTEN_AFTER)
        known = door.tries(session, subjects)
        until = max((one.last_at + wait_after(one.failures) for one in known.values()), default=now)
        if until > now:
            raise TooManyTries(math.ceil((until - now).total_seconds()))
        before = {subject: known[subject].failures if subject in known else 0 for subject in subjects}
        door.keep_tries(session, {subject: Tries(failures + 1, now) for subject, failures in before.items()})

    return keep


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
    return str(parsed)
