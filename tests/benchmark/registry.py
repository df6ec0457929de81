"""What a registry costs: its odds ratios against decoding its columns and against statsmodels.

All in one run on one thread each, each round in a process of its own, so that its peak of memory
counts above its imports; the median of three rounds. The registry is synthetic and written anew.

Run it from the project: .venv/bin/python tests/benchmark/registry.py [women]
"""

import datetime as dt
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "scripts")]
FIELDS = {
    "age_recorded": "Age",
    "microcalcifications_recorded": "Microcalcifications",
    "density_recorded": "Density",
    "er_percent": "ER",
    "pr_percent": "PR",
    "her2_ihc": "HER2 IHC",
    "her2_ish": "HER2 ISH",
    "ki67_percent": "Ki-67",
    "histology_recorded": "Histology",
}
TERMS = ["her2_status", "age_group", "density_group", "histology_group"]
ROUNDS = 3


def peak() -> float:
    """Return the largest memory of this process until now, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def decode(path: Path) -> dict[str, float]:
    """Read the columns of the registry and do nothing with them but count."""
    import duckdb

    columns = ", ".join(f'count("{name}")' for name in FIELDS.values())
    with duckdb.connect(config={"threads": 1}) as connection:
        before, start = peak(), time.perf_counter()
        connection.execute(f"SELECT {columns} FROM '{path}'").fetchall()
        return {"seconds": time.perf_counter() - start, "memory": peak() - before}


def odds_ratios(path: Path) -> dict[str, float]:
    """Go from the file to the univariable and the adjusted odds ratios, as the rules do."""
    # What the first use of these would import counts as import.
    import duckdb  # noqa: F401
    import firthmodels  # noqa: F401
    import pandas as pd
    import pyarrow as pa
    import statsmodels.genmod.families
    import statsmodels.genmod.generalized_linear_model  # noqa: F401
    import yaml

    from study.biomarkers.derivation import DerivationRules, derive_facts
    from study.cohort import registry
    from study.cohort.cohort_file import read_cohort
    from study.cohort.eligibility import apply_criteria, select_criteria
    from study.cohort.registry_cuts import GroupingRules
    from study.cohort.registry_source import connect
    from study.cohort.strata import stratify
    from study.cohort.validation import validate
    from study.statistics.multivariable import fit_models
    from study.statistics.screening import screen_variables
    from study.statistics.vocabulary import analysis_levels

    decisions = yaml.safe_load((PROJECT / "config/config.yaml").read_text())["analysis"]
    derivation, models = decisions["derivation"], decisions["models"]
    codebook = "\n".join(f"  {name}: {{column: {title}}}" for name, title in FIELDS.items())
    cohort = read_cohort(
        f"name: x\ntitle: x\nworkbook: {{path: {path}, registry: true}}\ncodebook:\n{codebook}\n"
    )
    grouped_by = set(GroupingRules.__dataclass_fields__) - {"study_period"}
    rules = GroupingRules(**{name: derivation[name] for name in grouped_by}, study_period=None)
    aside = {"age_coding", "idc_with_dcis_is_idc"}
    derive = DerivationRules(**{k: v for k, v in derivation.items() if k not in aside})
    model = {"references": {**models["references"], "luminal_b_her2_positive": "no"},
             "levels": analysis_levels(), "confidence_level": 0.95}  # fmt: skip
    pa.array([1]).dictionary_encode()
    today = dt.date.today()

    before, start = peak(), time.perf_counter()
    with connect(path, cohort.workbook) as (connection, relation):
        opened = registry.Registry(connection, relation, cohort, rules, today)
        raw = registry.group_rows(opened, path.stem)
        columns = opened.columns
    grouped = time.perf_counter() - start
    notes = pd.DataFrame(columns=["sheet", "row", "letter", "kind", "text"])
    validated, problems = validate(raw, columns, notes, cohort, today)
    assert not [problem for problem in problems if problem.severity == "error"]
    criteria = select_criteria(
        decisions["exclusions"]["order"],
        positive_birads=decisions["exclusions"]["positive_birads"],
        luminal_unspecified_is_unknown=True,
        study_period=None,
    )
    included = apply_criteria(derive_facts(validated, derive).cohort, criteria).included
    analysis = stratify(included, age_coding=derivation["age_coding"], idc_with_dcis_is_idc=False)
    derived = time.perf_counter() - start
    screen_variables(
        analysis,
        models["outcome"],
        models["candidates"],
        ["density"],
        screening_alpha=0.1,
        screening_test="wald",
        **model,
    )
    estimates, _ = fit_models(analysis, models["outcome"], {"adjusted": TERMS}, **model)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "memory": peak() - before,
        "grouping": grouped,
        "until analysis": derived,
        "groups": len(raw),
        "n": int(estimates["n"].iloc[0]),
        "odds ratio": float(estimates["odds_ratio"].iloc[0]),
    }


def statsmodels_rows(path: Path) -> dict[str, float]:
    """Fit the adjusted model to row arrays that are already in memory, by statsmodels Logit."""
    import duckdb
    import numpy as np
    from statsmodels.discrete.discrete_model import Logit

    # HER2 by the shortest rule that is right for the synthetic women; nothing of this is timed.
    query = f"""
        SELECT "Microcalcifications" = 'yes', 1,
            "HER2 IHC" = '3+' OR "HER2 ISH" IS NOT DISTINCT FROM 'positive',
            "Age" > 50, "Density" IN ('C', 'D'), "Histology" = 'IDC'
        FROM '{path}' WHERE "Microcalcifications" IS NOT NULL AND "HER2 IHC" IS NOT NULL
            AND "Age" IS NOT NULL AND "Density" IS NOT NULL AND "ER" IS NOT NULL
            AND NOT ("Ki-67" IS NULL AND ("ER" > 0 OR "PR" > 0)
                AND ("HER2 IHC" IN ('0', '1+') OR "HER2 ISH" IS NOT DISTINCT FROM 'negative'))
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        columns = list(connection.execute(query).fetchnumpy().values())
    outcome = np.asarray(columns[0], dtype=float)
    matrix = np.column_stack([np.asarray(column, dtype=float) for column in columns[1:]])
    del columns
    start = time.perf_counter()
    fit = Logit(outcome, matrix).fit(disp=False)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "memory": peak(), "n": len(outcome),
            "odds ratio": float(np.exp(fit.params[1]))}  # fmt: skip


MEASURES = {"decode": decode, "odds_ratios": odds_ratios, "statsmodels": statsmodels_rows}


def measure(name: str, path: Path) -> dict[str, float]:
    """Return one measurement, made in a process of its own with one thread."""
    one = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")
    run = subprocess.run(
        [sys.executable, __file__, "--one", name, str(path)],
        env={**os.environ, **one},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(run.stdout.splitlines()[-1])


def main(women: int) -> None:
    """Write a registry, measure everything in every round, and print medians and ratios."""
    from tests.benchmark.synthetic_registry import write_registry

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.parquet"
        write_registry(path, women)
        size = path.stat().st_size / 1e6
        rounds = [{name: measure(name, path) for name in MEASURES} for _ in range(ROUNDS)]
    ours = [each["odds_ratios"] for each in rounds]
    assert ours[0]["n"] == rounds[0]["statsmodels"]["n"]
    assert abs(ours[0]["odds ratio"] / rounds[0]["statsmodels"]["odds ratio"] - 1) < 1e-6

    def median(name: str, key: str = "seconds") -> float:
        return statistics.median(each[name][key] for each in rounds)

    def ratio(one: str, other: str) -> float:
        return statistics.median(each[one]["seconds"] / each[other]["seconds"] for each in rounds)

    seconds = {name: median("odds_ratios", name) for name in ("grouping", "until analysis")}
    print(f"{women:,} women, {size:.0f} MB parquet, {ours[0]['groups']:,} groups, one thread")
    print(f"decode the columns         {median('decode'):8.2f} s")
    print(f"file to odds ratios        {median('odds_ratios'):8.2f} s, of it grouping ", end="")
    print(
        "{grouping:.2f} s, all until the analysis cohort {until analysis:.2f} s".format(**seconds)
    )
    print(f"statsmodels Logit on rows  {median('statsmodels'):8.2f} s (one model, rows in memory)")
    print(f"odds ratios / decode       {ratio('odds_ratios', 'decode'):8.2f}   (goal: at most 2.5)")
    print(f"statsmodels / odds ratios  {ratio('statsmodels', 'odds_ratios'):8.1f}   (goal: 30)")
    print(
        f"peak above the imports     {median('odds_ratios', 'memory'):8.0f} MB (goal: at most 250)"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(MEASURES[sys.argv[2]](Path(sys.argv[3]))))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 10_000_000)
