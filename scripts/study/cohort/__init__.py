"""From the workbook as it stands to the validated cohort, and who of it is included."""
