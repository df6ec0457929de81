"""The cohort, its chain, and the bootstrap replicates that every tool is given."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import yaml

from study.statistics.resampling.chain import Chain, build_chain
from study.statistics.resampling.draws import draw_bootstrap
from study.statistics.resampling.result import OK, ChainResult
from study.statistics.resampling.run import run_chain
from study.statistics.vocabulary import analysis_levels
from tests.benchmark import PROJECT

SEED = 20261125


def analysis_cohort() -> pd.DataFrame:
    """Return the analysis cohort of the configuration's first run, which has to exist."""
    path = PROJECT / "results/milan/cohort/analysis.parquet"
    if not path.is_file():
        raise SystemExit(f"{path} is not there. `make benchmark` makes it first.")
    return pd.read_parquet(path)


def study_chain(frame: pd.DataFrame, **decisions: object) -> Chain:
    """Return the chain of the primary analysis."""
    text = (PROJECT / "config/config.yaml").read_text(encoding="utf-8")
    models = yaml.safe_load(text)["analysis"]["models"]
    names = ["outcome", "exposure", "candidates", "references", "keep_exposure"]
    names += ["screening_alpha", "screening_test"]
    return build_chain(
        frame, levels=analysis_levels(), **{n: models[n] for n in names}, **decisions
    )


@dataclass(frozen=True)
class Rows:
    """The patients of one replicate: outcome, and intercept and candidates as columns."""

    y: np.ndarray
    x: np.ndarray

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The same, for tools that take a formula: y, x1, x2, …"""
        columns = {f"x{j}": self.x[:, j] for j in range(1, self.x.shape[1])}
        return pd.DataFrame({"y": self.y, **columns})


@dataclass(frozen=True)
class Replicates:
    """Replicates in which every model has an estimate, and what the kernels make of them.

    Where data are separated the other tools have no answer, so that there is nothing to compare.

    Attributes
    ----------
    left_out : int
        Replicates that were passed over for that.
    """

    chain: Chain
    counts: np.ndarray
    left_out: int
    ml: ChainResult
    firth: ChainResult

    @cached_property
    def rows(self) -> list[Rows]:
        """The patients of every replicate."""
        return [rows_of(self.chain, counts) for counts in self.counts]

    def results(self, estimator: str) -> ChainResult:
        """Return what the kernels make of the replicates."""
        return self.firth if estimator == "firth" else self.ml


def rows_of(chain: Chain, counts: np.ndarray) -> Rows:
    """Return the patients of a replicate; every candidate has to be of two levels."""
    if any(len(variable.coefficients) != 1 for variable in chain.variables):
        raise ValueError("A candidate has more than two levels: the other tools' loops test one.")
    columns = [chain.patterns[c.variable].eq(c.level) for c in chain.coefficients]
    patterns = np.column_stack([np.ones(len(chain.patterns)), *columns]).astype(float)
    cells = np.repeat(np.arange(counts.size), counts.astype(int))
    with_outcome = cells < len(patterns)
    return Rows(with_outcome.astype(float), patterns[cells % len(patterns)])


def draw_replicates(chain: Chain, wanted: int) -> Replicates:
    """Return the first bootstrap replicates of the seed that are not separated."""
    counts = draw_bootstrap(chain, SEED, 0, 2 * wanted + 10)
    result = run_chain(chain, counts)
    fine = (result.univariable.status == OK).all(axis=1) & (result.refit.status[:, 0] == OK)
    rows = np.flatnonzero(fine)[:wanted]
    if len(rows) < wanted:
        raise ValueError("More than half of the replicates are separated.")
    own = np.ascontiguousarray(counts[rows])
    return Replicates(
        chain=chain,
        counts=own,
        left_out=int(rows[-1] + 1 - wanted),
        ml=run_chain(chain, own),
        firth=run_chain(chain, own, "firth"),
    )
