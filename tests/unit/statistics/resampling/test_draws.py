"""The draws have the right distribution, whatever the backend and the number of chunks."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, chisquare, hypergeom

from study.statistics.resampling.draws import draw_bootstrap, draw_permutation, leave_one_out
from study.statistics.resampling.variates import binomial, hypergeometric, log_factorial
from study.statistics.resampling.words import GAMMA, SEGMENT, stream_key, words
from tests.unit.statistics.resampling.chains import chain_of, women

BACKENDS = ["compiled", "numpy"]
FRAME = women(120)
SMALL = chain_of(FRAME)
LARGE = chain_of(FRAME, weights=np.full(120, 9000.0))
KEY = stream_key(7, 99)


def fits(counts, probability):
    """Pearson's test of counts, categories of fewer than 10 expected thrown together."""
    assert not counts[probability == 0].any()
    expected = probability * counts.sum()
    rare = expected < 10
    observed = np.array([*counts[~rare], counts[rare].sum()])
    wanted = np.array([*expected[~rare], expected[rare].sum()])
    observed, wanted = observed[wanted > 0], wanted[wanted > 0]
    return chisquare(observed, wanted * observed.sum() / wanted.sum()).pvalue


def test_words_are_those_of_splitmix64():
    # The first numbers of the published generator for the seed 1234567.
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    drawn = words(np.uint64(1234567), np.array([0]), np.arange(3))
    assert drawn.tolist() == expected
    (third,) = words(np.uint64(1234567), np.array([0]), np.array([2]))
    shifted = np.uint64((1234567 - 3 * SEGMENT * int(GAMMA)) % 2**64)
    assert words(shifted, np.array([3]), np.array([2])) == third


def test_positions_beyond_a_segment_are_no_words_of_the_next_replicate():
    """So many patterns that their blocks of words fill more than one segment."""
    beyond = words(np.uint64(5), np.array([0, 1]), np.array([[SEGMENT + 2]]))
    following = words(np.uint64(5), np.array([1, 2]), np.array([[2]]))
    assert not np.intersect1d(beyond, following).size


def test_patterns_beyond_a_segment_are_dealt_independently_in_neighbouring_replicates():
    density = [f"{i:04d}" for i in range(1100)]
    frame = pd.DataFrame(
        {
            "patient_id": density,
            "her2_status": ["positive", "negative"] * 550,
            "density": density,
            "microcalcifications": ["yes", "no", "no", "no"] * 275,
        }
    )
    chain = chain_of(frame, candidates=["density"], levels={"density": density})
    dealt = draw_permutation(chain, 3, 0, 2, "numpy")[:, : len(chain.patterns)]
    one, other = dealt[0, 512:1024], dealt[1, :512]
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.2


@pytest.mark.parametrize("chain", [SMALL, LARGE], ids=["n=120", "n=1080000"])
@pytest.mark.parametrize("draw", [draw_bootstrap, draw_permutation])
def test_a_replicate_depends_on_seed_and_number_alone(draw, chain):
    whole = draw(chain, 5, 0, 300, "compiled")
    parts = [draw(chain, 5, first, 100, "numpy") for first in (0, 100, 200)]
    assert (whole == np.concatenate(parts)).all()
    assert (whole != draw(chain, 6, 0, 300, "compiled")).any(axis=1).all()


@pytest.mark.parametrize("chain", [SMALL, LARGE], ids=["n=120", "n=1080000"])
def test_a_bootstrap_keeps_the_number_of_patients_and_draws_no_empty_cell(chain):
    counts = draw_bootstrap(chain, 1, 0, 500)
    assert (counts.sum(axis=1) == chain.n).all()
    assert (counts[:, chain.counts == 0] == 0).all()


@pytest.mark.parametrize("chain", [SMALL, LARGE], ids=["n=120", "n=1080000"])
def test_a_permutation_keeps_patterns_and_events(chain):
    counts = draw_permutation(chain, 1, 0, 500).reshape(500, 2, -1)
    assert (counts >= 0).all()
    assert (counts.sum(axis=1) == chain.counts.reshape(2, -1).sum(axis=0)).all()
    assert (counts.sum(axis=2) == chain.counts.reshape(2, -1).sum(axis=1)).all()


@pytest.mark.parametrize("chain", [SMALL, LARGE], ids=["n=120", "n=1080000"])
def test_bootstrap_counts_have_the_moments_of_a_multinomial(chain):
    live = chain.counts > 0
    counts = draw_bootstrap(chain, 3, 0, 40_000)[:, live]
    share = chain.counts[live] / chain.n
    expected = chain.n * (np.diag(share) - np.outer(share, share))
    deviation = (counts.mean(axis=0) - chain.n * share) / np.sqrt(expected.diagonal() / 40_000)
    assert np.abs(deviation).max() < 4.5
    spread = np.sqrt(expected.diagonal())
    scaled = (np.cov(counts.T) - expected) / np.outer(spread, spread)
    assert np.abs(scaled).max() < 0.03


@pytest.mark.parametrize("cell", [0, 3, 10])
def test_the_bootstrap_count_of_a_cell_is_binomial(cell):
    live = np.flatnonzero(SMALL.counts)
    drawn = draw_bootstrap(SMALL, 4, 0, 50_000)[:, live[cell]].astype(int)
    values = np.arange(121)
    share = SMALL.counts[live[cell]] / SMALL.n
    assert fits(np.bincount(drawn, minlength=121), binom.pmf(values, 120, share)) > 1e-4


@pytest.mark.parametrize(
    ("n", "share"), [(20, 0.1), (20, 0.9), (60, 0.3), (400, 0.05), (400, 0.5), (400, 0.97)]
)
def test_binomial_variates_have_their_distribution(n, share):
    replicates = np.arange(60_000)
    drawn = binomial(KEY, replicates, 3, np.full(60_000, float(n)), share).astype(int)
    values = np.arange(n + 1)
    assert fits(np.bincount(drawn, minlength=n + 1), binom.pmf(values, n, share)) > 1e-4


@pytest.mark.parametrize(
    ("marked", "population", "sample"),
    [(5, 40, 10), (35, 40, 10), (35, 40, 33), (60, 200, 90), (140, 200, 150), (700, 3000, 400)],
)
def test_hypergeometric_variates_have_their_distribution(marked, population, sample):
    size = 60_000
    drawn = hypergeometric(
        KEY, np.arange(size), 3, float(marked), float(population), np.full(size, float(sample))
    ).astype(int)
    values = np.arange(marked + 1)
    expected = hypergeom.pmf(values, population, marked, sample)
    assert fits(np.bincount(drawn, minlength=marked + 1), expected) > 1e-4


def test_log_factorials_are_exact_to_the_last_digits():
    from scipy.special import gammaln

    numbers = np.array([0.0, 1, 2, 30, 31, 32, 33, 100, 1e4, 1e7])
    assert log_factorial(numbers) == pytest.approx(gammaln(numbers + 1), rel=1e-13, abs=1e-13)


def test_the_jackknife_leaves_every_patient_out_once():
    counts, patients = leave_one_out(SMALL)
    assert patients.sum() == SMALL.n
    assert (counts.sum(axis=1) == SMALL.n - 1).all()
    assert ((SMALL.counts - counts).sum(axis=0) == (SMALL.counts > 0)).all()


def test_without_numba_the_numpy_way_is_taken(monkeypatch):
    from study.statistics.resampling import backend

    monkeypatch.setattr(backend, "find_spec", lambda name: None)
    assert not backend.is_compiled(None)
    with pytest.raises(ValueError, match="backend"):
        backend.is_compiled("fortran")
