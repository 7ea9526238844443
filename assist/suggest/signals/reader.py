"""What do a customer's texts complain of: what is wrong, how bad, how much of it, and what is wanted?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from assist.domain.complaint import (
    SPOILT,
    WORST_FIRST,
    Amount,
    Complaint,
    ComplaintLexicon,
    Damage,
    Ground,
    GroundWords,
    Issue,
    SenseBars,
    Severity,
    Share,
    Want,
)
from assist.domain.library import Library
from assist.domain.topic import Span
from assist.suggest.names import Named, Names, names_of

from .amends import let_questions_go, quiet_texts, take_back
from .amounts import Count
from .heard import Heard, hear
from .learned import SILENT, Likely, complaint_sense
from .lexicon import SignalWords, Word, signal_words
from .parts import says_none_is_good, tell
from .sense import with_sense
from .shares import Facts, Reckoned, answer, gather, is_answer, reckon
from .shortfall import described, late, shortfall, wrong
from .thaw import is_still_cold
from .told import BRUISE, ROT, Mark, Said, State, Told

_ORDER = frozenset(
    {
        Ground.late,
        Ground.not_received,
        Ground.service,
        Ground.price,
        Ground.price_error,
        Ground.change_of_mind,
        Ground.damages_demanded,
        Ground.authority,
        Ground.media,
    }
)
"""Grounds of the order as a whole, whatever goods are named beside them."""
_DEMANDS = frozenset({Ground.damages_demanded, Ground.authority, Ground.media, Ground.change_of_mind})
"""What is demanded or threatened is an issue of its own only where nothing else is."""
_TELLING = frozenset(
    {
        *("none_good", "only", "found_only", "lacking", "weighed", "wanted", "promised", "late_before", "late_verbs"),
        *(
            "still_cold",
            "displeased",
            "described",
            "but_for",
            "want_nothing",
            "want_money",
            "want_full_refund",
            "want_return_refund",
        ),
        *("want_reship", "want_coupon", "still_cold"),
    }
)
"""Without any of these, and without a ground, nothing is complained of or asked for."""
_WANTS = (Want.full_refund, Want.return_refund, Want.reship, Want.coupon, Want.money)

Clauses = list[tuple[int, Told]]

_KEPT = 4096
"""So many messages are not read again: an episode is read once more with each of its turns."""


@dataclass(frozen=True, eq=False)
class SignalReader:
    """The complaint lexicon and the product names of one library, prepared."""

    _rows: dict[Ground, GroundWords]
    _words: SignalWords
    _names: Names
    _bars: SenseBars

    def read(self, texts: Sequence[str]) -> Complaint:
        """Return what the texts of one episode, oldest first, complain of. Spans are of them joined by line feeds.

        Words say what is wrong and how much of it; what a text only sounds like is added to the issues.
        """
        whole, quiet = self._understand(texts)
        each = [_each(self, text) for text in texts]
        likely = [SILENT if at in quiet else one for at, (_, one) in enumerate(each)]
        return self.sensed([read for read, _ in each], likely, whole)

    def sensed(self, read: Sequence[Complaint], likely: Sequence[Likely], whole: Complaint) -> Complaint:
        """Return the whole with what each text probably complains of."""
        return with_sense(whole, read, likely, self._bars, self._rows)

    def read_words(self, texts: Sequence[str]) -> Complaint:
        """Return what the words of the texts say."""
        return self._understand(texts)[0]

    def _understand(self, texts: Sequence[str]) -> tuple[Complaint, frozenset[int]]:
        """Return what the words say, and which texts add nothing to it however they sound."""
        heard = hear(texts)
        words = self._words.find(heard.plain)
        if not any(word.ground or _TELLING & word.lists for word in words) and not says_none_is_good(heard.plain):
            return Complaint(), frozenset()
        named = self._names.find(heard.plain)
        told = tell(heard, words, {one.begin: one.end for one in named})
        let_questions_go(told)
        take_back(told, heard.plain)
        cold = is_still_cold(told, heard.plain)
        groups = _by_goods(told, named)
        _complete(heard, told)
        return self._complaint(heard, told, groups, still_cold=cold), quiet_texts(told, heard.plain)

    def _complaint(
        self, heard: Heard, told: Sequence[Told], groups: dict[tuple[str, ...], Clauses], *, still_cold: bool
    ) -> Complaint:
        damages: list[Damage] = []
        doubtful = False
        for products, clauses in groups.items():
            damage, doubt = self._damage(heard, products, clauses, groups)
            doubtful = doubtful or doubt
            damages += [damage] if damage else []
        order = [said for one in told for said in one.grounds if said.ground in _ORDER]
        if order:
            damages.append(self._of_order(heard, order))
        wants = _wants(told)
        return Complaint(
            issues=self._issues(told, damages),
            severity=min((one.severity for one in damages), key=WORST_FIRST.index, default=Severity.none),
            share=_whole_share(damages),
            damages=tuple(damages),
            wants=wants,
            after_storage=_after_storage(told, damages),
            doubtful_total=doubtful,
            still_cold=still_cold,
        )

    def _damage(
        self, heard: Heard, products: tuple[str, ...], clauses: Clauses, groups: dict[tuple[str, ...], Clauses]
    ) -> tuple[Damage | None, bool]:
        """Return what is wrong with some goods, and whether it may be all of them though the words leave doubt."""
        said = [one for _, told in clauses for one in told.grounds if one.ground not in _ORDER]
        state = _state(said)
        reckoned = _reckon(heard, _with_leaks(clauses) if state is State.leaked else clauses, state)
        leaked = _with_leaks(clauses)
        short = shortfall([told for _, told in leaked])
        if (short and not any(one.ground in ROT | BRUISE for one in said)) or (short and short.expected is None):
            said.append(short.said)
        if not said and _is_about_bad_ones(clauses):
            said.append(_unsaid(heard, clauses))
        if not said:
            return None, False
        grounds = tuple(dict.fromkeys(one.ground for one in said))
        return (
            Damage(
                products=products,
                grounds=grounds,
                severity=self._severity(grounds, reckoned),
                share=_share(heard, grounds, reckoned),
                bad=_amount(heard, reckoned.counted),
                expected=_amount(heard, short.expected) if short else None,
                found=_amount(heard, short.found) if short else None,
                words=_spans(heard, said),
            ),
            reckoned.doubtful and bool(ROT.intersection(grounds)),
        )

    def _severity(self, grounds: Iterable[Ground], reckoned: Reckoned) -> Severity:
        severity = min((self._rows[ground].severity for ground in grounds), key=WORST_FIRST.index)
        if severity is not Severity.unspecified_spoil:
            return severity
        if reckoned.wholly and not reckoned.doubtful:
            return Severity.total_spoil
        return Severity.partial_spoil if reckoned.partly else severity

    def _of_order(self, heard: Heard, said: Sequence[Said]) -> Damage:
        grounds = tuple(dict.fromkeys(one.ground for one in said))
        severity = min((self._rows[ground].severity for ground in grounds), key=WORST_FIRST.index)
        return Damage(grounds=grounds, severity=severity, words=_spans(heard, said))

    def _issues(self, told: Sequence[Told], damages: Sequence[Damage]) -> tuple[Issue, ...]:
        grounds = [ground for damage in damages for ground in damage.grounds if ground in self._rows]
        if ROT.intersection(grounds):
            # What thawed and smells is spoilt: one complaint, not two.
            grounds = [ground for ground in grounds if ground not in (Ground.thawed, Ground.thawed_warm)]
        plain = [ground for ground in grounds if ground not in _DEMANDS] or [
            ground for ground in grounds if ground is not Ground.change_of_mind
        ]
        return tuple(dict.fromkeys(self._rows[ground].issue for ground in plain))


@lru_cache(maxsize=_KEPT)
def _each(reader: SignalReader, text: str) -> tuple[Complaint, Likely]:
    """Return what one text's words say, and what it sounds like."""
    read = reader.read_words((text,))
    return read, complaint_sense().likely(text, read)


def _by_goods(told: Sequence[Told], named: Sequence[Named]) -> dict[tuple[str, ...], Clauses]:
    """Return the clauses by the products they are about: those they name, or those named before."""
    groups: dict[tuple[str, ...], Clauses] = {}
    about: tuple[str, ...] = ()
    for number, one in enumerate(told):
        here = [n.what for n in named if one.clause.begin <= n.begin < one.clause.end]
        about = tuple(dict.fromkeys(here)) or about
        groups.setdefault(about, []).append((number, one))
    # What is said before any goods are named is about the first of them.
    first = next((key for key in groups if key), None)
    if first is not None and () in groups:
        groups[first] = [*groups.pop(()), *groups[first]]
    return groups


def build_signals(library: Library) -> SignalReader:
    """Return the reader of a library. Grounds without words of their own count as their default row says."""
    lexicon: ComplaintLexicon = library.complaints
    rows = {row.ground: row for row in lexicon.grounds}
    return SignalReader(rows, signal_words(lexicon), names_of(library), lexicon.sense)


def _complete(heard: Heard, told: Sequence[Told]) -> None:
    """Add the grounds that no single word says; what only sounds displeased is about quality."""
    for said in (late(told, heard.plain), wrong(told, heard.plain), described(told)):
        if said and not any(one.ground is said.ground for clause in told for one in clause.grounds):
            clause = next(one for one in told if one.clause.begin <= said.begin < one.clause.end)
            clause.grounds.append(said)
    if any(one.has("asking") or one.has("supposing") for one in told):
        return
    if any(one.grounds or (one.marks and one.has("only")) or one.none_good for one in told):
        return
    for one in told:
        if cross := next((word for word in one.words if "displeased" in word.lists), None):
            one.grounds.append(Said(Ground.taste, cross.begin, cross.end))
            return


def _state(said: Iterable[Said]) -> State:
    """Return what counts as bad: rot, or bruises where nothing rots, or leaks where nothing broke."""
    grounds = {one.ground for one in said}
    if grounds & BRUISE and not grounds & ROT:
        return State.bruised
    return State.leaked if Ground.leaking in grounds and not grounds & ROT else State.spoilt


def _with_leaks(clauses: Clauses) -> Clauses:
    """Return the clauses with what leaked marked as counted."""
    found: Clauses = []
    for number, told in clauses:
        marks = [Mark(State.leaked, one.begin, one.end, False) for one in told.grounds if one.ground is Ground.leaking]
        found.append((number, replace(told, marks=[*told.marks, *marks]) if marks else told))
    return found


def _reckon(heard: Heard, clauses: Clauses, state: State) -> Reckoned:
    """Return how much is bad. A text of amounts alone is the answer to a question about it."""
    texts = {told.clause.text for _, told in clauses}
    answers = {
        text for text in texts - {min(texts)} if is_answer([told for _, told in clauses if told.clause.text == text])
    }
    facts = gather([one for one in clauses if one[1].clause.text not in answers], heard.plain, state)
    for number, told in clauses:
        if told.clause.text in answers:
            amends = any(one.has("amending") for _, one in clauses if one.clause.text == told.clause.text)
            answer(facts, told, number, heard.plain, state, amends=amends)
    _spread(facts, clauses)
    return reckon(facts, (told for _, told in clauses))


def _spread(facts: Facts, clauses: Clauses) -> None:
    """Where nothing is complained of there are no bad parts: 吃了一半, 打八折."""
    if not any(told.marks or told.none_good for _, told in clauses):
        facts.parts.clear()


def _is_about_bad_ones(clauses: Clauses) -> bool:
    """Is only what is good said, so that the rest is not: 6个只有一个好的, 没有一个好的?"""
    told = [one for _, one in clauses]
    if any(one.none_good for one in told):
        return True
    return any(
        any("only" in word.lists and not _is_a_measure(word, one) for word in one.words)
        and (one.counts or any(not part.vague for part in one.parts))
        and any(mark.state is State.good for mark in one.marks)
        for one in told
    )


def _is_a_measure(word: Word, told: Told) -> bool:
    """一只没死: 只 counts, and is no only."""
    return any(count.begin < word.end <= count.end for count in told.counts)


def _unsaid(heard: Heard, clauses: Clauses) -> Said:
    """Return the ground that is meant where only the good ones are named: the others are dead, or rotten."""
    none = [told.clause for _, told in clauses if told.none_good]
    marks = [mark for _, told in clauses for mark in told.marks]
    begin, end = next((one.begin, one.end) for one in (*none, *marks))
    said = heard.plain[begin:end]
    return Said(Ground.dead if "活" in said or "alive" in said else Ground.rotten, begin, end)


def _share(heard: Heard, grounds: Iterable[Ground], reckoned: Reckoned) -> Share | None:
    if not SPOILT.union((Ground.leaking,)).intersection(grounds):
        return None
    if reckoned.bad is not None and reckoned.total:
        scale = reckoned.bad.denominator * reckoned.total.denominator
        bad, total = int(reckoned.bad * scale), int(reckoned.total * scale)
        words = heard.span(reckoned.begin, reckoned.end) if reckoned.end > reckoned.begin else None
        return Share(bad=bad, total=total, per="box" if reckoned.per_box else "order", words=words)
    if reckoned.wholly and not reckoned.doubtful and SPOILT.intersection(grounds):
        return Share(bad=1, total=1)
    return None


def _amount(heard: Heard, count: Count | None) -> Amount | None:
    if count is None:
        return None
    return Amount(number=Fraction(count.number), unit=count.unit or "个", words=heard.span(count.begin, count.end))


def _whole_share(damages: Sequence[Damage]) -> Share | None:
    """Return the share of the whole: that of the only goods that are damaged."""
    hurt = [one for one in damages if SPOILT.intersection(one.grounds)]
    return hurt[0].share if len(hurt) == 1 else None


def _spans(heard: Heard, said: Iterable[Said]) -> tuple[Span, ...]:
    places = sorted({(one.begin, one.end) for one in said})
    return tuple(heard.span(begin, end) for begin, end in places if begin < end)


def _wants(told: Sequence[Told]) -> tuple[Want, ...]:
    """Return what is asked for, in order; who says at the end that nothing is wanted wants nothing."""
    wants: list[Want] = []
    for want in _asked(told):
        if want is Want.nothing:
            wants = [want]
        elif want not in wants:
            wants = [one for one in wants if one is not Want.nothing] + [want]
    if len(wants) > 1 and Want.money in wants and {Want.full_refund, Want.return_refund} & set(wants):
        wants.remove(Want.money)
    return tuple(wants)


def _asked(told: Sequence[Told]) -> Iterator[Want]:
    for one in told:
        for word in one.words:
            if "want_nothing" in word.lists:
                yield Want.nothing
                continue
            for want in _WANTS:
                if f"want_{want.value}" in word.lists and not one.ending_at("negations", word.begin):
                    yield want
                    break


def _after_storage(told: Sequence[Told], damages: Sequence[Damage]) -> bool:
    """Did it turn bad only after it had been kept?"""
    if not any(ROT.intersection(one.grounds) for one in damages):
        return False
    return any(one.has("stored") for one in told) and not any(one.has("just_arrived") for one in told)
