"""The evidence on an offer's card leads to the fact that proves it, where the catalogue has it."""

from datetime import date

import pytest

from assist.domain.goods import EvidenceKind
from assist.domain.offer import OfferDetail, OfferedGoods, OfferRole, ShownProof
from assist.web.card_views import offer_out
from tests.shipped import shipped_library


@pytest.mark.parametrize(
    ("fact_id", "sku"),
    [
        pytest.param("rating:SAUCE/1", "SAUCE/1", id="the catalogue's"),
        pytest.param("offer:shrimp-sauce", "", id="the script's own"),
        pytest.param("rating:OTHER", "", id="of goods that are not on the card"),
    ],
)
def test_evidence_names_the_goods_whose_fact_it_is(fact_id: str, sku: str) -> None:
    proof = ShownProof(fact_id=fact_id, kind=EvidenceKind.rating, text="4.9分", source="本店", on=date(2026, 11, 1))
    detail = OfferDetail(
        role=OfferRole.beside,
        goods=(OfferedGoods(sku="SAUCE/1", title="刺身酱油", price_fen=990),),
        product="刺身酱油",
        feature="酿造",
        advantage="不咸",
        benefit="提鲜",
        proof=proof,
        context="seafood|",
        chance=0.1,
        gain_fen=99.0,
        propensity=0.7,
        explored=False,
        seed=1,
    )

    assert offer_out(detail, shipped_library(), "zh").evidence.sku == sku
