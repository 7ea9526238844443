"""Are the four steps fit to say, and is there one of each for every case?"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path

from assist.domain.complaint import ALARMS
from assist.domain.library import Library
from assist.domain.remedy import RefusalWhy, ScriptLine, Slot, StepName
from assist.domain.remedy_policy import RemedyKind, RemedyPolicy

from .check_english import english_figures_in
from .english import HAN
from .errors import ContentError
from .figures_said import figures_in
from .policy_rules import cases_of, categories_of
from .script_slots import FACT_SLOTS, KINDS_OF_SLOT, OPTIONAL_SLOTS, REFUSAL_SLOTS, SILENT_SLOTS, SLOTS, SLOTS_ASKED
from .script_words import ADMITS, BLAMES, CAUSES, FORBIDDEN, REPLACES
from .toml_places import Place, line_of
from .wording import slots_of

LONGEST_ZH = 60
"""Chinese characters of a step, besides what its slots hold: longer ones are not read."""
LONGEST_EN = 45
"""English words of a step."""

_PART = re.compile(r"{%-?\s*(if\s+not|if|else|endif)\s*(\w*)\s*-?%}|{{\s*(\w+)\s*}}")

Finding = tuple[str, str]
"""(key of the line it is about, message)"""


def check_scripts(library: Library, root: Path | None) -> Iterator[ContentError]:
    """Yield every finding with its line. A library without a remedy policy says nothing about complaints."""
    if library.remedy is None:
        return
    texts = {step: _text_of(root, step) for step in StepName}
    for line in library.scripts:
        for key, message in _line(line, library):
            place = line_of(texts[line.step], Place("lines", line.id, key))
            yield ContentError(_file(line.step), place, f"{line.id}: {message}")
    yield from _twice(library.scripts, texts)
    yield from _twice_chosen(library, texts[StepName.solution])
    for step in StepName:
        for message in _uncovered(step, library.scripts, library.remedy):
            yield ContentError(_file(step), 1, message)


def _file(step: StepName) -> str:
    return f"scripts/{step.value}.toml"


def _text_of(root: Path | None, step: StepName) -> str:
    if root is None or not (path := root / _file(step)).is_file():
        return ""
    return path.read_text(encoding="utf-8-sig")


def _line(line: ScriptLine, library: Library) -> Iterator[Finding]:
    yield from _reach(line, library)
    yield from _slots(line)
    yield from _figures(line)
    yield from _words(line)
    if _fits_alarm(line):
        yield from _said(
            line, ADMITS, "is said to somebody with an alarm: no offer and no admission, only care and a person"
        )
    if RemedyKind.coupon in line.kinds:
        yield from _said(line, REPLACES, "a coupon never replaces money that is owed; say that a refund stays possible")


def _reach(line: ScriptLine, library: Library) -> Iterator[Finding]:
    """Yield what keeps a line from ever being said, or from being said only where it fits."""
    if strange := sorted(set(line.categories) - set(categories_of(library))):
        yield "categories", f"unknown categories {strange}; see lexicon/topics.toml"
    if strange := sorted(set(line.needs) - CAUSES.keys() - FACT_SLOTS):
        yield "needs", f"unknown facts {strange}; known: {', '.join((*CAUSES, *sorted(FACT_SLOTS)))}"
    outcomes = [key for key in ("kinds", "refusals", "slots") if getattr(line, key)]
    if len(outcomes) > 1:
        yield (
            outcomes[1],
            f"{' and '.join(outcomes)} never hold together: one case is a remedy, a refusal or a question",
        )
    if not outcomes and not line.grounds:
        yield "id", "would be said to everybody; name grounds, kinds, refusals or slots"


def _slots(line: ScriptLine) -> Iterator[Finding]:
    known = SLOTS[line.step]
    for key, text in (("text", line.text), ("text_en", line.text_en)):
        used = slots_of(text)
        if strange := sorted(used - known):
            yield key, f"unknown slots {strange}; {line.step} has: {', '.join(sorted(known))}"
        if bare := sorted((used & _unguarded(text)) - FACT_SLOTS.intersection(line.needs)):
            yield key, f"{', '.join(bare)} may be empty; write it between {{% if {bare[0]} %}} and {{% endif %}}"
        if silent := sorted(name for name in used & SILENT_SLOTS if re.search(rf"{{{{\s*{name}\s*}}}}", text)):
            yield key, f"{', '.join(silent)} is only asked for, never printed: {{% if {silent[0]} %}}"
        yield from ((key, message) for message in _misplaced(line, used))


def _misplaced(line: ScriptLine, used: frozenset[str]) -> Iterator[str]:
    """Yield the slots that the cases a line fits do not fill."""
    for name in sorted(used & KINDS_OF_SLOT.keys()):
        kinds = KINDS_OF_SLOT[name]
        if not line.kinds or set(line.kinds) - kinds:
            yield f"{name} is known for {', '.join(sorted(kinds))} only; name these as its kinds"
    for name in sorted(used & REFUSAL_SLOTS.keys()):
        if line.refusals != (REFUSAL_SLOTS[name],):
            yield f"{name} is known for a refusal {REFUSAL_SLOTS[name]} only; name it as refusals"
    if used & SLOTS_ASKED and not line.slots:
        yield f"{', '.join(sorted(used & SLOTS_ASKED))} is known while something is asked only; name its slots"


def _unguarded(text: str) -> set[str]:
    """Return the optional slots that are printed outside an {% if %} of their own."""
    open_names: list[str] = []
    bare: set[str] = set()
    for tag, name in _parts(text):
        if tag.startswith("if"):
            open_names.append("" if "not" in tag else name)
        elif tag == "else":
            open_names[-1] = ""
        elif tag == "endif":
            open_names.pop()
        elif name in OPTIONAL_SLOTS and name not in open_names:
            bare.add(name)
    return bare


def _parts(text: str) -> list[tuple[str, str]]:
    """Return the tags and printed slots of a text in order: (if, name), (else, ""), ("", name of a slot)."""
    return [(tag, name or slot) for tag, name, slot in _PART.findall(text)]


def _figures(line: ScriptLine) -> Iterator[Finding]:
    bare = _bare(line.text)
    if figures := figures_in(line.text):
        yield "text", f"figures in the text: {', '.join(figures)}; say it without, or with a {{{{ slot }}}}"
    if figures := english_figures_in(line.text_en):
        yield "text_en", f"figures in the text: {', '.join(figures)}; say it without, or with a {{{{ slot }}}}"
    if not HAN.search(bare):
        yield "text", "no Chinese in it; the English goes into text_en"
    if HAN.search(line.text_en):
        yield "text_en", "Chinese in the English text; say it in English"
    if (long := len(HAN.findall(bare))) > LONGEST_ZH:
        yield "text", f"{long} characters; {LONGEST_ZH} at most, a longer step is not read"
    if (long := len(_bare(line.text_en).split())) > LONGEST_EN:
        yield "text_en", f"{long} words; {LONGEST_EN} at most, a longer step is not read"


def _words(line: ScriptLine) -> Iterator[Finding]:
    yield from _said(line, FORBIDDEN, "is never promised or claimed; say what is proposed, and no more")
    yield from _said(
        line, BLAMES, "blames the carrier; the seller bears the risk of transport, say what we do about it"
    )
    if line.step not in (StepName.empathy, StepName.explanation):
        return
    for fact, cause in CAUSES.items():
        if fact not in line.needs:
            yield from _said(line, cause, f'claims a cause that nobody knows; leave it out, or add needs = ["{fact}"]')


def _said(line: ScriptLine, words: re.Pattern[str], why: str) -> Iterator[Finding]:
    for key, text in (("text", line.text), ("text_en", line.text_en)):
        if match := words.search(_bare(text)):
            yield key, f"{match.group()!r} {why}"


def _bare(text: str) -> str:
    return re.sub(r"{{.*?}}|{%.*?%}", "", text)


def _fits_alarm(line: ScriptLine) -> bool:
    if line.kinds or line.slots:
        return False
    return RefusalWhy.alarm in line.refusals or (not line.refusals and bool(ALARMS & set(line.grounds)))


def _twice(lines: Sequence[ScriptLine], texts: dict[StepName, str]) -> Iterator[ContentError]:
    first: dict[str, StepName] = {}
    for line in lines:
        if line.id in first:
            numbers = _numbers(texts[line.step], line.id)
            message = f"id {line.id!r} is used in {_file(first[line.id])} too; ids are unique"
            yield ContentError(_file(line.step), numbers[-1] if numbers else 1, message)
        first.setdefault(line.id, line.step)


def _numbers(text: str, entry_id: str) -> list[int]:
    setting = re.compile(rf"""\s*id\s*=\s*["']{re.escape(entry_id)}["']""")
    return [number for number, line in zip(count(1), text.splitlines(), strict=False) if setting.match(line)]


def _twice_chosen(library: Library, text: str) -> Iterator[ContentError]:
    seen: set[tuple[Slot, str]] = set()
    for choice in library.choices:
        if (choice.slot, choice.id) in seen:
            message = f"choice {choice.id!r} of {choice.slot} is there twice; keep one"
            yield ContentError(_file(StepName.solution), _numbers(text, choice.id)[-1], message)
        seen.add((choice.slot, choice.id))


def _uncovered(step: StepName, lines: Sequence[ScriptLine], policy: RemedyPolicy) -> Iterator[str]:
    """Yield the cases for which a step has no wording that holds for all goods, moods and severities."""
    plain = [line for line in lines if line.step is step and _plain(line)]
    cases: list[tuple[str, Callable[[ScriptLine], bool]]] = [
        *(
            (f"{ground.value} with {kind.value}", partial(_of_remedy, ground, kind))
            for ground, kind in cases_of(policy)
        ),
        *((f"refusal {why.value}", partial(_of_refusal, why)) for why in RefusalWhy),
        *((f"question {slot.value}", partial(_of_question, slot)) for slot in Slot),
    ]
    for name, fits in cases:
        if not any(fits(line) for line in plain):
            yield f"no {step.value} for {name}; add [[lines]] with a Chinese and an English text"


def _plain(line: ScriptLine) -> bool:
    calm = not line.mood or "neutral" in line.mood
    return calm and not (line.categories or line.severities or line.needs)


def _of_remedy(ground: object, kind: object, line: ScriptLine) -> bool:
    grounds, kinds = not line.grounds or ground in line.grounds, not line.kinds or kind in line.kinds
    return grounds and kinds and not line.refusals and not line.slots


def _of_refusal(why: object, line: ScriptLine) -> bool:
    return why in line.refusals and not line.grounds


def _of_question(slot: object, line: ScriptLine) -> bool:
    return slot in line.slots and not line.grounds
