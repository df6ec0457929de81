"""The cohort of tests/reference/stability.R, and the files it reads.

`python -m tests.unit.statistics.stability.cohort` writes them (from the project's folder).
"""

import sys
from pathlib import Path

import pandas as pd

DATA = Path(__file__).resolve().parents[3] / "reference" / "stability_data"
SEED, REPLICATES = 11, 300


def chain():
    from tests.unit.statistics.resampling.chains import chain_of, women

    return chain_of(women(110))


def cells_and_draws():
    """The cells with their patients, and how many each replicate has of them."""
    from study.statistics.resampling.draws import draw_bootstrap, draw_permutation

    own = chain()
    cells = own.cells.drop(columns="patient_id").rename(columns={own.outcome: "outcome"})
    drawn = {
        kind: draw(own, SEED, 0, REPLICATES, "numpy")
        for kind, draw in (("bootstrap", draw_bootstrap), ("permutation", draw_permutation))
    }
    names = [f"cell{i}" for i in range(len(cells))]
    tables = [
        pd.DataFrame(counts.astype(int), columns=names).assign(
            kind=kind, replicate=range(REPLICATES)
        )
        for kind, counts in drawn.items()
    ]
    draws = pd.concat(tables, ignore_index=True)[["kind", "replicate", *names]]
    return cells.assign(n=own.counts.astype(int)), draws


if __name__ == "__main__":
    sys.path.insert(0, "scripts")
    for name, table in zip(("cells", "draws"), cells_and_draws(), strict=True):
        table.to_csv(DATA / f"{name}.csv", index=False)
