"""What a text sounds like is added to what its words say: issues, never how much."""

from assist.domain.complaint import Complaint, Damage, Ground, Issue, SenseBars, Severity, Share, Want
from assist.suggest.signals.learned import Likely, complaint_sense
from assist.suggest.signals.sense import GROUND_OF, with_sense

BARS = SenseBars(anything=0.5, issue=0.4, beside=0.55, nothing=0.2)
NOTHING = Complaint()
LATE = Complaint(
    issues=(Issue.late,),
    severity=Severity.no_damage,
    damages=(Damage(grounds=(Ground.late,), severity=Severity.no_damage),),
    wants=(Want.money,),
)
HALF_ROTTEN = Complaint(
    issues=(Issue.spoilage,),
    severity=Severity.partial_spoil,
    share=Share(bad=1, total=2),
    damages=(Damage(grounds=(Ground.rotten,), severity=Severity.partial_spoil, share=Share(bad=1, total=2)),),
)


def sounds(anything: float, **issues: float) -> Likely:
    return Likely(anything, {issue: issues.get(issue.value, 0.0) for issue in Issue})


def test_a_complaint_without_a_known_word_has_its_likeliest_issue() -> None:
    read = with_sense(NOTHING, [NOTHING], [sounds(0.6, price=0.3, late=0.1)], BARS, {})

    assert read.issues == (Issue.price,)
    assert read.severity is Severity.no_damage
    assert [damage.grounds for damage in read.damages] == [(Ground.price,)]


def test_what_hardly_sounds_like_a_complaint_is_none() -> None:
    assert with_sense(NOTHING, [NOTHING], [sounds(0.49, price=0.45)], BARS, {}) == NOTHING


def test_how_much_is_affected_is_never_touched() -> None:
    read = with_sense(HALF_ROTTEN, [HALF_ROTTEN], [sounds(0.99, late=0.9)], BARS, {})

    assert read.issues == (Issue.spoilage, Issue.late)
    assert read.severity is Severity.partial_spoil
    assert read.share == HALF_ROTTEN.share
    assert all(damage.share is None for damage in read.damages[1:])


def test_words_that_harm_no_goods_are_let_go_where_nothing_sounds_like_a_complaint() -> None:
    read = with_sense(LATE, [LATE], [sounds(0.1)], BARS, {})

    assert (read.issues, read.severity, read.wants) == ((), Severity.none, (Want.money,))


def test_rot_is_never_let_go() -> None:
    assert with_sense(HALF_ROTTEN, [HALF_ROTTEN], [sounds(0.01)], BARS, {}) == HALF_ROTTEN


def test_every_issue_has_a_plainest_ground() -> None:
    assert set(GROUND_OF) == set(Issue)


def test_the_weights_that_come_with_the_program_know_every_issue() -> None:
    sense = complaint_sense()

    assert sense.issues == tuple(Issue)
    assert sense.likely("", NOTHING).anything < 0.5


def test_longer_texts_are_read_from_their_beginning() -> None:
    sense = complaint_sense()
    text = "送来的东西跟页面上写的完全两码事，" + "真的" * 200

    assert sense.likely(text, NOTHING) == sense.likely(text + "很好吃" * 500, NOTHING)
