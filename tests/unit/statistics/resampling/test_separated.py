"""The kernels flag exactly the replicates that a linear programme finds separated."""

import numpy as np
import pytest

from study.statistics.resampling.draws import draw_bootstrap
from study.statistics.resampling.layout import design_replicate, lay_out
from study.statistics.resampling.result import OK, SEPARATED
from study.statistics.resampling.run import run_chain
from study.statistics.resampling.separated import limit_layout, separating_patterns
from study.statistics.separation import detect_separation
from tests.unit.statistics.resampling.chains import chain_of, women

TERMS = ["her2_status", "age_group", "luminal"]


CHAIN = chain_of(women(35, seed=9), terms=TERMS)
COUNTS = draw_bootstrap(CHAIN, 1, 0, 120)


@pytest.fixture(scope="module")
def judged():
    """What the linear programme says of every replicate."""
    designs = [design_replicate(CHAIN, counts, TERMS) for counts in COUNTS]
    return [detect_separation(d.fitted_matrix, d.outcome) != "none" for d in designs]


@pytest.mark.parametrize("backend", ["compiled", "numpy"])
def test_flags_are_those_of_the_linear_programme(backend, judged):
    result = run_chain(CHAIN, COUNTS, "ml", False, backend)
    assert 25 < sum(judged) < 95
    assert (result.refit.status[:, 0] == np.where(judged, SEPARATED, OK)).all()
    assert result.row_wise.mean() < 0.05


MATRIX = np.array([[1.0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]])


def verdict(events, patients, direction):
    column = (np.array(x, dtype=float)[:, None] for x in (events, patients, direction))
    found, moving = separating_patterns(MATRIX, *column)
    return bool(found[0]), moving[:, 0].tolist()


def test_a_direction_that_one_patient_contradicts_separates_nothing():
    assert verdict([2, 3, 1, 4], [4, 3, 3, 4], [0, 1, 0]) == (True, [False, True, False, True])
    assert verdict([2, 2, 1, 4], [4, 3, 3, 4], [0, 1, 0])[0] is False
    assert verdict([2, 0, 1, 0], [4, 3, 3, 4], [0, 1, 0])[0] is False


def test_a_change_between_still_and_moving_is_no_verdict():
    assert verdict([2, 3, 1, 4], [4, 3, 3, 4], [0, 1, 1e-3])[0] is False
    assert verdict([2, 3, 1, 4], [4, 3, 3, 4], [0, 1, 1e-8])[0] is True


def test_what_the_remaining_patterns_determine_stays_finite():
    chain = chain_of(women(110), terms=["her2_status", "age_group"])
    layout = lay_out(chain, ["her2_status", "age_group"])
    assert layout.matrix.tolist() == [[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]]
    older = limit_layout(layout, np.array([True, True, False, False]))
    assert older.slots.tolist() == [-1, layout.slots[2]]
    assert list(older.spans) == [chain.names.index("age_group")]
    assert limit_layout(layout, np.array([True, False, False, True])) is None
    assert limit_layout(layout, np.zeros(4, dtype=bool)) is None
