"""Which key does what in the sidebar: what it comes as, and what an agent may make of it.

A key is written as browsers name it: `Alt+J` with modifiers (the place on the keyboard counts), `j`, `+` or `?`
without (the character counts). `Alt+1` for `insert` stands for all nine digits.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from .value import Value


class KeyAction(StrEnum):
    """What a key may do. Arrows, Enter and Escape are everybody's and stay as they are."""

    insert = "insert"
    cards = "cards"
    search = "search"
    fix = "fix"
    keep = "keep"
    next = "next"
    previous = "previous"
    edit = "edit"
    why = "why"
    up = "up"
    down = "down"
    help = "help"


DEFAULT_KEYS: Mapping[KeyAction, str] = {
    KeyAction.insert: "Alt+1",
    KeyAction.cards: "Alt+J",
    KeyAction.search: "Alt+/",
    KeyAction.fix: "Alt+R",
    KeyAction.keep: "Alt+K",
    KeyAction.next: "j",
    KeyAction.previous: "k",
    KeyAction.edit: "e",
    KeyAction.why: "w",
    KeyAction.up: "+",
    KeyAction.down: "-",
    KeyAction.help: "?",
}

EVERYWHERE = frozenset({KeyAction.insert, KeyAction.cards, KeyAction.search, KeyAction.fix, KeyAction.keep})
"""Heard while the agent types, so they need Alt or Ctrl; the others are heard on a card only."""

_BASE = r"[A-Z0-9]|[!-/:-@\[-`{-~]"
_CHORD = re.compile(rf"(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?(?:{_BASE}|F(?:[1-9]|1[0-2]))")
_SINGLE = re.compile(r"[a-z0-9!-/:-@\[-`{-~]")
# Browsers and input methods keep these for themselves, or agents would miss them.
_RESERVED = frozenset(
    {f"Ctrl+{key}" for key in "ACVXZYTNWRFPSLDHJKOUQ0123456789"}
    | {f"Ctrl+Shift+{key}" for key in "TNWRIJCPZVBMOQ"}
    | {"Alt+D", "Alt+E", "Alt+F", "Alt+F4", "Ctrl+F4", "Ctrl+F5", "Ctrl+=", "Ctrl+-", "Ctrl+,", "Ctrl+."}
)


class KeyProblem(StrEnum):
    """Why a key is refused."""

    unreadable = "unreadable"
    needs_modifier = "needs_modifier"
    single_only = "single_only"
    needs_digit = "needs_digit"
    reserved = "reserved"
    taken = "taken"


class KeyRefused(Exception):
    """A key that cannot be used for an action; `problem` says why, `other` which action has it."""

    def __init__(self, action: KeyAction, key: str, problem: KeyProblem, other: KeyAction | None = None) -> None:
        has = f" by {other.value!r}; change that first, or choose another" if other else "; choose another"
        super().__init__(f"{key!r} for {action.value!r} is {problem.value.replace('_', ' ')}{has}")
        self.action = action
        self.problem = problem
        self.other = other


class Preferences(Value):
    """What an agent set up for themselves: only keys that differ from what they come as."""

    keys: Mapping[KeyAction, Annotated[str, Field(min_length=1, max_length=24)]] = {}


def whole(preferences: Preferences) -> dict[KeyAction, str]:
    """Return the key of every action."""
    return {**DEFAULT_KEYS, **preferences.keys}


def checked(preferences: Preferences) -> Preferences:
    """Return the preferences without what says the same as the defaults.

    Raises KeyRefused for a key that is unreadable, reserved by browsers, of the wrong kind, or used twice.
    """
    keys = whole(preferences)
    for action, key in keys.items():
        if problem := _problem(action, key):
            raise KeyRefused(action, key, problem)
    changed = {action: key for action, key in preferences.keys.items() if key != DEFAULT_KEYS[action]}
    for action in (*changed, *keys):
        for other, key in keys.items():
            if other is not action and _same(action, keys[action], other, key):
                raise KeyRefused(action, keys[action], KeyProblem.taken, other)
    return Preferences(keys=changed)


def _problem(action: KeyAction, key: str) -> KeyProblem | None:
    if action not in EVERYWHERE:
        return None if _SINGLE.fullmatch(key) else KeyProblem.single_only
    if not _CHORD.fullmatch(key):
        return KeyProblem.needs_modifier if _SINGLE.fullmatch(key) else KeyProblem.unreadable
    if not key.startswith(("Ctrl+", "Alt+")):
        return KeyProblem.needs_modifier
    if action is KeyAction.insert and not key.endswith("+1"):
        return KeyProblem.needs_digit
    digits = [f"{key[:-1]}{digit}" for digit in range(1, 10)] if action is KeyAction.insert else [key]
    return KeyProblem.reserved if _RESERVED.intersection(digits) else None


def _same(one: KeyAction, key: str, other: KeyAction, its: str) -> bool:
    if key == its:
        return True
    digits, held = (key, its) if one is KeyAction.insert else (its, key)
    return KeyAction.insert in (one, other) and held[-1:].isdigit() and digits[:-1] == held[:-1] and held[-1] != "0"
