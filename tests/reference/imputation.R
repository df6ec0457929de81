# Reference numbers of multiple imputation, from mice 3.15.0 and mitml 0.4-4 (R 4.2.2).
# Rscript tests/reference/imputation.R tests/reference
#
# Writes imputation_data.csv, 400 invented patients with values missing at random, and
# imputation.csv with what is computed from them and from a few written numbers:
#   set "five", "scalar_...": estimates and covariances of imputed data sets (kind "estimate",
#     "covariance"), and what Rubin's rules make of them (kind "pooled", "joint");
#   set "many": pooled estimates of 50 imputations, to be met within Monte Carlo error; kind
#     "complete" and "cases" are the estimates before values were deleted, and of complete cases.
# Numbers have 17 significant digits.

suppressWarnings(suppressMessages(library(mice)))
folder <- commandArgs(trailingOnly = TRUE)[1]
lines <- "set,kind,index,value"
emit <- function(set, kind, index, value) {
  rows <- sprintf("%s,%s,%s,%s", set, kind, index, sprintf("%.17g", as.numeric(value)))
  lines <<- c(lines, rows)
}

set.seed(20250714, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
n <- 400
women <- data.frame(
  age_years = round(rnorm(n, 60, 11), 1),
  her2_status = factor(ifelse(runif(n) < 0.35, "positive", "negative"))
)
score <- rnorm(n) - 0.04 * (women$age_years - 60)
women$density <- cut(score, c(-Inf, -1, 0.3, 1.2, Inf), c("A", "B", "C", "D"))
log_odds <- -1.2 + 0.8 * (women$her2_status == "positive") + 0.7 * (women$density == "C") +
  0.9 * (women$density == "D") + 0.02 * (women$age_years - 60)
women$microcalcifications <- factor(ifelse(runif(n) < plogis(log_odds), "yes", "no"))
model <- microcalcifications ~ her2_status + age_years + density
fit <- glm(model, binomial, women)
emit("many", "complete", names(coef(fit))[-1], coef(fit)[-1])

found <- women$microcalcifications == "yes"
positive <- women$her2_status == "positive"
older <- women$age_years > 60
gone <- list(
  density = runif(n) < ifelse(found & positive, 0.7, ifelse(older, 0.2, 0.1)),
  microcalcifications = runif(n) < ifelse(older, 0.25, 0.05),
  her2_status = runif(n) < ifelse(older, 0.05, 0.2),
  age_years = runif(n) < 0.08
)
for (name in c("her2_status", "microcalcifications", "age_years", "density")) {
  women[gone[[name]], name] <- NA
}
women <- cbind(patient_id = sprintf("P%03d", seq_len(n)), women)
write.csv(women, file.path(folder, "imputation_data.csv"), row.names = FALSE, quote = FALSE, na = "")
women$patient_id <- NULL
cases <- glm(model, binomial, women)
emit("many", "cases", names(coef(cases))[-1], coef(cases)[-1])

# mice's polyreg does not draw the parameters of its model; after a draw of patients it does, as
# logreg.boot.
mice.impute.polyreg.boot <- function(y, ry, x, wy = NULL, ...) {
  drawn <- sample(which(ry), replace = TRUE)
  y[ry] <- y[drawn]
  x[ry, ] <- x[drawn, ]
  mice.impute.polyreg(y, ry, x, wy, ...)
}
methods <- c(age_years = "pmm", her2_status = "logreg.boot", density = "polyreg.boot",
             microcalcifications = "logreg.boot")[names(women)]
fits <- function(m, seed) {
  imputed <- mice(women, m = m, maxit = 5, method = methods, seed = seed, print = FALSE)
  with(imputed, glm(microcalcifications ~ her2_status + age_years + density, binomial,
                    epsilon = 1e-14))
}

five <- fits(5, 1)
for (i in seq_along(five$analyses)) {
  one <- five$analyses[[i]]
  k <- length(coef(one))
  emit("five", "estimate", paste(i, seq_len(k), sep = "."), coef(one))
  emit("five", "covariance", paste(i, rep(seq_len(k), k), rep(seq_len(k), each = k), sep = "."),
       vcov(one))
}
for (dfcom in c(n - 6, Inf)) {
  pooled <- pool(five, dfcom = dfcom)
  numbers <- cbind(pooled$pooled, summary(pooled, conf.int = TRUE)[, c("std.error", "p.value",
                                                                       "2.5 %", "97.5 %")])
  names(numbers)[names(numbers) == "2.5 %"] <- "low"
  names(numbers)[names(numbers) == "97.5 %"] <- "high"
  for (column in c("estimate", "ubar", "b", "t", "df", "riv", "fmi", "std.error", "p.value", "low",
                   "high")) {
    emit("five", "pooled", paste(dfcom, column, seq_len(nrow(numbers)), sep = "."),
         numbers[[column]])
  }
}
without <- five
without$analyses <- lapply(five$analyses, function(one) {
  glm(microcalcifications ~ her2_status + age_years, binomial, one$data, epsilon = 1e-14)
})
for (dfcom in c(n - 6, 40, Inf)) {
  test <- if (is.finite(dfcom)) D1(five, without, dfcom = dfcom)$result else
    mitml::testModels(as.mitml.result(five), as.mitml.result(without), method = "D1")$test
  emit("five", "joint", paste(dfcom, c("f", "df1", "df2", "p.value", "riv"), sep = "."), test)
}

scalar <- function(set, q, u, n, k) {
  pooled <- pool.scalar(q, u, n, k)
  emit(set, "estimate", paste(seq_along(q), 1, sep = "."), q)
  emit(set, "covariance", paste(seq_along(u), 1, 1, sep = "."), u)
  emit(set, "pooled", paste(n - k, c("estimate", "ubar", "b", "t", "df", "riv", "fmi"), 1, sep = "."),
       unlist(pooled[c("qbar", "ubar", "b", "t", "df", "r", "fmi")]))
}
scalar("scalar_small", c(0.51, 0.83, 0.64), c(0.09, 0.11, 0.1), 20, 2)
scalar("scalar_large", c(0.51, 0.83, 0.64, -0.2), c(0.09, 0.11, 0.1, 0.14), Inf, 1)
scalar("scalar_equal", c(0.5, 0.5), c(0.1, 0.1), 185, 5)

many <- pool(fits(50, 2))$pooled
for (column in c("estimate", "ubar", "b", "t")) {
  emit("many", column, as.character(many$term)[-1], many[[column]][-1])
}
writeLines(lines, file.path(folder, "imputation.csv"))
