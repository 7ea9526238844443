"""Which offer is made: the one that is expected to bring most, with exploration that is bounded and told."""

from collections import Counter
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.cli.bench.offers_simulated import simulated
from assist.domain.offer import RankingPolicy
from assist.domain.tally import Tally
from assist.suggest.offers.rank import Arm, Choice, choose, tallied
from tests.shipped import shipped_library

POLICY = RankingPolicy(
    prior_accepted=2, prior_offers=20, most_explored=0.3, halved_after=60, curiosity=0.4, elsewhere_offers=3
)
NEVER_EXPLORE = POLICY.model_copy(update={"most_explored": 0.0})
SEEDS = range(2_000)
WASABI, SOY, KNIFE = ("offer-wasabi", "A1"), ("offer-soy", "B2"), ("offer-knife", "C3")
THREE = (Arm(WASABI, 1_990), Arm(SOY, 2_580), Arm(KNIFE, 4_900))

often = settings(max_examples=200, deadline=None)
finite = st.floats(allow_nan=False, allow_infinity=False)
tallies = st.builds(Tally, made=finite, accepted=finite)
seeds = st.integers(min_value=-(2**63), max_value=2**63)
policies = st.builds(
    RankingPolicy,
    prior_accepted=st.floats(0.001, 0.99),
    prior_offers=st.floats(1, 10_000),
    most_explored=st.floats(0, 0.9),
    halved_after=st.floats(1, 1_000_000),
    curiosity=st.floats(0.001, 1),
    elsewhere_offers=st.floats(0, 10_000),
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Arm], dict[tuple[str, str], Tally], dict[tuple[str, str], Tally]]:
    """Return any arms, with any finite sums for some of them: also such as no database would hold."""
    many = draw(st.integers(1, 8))
    keys = [("offer", f"sku-{at}") for at in range(many)]
    gains = st.one_of(st.integers(0, 6_000), st.integers(-(10**400), 10**400))
    arms = [Arm(key, draw(gains), draw(st.one_of(st.just(1.0), finite))) for key in keys]
    some = st.dictionaries(st.sampled_from(keys), tallies)
    return arms, draw(some), draw(some)


def choices(arms, here, overall, policy=POLICY) -> list[Choice]:
    return [choose(arms, here, overall, policy, seed) for seed in SEEDS]


def test_the_same_arguments_choose_the_same():
    here = {WASABI: Tally(30, 4), KNIFE: Tally(12, 1)}

    assert choices(THREE, here, {}) == choices(THREE, dict(reversed(here.items())), {})


def test_the_draw_is_pinned_so_that_it_is_the_same_in_every_process():
    """random.Random(7).random() is 0.3238 everywhere, and at most 0.3 of the offers explore: the best is taken."""
    choice = choose(THREE, {}, {}, POLICY, seed=7)

    assert (choice.index, choice.explored) == (2, False)


@pytest.mark.parametrize(
    ("arms", "best"),
    [
        pytest.param(THREE, 2, id="the dearest, where the rules tell them alike"),
        pytest.param((Arm(WASABI, 1_990, 3.0), Arm(SOY, 2_580), Arm(KNIFE, 4_900)), 0, id="3.0 x 19.90 > 49.00"),
        pytest.param((Arm(WASABI, 1_990, 2.0), Arm(SOY, 2_580), Arm(KNIFE, 4_900)), 2, id="2.0 x 19.90 < 49.00"),
        pytest.param((Arm(WASABI, 1_000), Arm(SOY, 1_000), Arm(KNIFE, 1_000)), 0, id="alike: the first"),
    ],
)
def test_before_anything_is_known_the_rules_weight_times_the_price_decides(arms, best):
    assert {choice.index for choice in choices(arms, {}, {}, NEVER_EXPLORE)} == {best}
    assert Counter(choice.index for choice in choices(arms, {}, {})).most_common(1)[0][0] == best


def test_the_first_chance_is_the_prior_times_the_weight():
    """2 of 20 x 1.5 = 0.15; 0.15 x 20.00 yuan = 300 fen."""
    choice = choose([Arm(WASABI, 2_000, 1.5)], {}, {}, POLICY, seed=1)

    assert choice.chance == pytest.approx(0.15)
    assert choice.gain_fen == pytest.approx(300)


def test_outcomes_here_move_the_chance():
    """(2 + 8) of (20 + 30)."""
    assert choose([Arm(WASABI, 2_000)], {WASABI: Tally(30, 8)}, {}, POLICY, 1).chance == pytest.approx(0.2)


def test_outcomes_elsewhere_pull_what_is_expected_here():
    """180 elsewhere, 45 of them accepted, count as 3 x 180 / (180 + 20) = 2.7 offers: (2 + 0.675) of (20 + 2.7)."""
    pulled = choose([Arm(WASABI, 2_000)], {}, {WASABI: Tally(180, 45)}, POLICY, 1)

    assert pulled.chance == pytest.approx(2.675 / 22.7)


def test_what_happened_here_is_not_counted_a_second_time_as_elsewhere():
    here = {WASABI: Tally(30, 8)}

    assert choose([Arm(WASABI, 2_000)], here, here, POLICY, 1) == choose([Arm(WASABI, 2_000)], here, {}, POLICY, 1)


def test_nothing_is_shared_where_the_shop_says_so():
    alone = POLICY.model_copy(update={"elsewhere_offers": 0.0})

    assert choose([Arm(WASABI, 2_000)], {}, {WASABI: Tally(180, 45)}, alone, 1).chance == pytest.approx(0.1)


def test_a_far_better_arm_is_chosen_nearly_always_after_many_outcomes():
    """25.80 x 27/100 = 7.0 yuan, against 19.90 x 6/100 = 1.2 and 49.00 x 3/100 = 1.5: hardly a doubt is left."""
    here = {WASABI: Tally(80, 4), SOY: Tally(80, 25), KNIFE: Tally(80, 1)}

    chosen = Counter(choice.index for choice in choices(THREE, here, {}))

    assert chosen[1] >= 0.99 * len(SEEDS)


def test_an_arm_whose_best_hope_is_below_the_best_is_never_explored():
    """500 offers and none taken: the knife may hope for (0.0038 + 2 x 0.0027) x 49.00 = 0.5 yuan, far below 7.0."""
    here = {SOY: Tally(80, 25), KNIFE: Tally(500, 0)}
    daring = POLICY.model_copy(update={"curiosity": 1.0, "most_explored": 0.9})

    assert 2 not in {choice.index for choice in choices(THREE, here, {}, daring)}


def test_what_hardly_differs_is_explored():
    """Two that nobody can tell apart yet: the second is tried in as many offers as may explore at all."""
    alike = (Arm(WASABI, 2_000), Arm(SOY, 2_000))

    explored = [choice for choice in choices(alike, {}, {}) if choice.explored]

    assert {choice.index for choice in explored} == {1}
    assert explored[0].propensity == pytest.approx(0.3)
    assert len(explored) / len(SEEDS) == pytest.approx(0.3, abs=0.04)


@settings(max_examples=30, deadline=None)
@given(
    counts=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 6_000)), min_size=1, max_size=6),
    bound=st.floats(0, 0.9),
)
def test_exploration_is_bounded_and_its_propensities_are_told_truly(counts, bound):
    """Over 2,000 seeds: each arm as often as told, within 5 standard errors; together 1; explored within the bound."""
    policy = POLICY.model_copy(update={"most_explored": bound})
    arms = [Arm(("offer", str(at)), gain) for at, (_, _, gain) in enumerate(counts)]
    here = {arm.key: Tally(made, min(made, taken)) for arm, (made, taken, _) in zip(arms, counts, strict=True)}

    made = choices(arms, here, {}, policy)

    told = {choice.index: choice.propensity for choice in made}
    seen = Counter(choice.index for choice in made)
    assert len({(choice.index, choice.propensity, choice.explored) for choice in made}) == len(told)
    for index, propensity in told.items():
        error = (propensity * (1 - propensity) / len(SEEDS)) ** 0.5
        assert seen[index] / len(SEEDS) == pytest.approx(propensity, abs=5 * error + 2 / len(SEEDS))
    # What was never drawn in 2,000 is rare: at most 6 arms of less than 1 in 200 each.
    assert 0.97 <= sum(told.values()) <= 1 + 1e-9
    assert (
        sum(choice.propensity for choice in {one.index: one for one in made if one.explored}.values()) <= bound + 1e-9
    )


def test_one_arm_alone_is_chosen_surely():
    choice = choose([Arm(WASABI, 1_990)], {}, {}, POLICY, seed=3)

    assert (choice.index, choice.propensity, choice.explored) == (0, 1.0, False)


def test_without_an_arm_there_is_nothing_to_choose():
    with pytest.raises(ValueError, match="at least one arm"):
        choose([], {}, {}, POLICY, seed=3)


def test_where_nothing_has_a_price_the_likelier_is_chosen():
    free = (Arm(WASABI, 0), Arm(SOY, 0))

    choice = choose(free, {SOY: Tally(40, 20)}, {}, NEVER_EXPLORE, seed=3)

    assert (choice.index, choice.gain_fen) == (1, 0.0)


def test_what_costs_the_shop_money_is_not_chosen_for_being_likely():
    """A negative margin."""
    arms = (Arm(WASABI, -500), Arm(SOY, 100))

    assert choose(arms, {WASABI: Tally(100, 90)}, {}, NEVER_EXPLORE, seed=3).index == 1


def test_an_outcome_makes_older_ones_count_less():
    """Halved after 1: 10 made, 4 taken count as 5 and 2 once there is another."""
    policy = POLICY.model_copy(update={"halved_after": 1.0})

    assert tallied(Tally(10, 4), accepted=True, policy=policy) == Tally(6, 3)
    assert tallied(Tally(10, 4), accepted=False, policy=policy) == Tally(6, 2)


def test_an_outcome_counts_half_after_so_many_more():
    tally = tallied(Tally(0, 0), accepted=True, policy=POLICY)
    for _ in range(60):
        tally = tallied(tally, accepted=False, policy=POLICY)

    assert tally.accepted == pytest.approx(0.5)


def test_a_tally_never_grows_beyond_what_is_remembered():
    """1 / (1 - 2^(-1/60)) = 87.06."""
    tally = Tally(0, 0)
    for _ in range(5_000):
        tally = tallied(tally, accepted=True, policy=POLICY)

    assert tally.made == tally.accepted == pytest.approx(87.06, abs=0.01)


@often
@given(situation=situations(), policy=policies, seed=seeds)
def test_any_finite_input_gives_a_choice(situation, policy, seed):
    arms, here, overall = situation

    choice = choose(arms, here, overall, policy, seed)

    assert 0 <= choice.index < len(arms)
    assert 0 < choice.propensity <= 1
    assert 0 <= choice.chance <= 1
    assert isfinite(choice.gain_fen)


@often
@given(before=tallies, accepted=st.booleans(), policy=policies)
def test_any_finite_tally_can_be_learned_into(before, accepted, policy):
    after = tallied(before, accepted=accepted, policy=policy)

    assert 0 <= after.accepted <= after.made
    assert isfinite(after.made)


def test_a_prior_above_what_was_offered_is_refused():
    with pytest.raises(ValueError, match="prior_accepted must be less than prior_offers"):
        RankingPolicy(prior_accepted=20, prior_offers=20)


def test_shipped_shops_rank_with_what_the_simulation_measures():
    assert shipped_library().selling.ranking == RankingPolicy()


@pytest.mark.slow
def test_on_a_simulated_shop_the_ranking_reaches_nine_tenths_of_the_best_arms_reward():
    """The issue's own line: 20 seeds, 5 of them drifting once, offers 4,001-5,000, beside rules, random and greedy."""
    ours, late, *peers = simulated()

    assert ours.seeds == 20
    assert ours.realised.pooled >= 0.90
    assert ours.expected.pooled >= 0.90
    assert ours.explored is not None
    assert ours.explored <= RankingPolicy().most_explored
    assert all(ours.realised.pooled > peer.realised.pooled for peer in (late, *peers))
    assert {peer.policy.split(",")[0].split(":")[0] for peer in peers} >= {"fixed rules", "random", "greedy"}
