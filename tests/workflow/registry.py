"""A workbook in the layout of a public registry export; its women are invented.

The layout is that of the TCGA-BRCA clinical tables (BCR biotab): tab-separated, three header rows
(short names, long names, dictionary identifiers), each finding in its own vocabulary and partly
missing. Mammography, which such an export lacks, stands in two added columns. `PATIENTS` are the
cases that a codebook has to read rightly, each with the HER2 status it must have by
ASCO/CAP 2018; `registry_export` adds ordinary women so that models can be fitted. `registry.yaml`,
beside this file, is the codebook.
"""

import csv
import random
from pathlib import Path

NOT_AVAILABLE = "[Not Available]"
NOT_EVALUATED = "[Not Evaluated]"
HEADER = {
    "bcr_patient_barcode": ("bcr_patient_barcode", "2673794"),
    "birth_days_to": ("days_to_birth", "3008233"),
    "histological_type": ("histological_type", "3081934"),
    "er_status_by_ihc": ("breast_carcinoma_estrogen_receptor_status", "2957359"),
    "er_status_ihc_Percent_Positive": ("er_level_cell_percentage_category", "3128341"),
    "pr_status_by_ihc": ("breast_carcinoma_progesterone_receptor_status", "2957357"),
    "pr_status_ihc_percent_positive": (
        "progesterone_receptor_level_cell_percent_category",
        "3128342",
    ),
    "her2_ihc_score": ("her2_immunohistochemistry_level_result", "2178402"),
    "her2_ihc_percent_positive": ("her2_erbb_pos_finding_cell_percent_category", "3086980"),
    "her2_fish_status": ("lab_procedure_her2_neu_in_situ_hybrid_outcome_type", "2854089"),
    "her2_copy_number": ("her2_neu_breast_carcinoma_copy_analysis_input_total_number", "3133738"),
    "cent17_copy_number": (
        "fluorescence_in_situ_hybridization_diagnostic_procedure_chromosome_17_signal_result_range",
        "3104295",
    ),
    "her2_cent17_ratio": ("her2_neu_chromosone_17_signal_ratio_value", "2497552"),
    "mammographic_calcifications": ("mammographic_calcifications", ""),
    "breast_composition": ("breast_composition", ""),
}

# IHC score, percent of cells, FISH, copies, CEP17, ratio -> HER2 status by ASCO/CAP 2018
PATIENTS = [
    ("3+", "80-89%", NOT_EVALUATED, NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "positive"),
    ("3+", "10-19%", NOT_EVALUATED, NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "positive"),
    ("3+", "<10%", NOT_EVALUATED, NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "positive"),
    ("3+", NOT_AVAILABLE, "Negative", NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "positive"),
    ("2+", "30-39%", NOT_EVALUATED, NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "unknown"),
    ("2+", NOT_AVAILABLE, "Positive", NOT_AVAILABLE, NOT_AVAILABLE, "2.3", "positive"),
    ("2+", NOT_AVAILABLE, "Negative", NOT_AVAILABLE, NOT_AVAILABLE, "1.05", "negative"),
    ("2+", NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "2.3", "unresolved"),
    ("2+", NOT_AVAILABLE, "Indeterminate", NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "unknown"),
    ("2+", NOT_AVAILABLE, "Equivocal", NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "unresolved"),
    ("2+", "10-19%", "Negative", "2.65", "2.13", "1.25", "negative"),
    ("2+", NOT_AVAILABLE, "Negative", "2.4", "1.9", "1.3", "negative"),
    ("2+", NOT_AVAILABLE, NOT_AVAILABLE, "9.1", "2.1", NOT_AVAILABLE, "positive"),
    ("2+", NOT_AVAILABLE, NOT_AVAILABLE, ">6", NOT_AVAILABLE, NOT_AVAILABLE, "positive"),
    ("2+", NOT_AVAILABLE, NOT_AVAILABLE, "<4.0", "polisomy", NOT_AVAILABLE, "negative"),
    ("2+", NOT_AVAILABLE, "Negative", NOT_AVAILABLE, NOT_AVAILABLE, "2.6", "unresolved"),
    ("1+", NOT_AVAILABLE, "Positive", NOT_AVAILABLE, NOT_AVAILABLE, "1.2", "negative"),
    ("2+", NOT_AVAILABLE, NOT_AVAILABLE, "5.2", "3.1", NOT_AVAILABLE, "unresolved"),
    ("1+", "<10%", "Positive", NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "positive"),
    ("1+", "<10%", NOT_EVALUATED, NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "negative"),
    ("0", "<10%", NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, "negative"),
    (NOT_EVALUATED, NOT_AVAILABLE, "Negative", NOT_AVAILABLE, NOT_AVAILABLE, "0.9", "negative"),
    (
        NOT_AVAILABLE,
        NOT_AVAILABLE,
        NOT_AVAILABLE,
        NOT_AVAILABLE,
        NOT_AVAILABLE,
        "[Unknown]",
        "unknown",
    ),
]


def registry_export(path: Path) -> None:
    """Write the export: the cases above, then 120 women of whom all is known."""
    draw = random.Random(20181130)
    rows = [_row(number, draw, case[:6]) for number, case in enumerate(PATIENTS, start=1)]
    ordinary = [("3+", "90-99%", NOT_EVALUATED), ("1+", "<10%", NOT_EVALUATED)]
    for number in range(len(PATIENTS) + 1, len(PATIENTS) + 121):
        case = (*ordinary[number % 3 > 0], *[NOT_AVAILABLE] * 3)
        rows.append(_row(number, draw, case))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, escapechar="\\")
        writer.writerow(HEADER)
        writer.writerow(long for long, _ in HEADER.values())
        writer.writerow(f"CDE_ID:{identifier}" for _, identifier in HEADER.values())
        writer.writerows(rows)


def _row(number: int, draw: random.Random, her2: tuple[str, ...]) -> list[str]:
    """Return the cells of a woman; `her2` are those of her HER2 columns."""
    er = draw.choice([("Positive", "90-99%"), ("Positive", "<10%"), ("Negative", "<10%")])
    pr = draw.choice([("Positive", "50-59%"), ("Negative", "<10%"), ("Negative", NOT_AVAILABLE)])
    return [
        f"INVENTED-{number:04d}",
        str(-draw.randrange(36 * 365, 85 * 365)),
        draw.choice(["Infiltrating Ductal Carcinoma", "Infiltrating Lobular Carcinoma"]),
        *er,
        *pr,
        *her2,
        draw.choice(["Present", "Absent", "Absent"]),
        draw.choice(["Scattered", "Heterogeneously dense", NOT_AVAILABLE]),
    ]
