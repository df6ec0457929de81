"""The tables of the benchmark, as CSV and for people as Markdown and HTML."""

from pathlib import Path

import pandas as pd
from jinja2 import Environment

from tests.benchmark.floor import DEFINITION
from tests.benchmark.timing import AT_LEAST

TITLE = "Benchmark"
INTRODUCTION = (
    "A replicate is a bootstrap sample of the analysis cohort with five univariable logistic"
    " models tested by Wald's test, and the refit of the exposure with what passed. Ours includes"
    " the draw; the other tools are spared it. Times are of the processor, on one thread; every"
    " ratio is the median of the ratios within a round."
)
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{{ title }}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;color:#1a1d21;max-width:70rem;margin:2rem auto;
padding:0 1rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{padding:.2rem .7rem;border-bottom:1px solid #d5d9de;text-align:left;vertical-align:top}
td.number,th.number{text-align:right}img{max-width:100%}pre{overflow:auto}</style>
<h1>{{ title }}</h1><p>{{ introduction }}</p>
{% for heading, table in tables %}<h2>{{ heading }}</h2>
<table><tr>{% for name in table.columns %}<th scope="col">{{ name }}</th>{% endfor %}</tr>
{% for row in table.values.tolist() %}<tr>{% for cell in row %}<td
{%- if cell and cell[0].isdigit() %} class="number"{% endif %}>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>{% endfor %}
<p>{{ floor }}</p>
{% for name, words in pictures %}<h2>{{ words }}</h2>
<img src="{{ name }}.svg" alt="{{ words }}">{% endfor %}
{% for heading, text in sections %}<h2>{{ heading }}</h2><pre>{{ text }}</pre>{% endfor %}
</html>"""
HEADINGS = {
    "replicates": "Replicates: how many times as long as ours",
    "floor": "Replicates: how many times as long as the floor",
    "exact tests": "Exact tests: how many times as long as ours",
    "growth": "A million women: how many times as long as the cohort",
}
PICTURES = (
    ("ratios", "Every tool against the compiled kernels"),
    ("scaling_n", "Cost of a replicate against the number of patients"),
    ("scaling_replicates", "Cost of a replicate against the number of replicates"),
)


def readable_ratios(ratios: pd.DataFrame) -> pd.DataFrame:
    """Return the ratios in words: what was compared, times, ratio, target, whether reached."""
    rows = []
    for row in ratios.itertuples():
        measured = pd.notna(row.ratio)
        sign = "≥" if row.bound == AT_LEAST else "≤"
        rows.append(
            {
                "tool": row.tool,
                "ours": row.ours,
                "tool, µs": _number(row.tool_microseconds) if measured else "",
                "ours, µs": _number(row.our_microseconds) if measured else "",
                "ratio": f"{_number(row.ratio)}×" if measured else "not measured",
                "rounds": f"{_number(row.ratio_lowest)}–{_number(row.ratio_highest)}"
                if measured
                else "",
                "target": f"{sign} {row.target:,g}" if pd.notna(row.target) else "",
                "reached": row.reached if measured else "",
                "note": row.note,
            }
        )
    return pd.DataFrame(rows).fillna("")


def readable_correctness(table: pd.DataFrame) -> pd.DataFrame:
    """Return the checks in words."""
    return pd.DataFrame(
        {
            "check": table["check"],
            "against": table["against"],
            "compared": [f"{n:,}" for n in table["compared"]],
            "found": [
                f"{row.differing:.0f} differing"
                if pd.notna(row.differing)
                else f"at most {row.largest:.1e} (limit {row.limit:.0e})"
                for row in table.itertuples()
            ],
            "passed": table["passed"],
            "note": table["note"].fillna(""),
        }
    )


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if value >= 10 else f"{value:,.2f}"


def markdown(table: pd.DataFrame) -> str:
    """Return a table of text as Markdown."""
    lines = [list(table.columns), ["---"] * table.shape[1], *table.astype(str).values.tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write_report(
    folder: Path,
    tables: dict[str, pd.DataFrame],
    machine: dict[str, str],
    sections: dict[str, str],
) -> None:
    """Write every table as CSV, and the page as Markdown and as HTML."""
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    machine_table = pd.DataFrame(list(machine.items()), columns=["machine", ""])
    machine_table.to_csv(folder / "machine.csv", index=False)
    readable = [
        *(
            (HEADINGS[section], readable_ratios(part))
            for section, part in tables["ratios"].groupby("section", sort=False)
        ),
        ("Correctness in the same run", readable_correctness(tables["correctness"])),
        ("Machine", machine_table),
    ]
    parts = [f"# {TITLE}", INTRODUCTION]
    for heading, table in readable:
        parts += [f"## {heading}", markdown(table)]
    parts += [DEFINITION, *(f"![{words}]({name}.svg)" for name, words in PICTURES)]
    for heading, text in sections.items():
        parts += [f"## {heading}", f"```\n{text}\n```"]
    (folder / "benchmark.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    page = Environment(autoescape=True).from_string(PAGE)
    html = page.render(
        title=TITLE, introduction=INTRODUCTION, tables=readable, floor=DEFINITION,
        pictures=PICTURES, sections=sections.items(),
    )  # fmt: skip
    (folder / "benchmark.html").write_text(html, encoding="utf-8")
