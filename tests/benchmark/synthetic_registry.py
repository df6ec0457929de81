"""A synthetic registry of any size, written as a stream by DuckDB; its women are invented.

Run it from the project:
.venv/bin/python tests/benchmark/synthetic_registry.py 1000000 data/registry.parquet
"""

import sys
from pathlib import Path

import duckdb

# Drawn per woman; a finding depends on those before it, so that fewer combinations occur than the
# levels would allow, as in a real registry.
_WOMEN = """
WITH drawn AS (
    SELECT i, hash(i, {seed}) AS h FROM range({women}) AS numbers(i)
), shares AS (
    SELECT i,
        {shares}
    FROM drawn
), tumours AS (
    SELECT *,
        greatest(18, least(99, round(61 + 13 * (u1 + u2 + u3 - 1.5) * 2)))::SMALLINT AS age,
        u4 < 0.80 AS luminal,
        u5 < CASE WHEN u4 < 0.80 THEN 0.11 ELSE 0.35 END AS her2,
        u6 < 0.42 AS dense
    FROM shares
)
SELECT
    'R' || lpad(i::VARCHAR, 9, '0') AS "Patient",
    CASE WHEN u7 < 0.001 THEN NULL ELSE age END AS "Age",
    CASE WHEN u8 < 0.04 THEN NULL WHEN u9 < 0.22 + 0.16 * her2::INT + 0.04 * dense::INT
         - 0.03 * (age > 50)::INT THEN 'yes' ELSE 'no' END AS "Microcalcifications",
    CASE WHEN u10 < 0.05 THEN NULL WHEN dense THEN CASE WHEN u11 < 0.8 THEN 'C' ELSE 'D' END
         ELSE CASE WHEN u11 < 0.25 THEN 'A' ELSE 'B' END END AS "Density",
    CASE WHEN u12 < 0.02 THEN NULL WHEN luminal THEN round(100 - 60 * u13 * u14)::TINYINT
         ELSE CASE WHEN u13 < 0.95 THEN 0 ELSE 5 END END::TINYINT AS "ER",
    CASE WHEN u12 < 0.02 THEN NULL WHEN luminal THEN round(100 * u14)::TINYINT ELSE 0 END::TINYINT
        AS "PR",
    CASE WHEN u15 < 0.02 THEN NULL WHEN her2 THEN CASE WHEN u16 < 0.8 THEN '3+' ELSE '2+' END
         WHEN u16 < 0.3 THEN '0' WHEN u16 < 0.7 THEN '1+' ELSE '2+' END AS "HER2 IHC",
    CASE WHEN u15 < 0.02 OR NOT (CASE WHEN her2 THEN u16 >= 0.8 ELSE u16 >= 0.7 END) THEN NULL
         WHEN her2 THEN 'positive' ELSE 'negative' END AS "HER2 ISH",
    CASE WHEN u17 < 0.06 THEN NULL
         ELSE greatest(1, least(95, round(18 + 45 * u18 * u19 + 15 * her2::INT)))::TINYINT END
        AS "Ki-67",
    CASE WHEN u20 < 0.72 THEN 'IDC' WHEN u20 < 0.86 THEN 'ILC' WHEN u20 < 0.93 THEN 'IDC+DCIS'
         ELSE 'other' END AS "Histology"
FROM tumours
"""


def write_registry(path: Path, women: int, seed: int = 5) -> None:
    """Write the women as parquet; whatever their number, DuckDB holds a few row groups of them."""
    shares = ",\n        ".join(
        f"(hash(h, {n}) % 1000003) / 1000003.0 AS u{n}" for n in range(1, 21)
    )
    query = _WOMEN.format(women=women, seed=seed, shares=shares)
    with duckdb.connect(config={"threads": 1, "memory_limit": "1GB"}) as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


if __name__ == "__main__":
    write_registry(Path(sys.argv[2]), int(sys.argv[1]))
