"""The benchmark runs, at sizes too small to say anything about time."""

import pandas as pd
import pytest

from study.statistics.resampling.chain import Chain
from tests.benchmark import figures, report
from tests.benchmark.__main__ import TINY, measure
from tests.benchmark.correctness import COLUMNS
from tests.benchmark.machine import describe_machine
from tests.benchmark.timing import (
    AT_MOST,
    RATIO_COLUMNS,
    Comparison,
    Measure,
    interleave,
    tabulate_ratios,
)
from tests.unit.statistics.resampling.chains import chain_of, women


def silent(words):
    pass
