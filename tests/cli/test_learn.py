"""`assist kb learn` and `kb rollback`: shown first, applied when told, taken back with one command."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assist.desk.correct_topic import Correction, correct_topic
from assist.desk.learn import Lessons, newest_library
from assist.desk.operate import Done, Learn, RollBack
from assist.desk.secrets import SecretBox
from assist.domain.library import Library, Phrasing
from assist.store.database import open_database
from assist.suggest.topic import build_reader
from tests.conftest import NOW, StillClock
from tests.desk.shop import SHOP, SHRIMP_ANSWER, caller, conversation_of, message_of, open_desk, said
from tests.shop import RunningShop, running_shop

from .conftest import URL, Run

QUESTION = "活虾买多了怎么保存才好"
# Names shrimp, and nothing in it says what is wanted.
UNCLEAR = "大虾搁阳台可中"


@pytest.fixture
def taught(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two conversations in which the shrimp's answer was used for one question, and a thank-you."""
    database = open_database(URL)
    desks = open_desk(database, home, StillClock())
    desk = next(desks)
    at = NOW - timedelta(hours=1)
    for ref in ("c1", "c2"):
        desk.hear(said("m1", QUESTION, at, conversation=ref))
        desk.hear(said("m2", SHRIMP_ANSWER, at + timedelta(seconds=30), role="agent", conversation=ref))
    _end(desks)
    database.close()
    monkeypatch.setattr("assist.cli.learning.system_clock", lambda: NOW)
    monkeypatch.setenv("COLUMNS", "250")
    return home


def _end(desks: Generator[Any]) -> None:
    assert next(desks, None) is None


def _library() -> Library:
    database = open_database(URL, read_only=True)
    with database.reader() as session:
        library = newest_library(session, SHOP)
    database.close()
    assert library is not None
    return library


def _proposal(assist: Run) -> dict[str, Any]:
    (ranked,) = assist("kb", "learn", "--json").document["proposals"]
    return ranked["proposal"]


def test_proposals_and_their_effect_are_one_document_and_nothing_changes(assist: Run, taught: Path) -> None:
    before = _library()

    ended = assist("kb", "learn", "--json")

    told = ended.document
    assert ended.code == 0
    (ranked,) = told["proposals"]
    assert (ranked["proposal"]["text"], ranked["proposal"]["article_id"]) == (QUESTION, "storage-shrimp")
    assert (ranked["proposal"]["state"], ranked["proposal"]["adopted"]) == ("review", 2)
    assert ranked["rank_now"] == 1
    # Three articles, no phrasing yet: one ask of each is held out.
    assert (told["effect"]["n"], told["effect"]["asks"], told["effect"]["seed"]) == (3, 3, 7)
    assert {"before", "after", "worse", "better"} <= told["effect"].keys()
    assert (told["published"], told["undo"]) == (None, None)
    assert _library() == before


def test_proposals_for_people_speak_both_languages(assist: Run, taught: Path) -> None:
    ended = assist("kb", "learn")

    assert ended.code == 0
    for words in (QUESTION, "待审 review", "回归题 regression set: n=3", "变错 from right to wrong: "):
        assert words in ended.out


def test_what_is_applied_is_published_with_the_way_back(assist: Run, taught: Path) -> None:
    proposal = _proposal(assist)

    ended = assist("kb", "learn", "--apply", proposal["id"][:8], "--by", "王姐", "--json")

    assert ended.code == 0
    assert (ended.document["published"], ended.document["undo"]) == (2, "assist kb rollback 1 --shop s1")
    assert "assist kb rollback 1 --shop s1" in ended.err
    assert [one.text for one in _library().phrasings] == [QUESTION]

    back = assist("kb", "rollback", "1", "--shop", "s1")

    assert back.code == 0
    assert "library 3" in back.line
    assert _library().phrasings == ()


def test_applying_again_changes_nothing(assist: Run, taught: Path) -> None:
    proposal = _proposal(assist)
    assist("kb", "learn", "--apply", proposal["id"])

    ended = assist("kb", "learn", "--apply", proposal["id"], "--json")

    assert (ended.code, ended.document["published"]) == (0, None)
    assert "nothing changes" in ended.line
    assert _library().number == 2


def test_what_is_rejected_is_left_out_from_then_on(assist: Run, taught: Path) -> None:
    assist("kb", "learn", "--reject", _proposal(assist)["id"])

    told = assist("kb", "learn", "--json").document

    assert (told["proposals"], told["left_out"]) == ([], {"rejected": 1})
    assert told["effect"] is None


def test_little_evidence_is_not_applied_automatically(assist: Run, taught: Path) -> None:
    ended = assist("kb", "learn", "--apply-automatic", "--json")

    assert (ended.code, ended.document["published"]) == (0, None)
    assert _library().number == 1


def test_days_before_the_first_are_not_read(assist: Run, taught: Path) -> None:
    assert assist("kb", "learn", "--since", "2026-11-22", "--json").document["proposals"] == []
    assert len(assist("kb", "learn", "--since", "2026-11-21", "--json").document["proposals"]) == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param(("learn", "--apply", "nosuch"), "see assist kb learn", id="no such proposal"),
        pytest.param(("learn", "--shop", "s9"), "there are: s1", id="no such shop"),
        pytest.param(("learn", "--apply-automatic", "--by", "files"), "name a person", id="the files' name"),
        pytest.param(("rollback", "9"), "no library version 9", id="no such version"),
    ],
)
def test_what_cannot_be_done_is_one_line(assist: Run, taught: Path, arguments: tuple[str, ...], named: str) -> None:
    ended = assist("kb", *arguments)

    assert (ended.code, ended.out) == (2, "")
    assert named in ended.line


def test_before_anything_is_published_there_is_nothing_to_learn_for(assist: Run, home: Path) -> None:
    ended = assist("kb", "learn")

    assert ended.code == 1
    assert "published no library" in ended.line


@pytest.mark.anyio
async def test_a_running_server_takes_lessons_and_answers_from_them_at_once(
    tmp_path: Path, webhook_secret: str, clock: StillClock
) -> None:
    async with running_shop(f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path, webhook_secret, clock) as shop:
        before = shop.process.libraries.current(SHOP).library
        lessons = Lessons(kept=(Phrasing(id="p1", article_id=before.articles[0].id, text=QUESTION),))

        learned = await _operate(shop, tmp_path, Learn(author="王姐", lessons=lessons))

        assert learned.number == before.number + 1
        assert [one.id for one in shop.process.libraries.current(SHOP).library.phrasings] == ["p1"]
        assert (await _operate(shop, tmp_path, Learn(lessons=lessons))).number is None
        assert (await _operate(shop, tmp_path, RollBack(number=before.number))).number == before.number + 2
        assert shop.process.libraries.current(SHOP).library.phrasings == ()


async def _operate(shop: RunningShop, folder: Path, command: Learn | RollBack) -> Done:
    box = SecretBox(folder / "assist.key")
    reply = await shop.client.post("/api/v1/operator", content=box.seal(command.model_dump_json()))
    return Done.model_validate_json(box.open_fresh(reply.text, 60))


@pytest.fixture
def corrected(taught: Path) -> Path:
    """Two conversations more, in which an agent said that a question was about invoices."""
    database = open_database(URL)
    desks = open_desk(database, taught, StillClock(NOW - timedelta(minutes=45)))
    desk = next(desks)
    for ref in ("t1", "t2"):
        desk.hear(said("m1", UNCLEAR, NOW - timedelta(hours=1), conversation=ref))
        turn_id = message_of("m1", ref)
        correction = Correction(step_id=f"step-{ref}", turn_id=turn_id, category="live_seafood", intent="invoice")
        topics = desk.libraries.current(SHOP).library.topics
        at = NOW - timedelta(minutes=30)
        desk.writer.submit(correct_topic(caller(), conversation_of(ref), correction, topics, at)).result()
    _end(desks)
    database.close()
    return taught


def test_corrected_topics_are_listed_beside_the_phrasings(assist: Run, corrected: Path) -> None:
    told, read = assist("kb", "learn", "--json").document, assist("kb", "learn")

    (topic,) = told["topics"]
    assert (topic["text"], topic["category"], topic["intent"], topic["turns"]) == (
        UNCLEAR,
        "live_seafood",
        "invoice",
        2,
    )
    assert UNCLEAR in read.out
    assert "live_seafood · invoice" in read.out
    assert _library().number == 1


def test_an_applied_example_teaches_its_intent_and_is_taken_back_by_a_rollback(assist: Run, corrected: Path) -> None:
    (topic,) = assist("kb", "learn", "--json").document["topics"]

    applied = assist("kb", "learn", "--apply", topic["id"][:8], "--by", "王姐", "--json").document

    library = _library()
    assert (applied["published"], library.number) == (2, 2)
    assert [(one.intent, one.text, one.times) for one in library.learned_topics.examples] == [("invoice", UNCLEAR, 2)]
    assert build_reader(library).read(UNCLEAR).intent == "invoice"
    again = assist("kb", "learn", "--json").document
    assert (again["topics"], again["topics_left_out"]) == ([], {"known": 1})
    assist("kb", "rollback", "1")
    assert _library().learned_topics.examples == ()


def test_a_rejected_example_teaches_nothing_and_is_not_proposed_again(assist: Run, corrected: Path) -> None:
    (topic,) = assist("kb", "learn", "--json").document["topics"]

    assist("kb", "learn", "--reject", topic["id"])

    library = _library()
    assert [one.rejected for one in library.learned_topics.examples] == [True]
    assert build_reader(library).read(UNCLEAR).intent != "invoice"
    again = assist("kb", "learn", "--json").document
    assert (again["topics"], again["topics_left_out"]) == ([], {"rejected": 1})
