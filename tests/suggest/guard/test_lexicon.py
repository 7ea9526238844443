"""Is the shipped lexicon fit? Every group with its words and its action, and nothing of it said by the shop itself."""

import json
import tomllib

import pytest

from assist.domain.guard import Action, Category, GuardPolicy, Level
from assist.domain.library import Article
from tests.shipped import shipped_entries

from .lexicons import ROOT, shipped_guard, shipped_lexicon

LEXICON = shipped_lexicon()
LEVELS = {group.id: group.level for group in LEXICON.groups}


def policy() -> GuardPolicy:
    stored = tomllib.loads((ROOT / "templates_kb" / "policy" / "guards.toml").read_text("utf-8"))
    return GuardPolicy.model_validate_json(json.dumps(stored))


@pytest.mark.parametrize(
    ("text", "action"),
    [
        pytest.param("这是国家级的", Action.block, id="named by law"),
        pytest.param("最好吃的芒果", Action.warn, id="near to it"),
        pytest.param("枸杞治疗眼病", Action.block, id="medical"),
        pytest.param("绝对安全", Action.block, id="safety"),
        pytest.param("国宴特供", Action.block, id="state"),
        pytest.param("您加微信", Action.block, id="contact"),
        pytest.param("好评返现", Action.block, id="reviews"),
        pytest.param("别找平台", Action.block, id="complaints kept away"),
        pytest.param("概不退换", Action.block, id="void"),
        pytest.param("你脑残吧", Action.block, id="abuse"),
        pytest.param("别家都是假的", Action.block, id="belittling"),
        pytest.param("假一赔十", Action.warn, id="promise"),
        pytest.param("销量第一", Action.note, id="proof"),
        pytest.param("清仓价", Action.note, id="price"),
        pytest.param("爆款", Action.let, id="folklore"),
    ],
)
def test_each_kind_of_harm_has_its_action(text: str, action: Action) -> None:
    acted = [policy().action_for(hit.group, LEVELS[hit.group]) for hit in shipped_guard().find(text)]

    assert acted == [action]


def test_a_shop_may_act_otherwise_on_one_group() -> None:
    own = GuardPolicy(rules={"origin-claim": Action.warn})

    assert own.action_for("origin-claim", Level.needs_proof) is Action.warn
    assert own.action_for("certificate", Level.needs_proof) is Action.note


def test_every_level_has_an_action() -> None:
    shipped, unwritten = policy(), GuardPolicy()

    assert set(shipped.actions) == set(Level)
    assert {level: unwritten.action_for("any", level) for level in Level} == dict(shipped.actions)


def test_a_level_that_is_not_named_keeps_its_action() -> None:
    changed = GuardPolicy(actions={Level.needs_proof: Action.warn})

    assert changed.action_for("any", Level.block) is Action.block
    assert changed.action_for("any", Level.needs_proof) is Action.warn


def test_there_are_enough_terms_and_none_twice() -> None:
    terms = [term for group in LEXICON.groups for term in group.terms]

    assert len(terms) >= 150
    assert len(terms) == len(set(terms))
    assert {group.category for group in LEXICON.groups} == set(Category)


def test_every_group_says_why_in_both_languages() -> None:
    silent = [one.id for one in LEXICON.groups if not (one.zh and one.en and one.basis and one.basis_en)]

    assert silent == []


def test_every_term_is_found_as_it_stands() -> None:
    terms = [term for group in LEXICON.groups for term in group.terms]

    assert [term for term in terms if term not in {hit.term for hit in shipped_guard().find(term)}] == []


def test_no_rewrite_is_forbidden_itself() -> None:
    rewrites = [one for group in LEXICON.groups for one in (group.rewrite, group.rewrite_en, *group.rewrites.values())]
    acted = {Level.block, Level.block_unless_exempt, Level.policy_check}

    assert [one for one in rewrites if any(LEVELS[hit.group] in acted for hit in shipped_guard().find(one or ""))] == []


def test_the_shop_says_nothing_forbidden_itself() -> None:
    articles = [Article.model_validate_json(one.body) for one in shipped_entries() if one.kind == "article"]
    texts = [text for article in articles for text in (article.text, article.text_en or "")]
    texts += [path.read_text("utf-8") for path in sorted((ROOT / "templates_kb" / "scripts").rglob("*.*"))]
    acted = {Level.block, Level.block_unless_exempt, Level.policy_check}

    hits = [(hit, text[:40]) for text in texts for hit in shipped_guard().find(text)]

    assert [(hit.term, start) for hit, start in hits if LEVELS[hit.group] in acted] == []
