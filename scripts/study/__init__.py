"""Methods of the study: pure functions on data frames, without I/O and without Snakemake."""
