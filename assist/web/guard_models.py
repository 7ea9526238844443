"""What the guards say through the JSON API."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from assist.desk.guard_text import rewritten
from assist.domain.figures import EntryId
from assist.domain.guard import Checked, Finding

from .api_models import In, Out, Seen
from .words import in_language

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), Seen]


class DraftIn(In):
    """A draft as it stands; it is not kept."""

    conversation_id: Annotated[str, Field(max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
    text: Annotated[str, Field(max_length=5000)]


class FindingOut(Out):
    """What is wrong with `text[start:end]` (in characters, not UTF-16), why, and what may stand there instead.

    `rewrite` "" leaves the words out, null says that a person has to find others.
    """

    guard: Literal["forbidden", "promise"]
    rule: str
    category: str
    action: Literal["note", "warn", "block"]
    start: int
    end: int
    term: str
    reason: str
    basis: str
    rewrite: str | None
    library_number: int


class CheckedOut(Out):
    """`action` is what happens to the text as a whole, `rewritten` the text with every rewrite in its place."""

    action: Literal["let", "note", "warn", "block"]
    findings: list[FindingOut]
    rewritten: str


class DraftStepIn(In):
    """What was done about findings: `fixed` took a rewrite, `overridden` sends the text all the same, with a reason."""

    step_id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
    rules: Annotated[list[EntryId], Field(min_length=1, max_length=50)]
    action: Literal["fixed", "overridden"]
    reason: Reason | None = None


def finding_out(one: Finding, language: str) -> FindingOut:
    """Return a finding as it is shown: why in the page's language, the rewrite in the draft's."""
    assert one.action.value != "let"
    return FindingOut(
        guard=one.guard.value,
        rule=one.rule,
        category=one.category,
        action=one.action.value,
        start=one.words.start,
        end=one.words.end,
        term=one.term,
        reason=in_language(one.reason, one.reason_en, language),
        basis=in_language(one.basis, one.basis_en, language),
        rewrite=one.rewrite,
        library_number=one.library_number,
    )


def checked_out(text: str, checked: Checked, language: str) -> CheckedOut:
    return CheckedOut(
        action=checked.action.value,
        findings=[finding_out(one, language) for one in checked.findings],
        rewritten=rewritten(text, checked),
    )
