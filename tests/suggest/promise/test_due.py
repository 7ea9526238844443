"""Until when is what was said to be kept? Said on Sunday, 22 November 2026, at 10:00 in Shanghai."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assist.domain.promise import Commitment, Due, PromiseKind, PromisePolicy
from assist.domain.topic import Span
from assist.suggest.promise import due_at

from .reading import NOW, SHANGHAI, read, shipped

# (draft, kind, day and time in Shanghai): the sum is in the comment.
TABLE = [
    ("2小时内回复您", "reply", "22 12:00"),  # 10:00 + 2 h
    ("两个小时内给您答复", "reply", "22 12:00"),  # 10:00 + 2 h
    ("半小时内回复您", "reply", "22 10:30"),  # 10:00 + 30 min
    ("10分钟内回复您", "reply", "22 10:10"),  # 10:00 + 10 min
    ("一个半小时内给您答复", "reply", "22 11:30"),  # 10:00 + 90 min
    ("24小时内回复您", "reply", "23 10:00"),  # 10:00 + 24 h
    ("今天下班前给您答复", "reply", "22 18:00"),  # the day closes at 18:00
    ("明天下班前给您答复", "reply", "23 18:00"),  # the day after, at 18:00
    ("今天给您回复", "reply", "23 00:00"),  # the end of today
    ("明天给您答复", "reply", "24 00:00"),  # the end of the 23rd
    ("后天给您答复", "reply", "25 00:00"),  # the end of the 24th
    ("明天上午给您答复", "reply", "23 12:00"),  # the morning ends at noon
    ("今天下午给您答复", "reply", "22 18:00"),  # the afternoon ends at 18:00
    ("下午3点前给您准信", "reply", "22 15:00"),  # the next 15:00
    ("明天上午10点前回复您", "reply", "23 10:00"),  # the 23rd, 10:00
    ("周三之前给您答复", "reply", "26 00:00"),  # Sunday + 3 days, the end of the 25th
    ("周五前回复您", "reply", "28 00:00"),  # Sunday + 5 days, the end of the 27th
    ("下周一给您答复", "reply", "24 00:00"),  # tomorrow, its end
    ("稍后回复您", "reply", "22 12:00"),  # untimed: 2 h
    ("马上回复您", "reply", "22 12:00"),  # at once is no time: 2 h
    ("2小时内给您回电", "call", "22 12:00"),  # 10:00 + 2 h
    ("稍后给您回电", "call", "22 12:00"),  # untimed: 2 h
    ("下午4点给您打电话", "call", "22 16:00"),  # the next 16:00
    ("明天给您补发", "reship", "24 00:00"),  # the end of the 23rd
    ("今天给您补发", "reship", "23 00:00"),  # the end of today
    ("给您补发", "reship", "23 10:00"),  # untimed: 24 h
    ("3天内给您补发", "reship", "25 10:00"),  # 10:00 + 72 h
    ("今天发货", "ship_time", "23 00:00"),  # the end of today
    ("24小时内发货", "ship_time", "23 10:00"),  # 10:00 + 24 h
    ("尽快发货", "ship_time", "23 10:00"),  # untimed: 24 h
    ("退款3个工作日内到账", "refund_time", "25 10:00"),  # Mon, Tue, Wed
    ("退款1-5个工作日到账", "refund_time", "27 10:00"),  # Mon to Fri
    ("2小时内给您回电话", "call", "22 12:00"),  # 10:00 + 2 h
    ("一刻钟内回您", "reply", "22 10:15"),  # 10:00 + 15 min
    ("三刻钟内给您答复", "reply", "22 10:45"),  # 10:00 + 45 min
    ("本周内答复您", "reply", "23 00:00"),  # Sunday is the last day of its week: its end
    ("月底前给您答复", "reply", "01 00:00"),  # the end of 30 November
    ("今晚零点前给您回复", "reply", "23 00:00"),  # the midnight that ends today
    ("今晚12点前给您回复", "reply", "23 00:00"),  # the same
    ("零点前给您回复", "reply", "23 00:00"),  # the next midnight
    ("明晚零点前给您回复", "reply", "24 00:00"),  # the midnight that ends the 23rd
    ("十二月一号给您补发", "reship", "02 00:00"),  # the end of 1 December
    ("24小时内给您退款", "refund_time", "23 10:00"),  # 10:00 + 24 h
    ("明天给您退款", "refund_time", "24 00:00"),  # the end of the 23rd
    ("48小时内退款给您", "refund_time", "24 10:00"),  # 10:00 + 48 h
    ("5分钟内给您退15元", "partial_refund", "22 10:05"),  # 10:00 + 5 min
    ("大后天给您退15元", "partial_refund", "26 00:00"),  # the end of the 25th
    ("I'll get back to you within 2 hours", "reply", "22 12:00"),  # 10:00 + 2 h
    ("I'll reply by Friday", "reply", "28 00:00"),  # Sunday + 5 days, the end of the 27th
    ("I'll get back to you tomorrow morning", "reply", "23 12:00"),  # the morning ends at noon
    ("I'll call you back at 3 pm", "call", "22 15:00"),  # the next 15:00
    ("I'll get back to you later", "reply", "22 12:00"),  # untimed: 2 h
    ("I'll reply by the end of the day", "reply", "22 18:00"),  # the day closes at 18:00
    ("We'll send a replacement tomorrow", "reship", "24 00:00"),  # the end of the 23rd
    ("We'll send a replacement within 3 days", "reship", "25 10:00"),  # 10:00 + 72 h
]
PAUSES = [
    "稍等",
    "请稍候",
    "稍等，马上为您查",
    "您稍等一下哈，我看下订单",
    "好的亲，马上帮您核实",
    "请您耐心等待，正在为您查询",
    "One moment please",
    "Please wait, I'm checking your order right now",
]


@pytest.mark.parametrize(("text", "kind", "due"), TABLE)
def test_a_promise_is_due_when_it_was_said_to_be(text: str, kind: str, due: str) -> None:
    (commitment,) = (one for one in read(text) if one.kind == kind)

    moment = due_at(commitment, shipped().promises, NOW, SHANGHAI)

    assert moment is not None
    assert moment.astimezone(ZoneInfo(SHANGHAI)).strftime("%d %H:%M") == due


@pytest.mark.parametrize("text", PAUSES)
def test_announcing_a_pause_is_no_promise(text: str) -> None:
    assert read(text) == ()


def test_what_nobody_follows_up_is_never_due() -> None:
    (arrival,) = read("明天到")

    assert due_at(arrival, shipped().promises, NOW, SHANGHAI) is None


def test_the_shop_says_when_it_closes_and_how_long_an_untimed_reply_takes() -> None:
    policy = PromisePolicy(follow_up={PromiseKind.reply: 1}, closing_minute=22 * 60)
    closing, untimed = read("下班前给您答复")[0], read("稍后回复您")[0]

    assert due_at(closing, policy, NOW, SHANGHAI) == datetime(2026, 11, 22, 14, tzinfo=UTC)
    assert due_at(untimed, policy, NOW, SHANGHAI) == NOW + timedelta(hours=1)


def test_a_morning_clock_said_after_it_means_the_afternoon() -> None:
    (commitment,) = read("5点前回复您")

    # Five has passed at ten in the morning: 17:00 in Shanghai is 09:00 UTC.
    assert due_at(commitment, shipped().promises, NOW, SHANGHAI) == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_hours_are_hours_though_clocks_change() -> None:
    # On 29 March 2026 clocks in Berlin go from 02:00 to 03:00: two hours after 01:00 it is 04:00.
    commitment = Commitment(kind=PromiseKind.reply, words=Span(start=0, end=1), due=Due(within=timedelta(hours=2)))
    said_at = datetime(2026, 3, 29, 0, tzinfo=UTC)

    assert due_at(commitment, shipped().promises, said_at, "Europe/Berlin") == said_at + timedelta(hours=2)
