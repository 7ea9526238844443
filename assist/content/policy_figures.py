"""What does the policy say about a matter, for some goods, and where does it say so?"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from assist.domain.complaint import Ground
from assist.domain.figures import Fact
from assist.domain.library import Library
from assist.domain.matter import Matter, Matters, Owned
from assist.domain.remedy_policy import RemedyKind, RemedyPolicy

from .policy_rules import categories_of, ladder_of, reached
from .quantities import Quantity, quantities_in
from .texts import Files
from .toml_places import Place

REMEDY = "policy/remedy.toml"
SERVICE = "policy/service.toml"


@dataclass(frozen=True)
class Given:
    """A figure of the policy, as it is said there."""

    quantity: Quantity
    said: str
    name: str
    path: str
    at: Callable[[], int]

    @property
    def line(self) -> int:
        return self.at()


class Policy:
    """The figures that a library's policies decide."""

    def __init__(self, library: Library, files: Files) -> None:
        self._library = library
        self._files = files
        self._products = {product.id: product for product in library.products}

    def service(self, matter: Matter) -> list[Given]:
        """Return the service policy's figures for a matter."""
        facts = self._library.service.facts
        return [
            given
            for name in matter.facts
            if name in facts
            and (given := self._fact(facts[name], name, SERVICE, partial(self._files.service_line, name)))
        ]

    def product(self, matter: Matter, products: Iterable[str]) -> list[Given]:
        """Return the products' figures for a matter."""
        found: list[Given] = []
        for product_id in sorted(products):
            product = self._products.get(product_id)
            name = matter.product_fact or ""
            if product is None or name not in product.facts:
                continue
            path, at = self._files.product_file(product_id), partial(self._files.product_line, product_id, name)
            if given := self._fact(product.facts[name], f"{product_id}.{name}", path, at):
                found.append(given)
        return found

    def remedy(self, matter: Matter, categories: Iterable[str], grounds: Iterable[Ground]) -> list[Given]:
        """Return the remedy policy's figures for a matter, for goods of any of the categories; () is all of them."""
        policy = self._library.remedy
        if policy is None:
            return []
        goods, of = tuple(categories) or categories_of(self._library), tuple(grounds)
        match matter.remedy:
            case Owned.claim_window:
                found = list(self._windows(policy, goods, of))
            case Owned.refund_share:
                found = list(self._shares(policy, goods, of))
            case Owned.coupon_life:
                found = [self._plain(f"{policy.coupon_valid_days}天", "coupon_valid_days")]
            case Owned.minimum_refund:
                found = [self._plain(f"{policy.minimum_refund_fen / 100:g}元", "minimum_refund_fen")]
            case Owned.tolerance:
                found = list(self._tolerances(policy))
            case _:
                found = []
        return found

    def _plain(self, said: str, key: str) -> Given:
        return self._said(said, key, Place("", "", key))

    def _windows(self, policy: RemedyPolicy, goods: Iterable[str], grounds: Iterable[Ground]) -> Iterator[Given]:
        windows = {window.id: window for window in policy.windows}
        seen: set[str] = set()
        for category in goods:
            for ground in grounds:
                rule = reached(policy, category, ground)
                if rule is None or rule.window in seen or rule.window not in windows:
                    continue
                seen.add(rule.window)
                window = windows[rule.window]
                for key in ("contact_hours", "hours"):
                    hours: int | None = getattr(window, key)
                    if hours is not None:
                        yield self._said(f"{hours}小时", f"window {window.id}", Place("windows", window.id, key))

    def _shares(self, policy: RemedyPolicy, goods: Iterable[str], grounds: Iterable[Ground]) -> Iterator[Given]:
        seen: set[str] = set()
        for category in goods:
            for ground in grounds:
                rule = reached(policy, category, ground)
                if rule is None or rule.ladder in seen:
                    continue
                seen.add(rule.ladder)
                for rung in ladder_of(policy, rule).rungs:
                    parts = {rung.above_percent, rung.to_percent}
                    for payout in rung.payouts:
                        if payout.kind is not RemedyKind.coupon:
                            parts |= {payout.percent, payout.percent_to or 0, payout.times_percent}
                    for part in sorted(parts - {0, 100}):
                        yield self._said(f"{part}%", f"rung {rung.id}", Place("ladders.rungs", rung.id))

    def _tolerances(self, policy: RemedyPolicy) -> Iterator[Given]:
        for table in policy.tolerances:
            for step in table.steps:
                for grams in (step.up_to_g, step.allowed_mg and step.allowed_mg / 1000):
                    if grams:
                        yield self._said(
                            f"{grams:g}克", f"tolerance {table.id}", Place("tolerances", table.id, "steps")
                        )

    def _said(self, said: str, name: str, place: Place) -> Given:
        (quantity,) = quantities_in(said)
        return Given(quantity, said, name, REMEDY, partial(self._files.line, REMEDY, place))

    @staticmethod
    def _fact(fact: Fact, name: str, path: str, at: Callable[[], int]) -> Given | None:
        quantities = quantities_in(fact.value)
        return Given(quantities[0], fact.value, name, path, at) if len(quantities) == 1 else None


def grounds_said(words: str, matters: Matters) -> tuple[Ground, ...]:
    """Return the grounds of a claim that words speak of."""
    said = words.lower()
    found = [ground for row in matters.grounds if any(word in said for word in row.words) for ground in row.grounds]
    return tuple(dict.fromkeys(found))
