"""Write what captions and the console quote of a cohort's estimates, rounded and in words."""

import json
from pathlib import Path

from job_log import job_log
from schemas.estimates import read_estimates
from study.presentation import quotes as quote
from study.presentation.agreement import quote_agreement


def quote_estimates(
    *,
    estimates: dict[str, Path],
    quotes: Path,
    title: str,
    synthetic: bool,
    exposure: str,
    confidence_level: float,
    screening_alpha: float,
    screening_test: str,
    fisher_expected_below: float,
) -> None:
    """Write `quotes.json`; its thresholds are those of the run, whatever the configuration says."""
    read = {name: read_estimates(name, path) for name, path in estimates.items()}
    models = (read["univariable"], read["multivariable"])
    fit = (read["model_fit"], read["checks"])
    counts = (read["contingency"], read["baseline"], read["tests"])
    said = {
        "title": title,
        "synthetic": synthetic,
        **quote.quote_rules(
            confidence_level, screening_alpha, screening_test, fisher_expected_below
        ),
        **quote.quote_flow(read["flow"], read["baseline"], read["readings"]),
        "tests": quote.quote_tests(*counts, confidence_level),
        "models": quote.quote_models(*models, *fit, confidence_level),
        "exposure": quote.quote_exposure(*models, exposure, confidence_level),
        "checks": quote.quote_checks(read["checks"]),
        "missingness": quote.quote_missingness(read["checks"]),
        "agreement": quote_agreement(read["agreement_summary"]),
    }
    quotes.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        quote_estimates(
            estimates={
                "flow": Path(snakemake.input.flow),
                "readings": Path(snakemake.input.readings),
                "baseline": Path(snakemake.input.baseline),
                "contingency": Path(snakemake.input.contingency),
                "tests": Path(snakemake.input.tests),
                "univariable": Path(snakemake.input.univariable),
                "multivariable": Path(snakemake.input.multivariable),
                "model_fit": Path(snakemake.input.model_fit),
                "checks": Path(snakemake.input.checks),
                "agreement_summary": Path(snakemake.input.agreement_summary),
            },
            quotes=Path(snakemake.output.quotes),
            title=snakemake.params.title,
            synthetic=snakemake.params.synthetic,
            exposure=snakemake.params.exposure,
            confidence_level=snakemake.params.confidence_level,
            screening_alpha=snakemake.params.screening_alpha,
            screening_test=snakemake.params.screening_test,
            fisher_expected_below=snakemake.params.fisher_expected_below,
        )
