"""Which ways to say something do agents' corrections of topics teach?

Corrections are counted by what was said and by what agents say it is about; what stands out is proposed as an example
of an intent. Nothing here changes a library: a person decides, and `settle_topic` says what then stands.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from assist.domain.ids import id_of
from assist.domain.library import Library, TopicExample
from assist.domain.value import Value

from .learnable import LeftOut, one_line, plain, refusal
from .topic import TopicReader


class Corrected(Value):
    """What an agent said last that one turn is about. `names` are the customer's name and order numbers."""

    turn_id: str
    text: str
    category: str
    intent: str
    agent_id: str | None = None
    names: tuple[str, ...] = ()


class TopicProposal(Value):
    """A wording as an example of an intent, and what it is read as now.

    `turns` counts those corrected to it, `elsewhere` those of the same wording corrected to anything else.
    """

    id: str
    text: str
    category: str
    intent: str
    category_now: str
    intent_now: str
    turns: int
    elsewhere: int
    agents: int

    @property
    def teaches(self) -> bool:
        """Does an example of the intent change anything? Goods are named by the lexicon's words instead."""
        return self.intent != self.intent_now


class ConsideredTopics(Value):
    """What is proposed, the most corrected first, and how many wordings were left out for which reason."""

    proposals: tuple[TopicProposal, ...]
    left_out: Mapping[LeftOut, int]


def propose_topics(corrected: Iterable[Corrected], library: Library, reader: TopicReader) -> ConsideredTopics:
    """Return what the corrections propose; the same corrections in any order propose the same."""
    said: defaultdict[str, list[tuple[str, Corrected]]] = defaultdict(list)
    for one in corrected:
        line = one_line(one.text)
        said[plain(line)].append((line, one))
    proposals: list[TopicProposal] = []
    left_out: Counter[LeftOut] = Counter()
    for wording, told in sorted(said.items()):
        found = _judge(wording, told, library, reader)
        if isinstance(found, LeftOut):
            left_out[found] += 1
        else:
            proposals.append(found)
    proposals.sort(key=lambda one: (-one.turns, one.intent, one.category, one.text))
    return ConsideredTopics(proposals=tuple(proposals), left_out=dict(sorted(left_out.items())))


def settle_topic(proposal: TopicProposal, *, rejected: bool = False) -> TopicExample:
    """Return what then stands in the library."""
    return TopicExample(
        id=proposal.id, intent=proposal.intent, text=proposal.text, times=proposal.turns, rejected=rejected
    )


def _judge(
    wording: str, told: Sequence[tuple[str, Corrected]], library: Library, reader: TopicReader
) -> TopicProposal | LeftOut:
    policy = library.learning
    lines = Counter(line for line, _ in told)
    text = min(lines, key=lambda line: (-lines[line], len(line), line))
    if refused := refusal(text, sorted({name for _, one in told for name in one.names}), library):
        return refused
    topics = Counter((one.category, one.intent) for _, one in told)
    topic = min(topics, key=lambda one: (-topics[one], one))
    turns = topics[topic]
    if turns < policy.min_corrected:
        return LeftOut.weak
    if turns / len(told) < policy.min_share:
        return LeftOut.conflict
    now = reader.read(text)
    if (now.category, now.intent) == topic:
        return LeftOut.known
    category, intent = topic
    id_ = id_of("topic", category, intent, wording)
    standing = next((one for one in library.learned_topics.examples if one.id == id_), None)
    if standing is not None and (not standing.rejected or turns < 2 * standing.times):
        return LeftOut.rejected if standing.rejected else LeftOut.known
    return TopicProposal(
        id=id_,
        text=text,
        category=category,
        intent=intent,
        category_now=now.category,
        intent_now=now.intent,
        turns=turns,
        elsewhere=len(told) - turns,
        agents=len({one.agent_id for _, one in told if one.agent_id and (one.category, one.intent) == topic}),
    )
