"""What is kept of every replicate of the chain, made batch by batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np

from study.statistics.resampling.chain import Chain
from study.statistics.resampling.draws import (
    draw_bootstrap,
    draw_null_bootstrap,
    draw_permutation,
    leave_one_out,
)
from study.statistics.resampling.result import NOT_CONVERGED, SEPARATED, ChainResult, Estimates
from study.statistics.resampling.run import refit_penalised, run_chain
from study.statistics.stability.infinite import ranked_log_odds
from study.statistics.stability.performance import areas_under_curve, calibration_slopes, predict

# A batch starts at a multiple of this, whoever asks for it and whenever: matrix products of other
# shapes would sum in another order, and differ in the last bit.
BATCH = 1000
# Compiling takes half a minute, once per version of the kernels; NumPy's way needs 60 s for this.
COMPILED_FROM = 1_000_000


@dataclass(frozen=True)
class Refits:
    """The chain in B replicates.

    Attributes
    ----------
    included, selected : ndarray of bool, (B, V)
        Which variables the refitted model has, and which passed the screen.
    log_odds : ndarray, (B, C)
        As `ranked_log_odds` gives them.
    screening_p_value, refit_p_value : ndarray, (B, V)
        Wald's, where data are separated that of Firth's penalised likelihood ratio; NaN where
        neither exists.
    penalised : ndarray of bool, (B,)
        Whether the refit has no finite estimate by maximum likelihood, so that Firth's estimate
        stands in for predictions.
    """

    included: np.ndarray
    selected: np.ndarray
    log_odds: np.ndarray
    screening_p_value: np.ndarray
    refit_p_value: np.ndarray
    penalised: np.ndarray


@dataclass(frozen=True)
class Performance:
    """How each replicate's model predicts in the replicate (`own_*`) and in the cohort.

    NaN where the model does not exist, cannot predict, or, of a slope, predicts the same for all.
    """

    own_auc: np.ndarray
    auc: np.ndarray
    own_slope: np.ndarray
    slope: np.ndarray


Kept = TypeVar("Kept", Refits, Performance)


def join(parts: Sequence[Kept]) -> Kept:
    """Return batches as one, in their order."""
    names = [field.name for field in fields(parts[0])]
    return type(parts[0])(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def refit(chain: Chain, counts: np.ndarray, backend: str | None) -> tuple[Refits, np.ndarray]:
    """Return the chain in replicates of the given counts (B, 2 K), and their scores (B, K)."""
    result = run_chain(chain, counts, backend=backend)
    open_ = np.flatnonzero(np.isin(result.refit.status[:, 0], (SEPARATED, NOT_CONVERGED)))
    firth = refit_penalised(chain, counts[open_], result.terms[open_], backend)
    penalised = np.zeros(len(counts), dtype=bool)
    penalised[open_] = True
    p_value = result.refit.wald_p_value
    p_value[open_] = np.where(np.isnan(p_value[open_]), firth.ratio_p_value, p_value[open_])
    kept = Refits(
        included=result.terms,
        selected=result.selected,
        log_odds=ranked_log_odds(chain, counts, result),
        screening_p_value=result.screening_p_value,
        refit_p_value=p_value,
        penalised=penalised,
    )
    return kept, predict(chain, _with_rows(result, open_, firth), result.terms)


def measure(counts: np.ndarray, chain: Chain, score: np.ndarray) -> Performance:
    """Return the performance of models with the given scores in replicates and in the cohort."""
    own = np.split(counts, 2, axis=1)
    cohort = [np.tile(half, (len(score), 1)) for half in chain.counts.reshape(2, -1)]
    return Performance(
        own_auc=areas_under_curve(score, *own),
        auc=areas_under_curve(score, *cohort),
        own_slope=calibration_slopes(score, *own),
        slope=calibration_slopes(score, *cohort),
    )


def bootstrap(
    chain: Chain, seed: int, replicates: int, backend: str | None = None
) -> Iterator[tuple[Refits, Performance]]:
    """Yield the bootstrap replicates 0 … `replicates` - 1 in batches of `BATCH`."""
    for first, size in _batches(replicates):
        counts = draw_bootstrap(chain, seed, first, size, backend or _backend(replicates))
        kept, score = refit(chain, counts, backend or _backend(replicates))
        yield kept, measure(counts, chain, score)


def permute(
    chain: Chain, seed: int, replicates: int, backend: str | None = None
) -> Iterator[Refits]:
    """Yield the permutation replicates 0 … `replicates` - 1 in batches of `BATCH`."""
    for first, size in _batches(replicates):
        counts = draw_permutation(chain, seed, first, size, backend or _backend(replicates))
        yield refit(chain, counts, backend or _backend(replicates))[0]


def bootstrap_null(chain: Chain, seed: int, replicates: int) -> Iterator[Refits]:
    """Yield a bootstrap replicate of each permuted cohort, in batches of `BATCH`."""
    for first, size in _batches(replicates):
        counts = draw_null_bootstrap(chain, seed, first, size)
        yield refit(chain, counts, _backend(replicates))[0]


def jackknife(chain: Chain) -> tuple[Refits, np.ndarray]:
    """Return the chain without one patient of each cell, and how many patients that cell has."""
    counts, patients = leave_one_out(chain)
    return refit(chain, counts, "numpy")[0], patients


def observe(chain: Chain) -> tuple[Refits, Performance, np.ndarray]:
    """Return the chain in the cohort itself, as one replicate, and which patterns its model has."""
    kept, score = refit(chain, chain.counts[None], "numpy")
    return kept, measure(chain.counts[None], chain, score), ~np.isnan(score[0])


def _batches(replicates: int) -> Iterator[tuple[int, int]]:
    for first in range(0, replicates, BATCH):
        yield first, min(BATCH, replicates - first)


def _backend(replicates: int) -> str | None:
    return "numpy" if replicates < COMPILED_FROM else None


def _with_rows(result: ChainResult, rows: np.ndarray, others: Estimates) -> Estimates:
    """Return the refit with other estimates in some of its rows."""
    merged = {field.name: getattr(result.refit, field.name).copy() for field in fields(Estimates)}
    for name, values in merged.items():
        values[rows] = getattr(others, name)
    return replace(result.refit, **merged)
