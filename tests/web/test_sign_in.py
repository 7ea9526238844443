"""Passwords, waiting after wrong ones, short tokens that are renewed, and signing out: here, there, everywhere."""

import json
from collections.abc import Generator
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest

from assist.desk.passwords import hash_of
from assist.desk.setup import Setup, agent_id_of
from assist.desk.sign_in import still_signed_in
from assist.desk.sign_in_password import set_password
from assist.desk.throttle import wait_after
from assist.domain.people import TokenKind
from assist.store.queries import door
from tests.conftest import StillClock
from tests.shop import SHOP, RunningShop

from .conftest import OTHER_SHOP, add_shop, handed, other_setup, outsider
from .test_auth import CONVERSATIONS, OWN, cookie_of, sign_in

pytestmark = pytest.mark.anyio

PASSWORD = "虾仁豆腐煲要趁热吃"
LONG = f"{PASSWORD}-2026"
WRONG = "不是这个密码啊啊啊"


@pytest.fixture(autouse=True)
def fresh(shop: RunningShop) -> Generator[None]:
    """小林 has a password, nobody has tried anything, and the clock is what it was."""
    clock = cast(StillClock, shop.clock)
    before = clock.now
    agent = agent_id_of(SHOP, "小林")
    shop.process.writer.submit(set_password(agent, _kept(), shop.clock())).result()
    yield
    clock.now = before
    shop.client.cookies.clear()
    shop.process.writer.submit(lambda session: door.forget_tries_before(session, before + timedelta(days=9))).result()


def _kept() -> str:
    if not _HASHES:
        _HASHES.append(hash_of(LONG))
    return _HASHES[0]


_HASHES: list[str] = []


async def enter(
    shop: RunningShop, name: str = "小林", password: str = LONG, shop_name: str | None = SHOP, **headers: str
) -> httpx.Response:
    body = {"name": name, "password": password, "shop": shop_name}
    answer = await shop.client.post("/api/v1/session", json=body, headers={**OWN, **headers})
    shop.client.cookies.clear()
    return answer


def cookie(answer: httpx.Response) -> dict[str, str]:
    return {"cookie": f"assist_session={cookie_of(answer).value}", **OWN}


def code(answer: httpx.Response) -> str:
    return answer.json()["error"]["code"]


def move(shop: RunningShop, **by: float) -> None:
    cast(StillClock, shop.clock).move(**by)


async def test_a_name_and_a_password_sign_in(shop: RunningShop) -> None:
    answer = await enter(shop)

    assert answer.status_code == 204
    assert cookie_of(answer)["httponly"]
    assert (await shop.client.get(CONVERSATIONS, headers=cookie(answer))).status_code == 200


@pytest.mark.parametrize("shop_name", [pytest.param("s1", id="by id"), pytest.param("店", id="by name")])
async def test_a_shop_is_named_by_its_id_or_its_name(shop: RunningShop, shop_name: str) -> None:
    assert (await enter(shop, shop_name=shop_name)).status_code == 204


@pytest.mark.parametrize("shop_name", [None, "", "  "])
async def test_where_there_are_two_shops_one_has_to_be_named(shop: RunningShop, shop_name: str | None) -> None:
    answer = await enter(shop, shop_name=shop_name)

    assert (answer.status_code, code(answer)) == (422, "shop_missing")
    assert "s1" not in answer.text, "which there are, is not for everybody"


async def test_every_wrong_answer_is_the_same(shop: RunningShop) -> None:
    answers = [
        await enter(shop, password=WRONG),
        await enter(shop, name="没有这个人"),
        await enter(shop, name="经理"),  # has no password
        await enter(shop, shop_name="没有这家店"),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert code(answers[0]) == "wrong_password"


async def test_the_same_characters_typed_another_way_are_the_same_password(shop: RunningShop) -> None:
    agent = agent_id_of(SHOP, "小林")
    shop.process.writer.submit(set_password(agent, hash_of("Café-12345"), shop.clock())).result()

    assert (await enter(shop, password="Cafe\u0301-１２３４５")).status_code == 204


async def test_a_password_kept_in_an_older_way_is_kept_anew(shop: RunningShop) -> None:
    from argon2 import PasswordHasher

    agent = agent_id_of(SHOP, "小林")
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(LONG)
    shop.process.writer.submit(set_password(agent, old, shop.clock())).result()

    first = await enter(shop)
    with shop.process.database.reader() as session:
        kept = door.password_hash(session, agent)
    second = await enter(shop)

    assert (first.status_code, second.status_code) == (204, 204)
    assert kept is not None
    assert kept != old
    assert "m=65536" in kept


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 2), (6, 4), (9, 32), (13, 512), (14, 900), (15, 900), (10_000, 900)],
)
async def test_the_wait_grows_from_the_fifth_failure_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert wait_after(failures) == timedelta(seconds=seconds)


async def test_after_five_wrong_ones_even_the_right_one_waits(shop: RunningShop) -> None:
    for _ in range(5):
        assert (await enter(shop, password=WRONG)).status_code == 401

    waiting = await enter(shop)
    move(shop, seconds=2)
    right = await enter(shop)

    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "2")
    assert code(waiting) == "too_many_tries"
    assert right.status_code == 204


async def test_who_waits_is_not_made_to_wait_longer_and_success_forgets_all(shop: RunningShop) -> None:
    for _ in range(5):
        await enter(shop, password=WRONG)
    for _ in range(20):
        assert (await enter(shop)).status_code == 429
    move(shop, seconds=2)

    assert (await enter(shop)).status_code == 204
    assert [(await enter(shop, password=WRONG)).status_code for _ in range(5)] == [401] * 5


async def test_a_name_nobody_has_waits_like_one_that_somebody_has(shop: RunningShop) -> None:
    answers = [await enter(shop, name="没有这个人", password=WRONG) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


async def test_one_address_that_tries_many_names_waits_too(shop: RunningShop) -> None:
    answers = [await enter(shop, name=f"人{number}") for number in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


async def test_somebody_elses_guesses_from_afar_do_not_shut_a_link_out(shop: RunningShop) -> None:
    for _ in range(6):
        await enter(shop, password=WRONG)

    assert await sign_in(shop)


async def test_what_was_tried_a_day_ago_is_forgotten(shop: RunningShop) -> None:
    for _ in range(5):
        await enter(shop, password=WRONG)
    move(shop, hours=25)

    answers = [(await enter(shop, password=WRONG)).status_code for _ in range(6)]

    assert answers == [401] * 5 + [429]


@pytest.mark.parametrize("origin", [{}, {"origin": "https://evil.example"}, {"origin": "null"}])
@pytest.mark.parametrize("by", ["password", "ticket"])
async def test_another_site_signs_nobody_in(shop: RunningShop, origin: dict[str, str], by: str) -> None:
    password = {"name": "小林", "password": LONG, "shop": SHOP}
    body = password if by == "password" else {"ticket": shop.ticket("小林")}

    answer = await shop.client.post("/api/v1/session", json=body, headers=origin)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "小林"},
        {"password": LONG},
        {"ticket": "x" * 43, "name": "小林", "password": LONG},
        {"name": "小林", "password": "x" * 1025},
        {"name": "", "password": LONG},
    ],
)
async def test_half_a_sign_in_is_refused_without_repeating_it(shop: RunningShop, body: dict[str, str]) -> None:
    answer = await shop.client.post("/api/v1/session", json=body, headers=OWN)

    assert answer.status_code == 422
    assert LONG not in answer.text


async def test_a_form_of_another_kind_signs_nobody_in(shop: RunningShop) -> None:
    answer = await shop.client.post("/api/v1/session", data={"name": "小林", "password": LONG}, headers=OWN)

    assert answer.status_code == 422


async def short_token(shop: RunningShop, name: str = "小林") -> dict[str, Any]:
    answer = await shop.client.post("/api/v1/token", json={"ticket": shop.ticket(name)})
    return answer.json()


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def reads(shop: RunningShop, token: str) -> int:
    return (await shop.client.get(CONVERSATIONS, headers=bearer(token))).status_code


async def test_a_token_from_a_ticket_lives_for_a_quarter_of_an_hour(shop: RunningShop) -> None:
    token = (await short_token(shop))["token"]

    move(shop, minutes=14, seconds=59)
    young = await reads(shop, token)
    move(shop, seconds=1)

    assert (young, await reads(shop, token)) == (200, 401)


async def test_a_renewed_token_counts_for_a_minute_more(shop: RunningShop) -> None:
    old = (await short_token(shop))["token"]
    answer = await shop.client.post("/api/v1/token/renew", headers=bearer(old))
    new = answer.json()["token"]

    assert answer.status_code == 200
    move(shop, seconds=59)
    assert (await reads(shop, old), await reads(shop, new)) == (200, 200)
    move(shop, seconds=1)
    assert (await reads(shop, old), await reads(shop, new)) == (401, 200)


async def test_renewing_ends_twelve_hours_after_the_ticket(shop: RunningShop) -> None:
    token = (await short_token(shop))["token"]
    for _ in range(12 * 6 - 1):
        move(shop, minutes=10)
        answer = await shop.client.post("/api/v1/token/renew", headers=bearer(token))
        assert answer.status_code == 200
        token = answer.json()["token"]

    move(shop, minutes=9, seconds=59)
    assert await reads(shop, token) == 200
    move(shop, seconds=1)
    assert (await shop.client.post("/api/v1/token/renew", headers=bearer(token))).status_code == 401


async def test_what_began_with_a_renewed_token_goes_on_while_its_session_does(shop: RunningShop) -> None:
    """A stream keeps the token it was opened with, and outlives it."""
    old = (await short_token(shop))["token"]
    move(shop, minutes=10)
    new = (await shop.client.post("/api/v1/token/renew", headers=bearer(old))).json()["token"]
    move(shop, minutes=10)

    def goes_on(token: str) -> bool:
        with shop.process.database.reader() as session:
            return still_signed_in(session, token, TokenKind.bearer, shop.clock())

    assert (await reads(shop, old), goes_on(old)) == (401, True)
    assert not goes_on((await short_token(shop))["token"] + "x")
    await shop.client.delete("/api/v1/session", headers=bearer(new))
    assert not goes_on(old)


async def test_signing_in_again_in_the_same_browser_leaves_nothing_behind(shop: RunningShop) -> None:
    first = await sign_in(shop)

    again = await enter(shop, **first)

    assert again.status_code == 204
    assert (await shop.client.get(CONVERSATIONS, headers=first)).status_code == 401
    assert (await shop.client.get(CONVERSATIONS, headers=cookie(again))).status_code == 200


async def test_a_long_lived_token_is_not_renewed(shop: RunningShop) -> None:
    answer = await shop.client.post("/api/v1/token/renew", headers=shop.bearer("小林"))

    assert (answer.status_code, code(answer)) == (409, "nothing_to_renew")


async def test_signing_out_ends_every_token_of_that_signing_in_and_no_other(shop: RunningShop) -> None:
    one, other = await short_token(shop), await short_token(shop)
    renewed = (await shop.client.post("/api/v1/token/renew", headers=bearer(one["token"]))).json()

    answer = await shop.client.delete("/api/v1/session", headers=bearer(renewed["token"]))

    assert answer.status_code == 204
    assert [await reads(shop, each["token"]) for each in (one, renewed, other)] == [401, 401, 200]


async def test_signing_out_everywhere_ends_all_that_the_person_holds(shop: RunningShop) -> None:
    token = (await short_token(shop))["token"]
    api, ticket, colleague = shop.token("小林"), shop.ticket("小林"), shop.token("经理")
    here = await sign_in(shop)

    answer = await shop.client.delete("/api/v1/session?everywhere=true", headers={**here, **OWN})

    assert answer.status_code == 204
    assert [await reads(shop, each) for each in (token, api, colleague)] == [401, 401, 200]
    assert (await shop.client.get(CONVERSATIONS, headers=here)).status_code == 401
    assert (await shop.client.post("/api/v1/token", json={"ticket": ticket})).status_code == 401


async def test_sessions_are_listed_and_ended_one_by_one(shop: RunningShop) -> None:
    await shop.client.delete("/api/v1/session?everywhere=true", headers=shop.bearer("小林"))
    token = (await short_token(shop))["token"]
    move(shop, seconds=1)
    here = {**await sign_in(shop), **OWN}
    api = shop.token("小林")
    listed = (await shop.client.get("/api/v1/sessions", headers=here)).json()["sessions"]

    assert [(one["kind"], one["api"], one["here"]) for one in listed] == [
        ("cookie", False, True),
        ("bearer", False, False),
        ("bearer", True, False),
    ]
    assert listed[0]["began_at"].startswith(shop.clock().isoformat()[:19])
    for one in listed[1:]:
        assert (await shop.client.delete(f"/api/v1/sessions/{one['id']}", headers=here)).status_code == 204
    assert (await reads(shop, token), await reads(shop, api)) == (401, 401)
    gone = await shop.client.delete(f"/api/v1/sessions/{listed[1]['id']}", headers=here)
    assert (gone.status_code, code(gone)) == (404, "unknown_session")


async def test_nobody_ends_anothers_session(shop: RunningShop) -> None:
    theirs = {**await sign_in(shop), **OWN}
    listed = (await shop.client.get("/api/v1/sessions", headers=theirs)).json()["sessions"]
    manager = {**await sign_in(shop, "经理"), **OWN}

    answers = [await shop.client.delete(f"/api/v1/sessions/{one['id']}", headers=manager) for one in listed]

    assert {answer.status_code for answer in answers} == {404}
    assert (await shop.client.get(CONVERSATIONS, headers=theirs)).status_code == 200


async def change(shop: RunningShop, headers: dict[str, str], current: str, new: str) -> httpx.Response:
    body = {"current": current, "new": new}
    return await shop.client.post("/api/v1/account/password", json=body, headers=headers)


async def test_a_changed_password_signs_out_everywhere_else(shop: RunningShop) -> None:
    here, there = {**await sign_in(shop), **OWN}, await sign_in(shop)
    token, api = (await short_token(shop))["token"], shop.token("小林")

    answer = await change(shop, here, LONG, "另外一个新的密码呀！")

    assert answer.status_code == 204
    kept = [await shop.client.get(CONVERSATIONS, headers=each) for each in (here, there)]
    assert [one.status_code for one in kept] == [200, 401]
    assert (await reads(shop, token), await reads(shop, api)) == (401, 200), "an API token stands alone"
    assert (await enter(shop)).status_code == 401
    assert (await enter(shop, password="另外一个新的密码呀！")).status_code == 204


async def test_the_current_password_has_to_be_right_and_guessing_it_waits(shop: RunningShop) -> None:
    here = {**await sign_in(shop), **OWN}

    answers = [await change(shop, here, WRONG, "另外一个新的密码呀！") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


async def test_who_has_no_password_sets_the_first_one(shop: RunningShop) -> None:
    here = {**await sign_in(shop, "经理"), **OWN}

    answer = await change(shop, here, "", "第一次设置的密码，好记")
    again = await change(shop, here, "", "又来设置一个新的密码")

    assert (answer.status_code, again.status_code) == (204, 401)


@pytest.mark.parametrize(
    ("new", "status"),
    [("九个字符的密码啊啊", 422), ("十个字符的密码啊啊啊", 204), ("长" * 256, 204), ("长" * 257, 422), ("", 422)],
)
async def test_a_password_has_ten_to_256_characters(shop: RunningShop, new: str, status: int) -> None:
    here = {**await sign_in(shop), **OWN}

    assert (await change(shop, here, LONG, new)).status_code == status


async def test_a_password_is_changed_on_our_own_pages_only(shop: RunningShop) -> None:
    assert (await change(shop, shop.bearer("小林"), LONG, "另外一个新的密码呀！")).status_code == 403


async def test_no_password_is_kept_as_it_was_given(shop: RunningShop) -> None:
    with shop.process.database.reader() as session:
        kept = door.password_hash(session, agent_id_of(SHOP, "小林"))

    assert kept is not None
    assert kept.startswith("$argon2id$")
    assert LONG not in kept


async def ask_ticket(shop: RunningShop, headers: dict[str, str], agent: str) -> httpx.Response:
    return await shop.client.post("/api/v1/tickets", json={"agent": agent}, headers=headers)


@pytest.mark.parametrize("agent", ["小林", "generic:main:agent-1"])
async def test_a_hosts_server_gets_a_ticket_for_whom_it_names(shop: RunningShop, agent: str) -> None:
    answer = await ask_ticket(shop, shop.bearer("经理"), agent)

    made = answer.json()
    assert answer.status_code == 201
    assert made["url"] == f"http://test/sidebar?shop=s1#ticket={made['ticket']}"
    token = (await shop.client.post("/api/v1/token", json={"ticket": made["ticket"]})).json()["token"]
    mine = (await shop.client.get("/api/v1/sessions", headers=bearer(token))).json()["sessions"]
    assert [one["here"] for one in mine].count(True) == 1
    again = await shop.client.post("/api/v1/token", json={"ticket": made["ticket"]})
    assert again.status_code == 401


@pytest.mark.parametrize("agent", ["没有这个人", "generic:main:nobody", "generic:other:x", "外人", "a:b"])
async def test_a_ticket_for_nobody_of_this_shop_is_not_made(shop: RunningShop, agent: str) -> None:
    answer = await ask_ticket(shop, shop.bearer("经理"), agent)

    assert (answer.status_code, code(answer)) == (404, "unknown_person")


async def test_an_agent_makes_a_ticket_for_oneself_only(shop: RunningShop) -> None:
    agent = shop.bearer("小林")

    mine, theirs = await ask_ticket(shop, agent, "小林"), await ask_ticket(shop, agent, "经理")

    assert (mine.status_code, theirs.status_code) == (201, 403)


async def test_a_ticket_for_others_needs_an_api_token(shop: RunningShop) -> None:
    by_cookie = {**await sign_in(shop, "经理"), **OWN}
    by_short = bearer((await short_token(shop, "经理"))["token"])

    answers = [await ask_ticket(shop, headers, "小林") for headers in (by_cookie, by_short)]
    oneself = [await ask_ticket(shop, headers, "经理") for headers in (by_cookie, by_short)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert [answer.status_code for answer in oneself] == [201, 403], "or a short token would have no end"


async def test_nobody_makes_a_ticket_for_somebody_above(shop: RunningShop) -> None:
    admin = {"name": "老板", "role": "admin"}
    setup = {"shops": [{"id": SHOP, "name": "店", "agents": [admin]}]}
    add_shop(shop.process, Setup.model_validate_json(json.dumps(setup)))

    manager, boss = shop.bearer("经理"), bearer(handed(shop, "老板", TokenKind.bearer))

    assert (await ask_ticket(shop, manager, "老板")).status_code == 403
    assert (await ask_ticket(shop, boss, "经理")).status_code == 201


async def test_tickets_of_one_person_do_not_pile_up(shop: RunningShop) -> None:
    manager = shop.bearer("经理")
    move(shop, hours=1)

    answers = [await ask_ticket(shop, manager, "小林") for _ in range(11)]
    move(shop, seconds=30)

    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "30"
    assert (await ask_ticket(shop, manager, "小林")).status_code == 201


async def test_a_page_for_one_shop_signs_nobody_of_another_in(shop: RunningShop) -> None:
    ticket = shop.ticket("小林")

    wrong = await shop.client.post("/api/v1/token", json={"ticket": ticket, "shop": OTHER_SHOP})
    right = await shop.client.post("/api/v1/token", json={"ticket": ticket, "shop": SHOP})

    assert (wrong.status_code, right.status_code) == (403, 200), "and the ticket was not spent"


async def test_the_account_page_shows_the_person_and_nobody_else(shop: RunningShop) -> None:
    page = (await shop.client.get("/account", headers=await sign_in(shop))).text
    nobody = (await shop.client.get("/account")).text

    assert "小林" in page
    assert 'data-to="/account"' in nobody


@pytest.mark.parametrize(
    ("asked", "to"),
    [
        ("/kb", "/kb"),
        ("/manager?from=2026-01-01&by=agent", "/manager?from=2026-01-01&amp;by=agent"),
        ("https://evil.example/", "/desk"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/%09/evil.example", "/%09/evil.example"),
        ("/\t/evil.example", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("", "/desk"),
        ('/"><script>', "/desk"),
    ],
)
async def test_after_signing_in_one_goes_on_to_a_page_of_ours(shop: RunningShop, asked: str, to: str) -> None:
    page = await shop.client.get("/login", params={"to": asked})

    assert f'data-to="{to}"' in page.text


async def test_an_outsider_lists_and_ends_only_their_own(shop: RunningShop) -> None:
    add_shop(shop.process, other_setup())
    theirs = (await shop.client.get("/api/v1/sessions", headers=outsider(shop))).json()["sessions"]

    assert all(one["api"] for one in theirs)
