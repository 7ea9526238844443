"""The commerce port: how orders are read and money is moved on a shop's platform.

What a port promises, and `reference_shop` does as code:

- One key, one act. A call with the same key and the same body acts once, however often it comes, and answers as the
  first did. The same key with another body acts never: `refused`, `error_code` KEY_REUSED.
- `done` only for what has happened, `refused` only for what has not and never will under this key. Whatever leaves
  doubt is `unknown`: a time-out, a 5xx, half an answer. A call is one request; its client's errors may be let through.
- A question is the last word. `outcome(key)` says what became of a key. `not_found` means that nothing happened, and
  is believed once the key's last call is older than `settles_after_s`: until then it may still be on its way.
- Limits are the platform's too: a refund above what is refundable is refused, whoever else refunded meanwhile.

The core keeps its own side: it commits what it is about to do before it calls, takes the remedy's id as the key, asks
before it calls again, and never calls twice under two keys for one remedy.
"""

from typing import Annotated, Literal, Protocol, runtime_checkable

from pydantic import AwareDatetime, Field, JsonValue

from assist.domain.value import Value

from .adapter import Account, HttpClient
from .events import Fen, OrderLine, RefText

KEY_REUSED = "key_reused"
"""Refused because the key was used for something else: says nothing about what that became."""

IdempotencyKey = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
SomeFen = Annotated[int, Field(ge=1, le=10**10)]
Reason = Annotated[str, Field(max_length=200)]


class Order(Value):
    """An order as the platform has it now; money is integer fen, `refunded_fen` is what went back of all its lines."""

    order_ref: RefText
    customer_ref: str = ""
    status: str = "unknown"
    paid_fen: Fen = 0
    refunded_fen: Fen = 0
    lines: tuple[OrderLine, ...] = ()
    paid_at: AwareDatetime | None = None
    signed_at: AwareDatetime | None = None


class Refundable(Value):
    """What can still be refunded of one line, or of the whole order where no line was named."""

    fen: Fen


class Refund(Value):
    """Give back a part of what was paid for a line, without `line_ref` for the order. `reason` is a rule's id."""

    order_ref: RefText
    line_ref: Annotated[str, Field(max_length=256)] = ""
    amount_fen: SomeFen
    idempotency_key: IdempotencyKey
    reason: Reason = ""


class Coupon(Value):
    """Give a customer a coupon of this worth, valid from now."""

    customer_ref: RefText
    amount_fen: SomeFen
    valid_days: Annotated[int, Field(ge=1, le=3660)]
    idempotency_key: IdempotencyKey


class Reship(Value):
    """Send a line again, free of charge."""

    order_ref: RefText
    line_ref: Annotated[str, Field(max_length=256)] = ""
    idempotency_key: IdempotencyKey
    reason: Reason = ""


Act = Refund | Coupon | Reship
"""What a platform is asked to do."""


class Outcome(Value):
    """What became of a key. `ref` is the platform's own number for what was done.

    `pending`: taken on, not decided; ask again. `not_found`: answers a question only, never a call.
    """

    status: Literal["done", "refused", "not_found", "pending", "unknown"]
    ref: str | None = None
    error_code: str | None = None
    retry_after_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


@runtime_checkable
class Commerce(Protocol):
    """Orders and money of one account. A capability flag says which of the three acts a platform knows.

    Raises NotSupported for the others. Reads may raise what the client raises, or LookupError for what is not there.
    """

    @property
    def settles_after_s(self) -> float:
        """How long a call may still be on its way after nobody waits for it."""
        ...

    async def orders(self, customer_ref: str) -> tuple[Order, ...]:
        """Return a customer's orders, newest first; () where there are none."""
        ...

    async def order(self, order_ref: str) -> Order | None: ...

    async def refundable(self, order_ref: str, line_ref: str) -> Refundable: ...

    async def refund(self, refund: Refund) -> Outcome: ...

    async def coupon(self, coupon: Coupon) -> Outcome: ...

    async def reship(self, reship: Reship) -> Outcome: ...

    async def outcome(self, idempotency_key: str) -> Outcome:
        """Return what became of a key; changes nothing."""
        ...


class GoodsFactTold(Value):
    """What a platform states of goods beside price and stock: promotion, batch, rating, certificate and the like.

    `fact` and `value` as in `fact.updated`: docs/offers.md has the shapes. It holds in [`valid_from`, `valid_until`).
    """

    fact: Annotated[str, Field(min_length=1, max_length=64)]
    value: JsonValue
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None


class GoodsItem(Value):
    """One SKU as the platform has it now; None is what it does not tell. `categories` are its own, the widest first."""

    sku: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    price_fen: Annotated[int, Field(ge=0, le=10**9)] | None = None
    stock: Annotated[int, Field(ge=0, le=10**9)] | None = None
    listed: bool | None = None
    categories: Annotated[tuple[str, ...], Field(max_length=10)] = ()
    facts: Annotated[tuple[GoodsFactTold, ...], Field(max_length=50)] = ()


class GoodsPage(Value):
    """Some of a shop's goods, and where the next begin; None is the end."""

    items: Annotated[tuple[GoodsItem, ...], Field(max_length=1000)]
    cursor: Annotated[str, Field(min_length=1, max_length=500)] | None = None


@runtime_checkable
class Catalogue(Protocol):
    """A commerce port that can list the shop's goods too: `Cap.GOODS` says that it does."""

    async def goods(self, cursor: str | None) -> GoodsPage:
        """Return the goods from a cursor on, None from the first; at most a thousand. Changes nothing.

        Raises what the client raises, or LookupError for a cursor that is not known any more.
        """
        ...


@runtime_checkable
class OpensCommerce(Protocol):
    """An AdapterType that has more to offer than chat. None for an account without it: then we only recommend."""

    def open_commerce(self, account: Account, http: HttpClient) -> Commerce | None:
        """Return the port of one account. No I/O. Raises ValueError naming the missing secret or wrong setting."""
        ...
