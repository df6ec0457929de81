# Restricted cubic splines as rms 6.4 has them (rcspline.eval, norm = 2: divided by the squared
# distance of the outer knots), for given knots and for four knots placed by its default quantiles.
# Rscript tests/reference/spline.R > tests/reference/spline.csv
suppressMessages(library(Hmisc))
ages <- c(36, 38.5, 41, 44.25, 47, 50, 50.4, 53, 57.75, 61, 61.3, 64, 68, 71.5, 77, 85)
cat("case,knots,value,bend_1,bend_2\n")
for (case in c("given", "placed")) {
  knots <- if (case == "given") c(40, 52, 63, 76) else unname(quantile(ages, c(.05, .35, .65, .95)))
  basis <- rcspline.eval(ages, knots = knots, inclx = TRUE, norm = 2)
  cat(sprintf("%s,%s,%.17g,%.17g,%.17g\n", case, paste(sprintf("%.17g", knots), collapse = " "),
              basis[, 1], basis[, 2], basis[, 3]), sep = "")
}
