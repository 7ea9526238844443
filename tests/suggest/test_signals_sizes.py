"""How much is in one piece of an order line: pieces and net grams, as titles state them."""

import pytest

from assist.suggest.signals import size_of


@pytest.mark.parametrize(
    ("title", "pieces", "net_g"),
    [
        ("散养鲜鸡蛋 30枚", 30, None),
        ("丹东草莓 3斤礼盒", None, 1500),
        ("500克*2袋", None, 1000),
        ("大闸蟹 8只装", 8, None),
        ("黑虎虾仁 250g×4盒", None, 1000),
        ("海南贵妃芒 净重4.5斤（带箱5斤）", None, 2250),
        ("红富士苹果 12个装 约5斤", 12, 2500),
        ("牛油果 6个*2盒", 12, None),
        ("猕猴桃 18-22枚", None, None),
        ("榴莲 4-5斤", None, None),
        ("和牛牛排 150克/片 共10片", 10, None),
        ("新西兰奇异果 单果100克 10个", 10, None),
        ("鲜牛奶 2.5kg", None, 2500),
        ("红心柚 两个装", 2, None),
        ("車厘子 2公斤 禮盒", None, 2000),
        ("Eggs, 30 pcs", 30, None),
        ("Strawberries 500g", None, 500),
        ("智利车厘子 礼盒", None, None),
        ("5斤装（2.5kg）土豆", None, 2500),
        ("", None, None),
    ],
)
def test_a_title_says_how_much_is_in_it(title: str, pieces: int | None, net_g: int | None) -> None:
    assert size_of(title) == (pieces, net_g)
