"""Which facts of a person does a reply to them hold? The index of personal service counts replies with two of them."""

import re
from collections.abc import Sequence
from typing import Literal

from assist.suggest.text import fold

Personal = Literal["name", "order", "goods", "last_agent", "member"]
"""What a reply can hold that is the customer's own."""

_FEWEST_LETTERS = 2
_MASKED = re.compile(r"[*×x•●]{2}")
_TAIL = 4
_CALLED_TAIL = r"(?:尾号|末四位|后四位|\bending (?:in |with )?)\s*(?:是|为|:)?\s*"
# A title goes on with sizes, packs and praise: what it is called ends where they begin.
_SIZE = re.compile(r"[\s(\[【,，|/·]|\d")
_MEMBER = re.compile(r"会员|\bvip|\bmember")


def personal_in(
    text: str,
    *,
    name: str | None = None,
    order_ref: str | None = None,
    titles: Sequence[str] = (),
    last_agent: str | None = None,
    member: bool = False,
) -> frozenset[Personal]:
    """Return which of the facts told of a customer a sent text says; what is not known of them is not there.

    An order counts by its number, or by its last four figures called so (尾号0042); goods by a title up to its size;
    a member's privilege where a member is spoken to as one. A masked name, or one of one letter, is nobody's.
    """
    said = fold(text)
    held: dict[Personal, bool] = {
        "name": _calls(said, name),
        "order": _names_order(said, order_ref),
        "goods": any(_is_said(said, _called(title)) for title in titles),
        "last_agent": _calls(said, last_agent),
        "member": member and _MEMBER.search(said) is not None,
    }
    return frozenset(one for one, is_held in held.items() if is_held)


def _calls(said: str, name: str | None) -> bool:
    return bool(name) and not _MASKED.search(fold(name or "")) and _is_said(said, fold(name or "").strip())


def _names_order(said: str, order_ref: str | None) -> bool:
    ref = fold(order_ref or "").strip()
    if not ref:
        return False
    tail = ref[-_TAIL:]
    called = len(ref) > _TAIL and re.search(rf"{_CALLED_TAIL}{re.escape(tail)}(?!\d)", said) is not None
    return called or _is_said(said, ref)


def _called(title: str) -> str:
    folded = fold(title).strip()
    end = _SIZE.search(folded)
    return folded[: end.start()] if end and end.start() >= _FEWEST_LETTERS else folded


def _is_said(said: str, what: str) -> bool:
    """Is it in the text, and no part of a longer word or number in Latin letters and figures?"""
    if len(what) < _FEWEST_LETTERS:
        return False
    before = r"(?<![a-z0-9])" if what[0].isascii() else ""
    after = r"(?![a-z0-9])" if what[-1].isascii() else ""
    return re.search(f"{before}{re.escape(what)}{after}", said) is not None
