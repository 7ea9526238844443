"""Did what was sent come from what was suggested?"""

import pytest

from assist.domain.library import Library
from assist.suggest.adoption import Offered, Use, find_use

SHRIMP = "活虾建议您当天吃。沥干装进保鲜盒，盖张湿厨房纸，放冰箱冷藏（4℃以下），一般1-3天内吃完。"
FEE = "满59元包邮，不满收8元运费，偏远地区以下单页面为准。"
INVOICE = "发票可以开，下单后在订单详情里点申请开票，填好抬头就行。"


def offered(text: str, suggestion_id: str = "s1", *, clicked: bool = False) -> Offered:
    return Offered(suggestion_id=suggestion_id, text=text, clicked=clicked)


@pytest.mark.parametrize(
    ("sent", "card"),
    [
        pytest.param(SHRIMP, SHRIMP, id="word for word"),
        pytest.param("亲，您好！" + SHRIMP, SHRIMP, id="with a greeting"),
        pytest.param(SHRIMP + "祝您生活愉快～谢谢", SHRIMP, id="with a closing"),
        pytest.param("请稍等。" + SHRIMP, SHRIMP, id="with a holding phrase"),
        pytest.param(SHRIMP.replace("，", " ").replace("。", ""), SHRIMP, id="other punctuation"),
        pytest.param(SHRIMP.replace("4℃", "４℃"), SHRIMP, id="full-width figure"),
        pytest.param(SHRIMP.replace("保鲜盒", "保险盒"), SHRIMP, id="one wrong character"),
        pytest.param(SHRIMP + "🦐🦐", SHRIMP, id="with emoji"),
    ],
)
def test_the_whole_card_sent_is_as_is(library: Library, sent: str, card: str) -> None:
    found = find_use(sent, [offered(card)], library.adoption)

    assert found is not None
    assert (found.suggestion_id, found.use, found.numbers_changed) == ("s1", Use.as_is, False)


@pytest.mark.parametrize(
    ("sent", "card", "numbers_changed"),
    [
        pytest.param(SHRIMP.replace("1-3天", "1-5天"), SHRIMP, True, id="another number of days"),
        pytest.param(FEE.replace("8元", "18元"), FEE, True, id="another amount"),
        pytest.param(FEE.replace("59", "95"), FEE, True, id="digits changed places"),
        pytest.param(SHRIMP + "今晚20点前下单。", SHRIMP, True, id="a number more"),
        pytest.param(SHRIMP.replace("盖张湿厨房纸，", ""), SHRIMP, False, id="a step left out"),
    ],
)
def test_a_changed_card_is_edited(library: Library, sent: str, card: str, numbers_changed: bool) -> None:
    found = find_use(sent, [offered(card)], library.adoption)

    assert found is not None
    assert (found.use, found.numbers_changed) == (Use.edited, numbers_changed)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(INVOICE, id="another answer"),
        pytest.param("稍等", id="a holding phrase"),
        pytest.param("您好在的，请稍等，谢谢", id="nothing but stock phrases"),
        pytest.param("冷藏", id="one word of it"),
        pytest.param("", id="empty"),
        pytest.param("👍", id="emoji"),
        pytest.param("草莓请尽快吃，不要洗了再放，容易坏。", id="about something else"),
    ],
)
def test_what_did_not_come_from_the_card_is_no_use(library: Library, sent: str) -> None:
    assert find_use(sent, [offered(SHRIMP)], library.adoption) is None


def test_nothing_offered_is_nothing_used(library: Library) -> None:
    assert find_use(SHRIMP, [], library.adoption) is None


def test_two_stock_phrases_alike_are_no_use(library: Library) -> None:
    """With nothing shown, stock phrases match by chance: they are left out of both texts."""
    assert find_use("您好，请稍等", [offered("您好，请稍等")], library.adoption) is None


def test_the_nearest_card_is_the_one_used(library: Library) -> None:
    cards = [offered(INVOICE, "s1"), offered(SHRIMP.replace("当天", "三日内"), "s2"), offered(SHRIMP, "s3")]

    found = find_use(SHRIMP, cards, library.adoption)

    assert found is not None
    assert found.suggestion_id == "s3"


def test_the_clicked_card_comes_before_a_nearer_one(library: Library) -> None:
    cards = [offered(SHRIMP, "s1"), offered(SHRIMP.replace("当天", "趁鲜"), "s2", clicked=True)]

    found = find_use(SHRIMP, cards, library.adoption)

    assert found is not None
    assert found.suggestion_id == "s2"


def test_a_clicked_card_that_was_not_sent_is_not_used(library: Library) -> None:
    assert find_use(INVOICE, [offered(SHRIMP, clicked=True)], library.adoption) is None
