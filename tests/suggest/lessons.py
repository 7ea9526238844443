"""A library of three articles to learn for, and what agents did with their answers."""

from datetime import date
from itertools import count

from assist.domain.library import Article, Library, Phrasing, Product, SmallTalk, Synonyms, Topics
from assist.domain.policy import AdoptionPolicy, AnswerPolicy, LearningPolicy, ServicePolicy
from assist.suggest.learn import How, Observed

CUTOFF, SHRIMP, MILK = "delivery-cutoff", "storage-shrimp", "storage-milk"

POLICY = LearningPolicy(pointing=("那", "这个", "it", "what about"))


def small_library(*phrasings: Phrasing, rejected: tuple[Phrasing, ...] = (), **changed: object) -> Library:
    """Shrimp and milk are articles about a product, the cut-off is the shop's."""
    return Library(
        shop_id="s1",
        number=1,
        articles=(
            _article(CUTOFF, "几点之前下单今天发货", "你们每天截单是几点"),
            _article(MILK, "鲜牛奶开封后能放几天", "牛奶打开了还能喝几天", products=("milk",)),
            _article(SHRIMP, "活虾怎么保存", "基围虾放冰箱能放几天", products=("shrimp",)),
        ),
        products=(
            Product(id="milk", name="鲜牛奶", aliases=("牛奶", "鲜奶"), name_en="Milk", category="dairy"),
            Product(id="shrimp", name="活虾", aliases=("虾", "基围虾"), name_en="Shrimp", category="live_seafood"),
        ),
        topics=Topics(categories=(), intents=()),
        small_talk=SmallTalk(phrases=("你好", "好的", "谢谢"), particles=("啊", "呀")),
        synonyms=Synonyms(rows=()),
        answers=AnswerPolicy(min_score=0.5, max_cards=3),
        adoption=AdoptionPolicy(
            as_is_ratio=95, edited_ratio=80, partial_ratio=90, partial_min_length=10, boilerplate=()
        ),
        service=ServicePolicy(facts={}),
        learning=POLICY.model_copy(update=changed),
        phrasings=phrasings,
        rejected=rejected,
    )


def _article(article_id: str, *asks: str, products: tuple[str, ...] = ()) -> Article:
    return Article(
        id=article_id,
        title=asks[0],
        category="general",
        intent="storage",
        products=products,
        asks=asks,
        reviewed=date(2026, 11, 21),
        text="一句答案",
    )


_turns = count()


def seen(
    text: str,
    article_id: str = CUTOFF,
    how: How = How.clicked,
    conversation: str = "",
    *,
    turn: str = "",
    agent: str = "小林",
    edited: bool = False,
    names: tuple[str, ...] = (),
) -> Observed:
    """One verdict, in a conversation and turn of its own unless said otherwise."""
    fresh = str(next(_turns))
    return Observed(
        conversation_id=conversation or f"c{fresh}",
        turn_id=turn or f"t{fresh}",
        article_id=article_id,
        text=text,
        how=how,
        edited=edited,
        agent_id=agent,
        names=names,
    )
