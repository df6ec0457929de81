"""What every entry point shares: its log, and a message instead of a traceback."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOBase
from pathlib import Path

from study.problems import StudyError


class _Tee(TextIOBase):
    """Write to the console and to the log at once."""

    def __init__(self, *streams) -> None:
        self.streams = streams

    def write(self, text: str) -> int:
        for stream in self.streams:
            stream.write(text)
            stream.flush()
        return len(text)


@contextmanager
def job_log(path: str | Path) -> Iterator[None]:
    """Send what a job prints, warnings included, to its log as well as to the console.

    A `StudyError` ends the job with its message and exit status 1; every other
    exception is a defect of the software and keeps its traceback, in the log too.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    stdout, stderr = sys.stdout, sys.stderr
    with Path(path).open("w", encoding="utf-8") as log:
        sys.stdout, sys.stderr = _Tee(stdout, log), _Tee(stderr, log)
        try:
            warnings.simplefilter("default")
            yield
        except StudyError as error:
            print(f"\n{error}\n", file=sys.stderr)
            raise SystemExit(1) from None
        except Exception:
            import traceback

            log.write(traceback.format_exc())
            raise
        finally:
            sys.stdout, sys.stderr = stdout, stderr
