"""Sign in by name and password, and change a password: no answer tells whether the name or the password was wrong."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.people import Held, TokenKind
from assist.store.database import Database
from assist.store.queries import door, people
from assist.store.writer import Change, Writer

from .passwords import hash_of, is_right, outdated
from .setup import agent_id_of
from .sign_in import HandedOut, hand_out
from .throttle import knock, subjects_of


class WrongPassword(Exception):
    """Name, shop or password is wrong; which, is not said."""


class ShopMissing(Exception):
    """There is more than one shop, and none was named."""


@dataclass(frozen=True)
class _Person:
    """Who somebody says they are: the password kept is None where there is no such person."""

    shop: str
    agent_id: str | None
    kept: str | None


def sign_in(
    database: Database, writer: Writer, name: str, password: str, shop: str | None, address: str | None, now: datetime
) -> HandedOut:
    """Return a new cookie. Raises WrongPassword, ShopMissing, TooManyTries, DoorBusy. Blocks for some 50 ms."""
    name = _plain(name)
    with database.reader() as session:
        person = _person(session, name, _plain(shop or ""))
    subjects = subjects_of(person.shop, name, address)
    writer.submit(knock(subjects, now)).result()
    if not is_right(person.kept, password) or person.agent_id is None or person.kept is None:
        raise WrongPassword("name or password is wrong")
    better = hash_of(password) if outdated(person.kept) else None
    return writer.submit(_enter(person.shop, person.agent_id, person.kept, better, subjects, now)).result()


def change_password(
    database: Database, writer: Writer, held: Held, current: str, new: str, address: str | None, now: datetime
) -> None:
    """Keep a new password and sign the person out everywhere else; API tokens stay.

    Who has no password yet needs no current one. Raises WrongPassword, PasswordRefused, TooManyTries, DoorBusy.
    """
    who = held.caller
    with database.reader() as session:
        kept = door.password_hash(session, who.agent_id)
    subjects = subjects_of(who.shop_id, who.name, address)
    if kept is not None:
        writer.submit(knock(subjects, now)).result()
        if not is_right(kept, current):
            raise WrongPassword("the current password is wrong")
    fresh = hash_of(new)

    def keep(session: Session) -> None:
        if door.password_hash(session, who.agent_id) != kept:
            raise WrongPassword("the password was changed meanwhile")
        door.forget_tries(session, subjects)
        set_password(who.agent_id, fresh, now, but=held.family)(session)

    writer.submit(keep).result()


def set_password(agent_id: str, kept: str, now: datetime, *, but: str | None = None) -> Change[None]:
    """Return the change that keeps a password's hash and ends every signing in except the family `but`."""

    def keep(session: Session) -> None:
        door.keep_password(session, agent_id, kept)
        door.revoke_sign_ins(session, agent_id, now, but=but)

    return keep


def _enter(
    shop_id: str, agent_id: str, kept: str, better: str | None, subjects: tuple[str, ...], now: datetime
) -> Change[HandedOut]:
    def keep(session: Session) -> HandedOut:
        # Between the look and this change the password may have been set anew, or the person sent away.
        if door.password_hash(session, agent_id) != kept:
            raise WrongPassword("name or password is wrong")
        if better is not None:
            door.keep_password(session, agent_id, better)
        door.forget_tries(session, subjects)
        return hand_out(shop_id, agent_id, TokenKind.cookie, now)(session)

    return keep


def _person(session: Session, name: str, shop: str) -> _Person:
    shops = people.shops(session)
    if not shop and len(shops) > 1:
        raise ShopMissing("there is more than one shop here; name yours")
    by_id = [one for one in shops if shop in (one.id, "")]
    found = by_id or [one for one in shops if _plain(one.name) == shop]
    if len(found) != 1:
        return _Person(f"unknown {shop}", None, None)
    agent_id = agent_id_of(found[0].id, name)
    return _Person(found[0].id, agent_id, door.password_hash(session, agent_id))


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFC", typed).strip()
