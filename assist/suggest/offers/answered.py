"""Does a customer take what was offered, or not? Where it is in doubt, nothing is said.

Each clause is read to its last character: a yes counts only where all the rest of its clause is the offered goods,
a number, or words without weight. So "来一份" is a yes, and "三文鱼来一份" none where sauce was offered.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assist.domain.offer import OfferPolicy
from assist.suggest.text import fold

from .answer_words import (
    ABOUT_AN_ORDER,
    ASSENT,
    BARE_NO,
    BARE_YES,
    CONDITION,
    ENGLISH_FILLERS,
    ENGLISH_HAVING,
    ENGLISH_NEGATION,
    ENGLISH_TAKING,
    EXPLICIT_NO,
    FILLERS,
    HARD_QUESTION,
    HAVING,
    HESITATION,
    LEAD,
    LINK,
    NEGATION,
    NOT_EATING,
    NOT_USING,
    PLACES,
    PRICE_QUESTION,
    PUTTING_OFF,
    QUANTITY,
    REQUEST,
    SIZE,
    SOFT_QUESTION,
    TAIL,
    TAKING,
)

Answer = Literal["yes", "no"]

_LONGEST = 300
_CLAUSE = re.compile(r"([^，,。.!！;；\n~～…?？]+)([，,。.!！;；\n~～…?？]*)")
_PAUSE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])|[\U0001f000-\U0001faff\u2600-\u27bf]+")
"""A space beside Chinese, or a picture: people type them for commas."""
_CJK = re.compile(r"[一-鿿]")
_NOT_TOLD = re.compile(r"[^\w]+|_+")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_SIZE = re.compile(r"\d+(?:\.\d+)?\s*(?:kg|g|ml|l|克|千克|公斤|斤|毫升|升|片|只|个|袋|盒|瓶|包|支)?(?:[x*×]\d+)?")
_SHORTEST_NAME = 2


def read_answer(text: str, policy: OfferPolicy, names: Sequence[str]) -> Answer | None:
    """Return what a customer says to an offer, None where it is neither or in doubt: "好的" alone may mean thanks.

    `names` is what the offered goods are called: clauses that name them decide before all others, and of several
    clauses the last word counts.
    """
    told = _PAUSE.sub("\n", fold(text[:_LONGEST]).replace("’", "'"))
    grammar = _grammar(policy.yes, policy.no, tuple(names))
    if grammar is None:
        return None
    clauses = [_read(clause, mark, grammar) for clause, mark in _clauses(told)]
    if conditional := CONDITION.search(told):
        if any(one.wants and one.end > conditional.start() for one in clauses):
            return None
        clauses = [one for one in clauses if one.end <= conditional.start()]
    named = [one for one in clauses if one.named and (one.yes or one.no)]
    if len({one.named for one in named}) > 1 and len({one.yes for one in named}) > 1:
        return None
    if any(one.asks for one in clauses):
        # "不会做，有教程吗" asks on; "不用了，几点发货" does not.
        clauses = [one for one in clauses if not one.no or one.explicit]
    answer = _decide(named or clauses)
    if answer == "yes" and PRICE_QUESTION.search(told):
        return None
    if answer == "no" and not named and ABOUT_AN_ORDER.search(told):
        return None
    return answer


@dataclass(frozen=True)
class _Clause:
    yes: bool
    no: bool
    named: str
    """What of the offered goods it names, "" where none."""
    wants: bool
    """Some yes is in it, whatever is said of it."""
    asks: bool
    explicit: bool
    """A no in it is no mere reason."""
    end: int
    """Where it ends in the text."""


def _decide(clauses: Sequence[_Clause]) -> Answer | None:
    said: list[Answer] = ["yes" if one.yes else "no" for one in clauses if one.yes != one.no]
    if not said or any(one.yes and one.no for one in clauses):
        return None
    return said[-1]


def _clauses(told: str) -> Iterable[tuple[re.Match[str], str]]:
    for found in _CLAUSE.finditer(told):
        yield found, found[2]


def _read(found: re.Match[str], mark: str, grammar: re.Pattern[str]) -> _Clause:
    clause = found[1].strip()
    words = _words(clause, grammar)
    kinds = {kind for kind, _ in words}
    named = next((text for kind, text in words if kind == "name"), "")
    wants = not kinds.isdisjoint({"yes", "head"})
    counted = bool(named) or "quantity" in kinds
    yes = "yes" in kinds or ("head" in kinds and counted)
    no = "no" in kinds or ("have" in kinds and not wants)
    if "negation" in kinds and not no:
        no, yes = wants, False
    if bare := BARE_YES.fullmatch(clause) or BARE_NO.fullmatch(clause):
        yes, no = bare.re is BARE_YES, bare.re is BARE_NO and not named
    unread = not bare and any(kind == "" and _NOT_TOLD.sub("", text) for kind, text in words)
    explicit = EXPLICIT_NO.search(clause) is not None
    asks = _asks(clause, mark, words)
    if unread or "doubt" in kinds or asks or (HESITATION.search(clause) and not explicit):
        yes = no = False
    return _Clause(yes, no, named, wants, asks, explicit, found.end(1))


def _words(clause: str, grammar: re.Pattern[str]) -> list[tuple[str, str]]:
    """Return a clause's words with their kinds, "" for what is of none."""
    words: list[tuple[str, str]] = []
    at = 0
    for found in grammar.finditer(clause):
        words += [("", clause[at : found.start()]), (found.lastgroup or "", found[0])]
        at = found.end()
    return [*words, ("", clause[at:])]


def _asks(clause: str, mark: str, words: Sequence[tuple[str, str]]) -> bool:
    """Is it asked about rather than answered? "帮我加一份可以吗" is a request, and "怎么拍" asks to buy."""
    around = "|".join(text for kind, text in words if kind not in ("yes", "no"))
    if HARD_QUESTION.search(around) or any(kind == "choice" for kind, _ in words):
        return True
    takes = any(kind == "yes" and (HARD_QUESTION.search(text) or "链接" in text) for kind, text in words)
    soft = "?" in mark or "？" in mark or SOFT_QUESTION.search(clause) is not None
    return soft and not takes and REQUEST.search(clause) is None


@lru_cache(maxsize=256)
def _grammar(yes: tuple[str, ...], no: tuple[str, ...], names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return one pattern whose named groups tell what a stretch of text is.

    None for a shop that has no words for yes, or none for no.
    """
    agreed = [phrase for phrase in map(_plain, yes) if phrase and phrase not in ASSENT]
    refused = [phrase for phrase in map(_plain, no) if phrase]
    if not agreed or not refused:
        return None
    heads = {*TAKING, *(head for phrase in agreed if (head := _head(phrase)))}
    verb = "|".join(map(re.escape, sorted(heads, key=lambda one: (-len(one), one))))
    groups = [
        ("doubt", rf"不是(?:说)?(?:不|没|别)[想用需]?(?:{verb}|要)?|要不是|不得不"),
        ("choice", rf"(?:{verb}|要|需)不(?:{verb}|要|需要)|有没有|是不是"),
        ("no", "|".join([rf"{NEGATION}(?:{verb})了?", *_literals(refused), NOT_EATING, NOT_USING, PUTTING_OFF])),
        ("yes", "|".join([*_literals(agreed), LINK])),
        ("name", "|".join(_literals(_called(names))) or r"(?!)"),
        ("quantity", f"{QUANTITY}(?:[一-鿿]{{1,2}}的(?=吧|$))?|{PLACES}"),
        ("have", f"{HAVING}|{ENGLISH_HAVING}"),
        ("head", rf"{verb}|{ENGLISH_TAKING}"),
        ("filler", "|".join([SIZE, *_literals(FILLERS), rf"\b(?:{'|'.join(ENGLISH_FILLERS)})\b"])),
        ("negation", rf"{NEGATION}|{ENGLISH_NEGATION}"),
    ]
    return re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in groups))


def _plain(phrase: str) -> str:
    return fold(phrase).replace("’", "'").strip()


def _literals(phrases: Iterable[str]) -> list[str]:
    """Return patterns of phrases, the longest first; a number in one stands for any, a word is a whole word."""
    return [_literal(phrase) for phrase in sorted(set(phrases), key=lambda one: (-len(one), one))]


def _literal(phrase: str) -> str:
    parts = re.split(f"({QUANTITY})", phrase)
    pattern = "".join(QUANTITY if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return pattern if _CJK.search(phrase) else rf"\b{pattern}\b"


def _head(phrase: str) -> str:
    """Return the verb of a Chinese phrase, 带上 of 那就带上吧, "" for one of a single character: `TAKING` has those."""
    head = LEAD.sub("", TAIL.sub("", re.sub(QUANTITY, "", phrase)))
    return head if len(head) > 1 and _CJK.search(head) else ""


def _called(names: Iterable[str]) -> list[str]:
    """Return what goods may be called: their names without sizes and brackets, and their ends.

    The end is what it is: 酱油 of 刺身酱油. The beginning may be other goods: 三文鱼 of 三文鱼蘸料.
    """
    called: set[str] = set()
    for name in names:
        plain = _SIZE.sub("", _BRACKETS.sub("", fold(name))).strip()
        words = plain.split()
        for part in words:
            if _CJK.search(part):
                called |= {part[at:] for at in range(len(part) - _SHORTEST_NAME + 1)}
        if not _CJK.search(plain):
            ends = {" ".join(words[at:]) for at in range(len(words))}
            called |= ends | {f"{end}s" for end in ends}
    return [one for one in called if len(one.strip()) >= _SHORTEST_NAME]
