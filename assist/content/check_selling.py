"""Does the policy of offers name what there is, and can its lines be said?"""

from collections.abc import Iterator

from assist.domain.library import Library
from assist.domain.offer import OfferPolicy, SeenLine

from .check_characters import character_findings
from .english import HAN
from .toml_places import Place
from .wording import WordingError, slots_of

Finding = tuple[Place, str]
"""(where in the file, message)"""

SEEN = frozenset({"seen"})


def selling_findings(library: Library) -> Iterator[Finding]:
    """Yield what is wrong with how a shop offers."""
    policy = library.selling
    for key, message in character_findings(policy):
        yield Place("", key=key), message
    yield from _labels(policy, library)
    yield from _names(policy, library)
    for line in policy.seen:
        yield from _seen(line)
    if both := sorted(set(policy.yes) & set(policy.no)):
        yield Place("", key="yes"), f"yes and no at once: {', '.join(both)}; leave each in one of the lists"


def _labels(policy: OfferPolicy, library: Library) -> Iterator[Finding]:
    intents = {label.id for label in library.topics.intents}
    categories = {label.id for label in library.topics.categories}
    for key, ids, known in (
        ("quiet_intents", policy.quiet_intents, intents),
        ("weekly_categories", policy.weekly_categories, categories),
    ):
        if strange := sorted(set(ids) - known):
            yield Place("", key=key), f"unknown {key} {strange}; use known ones, see lexicon/topics.toml"


def _names(policy: OfferPolicy, library: Library) -> Iterator[Finding]:
    """A kind is no product: one id, one meaning."""
    products = {product.id for product in library.products}
    for kind in policy.kinds:
        if kind.id in products:
            yield (
                Place("kinds", kind.id, "id"),
                f"{kind.id!r} is a product already; offers may name it without a kind of its own",
            )
    for table, named in (("kinds", policy.kinds), ("seasons", policy.seasons)):
        for one in named:
            if HAN.search(one.en):
                yield Place(table, one.id, "en"), f"{one.id}: Chinese in the English name; say it in English"


def _seen(line: SeenLine) -> Iterator[Finding]:
    for key, text in (("zh", line.zh), ("en", line.en)):
        try:
            slots = slots_of(text)
        except WordingError as error:
            yield Place("seen", key=key), f"{line.how}: {error}"
            continue
        if slots != SEEN:
            yield (
                Place("seen", key=key),
                f"{line.how}: it must name the goods; write {{{{ seen }}}} where they are named, and no other slot",
            )
    if HAN.search(line.en):
        yield Place("seen", key="en"), f"{line.how}: Chinese in the English line; say it in English"
