# Cohen's kappa, unweighted, from R 4.2.2 (psych 2.2.9: cohen.kappa).
# Rscript tests/reference/agreement.R > tests/reference/agreement.csv
#
# fun: husbands and wives, Agresti's SexualFun (vcd prints 0.1293); neurologists: multiple sclerosis
# in Winnipeg and in New Orleans, Landis and Koch (1977) Biometrics 33:159 (vcd prints 0.2079 for
# Winnipeg); unequal: one source never uses a level of the other; swapped: less than chance.
# Every table as psych gives it and by Cohen's formula; the script stops where the two differ.

suppressPackageStartupMessages(library(psych))
square <- function(...) { n <- c(...); matrix(n, sqrt(length(n)), byrow = TRUE) }
tables <- list(
  fun = square(7, 7, 2, 3,  2, 8, 3, 7,  1, 5, 4, 9,  2, 8, 9, 14),
  winnipeg = square(38, 5, 0, 1,  33, 11, 3, 0,  10, 14, 5, 6,  3, 7, 3, 10),
  new_orleans = square(5, 3, 0, 0,  3, 11, 4, 0,  2, 13, 3, 4,  1, 2, 4, 14),
  unequal = square(20, 5, 0,  10, 60, 0,  3, 2, 0),
  swapped = square(1, 9,  8, 2),
  independent = square(4, 6,  8, 12))

cat("table,first,second,n,kappa\n")
for (name in names(tables)) {
  counts <- tables[[name]]
  shares <- counts / sum(counts)
  chance <- sum(rowSums(shares) * colSums(shares))
  formula <- (sum(diag(shares)) - chance) / (1 - chance)
  kappa <- cohen.kappa(counts)$kappa
  stopifnot(abs(kappa - formula) < 1e-12)
  for (i in seq_len(nrow(counts))) for (j in seq_len(ncol(counts)))
    cat(sprintf("%s,%d,%d,%d,%.17g\n", name, i, j, counts[i, j], kappa))
}
