"""What a registry costs: its odds ratios against decoding its columns and against statsmodels.

All in one run, each round in a process of its own that has imported what it needs by doing the same
with a few women; then its processor time counts, and its peak of memory above that. One thread, the
median of three rounds. The registry is synthetic and written anew.

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
        before, start = peak(), time.process_time()
        connection.execute(f"SELECT {columns} FROM '{path}'").fetchall()
        return {"seconds": time.process_time() - start, "memory": peak() - before}


def odds_ratios(path: Path) -> dict[str, float]:
    """Go from the file to the univariable and the adjusted odds ratios, as the rules do."""
    import pandas as pd
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
    cut_offs = ("er_positive_from_percent", "pr_positive_from_percent", "ki67_high_from_percent")
    others = [changed or {} for changed in decisions["reclassification"].values()]
    rules = GroupingRules(
        **{
            name: [derivation[name], *(changed[name] for changed in others if name in changed)]
            for name in cut_offs
        },
        density_upper_edges_percent=derivation["density_upper_edges_percent"],
        study_period=None,
    )
    aside = {"age_coding", "idc_with_dcis_is_idc"}
    derive = DerivationRules(**{k: v for k, v in derivation.items() if k not in aside})
    model = {"references": {**models["references"], "luminal_b_her2_positive": "no"},
             "levels": analysis_levels(), "confidence_level": 0.95}  # fmt: skip
    today = dt.date.today()

    before, start = peak(), time.process_time()
    with connect(path, cohort.workbook) as (connection, relation):
        opened = registry.Registry(connection, relation, cohort, rules, today)
        raw = registry.group_rows(opened, path.stem)
        columns = opened.columns
    grouped = time.process_time() - start
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
    derived = time.process_time() - start
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
    seconds = time.process_time() - start
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
    """Fit models to row arrays that are already in memory, by statsmodels Logit.

    The adjusted model, and after it, in `table`, the univariable ones of its terms: the maximum
    likelihood half of the odds-ratio table, which has profile and Firth's intervals beside.
    """
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
    start = time.process_time()
    fit = Logit(outcome, matrix).fit(disp=False)
    seconds = time.process_time() - start
    for column in range(1, matrix.shape[1]):
        Logit(outcome, matrix[:, [0, column]]).fit(disp=False)
    table = time.process_time() - start
    return {"seconds": seconds, "table": table, "memory": peak(), "n": len(outcome),
            "odds ratio": float(np.exp(fit.params[1]))}  # fmt: skip


MEASURES = {"decode": decode, "odds_ratios": odds_ratios, "statsmodels": statsmodels_rows}


def measure(name: str, path: Path) -> dict[str, float]:
    """Return one measurement, made in a process of its own with one thread."""
    one = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")
    run = subprocess.run(
        [sys.executable, __file__, "--one", name, str(path.with_name("few.parquet")), str(path)],
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
        write_registry(path.with_name("few.parquet"), 5_000)
        size = path.stat().st_size / 1e6
        rounds = [{name: measure(name, path) for name in MEASURES} for _ in range(ROUNDS)]
    ours = [each["odds_ratios"] for each in rounds]
    assert ours[0]["n"] == rounds[0]["statsmodels"]["n"]
    assert abs(ours[0]["odds ratio"] / rounds[0]["statsmodels"]["odds ratio"] - 1) < 1e-6

    def median(name: str, key: str = "seconds") -> float:
        return statistics.median(each[name][key] for each in rounds)

    def ratio(one: tuple[str, str], other: tuple[str, str]) -> float:
        return statistics.median(each[one[0]][one[1]] / each[other[0]][other[1]] for each in rounds)

    mine, seconds = ("odds_ratios", "seconds"), "seconds"
    grouping, cohort = (median("odds_ratios", stage) for stage in ("grouping", "until analysis"))
    print(f"{women:,} women, {size:.0f} MB parquet, {ours[0]['groups']:,} groups, one thread")
    print(f"decode the columns          {median('decode'):8.2f} s")
    print(f"file to odds ratios         {median('odds_ratios'):8.2f} s, of it grouping ", end="")
    print(f"{grouping:.2f} s, all until the analysis cohort {cohort:.2f} s")
    print(f"statsmodels, adjusted model {median('statsmodels'):8.2f} s (rows in memory)")
    print(f"statsmodels, five models    {median('statsmodels', 'table'):8.2f} s")
    for what, value, goal in (
        ("odds ratios / decode      ", ratio(mine, ("decode", seconds)), "at most 2.5"),
        ("grouping / decode         ", ratio(("odds_ratios", "grouping"), ("decode", seconds)), ""),
        ("statsmodels / odds ratios ", ratio(("statsmodels", seconds), mine), "30"),
        ("five models / odds ratios ", ratio(("statsmodels", "table"), mine), ""),
        ("peak above the imports, MB", median("odds_ratios", "memory"), "at most 250"),
    ):
        print(f"{what}  {value:8.2f}" + (f"   (goal: {goal})" if goal else ""))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        for registry in sys.argv[3:]:
            measured = MEASURES[sys.argv[2]](Path(registry))
        print(json.dumps(measured))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 10_000_000)
