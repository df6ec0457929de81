"""The univariable fits with plink2, which is made for many variables and few models.

It neither resamples nor selects and has one outcome for all its variants. So the replicates here
are permutations of the outcome: each candidate of each replicate is a variant (0/0 or 0/1) of
women whose outcomes stay where they are. What is timed is its run on the binary file, from start
to written table, and the time of a run on few variants is taken off.
"""

import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chi2

from study.statistics.resampling.chain import Chain
from study.statistics.resampling.draws import draw_permutation
from study.statistics.resampling.result import OK
from study.statistics.resampling.run import run_chain
from tests.benchmark.correctness import check_row
from tests.benchmark.python_tools import Outcome
from tests.benchmark.replicates import SEED, rows_of

FEW = 20


def why_absent() -> str:
    """Return why plink2 cannot be measured; empty if it can."""
    return "" if shutil.which("plink2") else "plink2 is not installed (Debian: apt install plink2)"


class Permutations:
    """Permutations of the outcome as plink's binary files, which last as long as this object."""

    def __init__(self, chain: Chain, count: int) -> None:
        self.chain = chain
        self.counts = draw_permutation(chain, SEED, 0, count)
        self._folder = tempfile.TemporaryDirectory()
        columns = np.concatenate([rows_of(chain, own).x[:, 1:] for own in self.counts], axis=1)
        self._few, self._many = (Path(self._folder.name) / name for name in ("few", "many"))
        events = round(self.counts[0, : len(chain.patterns)].sum())
        _write(self._few, columns[:, : FEW * len(chain.names)].astype(int), events)
        _write(self._many, columns.astype(int), events)

    def run(self, estimator: str) -> Outcome:
        """Return the univariable fits."""
        few, many = _fit(self._few, estimator), _fit(self._many, estimator)
        shape = len(self.counts), len(self.chain.names)
        kind = "firth" if estimator == "firth" else "logistic"
        table = pd.read_csv(next(self._many.parent.glob(f"many.*.glm.{kind}")), sep="\t")
        statistic = table["Z_STAT"].to_numpy(dtype=float).reshape(shape)
        selected = statistic**2 > chi2.isf(self.chain.screening_alpha, 1)
        seconds = (many - few) / (len(self.counts) - FEW)
        return Outcome(seconds, selected, np.empty((0, 2)), np.isfinite(statistic))

    def verdicts(self, tool: str, outcome: Outcome, estimator: str) -> dict:
        """Return where the kernels screen otherwise, of what both can estimate."""
        own = run_chain(self.chain, self.counts, estimator)
        both = outcome.estimated & (own.univariable.status == OK)
        differing = int(((outcome.selected != own.selected) & both).any(axis=1).sum())
        note = f"permutations; {(~both).sum()} models without an estimate"
        compared = len(self.counts)
        return check_row("passed the screen", tool, compared, differing=differing, note=note)


def _write(path: Path, columns: np.ndarray, events: int) -> None:
    """Write women and variants in plink's text format, and have them imported."""
    women = [f"W{i}" for i in range(len(columns))]
    head = ["##fileformat=VCFv4.2", "##contig=<ID=1>"]
    head.append('##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">')
    fixed = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
    head.append("\t".join([*fixed, *women]))
    genotype = np.array(["0/0", "0/1"])
    lines = [
        "\t".join(["1", str(i), f"v{i}", "A", "C", ".", ".", ".", "GT", *genotype[column]])
        for i, column in enumerate(columns.T, start=1)
    ]
    path.with_suffix(".vcf").write_text("\n".join([*head, *lines]) + "\n")
    outcomes = [f"{woman}\t{2 if i < events else 1}" for i, woman in enumerate(women)]
    path.with_suffix(".txt").write_text("\n".join(["#IID\tMC", *outcomes]) + "\n")
    _plink("--vcf", f"{path}.vcf", "--make-pgen", "--out", str(path))


def _fit(path: Path, estimator: str) -> float:
    """Return the processor time of a run, from its start to the written table."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    way = "firth" if estimator == "firth" else "no-firth"
    files = ("--pfile", str(path), "--pheno", f"{path}.txt", "--out", str(path))
    _plink(*files, "--glm", way, "allow-no-covars", "omit-ref")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def _plink(*arguments: str) -> None:
    command = ["plink2", "--threads", "1", "--memory", "1000", *arguments]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"plink2 failed: {run.stderr or run.stdout}")
