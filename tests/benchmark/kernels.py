"""Five univariable fits, the selection and the refit per replicate: the kernels beside other tools.

Run it from the project, after a run of the cohort `milan`:
.venv/bin/python tests/benchmark/kernels.py

A replicate of the kernels begins with its draw and ends with the refit of what it selected; the
other tools are spared the draw, and refit the exposure alone, always. All are measured in every
round, in seconds of one processor, so that what else runs matters less.
"""

import os

os.environ.update({name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")})

import shutil
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "scripts")]

from study.statistics.resampling.chain import Chain, build_chain  # noqa: E402
from study.statistics.resampling.draws import draw_bootstrap  # noqa: E402
from study.statistics.resampling.run import run_chain  # noqa: E402
from study.statistics.vocabulary import analysis_levels  # noqa: E402

R_PROGRAM = """
d <- as.matrix(read.csv(file("stdin"))); y <- d[, 1]; x <- cbind(1, d[, -1])
replicate_once <- function() {
  for (j in 2:ncol(x)) chol2inv(glm.fit(x[, c(1, j)], y, family = binomial())$qr$qr[1:2, 1:2])
  chol2inv(glm.fit(x[, 1:2], y, family = binomial())$qr$qr[1:2, 1:2])
}
for (i in 1:20) replicate_once()
t <- proc.time(); for (i in 1:200) replicate_once(); t <- proc.time() - t
cat((t[["user.self"]] + t[["sys.self"]]) / 200)
"""


def study_chain(frame: pd.DataFrame, **decisions: object) -> Chain:
    """Return the chain of the primary analysis."""
    text = (PROJECT / "config/config.yaml").read_text(encoding="utf-8")
    models = yaml.safe_load(text)["analysis"]["models"]
    names = ["outcome", "exposure", "candidates", "references", "keep_exposure"]
    names += ["screening_alpha", "screening_test"]
    return build_chain(
        frame, levels=analysis_levels(), **{n: models[n] for n in names}, **decisions
    )


def seconds_each(replicates: int, work: Callable[[], object]) -> float:
    """Return processor time per replicate."""
    start = time.process_time()
    work()
    return (time.process_time() - start) / replicates


def columns_of(frame: pd.DataFrame, chain: Chain) -> tuple[np.ndarray, np.ndarray]:
    """Return outcome, and intercept and candidates, one row per patient."""
    inside = [frame[c.variable].eq(c.level).to_numpy(dtype=float) for c in chain.coefficients]
    return frame[chain.outcome].eq("yes").to_numpy(float), np.column_stack(
        [inside[0] ** 0, *inside]
    )


def statsmodels_arrays(y: np.ndarray, x: np.ndarray) -> None:
    """Fit what a replicate fits at least: each candidate, and the exposure again."""
    from statsmodels.api import Logit

    for j in [*range(1, x.shape[1]), 1]:
        fit = Logit(y, x[:, [0, j]]).fit(disp=0)
        assert fit.bse.all()
        assert fit.pvalues.all()


def firthmodels_rows(y: np.ndarray, x: np.ndarray) -> None:
    """Fit the same by penalised likelihood, with Wald tests."""
    from firthmodels import FirthLogisticRegression

    for j in [*range(1, x.shape[1]), 1]:
        assert FirthLogisticRegression().fit(x[:, [j]], y).bse_.all()


def kernels(chain: Chain, size: int, estimator: str, backend: str) -> Callable[[], object]:
    """Return the draw and the chain of `size` replicates, warmed up."""

    def work() -> object:
        return run_chain(
            chain, draw_bootstrap(chain, 1, 0, size, backend), estimator, backend=backend
        )

    work()
    return work


def main(rounds: int = 5, size: int = 50_000) -> None:
    """Print medians over rounds, and the ratios of the medians."""
    warnings.simplefilter("ignore")
    frame = pd.read_parquet(PROJECT / "results/milan/cohort/analysis.parquet")
    chain = study_chain(frame)
    # Where every difference is significant, other models are refitted: one model for both sizes.
    weights = np.full(len(frame), round(1e6 / len(frame)))
    small, large = (
        study_chain(frame, terms=chain.candidates[:4], weights=w) for w in (weights**0, weights)
    )
    y, x = columns_of(frame, chain)
    measures: dict[str, Callable[[], float]] = {
        "statsmodels": lambda: seconds_each(
            50, lambda: [statsmodels_arrays(y, x) for _ in range(50)]
        ),
        "firthmodels": lambda: seconds_each(
            50, lambda: [firthmodels_rows(y, x) for _ in range(50)]
        ),
    }
    if shutil.which("Rscript"):
        rows = pd.DataFrame(np.column_stack([y, x[:, 1:]])).to_csv(index=False)
        measures["R glm.fit"] = lambda: float(
            subprocess.run(
                ["Rscript", "-e", R_PROGRAM], input=rows, capture_output=True, text=True, check=True
            ).stdout
        )
    for backend in ("compiled", "numpy"):
        for estimator in ("ml", "firth"):
            for name, own in (("", chain), (" four terms", small), (" n=10^6", large)):
                work = kernels(own, size, estimator, backend)
                measures[f"{backend} {estimator}{name}"] = lambda w=work: seconds_each(size, w)
    for run in measures.values():
        run()
    times = {name: [] for name in measures}
    for _ in range(rounds):
        for name, run in measures.items():
            times[name].append(1e6 * run())
    median = {name: statistics.median(t) for name, t in times.items()}
    for name, value in median.items():
        print(f"{name:22} {value:10.2f} us ({min(times[name]):.2f} to {max(times[name]):.2f})")
    for other in ("statsmodels", "R glm.fit", "firthmodels"):
        estimator = "firth" if other == "firthmodels" else "ml"
        for backend in ("compiled", "numpy"):
            if other in median:
                ratio = median[other] / median[f"{backend} {estimator}"]
                print(f"{other} / {backend} {estimator}: {ratio:,.0f}")
    for backend in ("compiled", "numpy"):
        ratio = median[f"{backend} ml n=10^6"] / median[f"{backend} ml four terms"]
        print(f"{backend} ml, four terms, n = 10^6 / n = 185: {ratio:.2f}")


if __name__ == "__main__":
    main()
