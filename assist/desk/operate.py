"""What whoever runs the installation may do to a shop: the same with the server running or not."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from sqlalchemy.orm import Session

from assist.domain.people import TokenKind
from assist.domain.value import Value
from assist.store.queries import people
from assist.store.queries.people import ShopRow
from assist.store.writer import Change

from .learn import LEARN, Lessons, keep_lessons
from .publish import FILES, Published, roll_back
from .secrets import SecretBox
from .setup import AgentSetup, Setup, agent_id_of, apply_setup, keep_agent
from .sign_in import hand_out

OPERATOR = "operator"
"""The author of what was done without anybody's name."""


class OperatorError(ValueError):
    """A command that cannot be done; the message names the cure."""


class ApplySetup(Value):
    verb: Literal["setup"] = "setup"
    setup: Setup


class AddAgent(Value):
    """`shop` may be left out where there is only one."""

    verb: Literal["add_agent"] = "add_agent"
    shop: str | None = None
    agent: AgentSetup


class MakeToken(Value):
    verb: Literal["make_token"] = "make_token"
    shop: str | None = None
    name: str
    kind: TokenKind


class RevokeTokens(Value):
    verb: Literal["revoke_tokens"] = "revoke_tokens"
    shop: str | None = None
    name: str


class Learn(Value):
    """Keep what was decided about proposed phrasings; `author` is the reviewer's name."""

    verb: Literal["learn"] = "learn"
    shop: str | None = None
    author: Annotated[str, Field(min_length=1, max_length=80)] = LEARN
    lessons: Lessons


class RollBack(Value):
    """Publish the content of an earlier number under a new one."""

    verb: Literal["roll_back"] = "roll_back"
    shop: str | None = None
    author: Annotated[str, Field(min_length=1, max_length=80)] = OPERATOR
    number: int


Command = Annotated[ApplySetup | AddAgent | MakeToken | RevokeTokens | Learn | RollBack, Field(discriminator="verb")]
COMMANDS: TypeAdapter[Command] = TypeAdapter(Command)


class Done(Value):
    """What a command came to: a line for a person, the secret it made, told once, and a new library's number."""

    said: str
    token: str | None = None
    number: int | None = None


def operate(command: Command, box: SecretBox, now: datetime) -> Change[Done]:
    """Return the change that does it. Raises OperatorError, SetupError, UnknownAdapter or ValidationError."""

    def keep(session: Session) -> Done:
        match command:
            case ApplySetup():
                done = apply_setup(command.setup, box, now)(session)
                return Done(
                    said=f"{done.shops} shops, {done.accounts} accounts, {done.agents} agents are as the file says"
                )
            case AddAgent():
                shop = _shop(session, command.shop)
                row = keep_agent(session, shop.id, command.agent, now)
                return Done(
                    said=f"{row.name} is {row.role.value} of shop {shop.id}; to sign in: assist token ticket {row.name}"
                )
            case MakeToken():
                shop = _shop(session, command.shop)
                handed = hand_out(shop.id, _person(session, shop, command.name), command.kind, now)(session)
                return Done(said=f"good until {handed.expires_at.isoformat(timespec='seconds')}", token=handed.token)
            case RevokeTokens():
                shop = _shop(session, command.shop)
                count = people.revoke_tokens(session, _person(session, shop, command.name), now)
                return Done(said=f"{count} tokens of {command.name} are revoked")
            case Learn():
                shop = _shop(session, command.shop)
                author = _author(command.author)
                published = keep_lessons(shop.id, command.lessons, author=author, now=now)(session)
                return _published(shop, published)
            case RollBack():
                shop = _shop(session, command.shop)
                author = _author(command.author)
                return _published(shop, roll_back(shop.id, command.number, author=author, now=now)(session))

    return keep


def pick_shop(shops: list[ShopRow], shop_id: str | None) -> ShopRow:
    """Return the named shop, or the only one there is. Raises OperatorError naming those there are."""
    known = ", ".join(shop.id for shop in shops) or "none; run: assist setup FILE.toml"
    if shop_id is None and len(shops) == 1:
        return shops[0]
    named = next((shop for shop in shops if shop.id == shop_id), None)
    if named is None:
        wanted = f"no shop {shop_id!r}" if shop_id else "name a shop with --shop"
        raise OperatorError(f"{wanted}; there are: {known}")
    return named


def _shop(session: Session, shop_id: str | None) -> ShopRow:
    return pick_shop(people.shops(session), shop_id)


def _author(name: str) -> str:
    if name == FILES:
        raise OperatorError(f"{FILES!r} is the author of content files; name a person")
    return name


def _published(shop: ShopRow, published: Published) -> Done:
    count = len(published.changed) + len(published.ended)
    if not count:
        return Done(said=f"nothing changes: shop {shop.id} stays at library {published.number}")
    said = f"shop {shop.id} has library {published.number}: {count} entries differ from the one before"
    return Done(said=said, number=published.number)


def _person(session: Session, shop: ShopRow, name: str) -> str:
    agent_id = agent_id_of(shop.id, name)
    if people.agent(session, agent_id) is None:
        raise OperatorError(f"nobody is called {name!r}; add them with: assist user add {name}")
    return agent_id
