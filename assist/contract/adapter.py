"""The two protocols of an adapter: its type, found by entry point, and one instance per account."""

from collections.abc import Mapping
from enum import Flag, auto
from typing import Annotated, Literal, Protocol

from pydantic import AwareDatetime, BaseModel, Field, JsonValue, SecretStr

from assist.domain.value import Value

from .events import Actor, Event, Ref

CONTRACT_VERSION = "1.1"


class Cap(Flag):
    """What a platform can do. The sidebar offers only what is declared."""

    RECEIVE_PUSH = auto()
    RECEIVE_PULL = auto()
    RECEIVE_STREAM = auto()
    SEND_TEXT = auto()
    SEND_IMAGE = auto()
    SEND_MENU = auto()
    PRIVATE_NOTE = auto()
    SET_ATTRIBUTES = auto()
    SET_LABELS = auto()
    HANDOFF_TO_HUMAN = auto()
    ASSIGN_AGENT = auto()
    RESOLVE = auto()
    TYPING = auto()
    READ_RECEIPT = auto()
    EDIT = auto()
    RECALL = auto()
    FETCH_MEDIA = auto()
    HISTORY = auto()
    SIDEBAR_IFRAME = auto()
    COMPOSER_INSERT = auto()
    COMPOSER_SEND = auto()
    SEES_AGENT_MESSAGES = auto()
    SEES_OWN_MESSAGES = auto()
    IDEMPOTENT_SEND = auto()
    ORDER_REFS = auto()
    ORDERS = auto()
    REFUND = auto()
    COUPON = auto()
    RESHIP = auto()
    GOODS = auto()


class RawRequest(Value):
    """One request as it came: header names in lower case, the body untouched, `received_at` its clock."""

    method: str
    tail: str = ""
    query: Mapping[str, str] = {}
    headers: Mapping[str, str]
    body: bytes
    received_at: AwareDatetime


class RawReply(Value):
    """What must go back to the platform at once."""

    status: Annotated[int, Field(ge=200, le=599)]
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


class Ingest(Value):
    """What a request said. `signed_at` is the signature's own time; the core refuses it outside ±300 s.

    `wake` names pulls to run, for platforms that only knock: `("pull:<cursor name>",)`.
    """

    reply: RawReply
    events: tuple[Event, ...] = ()
    wake: tuple[str, ...] = ()
    signed_at: AwareDatetime | None = None


class OutText(Value):
    """A text to send. The same `idempotency_key` must never reach the customer twice."""

    ref: Ref
    text: Annotated[str, Field(min_length=1)]
    idempotency_key: Annotated[str, Field(min_length=8, max_length=32, pattern=r"^[0-9A-Za-z_-]+$")]
    private: bool = False
    on_behalf_of: Actor | None = None


class SendResult(Value):
    """How a send ended. `unknown` means the platform may or may not have it: never retried blindly."""

    status: Literal["sent", "duplicate", "rejected", "retry", "unknown"]
    message_ref: str | None = None
    error_code: str | None = None
    retry_after_s: float | None = None


class Account(Value):
    """One connected account of one shop. Secrets are newest first; several mean rotation."""

    shop_id: str
    adapter: str
    account: str
    config: Mapping[str, JsonValue] = {}
    secrets: Mapping[str, tuple[SecretStr, ...]] = {}


class HttpReply(Protocol):
    """An answer from outside: header names in lower case, the body capped."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


class HttpClient(Protocol):
    """The core's guarded client: address check at connect, no redirects, size and time caps.

    Raises HttpTimeout of `assist.network` or HttpRefused; never follows a redirect.
    """

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> HttpReply: ...


class Adapter(Protocol):
    """One account, open. Translates and does nothing else."""

    def ingest(self, request: RawRequest) -> Ingest:
        """Verify, then parse. Pure given its account and the request.

        Raises AuthError when unproven, BadPayload when proven but unusable.
        """
        ...

    async def send_text(self, message: OutText) -> SendResult: ...

    async def close(self) -> None: ...


class AdapterType(Protocol):
    """What the entry point names. One that can move money has `open_commerce` too (`commerce.OpensCommerce`)."""

    platform: str
    contract: str
    capabilities: Cap
    Config: type[BaseModel]

    def open(self, account: Account, http: HttpClient) -> Adapter:
        """Return an instance for one account. No I/O.

        Raises ValueError naming the missing secret or wrong setting.
        """
        ...
