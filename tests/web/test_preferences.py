"""An agent's own keys: read, kept, refused with a word that names the cure."""

import pytest

from assist.domain.key_map import DEFAULT_KEYS, KeyAction
from tests.shop import RunningShop

pytestmark = pytest.mark.anyio

PATH = "/api/v1/me/preferences"
DEFAULTS = {action.value: key for action, key in DEFAULT_KEYS.items()}


async def test_keys_come_as_designed_and_every_agent_has_their_own(shop: RunningShop) -> None:
    agent, manager = shop.bearer("小林"), shop.bearer("经理")

    before = (await shop.client.get(PATH, headers=agent)).json()
    kept = await shop.client.put(PATH, json={"keys": {"search": "Ctrl+Alt+F", "next": "n"}}, headers=agent)

    assert before == {"keys": DEFAULTS, "defaults": DEFAULTS}
    assert kept.json()["keys"] == {**DEFAULTS, "search": "Ctrl+Alt+F", "next": "n"}
    assert (await shop.client.get(PATH, headers=agent)).json() == kept.json()
    assert (await shop.client.get(PATH, headers=manager)).json()["keys"] == DEFAULTS
    back = await shop.client.put(PATH, json={"keys": {}}, headers=agent)
    assert back.json()["keys"] == DEFAULTS


@pytest.mark.parametrize(
    ("keys", "action", "problem", "other"),
    [
        pytest.param({"search": "f"}, "search", "needs_modifier", None, id="a letter would be typed"),
        pytest.param({"search": "Shift+F"}, "search", "needs_modifier", None, id="so would a capital"),
        pytest.param({"search": "Meta+F"}, "search", "unreadable", None, id="the system's own"),
        pytest.param({"next": "Alt+N"}, "next", "single_only", None, id="on a card one character"),
        pytest.param({"next": "Enter"}, "next", "single_only", None, id="Enter is everybody's"),
        pytest.param({"search": "Ctrl+W"}, "search", "reserved", None, id="closes the tab"),
        pytest.param({"insert": "Ctrl+1"}, "insert", "reserved", None, id="changes the tab"),
        pytest.param({"insert": "Ctrl+Alt+A"}, "insert", "needs_digit", None, id="all nine digits go together"),
        pytest.param({"edit": "j"}, "edit", "taken", "next", id="taken by a default"),
        pytest.param({"edit": "x", "why": "x"}, "edit", "taken", "why", id="the same twice"),
        pytest.param({"search": "Alt+3"}, "search", "taken", "insert", id="one of the nine"),
    ],
)
async def test_a_key_that_cannot_work_is_refused_and_nothing_changes(
    shop: RunningShop, keys: dict[str, str], action: str, problem: str, other: str | None
) -> None:
    agent = shop.bearer("小林")

    refused = await shop.client.put(PATH, json={"keys": keys}, headers=agent)

    assert refused.status_code == 422
    error = refused.json()["error"]
    assert (error["code"], error["action"], error["problem"], error["other"]) == ("key_refused", action, problem, other)
    assert (await shop.client.get(PATH, headers=agent)).json()["keys"] == DEFAULTS


async def test_two_keys_may_change_places(shop: RunningShop) -> None:
    agent = shop.bearer("小林")

    swapped = await shop.client.put(PATH, json={"keys": {"next": "k", "previous": "j"}}, headers=agent)

    assert swapped.status_code == 200
    assert (swapped.json()["keys"]["next"], swapped.json()["keys"]["previous"]) == ("k", "j")
    await shop.client.put(PATH, json={}, headers=agent)


async def test_unknown_actions_and_strangers_are_turned_away(shop: RunningShop) -> None:
    unknown = await shop.client.put(PATH, json={"keys": {"fly": "Alt+Y"}}, headers=shop.bearer("小林"))

    assert unknown.status_code == 422
    assert (await shop.client.get(PATH)).status_code == 401


def test_every_action_has_a_default_and_they_do_not_clash() -> None:
    assert set(DEFAULT_KEYS) == set(KeyAction)
    assert len(set(DEFAULT_KEYS.values())) == len(DEFAULT_KEYS)
