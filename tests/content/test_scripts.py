"""Every complaint has four steps in both languages, and no step says what nobody may say."""

import re
from pathlib import Path

import pytest

from assist.content.check import check_tree
from assist.content.policy_rules import cases_of
from assist.content.script_slots import FACT_SLOTS, OPTIONAL_SLOTS, SLOTS
from assist.content.wording import slots_of, word
from assist.domain.complaint import Ground
from assist.domain.library import Library
from assist.domain.remedy import RefusalWhy, ScriptLine, Slot, StepName
from assist.domain.remedy_policy import RemedyKind
from assist.suggest.remedy.facts import CHOICES
from tests.shipped import shipped_library

STEPS = [step.value for step in StepName]


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped_library()


def said_where(line: ScriptLine, *, ground: Ground | None = None, kind: RemedyKind | None = None) -> bool:
    if line.refusals or line.slots or line.needs or line.mood not in ((), ("neutral",)):
        return False
    return (not line.grounds or ground in line.grounds) and (not line.kinds or kind in line.kinds)


@pytest.mark.parametrize("step", list(StepName))
def test_every_ground_and_remedy_has_every_step(library: Library, step: StepName) -> None:
    assert library.remedy is not None
    lines = [line for line in library.scripts if line.step is step and not line.categories]

    for ground, kind in cases_of(library.remedy):
        assert any(said_where(line, ground=ground, kind=kind) for line in lines), (ground, kind)


@pytest.mark.parametrize("step", list(StepName))
def test_every_refusal_and_question_has_every_step(library: Library, step: StepName) -> None:
    lines = [line for line in library.scripts if line.step is step and not line.grounds]

    assert {why for line in lines for why in line.refusals} == set(RefusalWhy)
    assert {slot for line in lines for slot in line.slots} == set(Slot)


@pytest.mark.parametrize(
    ("step", "ground", "kind"),
    [
        pytest.param(step, ground, kind, id=f"{step} {name}")
        for step in StepName
        for name, ground, kind in (
            ("strawberries, part", Ground.rotten, RemedyKind.partial_refund),
            ("dead shrimp, part", Ground.dead, RemedyKind.partial_refund),
            ("leaking milk, full", Ground.leaking, RemedyKind.full_refund),
            ("crushed, reship", Ground.crushed, RemedyKind.reship),
            ("late, coupon", Ground.late, RemedyKind.coupon),
            ("meat, full", Ground.bad_smell, RemedyKind.full_refund),
            ("short weight", Ground.short_weight, RemedyKind.partial_refund),
            ("not received", Ground.not_received, RemedyKind.full_refund),
        )
    ],
)
def test_common_cases_have_three_variants(library: Library, step: StepName, ground: Ground, kind: RemedyKind) -> None:
    lines = [line for line in library.scripts if line.step is step and said_where(line, ground=ground, kind=kind)]

    assert len(lines) >= 3
    assert len({line.text for line in lines}) == len(lines)
    assert len({line.text_en for line in lines}) == len(lines)


def test_every_choice_a_question_offers_is_worded(library: Library) -> None:
    worded = {(choice.slot, choice.id) for choice in library.choices}

    assert worded == {(slot, choice) for slot, choices in CHOICES.items() for choice in choices}


def test_alarms_get_care_and_a_person_and_nothing_else(library: Library) -> None:
    alarmed = [line for line in library.scripts if RefusalWhy.alarm in line.refusals]

    assert {line.step for line in alarmed} == set(StepName)
    for line in alarmed:
        assert not re.search("抱歉|对不起|不好意思|赔|退|补偿|券", line.text), line.id
        assert not re.search("(?i)sorry|apolog|refund|compensat|coupon", line.text_en), line.id
        assert not slots_of(line.text) & {"amount", "share", "valid_days"}


def test_the_goods_are_kept_after_an_alarm_and_a_person_takes_over(library: Library) -> None:
    solutions = [
        line for line in library.scripts if line.step is StepName.solution and RefusalWhy.alarm in line.refusals
    ]

    assert all(re.search("专人|负责人", line.text) for line in solutions)
    assert all(re.search("留", line.text) for line in solutions if not line.grounds)


@pytest.mark.parametrize("full", [False, True], ids=["nothing optional known", "everything known"])
def test_steps_read_whole_whatever_is_known(library: Library, full: bool) -> None:
    values = dict.fromkeys(("item", "amount", "valid_days", "short_g", "allowed_g", "stated_g", "found_g"), "值")
    values |= dict.fromkeys(OPTIONAL_SLOTS, "值" if full else "")

    for line in library.scripts:
        for text in (line.text, line.text_en):
            worded = word(text, values | dict.fromkeys(FACT_SLOTS.intersection(line.needs), "值"))
            assert worded.missing == ()
            assert worded.text, line.id
            assert not re.search(r"[，、：；]{2}|^[，。、：；]|[，：；、]$|。。|\{|  |\s[.,;:?]|[,:;]$", worded.text), (
                worded.text
            )


def test_money_names_its_amount_and_where_it_goes_without_days(library: Library) -> None:
    refunds = {RemedyKind.partial_refund, RemedyKind.full_refund}

    for line in library.scripts:
        if line.step is not StepName.solution or not line.kinds:
            continue
        assert ("amount" in slots_of(line.text)) == (
            not {RemedyKind.reship, RemedyKind.explanation} & set(line.kinds)
        ), line.id
        if refunds & set(line.kinds):
            assert re.search("原路|账户", line.text), line.id
            assert re.search("payment method|account", line.text_en), line.id


def test_a_full_refund_comes_with_an_apology(library: Library) -> None:
    full = [
        line for line in library.scripts if line.kinds == (RemedyKind.full_refund,) and line.step is StepName.solution
    ]

    assert all(re.search("抱歉|对不起", line.text) for line in full if Ground.price_error not in line.grounds)


def test_perishables_that_were_made_good_come_with_their_storage_tip(library: Library) -> None:
    prevention = [line for line in library.scripts if line.step is StepName.prevention and line.kinds]

    for line in prevention:
        if Ground.price_error not in line.grounds:
            assert "storage_tip" in slots_of(line.text), line.id
            assert "storage_tip" in slots_of(line.text_en), line.id


def test_both_languages_hold_the_same_slots(library: Library) -> None:
    for line in library.scripts:
        assert slots_of(line.text_en) - {"item"} == slots_of(line.text) - {"item"}, line.id
        assert slots_of(line.text) <= SLOTS[line.step]


LINE = """

[[lines]]
id = "made-for-this-test"
step = "{step}"
{where}
text = "{zh}"
text_en = "{en}"
"""


def add(tree: Path, step: str, where: str, zh: str = "我来帮您处理。", en: str = "Let me help.") -> int:
    """Append a line to a step's file; return the number of its first line of keys."""
    path = tree / "scripts" / f"{step}.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + LINE.format(step=step, where=where, zh=zh, en=en), encoding="utf-8")
    return path.read_text(encoding="utf-8").splitlines().index('id = "made-for-this-test"') + 1


def found(tree: Path) -> list[tuple[str, int, str]]:
    return [(one.path, one.line, one.message) for one in check_tree(tree).findings]


ROT = 'grounds = ["rotten"]'
PART = 'kinds = ["partial_refund"]'
WHERE, ZH, EN = 2, 3, 4
"""Lines of a wording behind that of its id."""


@pytest.mark.parametrize(
    ("step", "where", "zh", "en", "at", "cure"),
    [
        pytest.param("empathy", ROT, "{{ amount }}给您", "Yes.", ZH, "empathy has: ", id="a slot of another step"),
        pytest.param("solution", PART, "退{{ amount }}", "Send {{ prof }}.", EN, "unknown slots", id="an unknown slot"),
        pytest.param(
            "solution", ROT, "退{{ amount }}", "Yes.", ZH, "name these as its kinds", id="an amount for nothing"
        ),
        pytest.param("solution", PART, "券{{ valid_days }}有效", "Yes.", ZH, "coupon only", id="days without a coupon"),
        pytest.param("solution", PART, "发{{ evidence }}", "Yes.", ZH, "{% if evidence %}", id="what may be empty"),
        pytest.param(
            *("solution", PART, "{% if evidence %}好{% endif %}发{{ evidence }}", "Yes.", ZH, "{% if evidence %}"),
            id="what may be empty behind its question",
        ),
        pytest.param(
            "solution", PART, "{% if no_return %}{{ no_return }}{% endif %}好", "Yes.", ZH, "printed", id="printed"
        ),
        pytest.param(
            *("solution", PART, "{% if question_options %}{{ question_options }}{% endif %}好", "Yes.", ZH, "asked"),
            id="options of no question",
        ),
        pytest.param(
            "explanation", ROT, "短{{ short_g }}克", "Yes.", ZH, "within_tolerance", id="grams of no weighing"
        ),
        pytest.param("solution", PART, "三天内退您", "Yes.", ZH, "三天", id="a Chinese figure"),
        pytest.param("solution", PART, "退您", "A refund of 5.", EN, "figures", id="an English figure"),
        pytest.param("solution", PART, "退您8.90元", "Yes.", ZH, "slot", id="an amount in the text"),
        pytest.param("solution", PART, "退您", "退款.", EN, "in English", id="Chinese in the English"),
        pytest.param("solution", PART, "Yes.", "Yes.", ZH, "text_en", id="English in the Chinese"),
        pytest.param("solution", PART, "好" * 61, "Yes.", ZH, "60 at most", id="too long"),
        pytest.param("solution", PART, "好", "yes " * 46, EN, "45 at most", id="too long in English"),
        pytest.param("explanation", ROT, "签收即视为认可质量", "Yes.", ZH, "never promised", id="signing accepts it"),
        pytest.param("explanation", ROT, "本店拥有最终解释权", "Yes.", ZH, "never promised", id="final interpretation"),
        pytest.param("solution", PART, "我保证不会再有", "Yes.", ZH, "保证", id="a promise"),
        pytest.param("solution", PART, "一定给您办好", "Yes.", ZH, "一定", id="surely"),
        pytest.param("solution", PART, "这是最好的办法", "Yes.", ZH, "最", id="the best"),
        pytest.param("solution", PART, "退您", "We guarantee it.", EN, "guarantee", id="a promise in English"),
        pytest.param("prevention", ROT, "把烂的切掉还能吃", "Yes.", ZH, "切掉", id="cut it off"),
        pytest.param("prevention", ROT, "先放好", "Cut off the bad part.", EN, "Cut off", id="cut it off in English"),
        pytest.param("explanation", ROT, "这是快递的责任", "Yes.", ZH, "bears the risk", id="the courier's fault"),
        pytest.param("explanation", ROT, "路上闷坏了", "Yes.", ZH, 'needs = ["', id="a cause nobody knows"),
        pytest.param("explanation", ROT, "因为放久了", "Yes.", ZH, '["cause"]', id="because"),
        pytest.param(
            "explanation", ROT, "好的", "The cold chain broke.", EN, '["cold_chain"]', id="a cause in English"
        ),
        pytest.param(
            *("solution", 'kinds = ["coupon"]', "用{{ amount }}券代替退款", "Yes.", ZH, "never replaces"),
            id="a coupon instead",
        ),
        pytest.param(
            *("empathy", 'refusals = ["alarm"]', "实在抱歉", "Yes.", ZH, "no admission"), id="an apology after an alarm"
        ),
        pytest.param(
            *("solution", 'grounds = ["illness"]', "给您退款", "Yes.", ZH, "no offer"), id="an offer after an alarm"
        ),
        pytest.param(
            "explanation", ROT, "这批是{{ batch_harvested }}采收的", "Yes.", ZH, "may be empty", id="an unknown harvest"
        ),
        pytest.param(
            *(
                "explanation",
                ROT + '\nneeds = ["batch_origin"]',
                "{{ batch_harvested }}采收的",
                "Yes.",
                4,
                "may be empty",
            ),
            id="another fact of the batch",
        ),
        pytest.param("prevention", ROT, "产自{{ batch_origin }}", "Yes.", ZH, "unknown slots", id="in no explanation"),
        pytest.param("empathy", 'categories = ["egs"]\n' + ROT, "好", "Yes.", WHERE, "topics.toml", id="unknown goods"),
        pytest.param("empathy", ROT + '\nneeds = ["moon"]', "好", "Yes.", 3, "known: cold_chain", id="an unknown fact"),
        pytest.param("empathy", PART + '\nslots = ["share"]', "好", "Yes.", 3, "never hold together", id="never said"),
        pytest.param("empathy", 'categories = ["eggs"]', "好", "Yes.", 0, "to everybody", id="said to everybody"),
        pytest.param("empathy", 'grounds = ["roten"]', "好", "Yes.", WHERE, "grounds", id="a ground that is none"),
    ],
)
def test_a_spoilt_wording_is_refused(tree: Path, step: str, where: str, zh: str, en: str, at: int, cure: str) -> None:
    number = add(tree, step, where, zh, en)

    findings = [one for one in found(tree) if one[0] == f"scripts/{step}.toml" and cure in one[2]]

    assert findings, found(tree)
    assert findings[0][1] == number + at


@pytest.mark.parametrize("needs", sorted(FACT_SLOTS))
def test_what_the_record_of_a_batch_shows_may_be_said_where_it_is_needed(tree: Path, needs: str) -> None:
    told = f"登记上写着{{{{ {needs} }}}}"
    add(tree, "explanation", f'{ROT}\nneeds = ["{needs}"]', told, f"Our record says {{{{ {needs} }}}}.")

    assert found(tree) == []


@pytest.mark.parametrize("needs", ["cold_chain", "weather", "courier", "packing", "cause"])
def test_a_cause_may_be_said_where_a_record_shows_it(tree: Path, needs: str) -> None:
    causes = {
        "cold_chain": "冷链断了",
        "weather": "遇上高温",
        "courier": "途中停留",
        "packing": "仓库漏装",
        "cause": "由于停电",
    }
    add(tree, "explanation", f'{ROT}\nneeds = ["{needs}"]', causes[needs])

    assert found(tree) == []


def test_an_id_used_twice_is_refused_at_the_second(tree: Path) -> None:
    number = add(tree, "solution", PART)
    path = tree / "scripts" / "solution.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("made-for-this-test", "empathy-rot-1"), encoding="utf-8")

    assert [(one[0], one[1]) for one in found(tree)] == [("scripts/solution.toml", number)]
    assert "scripts/empathy.toml" in found(tree)[0][2]


@pytest.mark.parametrize("step", STEPS)
def test_removing_a_step_is_refused(tree: Path, step: str) -> None:
    (tree / "scripts" / f"{step}.toml").unlink()

    findings = found(tree)

    assert {path for path, _, _ in findings} == {f"scripts/{step}.toml"}
    assert any("rotten with partial_refund" in message and "[[lines]]" in message for _, _, message in findings)
    assert any("refusal alarm" in message for _, _, message in findings)
    assert any("question share" in message for _, _, message in findings)


@pytest.mark.parametrize(
    ("step", "gone", "case"),
    [
        ("empathy", "empathy-late-", "late with coupon"),
        ("explanation", "explain-reship-", "leaking with reship"),
        ("solution", "solution-coupon-choice-", "leg_missing with coupon"),
        ("solution", "solution-late-claim-", "refusal late"),
        ("solution", "solution-ask-thaw-", "question thaw"),
        ("prevention", "prevention-late-", "not_received with reship"),
    ],
)
def test_a_case_without_a_wording_of_a_step_is_named(tree: Path, step: str, gone: str, case: str) -> None:
    path = tree / "scripts" / f"{step}.toml"
    blocks = re.split(r"(?m)^(?=\[\[)", path.read_text(encoding="utf-8"))
    path.write_text("".join(one for one in blocks if not re.search(rf'id = "{gone}\d', one)), encoding="utf-8")

    messages = [message for _, _, message in found(tree)]

    assert any(f"no {step} for {case};" in message for message in messages), messages
