"""What is asked to fit the finder, and which articles answer it: the shipped base, and sets of the common format."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assist.domain.library import Article, Library
from assist.suggest.engine import Engine, build
from assist.suggest.language import is_english
from assist.suggest.sentences import SentenceModel

Floats = NDArray[np.float32]

FOLDS = 5
# Customers name what they bought when they ask the shop something: 大闸蟹几天到.
SERVICE = ("delivery_time", "order_change", "coupon", "membership", "invoice")
ELSEWHERE = (
    "今天会下雨吗",
    "帮我订一张去成都的机票",
    "信用卡年费怎么收",
    "手机黑屏了开不了机",
    "怎么练出腹肌",
    "孩子数学不好怎么补",
    "这件衬衫会缩水吗",
    "推荐一部好看的电影",
    "房贷利率降了没有",
    "电脑蓝屏怎么修",
    "哪里可以办护照",
    "耳机左边没有声音",
    "这双鞋偏大还是偏小",
    "感冒了吃什么药",
    "公积金怎么提取",
    "附近有什么好玩的",
    "英语四级什么时候报名",
    "微信怎么改密码",
    "洗衣机漏水了",
    "这款手机支持无线充电吗",
    "驾照过期了怎么换",
    "沙发是真皮的吗",
    "打印机连不上电脑",
    "帮我写一首诗",
    "工资什么时候发",
    "空调不制冷是什么原因",
    "怎么注册公司",
    "口红哪个颜色显白",
    "医保卡丢了去哪补",
    "游戏账号被封了",
    "高铁能带宠物吗",
    "你是机器人吗",
    "话费怎么突然多了",
    "裤子能改长短吗",
    "社保断交有影响吗",
    "股票跌了要不要卖",
    "头发掉得厉害",
    "摄像头看不到画面",
    "借的钱能提前还吗",
    "猫不吃饭怎么办",
    "酒店几点退房",
    "你们招人吗",
    "想和你们合作开店",
    "验证码收不到",
    "路由器怎么设置",
    "怎么学弹吉他",
    "眼镜度数不准",
    "车险哪家便宜",
    "怎么写简历",
    "面霜适合油皮吗",
    "密码忘了怎么找回来",
    "床垫有甲醛吗",
    "明天股市开不开",
    "电影票能改签吗",
    "这个灯泡是几瓦的",
    "怎么开通网上银行",
    "手表不走了",
    "你叫什么名字",
    "比赛几点开始",
    "牙疼怎么缓解",
    "what is the capital of france",
    "how do i learn to swim",
    "my laptop will not turn on",
    "which team is playing tonight",
    "book me a table for two",
    "is it going to rain tomorrow",
    "how much does a visa cost",
    "play some jazz",
    "why is my phone so slow",
    "does this jacket come in blue",
    "my tooth hurts",
    "who wrote this song",
    "can you fix my bike",
    "what time does the bank close",
    "tell me a joke",
    "how do i reset my router",
    "train to london on friday",
    "is this sofa real leather",
    "how old is the president",
    "i lost my passport",
    "what is seven times eight",
    "my car makes a strange noise",
    "recommend a good film",
    "do you speak spanish",
    "how to tie a tie",
    "where can i park",
    "the printer is out of ink",
    "how do i get taller",
    "are you hiring",
    "best gym near me",
)


@dataclass(frozen=True)
class Asked:
    """One question with its candidates. `right` marks those that answer it; `answered` says whether any article does,
    found or not; `terms` counts the question's."""

    evidence: Floats
    wrong_product: NDArray[np.bool_]
    right: NDArray[np.bool_]
    answered: bool
    known: float
    terms: int
    fold: int


def ask(engine: Engine, text: str, right: Sequence[str], fold: int) -> Asked | None:
    """Ask one question; None when it has nothing to compare."""
    question, parts = engine.measure(text)
    if not parts:
        return None
    ids = [part.segment.articles[number].id for part in parts for number in part.articles.tolist()]
    return Asked(
        evidence=np.concatenate([part.evidence for part in parts]),
        wrong_product=np.concatenate([part.wrong_product for part in parts]),
        right=np.array([article_id in right for article_id in ids]),
        answered=bool(right),
        known=engine.known(question),
        terms=len(question.whole.terms),
        fold=fold,
    )


def held_out_asks(library: Library, model: SentenceModel | None = None) -> Iterator[Asked]:
    """Ask every ask of a library that does not hold it; what is asked of the shop, also with a product named."""
    chance = random.Random(0)  # noqa: S311 - a reproducible draw
    fold_of: dict[tuple[str, int], int] = {}
    names = [product.name for product in library.products]
    service = {one.id for one in library.articles if one.category == "general" and one.intent in SERVICE}
    for article in library.articles:
        order = list(range(len(article.asks)))
        chance.shuffle(order)
        start = chance.randrange(FOLDS)
        fold_of |= {(article.id, place): (at + start) % FOLDS for at, place in enumerate(order)}
    for fold in range(FOLDS):
        kept: list[Article] = []
        asked: list[tuple[str, str]] = []
        for article in library.articles:
            inside = [text for at, text in enumerate(article.asks) if fold_of[article.id, at] != fold]
            asked += [(text, article.id) for at, text in enumerate(article.asks) if fold_of[article.id, at] == fold]
            kept.append(article.model_copy(update={"asks": tuple(inside)}))
        asked += [
            (f"{chance.choice(names)}{text}", right)
            for text, right in asked
            if right in service and not is_english(text)
        ]
        engine = build(library.model_copy(update={"articles": tuple(kept)}), model)
        for text, right in asked:
            if found := ask(engine, text, (right,), fold):
                yield found


def known_phrasings(library: Library) -> Iterator[Asked]:
    """Ask every ask of the library that holds it, with a word of politeness around: the finder must not lose it."""
    polite = ("{}", "请问{}", "{}呀", "你好，{}", "{}谢谢")
    polite_en = ("{}", "hi, {}", "{} please", "hello {}", "{} thanks")
    engine = build(library)
    asks = [(text, article.id) for article in library.articles for text in article.asks]
    for at, (text, right) in enumerate(asks):
        words = polite_en if is_english(text) else polite
        if found := ask(engine, words[at % len(words)].format(text), (right,), at % FOLDS):
            yield found


def removed_articles(library: Library) -> Iterator[Asked]:
    """Ask every ask of a library that lacks its article: near what the library knows, yet not in it."""
    for fold in range(FOLDS):
        kept = tuple(article for at, article in enumerate(library.articles) if at % FOLDS != fold)
        engine = build(library.model_copy(update={"articles": kept}))
        for article in library.articles[fold::FOLDS]:
            for text in article.asks:
                if found := ask(engine, text, (), fold):
                    yield found


def questions_elsewhere(library: Library) -> Iterator[Asked]:
    engine = build(library)
    for at, text in enumerate(ELSEWHERE):
        if found := ask(engine, text, (), at % FOLDS):
            yield found


def of_set(library: Library, path: Path, name: str, model: SentenceModel | None = None) -> Iterator[Asked]:
    """Ask a set's questions of its own entries, which have neither products nor labels."""
    engine, ids = engine_of_set(library, path / f"{name}.kb.jsonl", model)
    for at, row in enumerate(lines(path / f"{name}.queries.jsonl")):
        if found := ask(engine, row["text"], [ids[gold] for gold in row["gold"]], at % FOLDS):
            yield found


def engine_of_set(library: Library, path: Path, model: SentenceModel | None = None) -> tuple[Engine, dict[str, str]]:
    """Return the engine of a set's entries, and our article id of each entry's."""
    entries = lines(path)
    ids = {entry["id"]: f"entry-{at}" for at, entry in enumerate(entries)}
    articles = [
        Article.model_construct(
            id=ids[entry["id"]],
            title=entry["question"],
            category="general",
            intent="storage",
            products=(),
            asks=(entry["question"], *entry["similar"]),
            reviewed=date(2026, 1, 1),
            text="" if entry["answer"].startswith("[standard") else entry["answer"],
        )
        for entry in entries
    ]
    return build(library.model_copy(update={"articles": tuple(articles), "products": ()}), model), ids


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
