"""Which customers' questions have become phrasings of an article, and which speak against one?

Adoptions and dismissals are counted by what was asked and by article; what stands out is proposed. Nothing here
changes a library: a person decides, and `settle` says what then stands.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum

from assist.domain.ids import id_of
from assist.domain.library import Article, Library, Phrasing, Product
from assist.domain.policy import LearningPolicy
from assist.domain.share import wilson
from assist.domain.value import Value

from .learnable import Doubt, LeftOut, doubts, one_line, plain, refusal
from .text import normalise


class How(StrEnum):
    """What an agent did with an article's answer: the first three are adoptions."""

    clicked = "clicked"
    matched = "matched"
    unseen = "unseen"
    wrong = "wrong"


class Observed(Value):
    """One agent's verdict on one article for one turn. `names` are the customer's name and order numbers."""

    conversation_id: str
    turn_id: str
    article_id: str
    text: str
    how: How
    edited: bool = False
    agent_id: str | None = None
    names: tuple[str, ...] = ()


class ProposalState(StrEnum):
    """`review` and `automatic` would add a phrasing, `against` one that speaks against, `retract` would end one."""

    review = "review"
    automatic = "automatic"
    against = "against"
    retract = "retract"


class Proposal(Value):
    """One change to what was learned, and the evidence for it.

    `adopted` and `dismissed_wrong` count conversations, `elsewhere` those that used another article's answer for the
    same words, `agents` who adopted. `confidence` is the lower end of Wilson's 95 % interval of the adopted share,
    adoptions weighted by the policy (`assist.domain.share`).
    """

    id: str
    article_id: str
    text: str
    state: ProposalState
    adopted: int
    dismissed_wrong: int
    elsewhere: int = 0
    agents: int
    confidence: float
    doubts: tuple[Doubt, ...] = ()


class Considered(Value):
    """What is proposed, the surest first, and how many questions were left out for which reason."""

    proposals: tuple[Proposal, ...]
    left_out: Mapping[LeftOut, int]


Key = tuple[str, str]
"""(what was asked, plain; article id)."""


@dataclass
class _Case:
    """Everything observed about one wording and one article."""

    texts: Counter[str] = field(default_factory=Counter[str])
    names: set[str] = field(default_factory=set[str])
    adopted: dict[str, float] = field(default_factory=dict[str, float])
    """Conversation -> the weight of its best adoption."""
    agents: set[str] = field(default_factory=set[str])
    wrong: set[str] = field(default_factory=set[str])

    @property
    def weight(self) -> float:
        return round(sum(sorted(self.adopted.values())), 6)

    @property
    def text(self) -> str:
        """The wording most used; of two, the shorter one."""
        return min(self.texts, key=lambda text: (-self.texts[text], len(text), text))


@dataclass(frozen=True)
class _Question:
    """One wording and one article, with what was observed, and what was for the same words and other articles."""

    said: str
    article_id: str
    case: _Case
    rivals: Sequence[_Case]

    @property
    def elsewhere(self) -> int:
        return sum(len(rival.adopted) for rival in self.rivals)

    @property
    def share(self) -> float:
        """The share of all adoptions for these words that is this article's; 1 when there were none."""
        total = self.case.weight + sum(rival.weight for rival in self.rivals)
        return round(self.case.weight / total, 6) if total else 1.0


@dataclass(frozen=True)
class _Known:
    """What the library says already, by plain wording."""

    articles: Mapping[str, Article]
    asks: Mapping[str, Set[str]]
    """Plain ask -> the articles that have it."""
    learned: Mapping[Key, Phrasing]
    """Applied and rejected phrasings."""
    openings: Set[str]
    """What points at something said before."""
    product_names: Set[str]

    @property
    def standing(self) -> set[Key]:
        return {key for key, one in self.learned.items() if not one.rejected}


def propose(observed: Iterable[Observed], library: Library) -> Considered:
    """Return what the observations would change, the same whatever their order.

    What was applied or rejected is not proposed again; a rejected one comes back once its evidence has doubled.
    """
    cases = _cases(observed, library.learning)
    known = _known(library)
    rivals: dict[str, list[_Case]] = defaultdict(list)
    for (said, article_id), case in sorted(cases.items()):
        if article_id in known.articles:
            rivals[said].append(case)
    proposals: list[Proposal] = []
    left_out: Counter[LeftOut] = Counter()
    for key in sorted(cases.keys() | known.standing):
        case = cases.get(key, _Case())
        verdict = _judge(_Question(*key, case, [one for one in rivals[key[0]] if one is not case]), known, library)
        if isinstance(verdict, Proposal):
            proposals.append(verdict)
        elif verdict is not None:
            left_out[verdict] += 1
    proposals.sort(key=lambda one: (-one.confidence, -one.adopted, -one.dismissed_wrong, one.article_id, one.text))
    return Considered(proposals=tuple(proposals), left_out=dict(sorted(left_out.items())))


def settle(proposal: Proposal, library: Library, *, rejected: bool = False) -> Phrasing | None:
    """Return what stands in the library once a person has decided on a proposal; None when the phrasing ends."""
    standing = next((one for one in library.phrasings if one.id == proposal.id), None)
    if rejected and standing is not None:
        doubt = max(1, proposal.dismissed_wrong, proposal.elsewhere) if standing.right else proposal.adopted
        return standing.model_copy(update={"despite": doubt})
    if proposal.state is ProposalState.retract:
        return None
    right = proposal.state is not ProposalState.against
    return Phrasing(
        id=proposal.id,
        article_id=proposal.article_id,
        text=proposal.text,
        right=right,
        times=proposal.adopted if right else proposal.dismissed_wrong,
        rejected=rejected,
    )


def _cases(observed: Iterable[Observed], policy: LearningPolicy) -> dict[Key, _Case]:
    seen = [(one, one_line(one.text)) for one in observed]
    used = {(one.turn_id, one.article_id) for one, _ in seen if one.how is not How.wrong}
    cases: dict[Key, _Case] = defaultdict(_Case)
    for one, text in seen:
        # Put away as wrong and sent all the same: what was sent to the customer counts.
        if one.how is How.wrong and (one.turn_id, one.article_id) in used:
            continue
        case = cases[plain(text), one.article_id]
        case.texts[text] += 1
        case.names.update(one.names)
        if one.how is How.wrong:
            case.wrong.add(one.conversation_id)
            continue
        weight = _weight(one, policy)
        case.adopted[one.conversation_id] = max(weight, case.adopted.get(one.conversation_id, 0.0))
        if one.agent_id:
            case.agents.add(one.agent_id)
    return cases


def _weight(one: Observed, policy: LearningPolicy) -> float:
    by_how = {How.clicked: policy.clicked, How.matched: policy.matched, How.unseen: policy.unseen}
    return by_how[one.how] * (policy.edited if one.edited else 1.0)


def _known(library: Library) -> _Known:
    asks: dict[str, set[str]] = defaultdict(set)
    for article in library.articles:
        for ask in article.asks:
            asks[plain(ask)].add(article.id)
    return _Known(
        articles={article.id: article for article in library.articles},
        asks=asks,
        learned={(plain(one.text), one.article_id): one for one in (*library.rejected, *library.phrasings)},
        openings={normalise(opening) for opening in library.learning.pointing},
        product_names={normalise(name) for product in library.products for name in _names(product)},
    )


def _names(product: Product) -> tuple[str, ...]:
    return (product.name, *product.aliases, product.name_en)


def _judge(asked: _Question, known: _Known, library: Library) -> Proposal | LeftOut | None:
    """Return a proposal, or why there is none; None where nothing was asked and nothing changes."""
    article = known.articles.get(asked.article_id)
    learned = known.learned.get((asked.said, asked.article_id))
    if article is None:
        return LeftOut.no_article
    if learned is not None and not learned.rejected:
        if not _overturned(asked, learned, known, library.learning):
            return LeftOut.known if asked.case.texts else None
        if learned.right:
            return _ended(asked, learned, library.learning)
    return _fresh(asked, article, learned, known, library)


def _fresh(
    asked: _Question, article: Article, learned: Phrasing | None, known: _Known, library: Library
) -> Proposal | LeftOut:
    if refused := refusal(asked.case.text, sorted(asked.case.names), library):
        return refused
    if asked.article_id in known.asks.get(asked.said, ()):
        return LeftOut.known
    if not asked.case.adopted:
        return _spoken_against(asked, learned, library.learning)
    return _proposed(asked, article, learned, known, library.learning)


def _overturned(asked: _Question, learned: Phrasing, known: _Known, policy: LearningPolicy) -> bool:
    """Return whether what agents do now contradicts an applied phrasing, and more than when a person let it stand."""
    case = asked.case
    if not learned.right:
        return case.weight > len(case.wrong) and len(case.adopted) >= 2 * learned.despite
    owners = known.asks.get(asked.said, set())
    if asked.article_id in owners or _doubt(asked) < 2 * learned.despite:
        return False
    put_away = len(case.wrong) >= policy.min_wrong and len(case.wrong) > case.weight
    return bool(owners) or put_away or asked.share <= 1 - policy.min_share


def _doubt(asked: _Question) -> int:
    return max(1, len(asked.case.wrong), asked.elsewhere)


def _ended(asked: _Question, learned: Phrasing, policy: LearningPolicy) -> Proposal:
    speaks_against = not asked.case.adopted and len(asked.case.wrong) >= policy.min_wrong
    return _proposal(asked, learned, ProposalState.against if speaks_against else ProposalState.retract)


def _spoken_against(asked: _Question, learned: Phrasing | None, policy: LearningPolicy) -> Proposal | LeftOut:
    count = len(asked.case.wrong)
    if count < policy.min_wrong:
        return LeftOut.weak
    if learned is not None and not learned.right and count < 2 * learned.times:
        return LeftOut.rejected
    return _proposal(asked, learned, ProposalState.against)


def _proposed(
    asked: _Question, article: Article, learned: Phrasing | None, known: _Known, policy: LearningPolicy
) -> Proposal | LeftOut:
    case = asked.case
    if known.asks.get(asked.said) or asked.share < policy.min_share:
        return LeftOut.conflict
    unclear = doubts(case.text, article, known.openings, known.product_names)
    found = _proposal(asked, learned, ProposalState.review, unclear)
    if case.weight <= len(case.wrong) or found.confidence < policy.min_confidence:
        return LeftOut.weak
    if learned is not None and learned.rejected and learned.right and found.adopted < 2 * learned.times:
        return LeftOut.rejected
    sure = (
        found.confidence >= policy.automatic_confidence
        and found.adopted >= policy.automatic_conversations
        and found.agents >= policy.automatic_agents
    )
    if sure and learned is None and not unclear:
        return found.model_copy(update={"state": ProposalState.automatic})
    return found


def _proposal(
    asked: _Question, learned: Phrasing | None, state: ProposalState, unclear: tuple[Doubt, ...] = ()
) -> Proposal:
    case = asked.case
    return Proposal(
        id=learned.id if learned else id_of("phrasing", asked.article_id, asked.said),
        article_id=asked.article_id,
        # What stands keeps its wording: only what it counts as is in question.
        text=learned.text if learned and not learned.rejected else case.text,
        state=state,
        adopted=len(case.adopted),
        dismissed_wrong=len(case.wrong),
        elsewhere=asked.elsewhere,
        agents=len(case.agents),
        confidence=wilson(case.weight, case.weight + len(case.wrong))[0],
        doubts=unclear,
    )
