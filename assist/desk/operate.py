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

from .edit_rights import NotYourPart
from .import_articles import ImportOutdated, ImportPlan, importer, keep_import
from .import_goods import GoodsRow, keep_goods
from .learn import LEARN, Lessons, keep_lessons
from .mine_pairs import MinedPart, keep_part
from .publish import FILES, Published, roll_back
from .secrets import SecretBox
from .setup import AgentSetup, Setup, agent_id_of, apply_setup, keep_agent
from .sign_in import hand_out
from .sign_in_password import set_password

OPERATOR = "operator"
"""The author of what was done without anybody's name."""


PasswordHash = Annotated[str, Field(pattern=r"^\$argon2id\$", max_length=300)]


class OperatorError(ValueError):
    """A command that cannot be done; the message names the cure."""


class ApplySetup(Value):
    verb: Literal["setup"] = "setup"
    setup: Setup


class AddAgent(Value):
    """`shop` may be left out where there is only one; `password_hash`, where the person keeps the one they have."""

    verb: Literal["add_agent"] = "add_agent"
    shop: str | None = None
    agent: AgentSetup
    password_hash: PasswordHash | None = None


class SetPassword(Value):
    """Hashed where it was typed: the password itself goes nowhere."""

    verb: Literal["set_password"] = "set_password"
    shop: str | None = None
    name: str
    password_hash: PasswordHash


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
    number: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ImportArticles(Value):
    """Keep what was planned from a table; `by` is a person of the shop, the first manager where left out."""

    verb: Literal["import_articles"] = "import_articles"
    shop: str | None = None
    by: str | None = None
    plan: ImportPlan
    number: int
    publish: bool = False


class ImportGoods(Value):
    """Keep some rows of what was planned from a table or a platform; `cause` names them among all imports."""

    verb: Literal["import_goods"] = "import_goods"
    shop: str | None = None
    cause: Annotated[str, Field(min_length=1, max_length=200)]
    rows: tuple[GoodsRow, ...]


class KeepPairs(Value):
    """Keep a part of what was mined from a shop's orders."""

    verb: Literal["keep_pairs"] = "keep_pairs"
    shop: str | None = None
    part: MinedPart


Command = Annotated[
    ApplySetup
    | AddAgent
    | SetPassword
    | MakeToken
    | RevokeTokens
    | Learn
    | RollBack
    | ImportArticles
    | ImportGoods
    | KeepPairs,
    Field(discriminator="verb"),
]
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
            case AddAgent() | SetPassword() | MakeToken() | RevokeTokens():
                return _done_for(session, command, now)
            case Learn():
                shop = _shop(session, command.shop)
                author = _author(command.author)
                published = keep_lessons(shop.id, command.lessons, author=author, now=now)(session)
                return _published(shop, published)
            case RollBack():
                shop = _shop(session, command.shop)
                author = _author(command.author)
                return _published(shop, roll_back(shop.id, command.number, author=author, now=now)(session))
            case ImportArticles():
                return _imported(session, command, now)
            case ImportGoods() | KeepPairs():
                return _about_goods(session, command, now)

    return keep


def _about_goods(session: Session, command: ImportGoods | KeepPairs, now: datetime) -> Done:
    shop = _shop(session, command.shop)
    match command:
        case ImportGoods():
            kept = keep_goods(shop.id, command.rows, now, cause=command.cause)(session)
            return Done(said=f"shop {shop.id}: {kept.goods} goods and {kept.facts} facts kept")
        case KeepPairs():
            keep_part(shop.id, command.part)(session)
            return Done(said=f"shop {shop.id}: {len(command.part.pairs)} pairs kept")


def _imported(session: Session, command: ImportArticles, now: datetime) -> Done:
    shop = _shop(session, command.shop)
    known = [(one.id, one.name, one.role) for one in people.agents(session, shop.id)]
    caller = importer(known, shop.id, command.by)
    if caller is None:
        raise OperatorError(f"shop {shop.id} has nobody to import as; name a person with --by, or add one: assist user")
    try:
        kept = keep_import(caller, command.plan, command.number, now, publish_fit=command.publish)(session)
    except (NotYourPart, ImportOutdated) as error:
        raise OperatorError(str(error)) from error
    said = f"{kept.drafts} drafts wait for review, {kept.published} articles are published, by {caller.name}"
    return Done(said=said, number=kept.number)


def _done_for(session: Session, command: AddAgent | SetPassword | MakeToken | RevokeTokens, now: datetime) -> Done:
    """Do what is about one person."""
    shop = _shop(session, command.shop)
    match command:
        case AddAgent():
            row = keep_agent(session, shop.id, command.agent, now)
            if command.password_hash is not None:
                set_password(row.id, command.password_hash, now)(session)
            way = "with their password" if command.password_hash else f"assist token ticket {row.name}"
            return Done(said=f"{row.name} is {row.role.value} of shop {shop.id}; to sign in: {way}")
        case SetPassword():
            set_password(_person(session, shop, command.name), command.password_hash, now)(session)
            return Done(said=f"{command.name} has a new password, and is signed out everywhere; API tokens stay")
        case MakeToken():
            handed = hand_out(shop.id, _person(session, shop, command.name), command.kind, now)(session)
            return Done(said=f"good until {handed.expires_at.isoformat(timespec='seconds')}", token=handed.token)
        case RevokeTokens():
            count = people.revoke_tokens(session, _person(session, shop, command.name), now)
            return Done(said=f"{count} tokens of {command.name} are revoked")


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
