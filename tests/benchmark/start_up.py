"""How long a full default run takes, against starting its scripts with their imports alone.

Run it from the project: .venv/bin/python tests/benchmark/start_up.py
"""

import ast
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def imports_alone(script: Path) -> str:
    """Return the import statements of a script, those inside its functions too."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    nodes = [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    return "\n".join(ast.unparse(node) for node in nodes)


def seconds(command: list[str], folder: Path) -> float:
    """Return the wall time of a command that has to succeed."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def main(rounds: int = 3) -> None:
    """Print the median of several rounds, both measured in each."""
    measured = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "project"
            left_out = shutil.ignore_patterns(".venv", ".git", ".snakemake", "results", "data")
            shutil.copytree(PROJECT, folder, ignore=left_out)
            run = seconds([sys.executable, "-m", "snakemake", "--cores", "2"], folder)
            jobs = sorted((folder / "results/milan/benchmarks").glob("*.tsv"))
            jobs += sorted((folder / "results/summary/benchmarks").glob("*.tsv"))
            path = f"import sys; sys.path[:0] = [{str(folder)!r}, {str(folder / 'scripts')!r}]\n"
            starts = sum(
                seconds(
                    [
                        sys.executable,
                        "-c",
                        path + imports_alone(folder / "scripts" / f"{job.stem}.py"),
                    ],
                    folder,
                )
                for job in jobs
            )
        measured.append((run / starts, run, starts, len(jobs)))
    ratio, run, starts, n = sorted(measured)[rounds // 2]
    print(
        f"{n} jobs: run {run:.1f} s on two cores, start-up alone {starts:.1f} s, ratio {ratio:.2f}"
    )


if __name__ == "__main__":
    main()
