"""How long does it take to read and judge the promises of a draft?"""

from datetime import UTC, datetime
from time import perf_counter, thread_time

from rich.console import Console

from assist.cli.content import library_of
from assist.cli.output import print_json
from assist.domain.library import Library
from assist.domain.promise import Given
from assist.suggest.promise import judge, read_commitments

from .figures import Times, times_of

# About 70 bytes each: without a promise, with allowed ones, with wrong ones.
DRAFTS = (
    "您好，请问有什么可以帮您的吗，订单号发我看下",
    "亲，您的订单已经在打包了，请您耐心等待一下哦",
    "坏果麻烦拍照发我，核实后按政策给您处理退款",
    "预计明天上午送到，请您保持电话畅通，谢谢理解",
    "2小时内给您回复，有结果第一时间联系您，请稍等",
    "明天上午10点到，您注意接一下电话，别走远了哦",
    "实在抱歉，这边给您全额退款，果子您留着吃就好",
    "我们家保证新鲜，坏一赔十，您放心拍，下次送您一箱",
    "Sorry about that, please send us a photo and we'll check it for you.",
    "I'll refund you in full and it will definitely arrive tomorrow.",
)
_ROUNDS = 200


def run_promises(*, as_json: bool) -> None:
    """Measure with the shipped policy and print."""
    times = promise_times(library_of(None))
    if as_json:
        print_json(times.model_dump(mode="json"))
    else:
        Console(soft_wrap=True).print(
            f"read + judge, {times.n} drafts of about 70 bytes: p50 {times.p50_ms} ms, p99 {times.p99_ms} ms"
            f" (processor {times.p50_cpu_ms} and {times.p99_cpu_ms})"
        )


def promise_times(library: Library) -> Times:
    """Read and judge every draft many times, one after the other."""
    given = Given(now=datetime(2026, 11, 22, 2, tzinfo=UTC), timezone="Asia/Shanghai", agent_limit_fen=10_000)
    took: list[float] = []
    cpu: list[float] = []
    for number in range(_ROUNDS + 1):
        for draft in DRAFTS:
            begun, worked = perf_counter(), thread_time()
            judge(draft, read_commitments(draft, given.now, given.timezone), library.promises, given)
            if number:
                cpu.append(thread_time() - worked)
                took.append(perf_counter() - begun)
    return times_of(took, cpu)
