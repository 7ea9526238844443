"""How often is the topic of a text read right? Every text's topic goes to a file, the shares to the terminal."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assist.cli.bench.figures import Share, share_of
from assist.cli.content import library_of
from assist.cli.output import fail, note, print_json
from assist.domain.library import Topics
from assist.domain.topic import Topic
from assist.domain.value import Value
from assist.suggest.topic import build_reader

from .files import Row, RowsError, keep_apart, read_rows, replace

FREQUENT = 15
_CONFUSIONS = 10


class LabelledText(Row):
    """One text, with both its labels or neither."""

    text: str
    category: str | None = None
    intent: str | None = None


class TopOne(Value):
    """How often the reading is the label, over some rows."""

    over: str
    intent: Share
    category: Share
    both: Share


class Confusion(Value):
    """How often one label was read as another."""

    label: str
    read_as: str
    times: int


class TopicReport(Value):
    """All rows that carry labels, and those of the most frequent intents among them."""

    rows: int
    labelled: int
    top1: tuple[TopOne, ...]
    frequent_intents: tuple[str, ...]
    confusions: tuple[Confusion, ...]


def run_topic(texts: Path, out: Path, directory: Path | None, *, as_json: bool) -> None:
    """Read every text, write all topics or none, and print how often they are right."""
    library = library_of(directory)
    try:
        keep_apart(out, texts)
        rows = labelled_texts(texts, library.topics)
    except RowsError as error:
        fail(str(error))
    reader = build_reader(library)
    topics = [reader.read(row.text) for row in rows]
    try:
        replace(out, (_line(row, topic) for row, topic in zip(rows, topics, strict=True)))
    except OSError as error:
        fail(f"{out}: {error.strerror}; name a file in a folder that can be written to")
    report = measure(rows, topics)
    if as_json:
        print_json(report.model_dump(mode="json"))
    elif report.labelled:
        _print(report)
    note(f"{len(rows)} topics in {out}")


def labelled_texts(path: Path, topics: Topics) -> list[LabelledText]:
    """Return the texts of a file; raise RowsError at the first whose labels are not of the taxonomy."""
    rows = read_rows(path, LabelledText, '{"id": "1", "text": "..."}')
    for place, row in rows:
        _check_labels(row, place, topics)
    return [row for _, row in rows]


def _check_labels(row: LabelledText, place: str, topics: Topics) -> None:
    if (row.category is None) != (row.intent is None):
        raise RowsError(f"{place}: one label of two; give both category and intent, or neither")
    for key, label, known in (
        ("category", row.category, topics.categories),
        ("intent", row.intent, topics.intents),
    ):
        if label is not None and label not in {one.id for one in known}:
            raise RowsError(f"{place}: unknown {key} {label!r}; use one of lexicon/topics.toml")


def measure(rows: Sequence[LabelledText], topics: Sequence[Topic]) -> TopicReport:
    """Count the rows that carry labels; the 15 most frequent intents are the file's, ties in alphabetical order."""
    pairs = [(row, topic) for row, topic in zip(rows, topics, strict=True) if row.intent is not None]
    counts = Counter(row.intent for row, _ in pairs if row.intent)
    frequent = [intent for intent, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:FREQUENT]]
    often = [(row, topic) for row, topic in pairs if row.intent in frequent]
    wrong = Counter((row.intent, topic.intent) for row, topic in pairs if row.intent != topic.intent)
    wrong += Counter((row.category, topic.category) for row, topic in pairs if row.category != topic.category)
    commonest = sorted(wrong.items(), key=lambda item: (-item[1], str(item[0])))[:_CONFUSIONS]
    return TopicReport(
        rows=len(rows),
        labelled=len(pairs),
        top1=(_top_one("all", pairs), _top_one(f"{FREQUENT} most frequent intents", often)) if pairs else (),
        frequent_intents=tuple(frequent),
        confusions=tuple(
            Confusion(label=str(label), read_as=str(read_as), times=times) for (label, read_as), times in commonest
        ),
    )


def _top_one(over: str, pairs: Sequence[tuple[LabelledText, Topic]]) -> TopOne:
    def share(right: Callable[[LabelledText, Topic], bool]) -> Share:
        return share_of([right(row, topic) for row, topic in pairs])

    return TopOne(
        over=over,
        intent=share(lambda row, topic: row.intent == topic.intent),
        category=share(lambda row, topic: row.category == topic.category),
        both=share(lambda row, topic: (row.category, row.intent) == (topic.category, topic.intent)),
    )


def _line(row: LabelledText, topic: Topic) -> str:
    words = [row.text[span.start : span.end] for span in topic.words]
    found = {"id": row.id, "category": topic.category, "intent": topic.intent, "score": topic.score, "words": words}
    return json.dumps(found, ensure_ascii=False)


def _print(report: TopicReport) -> None:
    console = Console(soft_wrap=True)
    table = Table("top-1", "n", "intent", "category", "both")
    for one in report.top1:
        table.add_row(one.over, str(one.both.n), *(_said(share) for share in (one.intent, one.category, one.both)))
    console.print(table)
    console.print(f"most frequent: {', '.join(report.frequent_intents)}")
    if report.confusions:
        table = Table("label", "read as", "times")
        for confusion in report.confusions:
            table.add_row(confusion.label, confusion.read_as, str(confusion.times))
        console.print(table)


def _said(share: Share) -> str:
    low, high = share.interval
    return f"{share.share:.3f} [{low:.3f}, {high:.3f}]"
