"""Best and worst case against every other way to fill in what is unknown."""

from itertools import product

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings

from study.statistics.missing_data.extremes import assign_extremes
from tests.unit.statistics.missing_data.women import EXPOSURE, OUTCOME

EVENTS, STATES = ("yes", "no"), ("positive", "negative")


def cohort(rows):
    frame = pd.DataFrame(rows, columns=[EXPOSURE, OUTCOME]).astype("str")
    return frame.assign(patient_id=[f"P{i}" for i in range(len(rows))])


def cells(rows):
    """Women positive with, positive without, negative with, negative without the outcome."""
    return [list(rows).count((state, event)) for state, event in product(STATES, EVENTS)]


def completions(row):
    state, event = row
    return product([state] if state else STATES, [event] if event else EVENTS)


def filled(frame, direction):
    extreme = assign_extremes(frame, OUTCOME, EXPOSURE, "positive", direction)
    return extreme, list(zip(extreme.frame[EXPOSURE], extreme.frame[OUTCOME], strict=True))


woman = st.tuples(st.sampled_from([*STATES, None]), st.sampled_from([*EVENTS, None]))


@settings(max_examples=80, deadline=None)
@given(
    known=st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from(EVENTS)), max_size=8),
    others=st.lists(woman, min_size=1, max_size=4),
)
def test_no_other_assignment_is_more_extreme(known, others):
    rows = [*known, *others]
    for direction, sign in (("largest", 1), ("smallest", -1)):
        _, found = filled(cohort(rows), direction)
        a, b, c, d = cells(found)
        for other in product(*(completions(row) for row in rows)):
            e, f, g, h = cells(other)
            # ad / bc against eh / fg, without dividing by an empty cell
            assert sign * (a * d * f * g - e * h * b * c) >= 0, (direction, found, other)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(woman, max_size=20), direction=st.sampled_from(["largest", "smallest"]))
def test_what_is_known_stays_and_every_assigned_woman_is_counted_once(rows, direction):
    frame = cohort(rows)
    extreme, found = filled(frame, direction)
    for (state, event), (own_state, own_event) in zip(rows, found, strict=True):
        assert own_state in ([state] if state else STATES)
        assert own_event in ([event] if event else EVENTS)
    unknown = {
        "outcome": sum(bool(state) and not event for state, event in rows),
        "exposure": sum(not state and bool(event) for state, event in rows),
        "both": rows.count((None, None)),
    }
    assert extreme.assigned.groupby("unknown")["n"].sum().to_dict() == unknown


def test_a_table_by_hand():
    rows = [("positive", "yes")] * 15 + [("positive", "no")] * 40
    rows += [("negative", "yes")] * 21 + [("negative", "no")] * 109
    rows += [("positive", None)] * 10 + [("negative", None)] * 20 + [(None, None)] * 98
    extreme, found = filled(cohort(rows), "largest")
    # 15 + 10 and 109 + 20, then 98 shared: both 98 for the first, as 25 stays below 129
    assert cells(found) == [25 + 98, 40, 21, 129]
    n = extreme.assigned.set_index(["unknown", "exposure", "outcome"])["n"]
    assert n[n > 0].to_dict() == {
        ("outcome", "positive", "yes"): 10,
        ("outcome", "negative", "no"): 20,
        ("both", "positive", "yes"): 98,
    }
    _, found = filled(cohort(rows), "smallest")
    # 40 + 10 against 21 + 20: 45 and 53 of the 98 bring both to 94 and 95
    assert sorted(cells(found)) == sorted([15, 109, 94, 95])


def test_women_of_whom_nothing_is_known_are_divided_by_patient_id():
    frame = cohort([("positive", "no"), ("negative", "yes"), (None, None), (None, None)])
    first, _ = filled(frame, "largest")
    second, _ = filled(frame.iloc[::-1], "largest")
    pd.testing.assert_frame_equal(second.frame.iloc[::-1], first.frame)


def test_the_frame_is_left_as_it_was():
    frame = cohort([("positive", None), (None, "yes"), (None, None)])
    before = frame.copy()
    filled(frame, "largest")
    pd.testing.assert_frame_equal(frame, before)


def test_other_words_are_refused():
    frame = cohort([("unresolved", "yes")])
    with pytest.raises(ValueError, match="'her2_status' is one of"):
        assign_extremes(frame, OUTCOME, EXPOSURE, "positive", "largest")
    with pytest.raises(ValueError, match="direction is"):
        assign_extremes(cohort([]), OUTCOME, EXPOSURE, "positive", "best")
