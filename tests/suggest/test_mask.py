"""Personal data is hidden, numbers of trade are not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.suggest.mask import mask


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        pytest.param("我手机13812345678", "我手机［手机］", id="手机"),
        pytest.param("138 1234 5678", "［手机］", id="手机 in groups"),
        pytest.param("138-1234-5678打给我", "［手机］打给我", id="手机 with hyphens"),
        pytest.param("１３８１２３４５６７８", "［手机］", id="手机 full width"),
        pytest.param("+8613812345678", "［手机］", id="手机 with country"),
        pytest.param("13812345678和13912345678", "［手机］和［手机］", id="two"),
        pytest.param("0571-88886666", "［电话］", id="座机"),
        pytest.param("010-62345678转8", "［电话］转8", id="座机 of Beijing"),
        # The sample number of GB 11643-1999, its check digit X.
        pytest.param("11010519491231002X", "［证件］", id="身份证"),
        pytest.param("身份证11010519491231002x。", "身份证［证件］。", id="身份证 lower case"),
        pytest.param("110105 19491231 002X", "［证件］", id="身份证 in groups"),
        pytest.param("１１０１０５１９４９１２３１００２Ｘ", "［证件］", id="身份证 full width"),
        # Test numbers of the card schemes: their Luhn digits hold.
        pytest.param("4111111111111111", "［卡号］", id="银行卡"),
        pytest.param("卡号5555 5555 5555 4444", "卡号［卡号］", id="银行卡 in groups"),
        pytest.param("6200000000000005", "［卡号］", id="银联"),
        pytest.param("发到 a.b-c+1@mail.example.com 谢谢", "发到 ［邮箱］ 谢谢", id="邮箱"),
        pytest.param("加微信：fresh_2026", "加微信：［微信］", id="微信"),
        pytest.param("我vx是abc12345", "我vx是［微信］", id="vx"),
        pytest.param("微信号 wxid_abc123", "微信号 ［微信］", id="微信号"),
        pytest.param("浙江省杭州市西湖区文三路478号3单元502室", "［地址］", id="地址"),
        pytest.param("送到张江路100弄5号楼301室", "［地址］", id="地址 without a city"),
    ],
)
def test_personal_data_is_replaced_by_its_kind(said: str, masked: str) -> None:
    assert mask(said) == masked


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("订单号2026112100012345", id="订单号 of 16 digits"),
        pytest.param("订单202611211234567890", id="订单号 of 18 digits"),
        pytest.param("4111111111111112", id="16 digits whose check digit is wrong"),
        pytest.param("110105194912310021", id="18 digits whose check digit is wrong"),
        pytest.param("7111111111111110", id="Luhn holds, no issuer begins with 7"),
        pytest.param("运单SF1380013800012", id="运单号"),
        pytest.param("2026-11-21 17:00", id="date"),
        pytest.param("1700000000000", id="milliseconds"),
        pytest.param("59.90元 3斤2两 -18℃ 1-3天", id="prices and figures"),
        pytest.param("草莓3盒坏了2盒，图在12345.jpg", id="counts"),
        pytest.param("这条路走不通", id="a road of speech"),
        pytest.param("微信支付可以吗", id="微信支付"),
        pytest.param("shrimp@500g", id="no mail"),
        pytest.param("", id="empty"),
    ],
)
def test_numbers_of_trade_stay(said: str) -> None:
    assert mask(said) == said


@settings(max_examples=120, deadline=None)
@given(st.sampled_from("3456789"), st.integers(0, 10**9 - 1), st.sampled_from(["", " ", "-", "."]), st.booleans())
def test_no_mobile_number_survives_in_any_dress(second: str, rest: int, gap: str, wide: bool) -> None:
    number = f"1{second}{rest:09d}"
    dressed = gap.join([number[:3], number[3:7], number[7:]])
    if wide:
        dressed = dressed.translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)})

    assert mask(f"打我电话{dressed}谢谢") == "打我电话［手机］谢谢"


@settings(max_examples=120, deadline=None)
@given(st.text("草莓路号市区0123456789Xx１ @.-微信", max_size=60))
def test_masking_twice_is_masking_once(said: str) -> None:
    masked = mask(said)

    assert mask(masked) == masked


@pytest.mark.parametrize(
    "piece",
    ["草莓坏了怎么办，", "1 ", "省", "路1", "市区路", "a@", "a@a.", "路1号", "中路1号楼", "微信", "省市区路"],
)
def test_a_long_text_is_masked_fast(piece: str) -> None:
    said = (piece * 20_000)[:20_000]
    started = time.perf_counter()

    mask(said)

    # 20 ms to 800 ms on one slow core; a pattern that backtracks would take minutes.
    assert time.perf_counter() - started < 5
