"""Do two places of the content say different things about one matter? Figures and promises, each with both places."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from assist.domain.complaint import Ground
from assist.domain.library import Library
from assist.domain.matter import Owned, Reach

from .check_promises import check_promises
from .check_stands import check_stands
from .check_translations import check_translations
from .errors import ContentError
from .figures_told import Figures, Told
from .policy_figures import Given, Policy, grounds_said
from .said import Said
from .texts import Files, Text, texts_of


def check_conflicts(library: Library, root: Path | None) -> Iterator[ContentError]:
    """Yield every contradiction once, at the place that is more likely wrong. Without words for matters only the
    languages are compared. Without a `root` places are named by what stands there, on line 1.
    """
    yield from told_of(library, Files(root)).conflicts()


@dataclass(frozen=True, repr=False)
class ToldOf:
    """All that a library's texts tell in figures, read once: a changed article is compared without reading the rest."""

    library: Library
    files: Files
    texts: Sequence[Text]
    told: Sequence[Told]
    figures: Figures

    def conflicts(self) -> Iterator[ContentError]:
        """Yield every contradiction of the library."""
        policy = Policy(self.library, self.files)
        seen: set[tuple[str, int, str]] = set()
        for finding in (
            *check_translations(self.library, self.files),
            *_against_policy(self.told, policy, self.library),
            *_against_each_other([one for one in self.told if not one.shared and not _owned(one)]),
            *check_promises(self.library, policy, self.files),
            *check_stands(self.library, self.texts, self.figures.goods, self.files),
        ):
            key = (finding.path, finding.line, finding.message.partition(":")[0])
            if key not in seen:
                seen.add(key)
                yield finding

    def with_article(self, library: Library, article_id: str) -> "ToldOf":
        """Return what is told when this article reads as `library` has it, where it has it; all else is as before."""
        article = [one for one in library.articles if one.id == article_id]
        texts = list(texts_of(library.model_copy(update={"articles": tuple(article)}), self.files))
        own = [text for text in texts if text.owner == article_id]
        return replace(
            self,
            library=library,
            texts=[*(text for text in self.texts if text.owner != article_id), *own],
            told=[
                *(one for one in self.told if one.text.owner != article_id),
                *(one for text in own for one in self.figures.told_in(text)),
            ],
        )


def told_of(library: Library, files: Files) -> ToldOf:
    """Read a library's texts for the figures they tell."""
    figures = Figures(library)
    texts = list(texts_of(library, files))
    return ToldOf(library, files, texts, [one for text in texts for one in figures.told_in(text)], figures)


def _owned(told: Told) -> bool:
    """Return whether the policy or a product decides the matter, so that articles need not be compared."""
    matter = told.matter
    return matter is not None and bool(matter.facts or matter.remedy)


def _against_policy(told: Iterable[Told], policy: Policy, library: Library) -> Iterator[ContentError]:
    for one in told:
        given = _given(one, policy, library)
        if given and not any(one.quantity.same(known.quantity) for known in given):
            yield _finding(one, *_nearest_first(one, given))


def _given(told: Told, policy: Policy, library: Library) -> list[Given]:
    """Return the figures of which a told one must be one; [] where nothing decides it."""
    matter = told.matter
    if matter is None:
        return []
    if matter.remedy is Owned.claim_window and library.remedy is not None:
        return policy.remedy(matter, told.categories, _grounds(told, library))
    if told.shared or (matter.product_fact and told.states):
        return []
    if matter.product_fact:
        return policy.product(matter, told.products)
    return policy.service(matter) or policy.remedy(matter, told.categories, _named(told, library))


def _named(told: Told, library: Library) -> Sequence[Ground]:
    """Return the grounds that the clause names, else the whole text, else those of spoilt goods."""
    matters = library.matters
    return grounds_said(told.clause, matters) or grounds_said(told.text.text, matters) or matters.spoilt


def _grounds(told: Told, library: Library) -> Sequence[Ground]:
    """Return what a claim window is about: what its clause says, else its article's intent, else all its text does."""
    matters = library.matters
    intent = tuple(one for row in matters.grounds if told.text.intent in row.intents for one in row.grounds)
    if clause := grounds_said(told.clause, matters):
        return clause if intent or Ground.short_weight in clause else (*clause, *matters.spoilt)
    return intent or (*grounds_said(told.text.text, matters), *matters.spoilt)


def _against_each_other(told: Sequence[Told]) -> Iterator[ContentError]:
    """Yield who differs from most others first, until nobody differs any more."""
    groups: dict[str, list[Told]] = {}
    for one in told:
        if (key := _key(one)) is not None:
            groups.setdefault(key, []).append(one)
    for group in groups.values():
        against: dict[int, set[int]] = {}
        for first, second in combinations(range(len(group)), 2):
            if _contradict(group[first], group[second]):
                against.setdefault(first, set()).add(second)
                against.setdefault(second, set()).add(first)
        while any(against.values()):
            worst = max(against, key=lambda at: (len(against[at]), -at))
            other = group[min(against[worst])]
            yield _finding(group[worst], Given(other.quantity, other.said, other.text.owner, other.text.path, other.at))
            for rest in against.pop(worst):
                against[rest].discard(worst)


def _key(told: Told) -> str | None:
    if told.matter is not None:
        return told.matter.id
    return f"{told.text.intent} {told.text.category} {told.slot.name}" if told.slot and told.text.intent else None


def _contradict(one: Told, other: Told) -> bool:
    if one.text.owner == other.text.owner or one.quantity.same(other.quantity):
        return False
    if one.quantity.measure is not other.quantity.measure:
        return False
    if one.matter is None:
        return (
            one.states == other.states and _goods_meet(one, other) and bool(_pairs(one.clause) & _pairs(other.clause))
        )
    match one.matter.reach:
        case Reach.shop:
            return True
        case Reach.category:
            return not one.categories or not other.categories or bool(one.categories & other.categories)
        case Reach.product:
            return one.states == other.states and bool(one.products & other.products)


def _goods_meet(one: Told, other: Told) -> bool:
    return not one.products or not other.products or bool(one.products & other.products)


def _pairs(clause: str) -> set[str]:
    """Return the pairs of Chinese characters of a clause: two clauses on one matter share some."""
    return {
        clause[at : at + 2]
        for at in range(len(clause) - 1)
        if all("\u4e00" <= one <= "\u9fff" for one in clause[at : at + 2])
    }


def _nearest_first(told: Told, given: Sequence[Given]) -> list[Given]:
    """Return the figures it could be, each once, the nearest first."""
    by_distance = sorted(given, key=lambda one: abs(one.quantity.high - told.quantity.high))
    return list({one.said: one for one in reversed(by_distance)}.values())[::-1]


def _finding(told: Told, given: Given, *others: Given) -> ContentError:
    slot = told.slot.name if told.slot else "figure"
    about, english = (told.matter.zh, told.matter.en) if told.matter else (slot, slot)
    message = Said(
        "conflict",
        "{matter}: {said!r} here, {given!r} in {where} ({name}){also}; "
        "make the two the same{cure}, or say in the text which other case this is",
        matter=f"{about} ({english})" if told.matter else about,
        about=about,
        about_en=english,
        said=told.said,
        given=given.said,
        where=f"{given.path}:{given.line}",
        name=given.name,
        also="".join(f", {one.said!r} ({one.name})" for one in others[:3]),
        cure=_cure(given),
    )
    return ContentError(told.text.path, told.at(), message)


def _cure(given: Given) -> str:
    if given.path == "policy/service.toml":
        return f", best by writing {{{{ {given.name} }}}}"
    if given.path.startswith("products/"):
        return f', best by use = "{given.name}"'
    return ""
