"""What imputation leaves alone, what it fills in, and on what it depends."""

import numpy as np
import pandas as pd
import pytest

from study.problems import StudyError
from study.statistics.missing_data.completed import delete_imputed
from study.statistics.missing_data.imputation import OutcomeShift, impute
from tests.unit.statistics.missing_data.women import (
    EXPOSURE,
    LEVELS,
    OUTCOME,
    VARIABLES,
    imputed,
    women,
)


def yes_shares(completed):
    """Share of imputed outcomes that are yes, per data set."""
    position = completed.levels[OUTCOME].index("yes")
    gone = completed.was_missing(OUTCOME)
    return (completed.values[OUTCOME][:, gone] == position).mean(axis=1)


def test_nothing_is_missing_afterwards_and_nothing_known_has_changed():
    frame = women(120)
    long = imputed(frame).long()
    assert long.shape == (5 * 120, 1 + frame.shape[1])
    assert long["imputation"].value_counts().eq(120).all()
    assert not long.isna().any().any()
    for _, one in long.groupby("imputation"):
        one = one.reset_index(drop=True)
        for name in frame:
            known = frame[name].notna()
            assert one.loc[known, name].tolist() == frame.loc[known, name].tolist()


def test_only_values_that_some_patient_has_are_imputed():
    frame = women(120)
    long = imputed(frame).long()
    for name in VARIABLES:
        assert set(long[name]) <= set(frame[name].dropna())


def test_the_frame_is_left_as_it_was():
    frame = women(60)
    before = frame.copy()
    imputed(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_the_same_seed_gives_the_same_values_and_another_seed_others():
    frame = women(120)
    first, again, other = imputed(frame), imputed(frame), imputed(frame, seed=8)
    for name in VARIABLES:
        assert (first.values[name] == again.values[name]).all()
    assert (first.values["density"] != other.values["density"]).any()


def test_neither_numpys_global_state_nor_its_use_matters():
    frame = women(60)
    np.random.seed(3)  # noqa: NPY002
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    first = imputed(frame)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
    np.random.random(5)  # noqa: NPY002
    assert (imputed(frame).values["density"] == first.values["density"]).all()


def test_the_order_of_patients_and_of_variables_does_not_matter():
    frame = women(120)
    shuffled = frame.sample(frac=1, random_state=3)
    first, second = imputed(frame), imputed(shuffled, variables=VARIABLES[::-1])
    back = np.argsort(shuffled.index)
    for name in VARIABLES:
        assert (second.values[name][:, back] == first.values[name]).all()


def test_a_complete_cohort_stays_what_it_is():
    frame = women(50, shares=())
    long = imputed(frame, m=2).long().drop(columns="imputation")
    assert long.equals(pd.concat([frame, frame], ignore_index=True))


def test_what_predicts_a_variable_with_certainty_is_taken_over():
    # Density mirrors the exposure in the 170 who have both: maximum likelihood would not exist.
    frame = women(200, shares=())
    frame["density"] = frame[EXPOSURE].map({"positive": "D", "negative": "A"})
    frame.loc[:29, "density"] = np.nan
    long = imputed(frame, [EXPOSURE, "density"], m=40).long()
    asked = long[long.groupby("imputation").cumcount() < 30]
    agreed = asked["density"].eq(asked[EXPOSURE].map({"positive": "D", "negative": "A"}))
    assert agreed.mean() > 0.95


def test_terms_that_say_the_same_twice_do_no_harm():
    frame = women(150)
    frame["density_group"] = frame["density"].map({"A": "A-B", "B": "A-B", "C": "C-D", "D": "C-D"})
    frame["again"] = frame["histology_group"]
    assert not imputed(frame, [*VARIABLES, "density_group", "again"]).long().isna().any().any()


def test_one_patient_per_level_is_enough():
    frame = pd.DataFrame(
        {OUTCOME: ["yes", "no", None, None], EXPOSURE: ["positive", None, "negative", None]}
    )
    assert not imputed(frame, [OUTCOME, EXPOSURE]).long().isna().any().any()


def test_a_variable_with_one_known_level_has_it_everywhere():
    frame = women(60).assign(histology_group=["IDC"] * 40 + [None] * 20)
    assert set(imputed(frame).long()["histology_group"]) == {"IDC"}


def test_variables_that_cannot_be_imputed_are_named_together():
    frame = women(30).assign(density=np.nan)
    with pytest.raises(StudyError, match=r"'ki67' is not in the data; 'density' is known of no"):
        impute(frame, ["ki67", "density", OUTCOME], LEVELS, 2, 1, 1)


def test_imputed_outcomes_can_be_deleted_and_the_rest_stays():
    completed = imputed(women(120))
    long = delete_imputed(completed, OUTCOME).long()
    gone = np.tile(completed.was_missing(OUTCOME), 5)
    assert (long[OUTCOME].isna() == gone).all()
    assert long.drop(columns=OUTCOME).equals(completed.long().drop(columns=OUTCOME))


@pytest.mark.parametrize("order", [["yes", "no"], ["no", "yes"]])
def test_a_shift_moves_the_log_odds_of_imputed_outcomes(order):
    # 40% of 2,000 have it: odds 2/3, with log 2 added 4/3, which is 4 of 7.
    frame = pd.DataFrame(
        {
            OUTCOME: ["yes"] * 400 + ["no"] * 600 + [None] * 1000,
            EXPOSURE: ["positive", "negative"] * 1000,
        }
    )
    shift = OutcomeShift(OUTCOME, EXPOSURE, {"positive": np.log(2)})
    completed = impute(frame, [OUTCOME, EXPOSURE], {OUTCOME: order}, 20, 1, 5, shift)
    long = completed.long()[np.tile(completed.was_missing(OUTCOME), 20)]
    shares = long[OUTCOME].eq("yes").groupby(long[EXPOSURE]).mean()
    assert shares["negative"] == pytest.approx(0.4, abs=0.02)
    assert shares["positive"] == pytest.approx(4 / 7, abs=0.02)


def test_a_larger_shift_never_takes_an_imputed_outcome_back():
    frame = women(200, shares=(0.3,))
    last = None
    for delta in (-2, -0.5, 0, 0.5, 2):
        shift = OutcomeShift(OUTCOME, EXPOSURE, {"positive": delta, "negative": delta})
        completed = imputed(frame, shift=shift)
        found = completed.values[OUTCOME] == completed.levels[OUTCOME].index("yes")
        assert last is None or (found >= last).all()
        last = found


def test_a_shift_of_zero_is_missing_at_random():
    frame = women(120)
    zero = imputed(frame, shift=OutcomeShift(OUTCOME, EXPOSURE, {"positive": 0.0}))
    for name, values in imputed(frame).values.items():
        assert (zero.values[name] == values).all()


def test_an_extreme_shift_gives_everyone_the_outcome():
    shift = OutcomeShift(OUTCOME, EXPOSURE, {"positive": 60, "negative": 60})
    assert (yes_shares(imputed(women(120), shift=shift)) == 1).all()


def test_a_shift_by_what_is_not_imputed_is_refused():
    shift = OutcomeShift(OUTCOME, "subtype", {"her2_enriched": 1})
    with pytest.raises(StudyError, match="cannot be shifted by 'subtype'"):
        imputed(women(60), shift=shift)
