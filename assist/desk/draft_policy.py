"""What remedy policy is published, how does it read as a file, and is a draft of it fit?"""

from sqlalchemy.orm import Session

from assist.content.check_remedy import FILE as POLICY_FILE
from assist.content.check_remedy import findings_of
from assist.content.errors import ContentError
from assist.content.export import files_of
from assist.content.files import read_draft
from assist.content.toml_places import line_of
from assist.domain.library import Entry, Library
from assist.domain.remedy_policy import RemedyPolicy
from assist.store.queries import libraries


class UnfitDraft(Exception):
    """A draft that `kb check` would refuse, with every finding and its line."""

    def __init__(self, findings: tuple[ContentError, ...]) -> None:
        super().__init__("; ".join(str(finding) for finding in findings))
        self.findings = findings


def published_policy(session: Session, shop_id: str) -> RemedyPolicy | None:
    """Return the remedy policy a shop has published, if any."""
    newest = libraries.newest(session, shop_id)
    body = libraries.policy_at(session, shop_id, "remedy", newest.number) if newest else None
    return RemedyPolicy.model_validate_json(body) if body else None


def policy_text(policy: RemedyPolicy) -> str:
    """Return a policy as its file says it, ready to be changed."""
    body = policy.model_dump_json(exclude_defaults=True)
    return files_of([Entry(kind="policy", entry_id="remedy", body=body)])[POLICY_FILE]


def read_policy(text: str, library: Library) -> RemedyPolicy:
    """Return the remedy policy that a file's text says, fit for a shop's library. Raises UnfitDraft."""
    try:
        (entry,) = read_draft(text, POLICY_FILE)
    except ContentError as error:
        raise UnfitDraft((error,)) from error
    policy = RemedyPolicy.model_validate_json(entry.body)
    found = [
        ContentError(POLICY_FILE, line_of(text, place), message) for place, message in findings_of(policy, library)
    ]
    if found:
        raise UnfitDraft(tuple(sorted(found, key=lambda finding: finding.line)))
    return policy
