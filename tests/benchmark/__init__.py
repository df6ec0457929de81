"""What the project's tools cost beside others, in one run: `make benchmark`.

One thread each, which has to be said before NumPy is imported.
"""

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / "scripts")]
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
