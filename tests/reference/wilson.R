# Wilson's score interval without continuity correction, from R 4.2.2 (prop.test, correct = FALSE).
# Rscript tests/reference/wilson.R > tests/reference/wilson.csv
#
# The first four are the examples of Newcombe (1998) Stat Med 17:857, Table I, method 3, which
# prints them with four decimals (81/263: 0.2553 to 0.3662; 15/148: 0.0624 to 0.1605;
# 0/20: 0 to 0.1611; 1/29: 0.0061 to 0.1718). The others are the study's MC by HER2 and by density.

cat("n,total,confidence_level,low,high\n")
shares <- rbind(c(81, 263), c(15, 148), c(0, 20), c(1, 29), c(20, 20),
                c(15, 55), c(21, 130), c(4, 23), c(16, 86), c(13, 58), c(3, 18), c(2, 6))
for (level in c(0.95, 0.9)) for (i in seq_len(nrow(shares))) {
  x <- shares[i, ]
  ends <- suppressWarnings(prop.test(x[1], x[2], conf.level = level, correct = FALSE))$conf.int
  cat(sprintf("%d,%d,%g,%.17g,%.17g\n", x[1], x[2], level, ends[1], ends[2]))
}
