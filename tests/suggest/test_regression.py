"""What does a change of the library do to questions whose article is known?"""

from dataclasses import dataclass

from rapidfuzz import fuzz

from assist.domain.library import Library, Phrasing
from assist.suggest.engine import Found
from assist.suggest.regression import Turned, compare

from .lessons import CUTOFF, MILK, SHRIMP, small_library


@dataclass
class Likeness:
    """A finder that knows asks and phrasings only: the article with the likest one comes first."""

    library: Library

    def find(self, question: str, *, limit: int = 3, min_score: float = 0.0) -> list[Found]:
        texts = [(ask, article.id) for article in self.library.articles for ask in article.asks]
        texts += [(one.text, one.article_id) for one in self.library.phrasings if one.right]
        best: dict[str, float] = {}
        for text, article_id in texts:
            best[article_id] = max(best.get(article_id, 0.0), fuzz.ratio(text, question))
        ranked = sorted(best, key=lambda article_id: (-best[article_id], article_id))[:limit]
        return [
            Found(article_id=id_, score=best[id_] / 100, matched="", added=(), wrong_product=False) for id_ in ranked
        ]


def _phrasing(article_id: str, text: str, *, right: bool = True) -> Phrasing:
    return Phrasing(id=f"{article_id}-{len(text)}", article_id=article_id, text=text, right=right)


def test_no_change_changes_nothing() -> None:
    effect = compare(small_library(), small_library(), 7, Likeness)

    assert (effect.n, effect.asks, effect.phrasings) == (3, 3, 0)
    assert effect.before == effect.after
    assert effect.worse == effect.better == ()


def test_an_ask_and_a_phrasing_of_every_article_are_held_out() -> None:
    library = small_library(
        _phrasing(MILK, "鲜奶启封了搁几天"),
        _phrasing(MILK, "奶开了几天喝完"),
        _phrasing(SHRIMP, "虾到了咋存"),
        _phrasing(CUTOFF, "牛奶几点发", right=False),
    )

    effect = compare(library, library, 7, Likeness)

    assert (effect.n, effect.asks, effect.phrasings) == (5, 3, 2)


def test_a_phrasing_that_pulls_a_question_to_a_wrong_article_is_told() -> None:
    library = small_library()
    asks = {article.id: article.asks for article in library.articles}
    # As like every held-out ask of the milk as can be, and filed under the cut-off.
    texts = [f"{ask}{particle}" for ask in asks[MILK] for particle in "呢呀"]
    pulling = [Phrasing(id=f"p{at}", article_id=CUTOFF, text=text) for at, text in enumerate(texts)]
    after = library.model_copy(update={"phrasings": tuple(pulling)})

    effect = compare(library, after, 7, Likeness)
    mended = compare(after, library, 7, Likeness)

    (worse,) = effect.worse
    assert (worse.article_id, worse.before, worse.after) == (MILK, MILK, CUTOFF)
    assert worse.text in asks[MILK]
    assert effect.better == ()
    assert effect.after.hit1 < effect.before.hit1
    assert Turned(text=worse.text, article_id=MILK, before=CUTOFF, after=MILK) in mended.better


def test_the_same_seed_asks_the_same() -> None:
    assert compare(small_library(), small_library(), 3, Likeness) == compare(
        small_library(), small_library(), 3, Likeness
    )
