"""Apply a shop's set-up file: shops, accounts, agents, webhooks. Applying it twice changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, JsonValue, ValidationError, field_validator
from sqlalchemy.orm import Session

from assist.contract import HttpReply, NotSupported
from assist.contract.discovery import AdapterMismatch, adapter_type
from assist.domain.ids import id_of
from assist.domain.people import AgentRole, Level
from assist.domain.value import Value
from assist.store.queries import outbox, people
from assist.store.queries.people import AccountRow, AgentRow, ShopRow
from assist.store.writer import Change

from .accounts import open_adapter
from .embedding import checked_origin
from .secrets import SecretBox, SecretMissing, new_token

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class SetupError(ValueError):
    """A set-up that cannot be applied; the message names the thing and the cure."""


class AccountSetup(Value):
    """One connected account. Each secret is `env:NAME` or the value itself, which is sealed; newest first."""

    adapter: str
    account: Id
    config: dict[str, JsonValue] = {}
    secrets: dict[str, tuple[str, ...]] = {}


class AgentSetup(Value):
    """One person. `refs` are `adapter:account:ref`: how platforms name them."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    role: AgentRole = AgentRole.agent
    level: Level | None = None
    team: str = ""
    refs: tuple[str, ...] = ()


class WebhookSetup(Value):
    """Where our signed events go."""

    id: Id
    url: str
    secret: str
    kinds: tuple[str, ...]


class ShopSetup(Value):
    """One shop. `embed_origins` are the origins whose pages may hold its sidebar, such as https://desk.example."""

    id: Id
    name: Annotated[str, Field(min_length=1, max_length=60)]
    timezone: str = "Asia/Shanghai"
    embed_origins: tuple[str, ...] = ()
    accounts: tuple[AccountSetup, ...] = ()
    agents: tuple[AgentSetup, ...] = ()
    webhooks: tuple[WebhookSetup, ...] = ()

    @field_validator("timezone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown timezone {value!r}; write it like Asia/Shanghai") from error
        return value

    @field_validator("embed_origins")
    @classmethod
    def real_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(checked_origin(one) for one in value))


class Setup(Value):
    """A whole set-up file."""

    shops: Annotated[tuple[ShopSetup, ...], Field(min_length=1)]


class Applied(Value):
    shops: int
    accounts: int
    agents: int


def apply_setup(setup: Setup, box: SecretBox, now: datetime) -> Change[Applied]:
    """Return the change that makes the rows say what the file says.

    Raises SetupError for an account of another shop, a malformed ref or a config its adapter refuses,
    UnknownAdapter for an adapter that is not installed.
    """
    accounts = {
        (shop.id, one.adapter, one.account): _account(shop.id, one, box)
        for shop in setup.shops
        for one in shop.accounts
    }

    def keep(session: Session) -> Applied:
        known = {shop.id: shop for shop in people.shops(session)}
        for shop in setup.shops:
            salt = known[shop.id].subject_salt if shop.id in known else new_token()
            row = ShopRow(shop.id, shop.name, shop.timezone, salt, shop.embed_origins)
            people.save_shop(session, row, now)
        for (shop_id, adapter, account), row in accounts.items():
            owner = people.owner_of_account(session, adapter, account)
            if owner not in (None, shop_id):
                raise SetupError(f"account {adapter}/{account} belongs to shop {owner!r}; an account has one shop")
            people.save_account(session, row)
        for shop in setup.shops:
            for agent in shop.agents:
                keep_agent(session, shop.id, agent, now)
            for hook in shop.webhooks:
                stored = box.reference(hook.secret)
                outbox.save_webhook(session, outbox.Webhook(hook.id, shop.id, hook.url, stored, hook.kinds))
        return Applied(
            shops=len(setup.shops),
            accounts=len(accounts),
            agents=sum(len(shop.agents) for shop in setup.shops),
        )

    return keep


def keep_agent(session: Session, shop_id: str, agent: AgentSetup, now: datetime) -> AgentRow:
    """Keep a person and how platforms name them; the same name in a shop is the same person."""
    row = AgentRow(
        id=agent_id_of(shop_id, agent.name),
        shop_id=shop_id,
        name=agent.name,
        role=agent.role,
        level=agent.level,
        team=agent.team,
        linked=True,
        active=True,
    )
    people.save_agent(session, row, now)
    for ref in agent.refs:
        parts = ref.split(":", 2)
        if len(parts) != 3 or not all(parts):
            raise SetupError(f"ref {ref!r} of {agent.name} is not adapter:account:ref")
        owner = people.owner_of_account(session, parts[0], parts[1])
        if owner not in (None, shop_id):
            raise SetupError(f"ref {ref!r} of {agent.name}: account {parts[0]}/{parts[1]} belongs to shop {owner!r}")
        people.link_agent(session, shop_id, parts[0], parts[1], parts[2], row.id)
    return row


def agent_id_of(shop_id: str, name: str) -> str:
    return id_of("person", shop_id, name)


def _account(shop_id: str, one: AccountSetup, box: SecretBox) -> AccountRow:
    try:
        adapter_type(one.adapter).Config.model_validate(one.config)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in ("config", *first["loc"]))
        raise SetupError(f"account {one.adapter}/{one.account}: {where}: {first['msg']}") from error
    except AdapterMismatch as error:
        raise SetupError(str(error)) from error
    row = AccountRow(
        adapter=one.adapter,
        account=one.account,
        shop_id=shop_id,
        config=dict(one.config),
        secrets={name: [box.reference(value) for value in values] for name, values in one.secrets.items()},
    )
    _refuse_unusable(row, box)
    return row


def _refuse_unusable(row: AccountRow, box: SecretBox) -> None:
    """Open the adapter once, which does no I/O. A secret of the server's environment alone is judged when it serves."""
    try:
        open_adapter(row, box, _NoHttp())
    except SecretMissing:
        return
    except ValueError as error:
        raise SetupError(f"account {row.adapter}/{row.account}: {error}") from error


class _NoHttp:
    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> HttpReply:
        raise NotSupported("nothing is sent while setting up")
