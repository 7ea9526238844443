"""An exact arrival time of fresh goods becomes a range; a range passes as it is."""

import pytest

from assist.domain.promise import PromiseKind

from .reading import judged, rewritten

# (draft, the range that stands in its place): an hour before and an hour after what was said.
EXACT = [
    ("明天上午10点到", "明天上午9点到11点"),
    ("明天上午十点送到", "明天上午9点到11点"),
    ("今天下午3点送达", "今天下午2点到4点"),
    ("今天下午三点半到货", "今天下午2点半到4点半"),
    ("后天早上8点送到家", "后天上午7点到9点"),
    ("明早9点给您送上门", "明天上午8点到10点"),
    ("今晚7点到", "今天晚上6点到8点"),
    ("今晚八点送到您手上", "今天晚上7点到9点"),
    ("明晚7点半配送", "明天晚上6点半到8点半"),
    ("螃蟹明天中午12点到", "明天上午11点到下午1点"),
    ("活虾明天上午9:30送达", "明天上午8点半到10点半"),
    ("后天14:00送到", "后天下午1点到3点"),
    ("16:30送到您家", "下午3点半到5点半"),
    ("周三上午10点到货", "周三上午9点到11点"),
    ("周五下午2点送达", "周五下午1点到3点"),
    ("星期二下午四点整送到", "后天下午3点到5点"),
    ("礼拜四上午11点送上门", "周四上午10点到中午12点"),
    ("亲，您的蟹明天上午10点钟到哦", "明天上午9点到11点"),
    ("放心，明天早上7点准到", "明天上午6点到8点"),
    ("保证明天下午5点送到", "明天下午4点到晚上6点"),
    ("一定明天上午10点送到您手里", "明天上午9点到11点"),
    ("明天下午2点一刻送到", "明天下午1点15分到3点15分"),
    ("今天傍晚6点送达", "今天下午5点到晚上7点"),
    ("明天上午10点前送到", "明天上午9点到11点"),
    ("今天下午五点之前肯定到", "今天下午4点到晚上6点"),
    ("明天上午１０点到", "明天上午9点到11点"),
    ("明天上午十點送達", "明天上午9点到11点"),
    ("大閘蟹後天下午三點到", "后天下午2点到4点"),
    ("明天上午10点，准时送到", "明天上午9点到11点"),
    ("冰鲜鱼明天凌晨5点到您小区", "明天凌晨4点到上午6点"),
    ("今天晚上9点送到楼下", "今天晚上8点到10点"),
    ("快递明天上午11:00送上门", "明天上午10点到中午12点"),
    ("it arrives tomorrow at 10 am", "tomorrow between 9 am and 11 am"),
    ("Your crabs will be there tomorrow at 9:30 am", "tomorrow between 8:30 am and 10:30 am"),
    ("it will be delivered today at 3 pm", "today between 2 pm and 4 pm"),
    ("It will reach you at 5 pm sharp", "between 4 pm and 6 pm"),
    ("We deliver it on Wednesday at 2 pm", "on Wednesday between 1 pm and 3 pm"),
    ("You'll receive it tomorrow at noon", "tomorrow between 11 am and 1 pm"),
    ("I guarantee it gets to you by 11 am tomorrow", "tomorrow between 10 am and 12 pm"),
    ("Your oysters arrive on Friday at 10:15 am", "on Friday between 9:15 am and 11:15 am"),
    ("The lobsters will be at your door at 16:00", "between 3 pm and 5 pm"),
    ("it will be with you at 8 am tomorrow", "tomorrow between 7 am and 9 am"),
]
RANGES = [
    "明天上午9点到12点之间送到",
    "明天上午9点到11点送达",
    "今天下午2点-5点配送",
    "后天下午两点到四点之间送上门",
    "明天9:00-12:00送到",
    "今晚6点到8点送达",
    "1-2天送到",
    "明天上午送到",
    "明天到",
    "预计明天上午10点左右送到",
    "it arrives tomorrow between 9 am and 11 am",
    "It will be delivered between 2 and 5 pm",
    "it should be there tomorrow morning",
]


@pytest.mark.parametrize(("text", "becomes"), EXACT)
def test_an_exact_time_becomes_a_range_around_it(text: str, becomes: str) -> None:
    (violation,) = judged(text)

    assert violation.commitment.kind is PromiseKind.delivery_time
    assert violation.rule == "delivery-time-exact"
    assert becomes in (violation.rewrite or "")
    assert judged(rewritten(text, (violation,))) == ()


@pytest.mark.parametrize("text", RANGES)
def test_a_range_passes(text: str) -> None:
    assert judged(text) == ()
