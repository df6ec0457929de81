# A replicate with R: five univariable fits with Wald's test, and the refit of what passes.
#
# Rscript replicate.R WAY ROWS ALPHA: the way to fit, a CSV of the patients (replicate, y, x1 …;
# the exposure is x1) and the level of the screen. Prints the processor time per replicate, then a
# line per replicate: who passed, and coefficient and standard error of the exposure; with the way
# `exact`, all the coefficients and standard errors at an epsilon of 1e-14.
arguments <- commandArgs(trailingOnly = TRUE)
way <- arguments[1]
rows <- read.csv(arguments[2])
limit <- qchisq(as.numeric(arguments[3]), 1, lower.tail = FALSE)
names <- setdiff(colnames(rows), c("replicate", "y"))
parts <- split(rows[c("y", names)], rows$replicate)
if (way == "brglm2") suppressMessages(library(brglm2))

wald <- function(model) coef(summary(model))[, 1:2, drop = FALSE]
precise <- list(epsilon = 1e-14, maxit = 100)
fits <- list(
  glm = function(d, terms) wald(glm(reformulate(terms, "y"), binomial, d)),
  glm.fit = function(d, terms) {
    fit <- glm.fit(cbind(1, d$x[, terms, drop = FALSE]), d$y, family = binomial())
    cbind(fit$coefficients, sqrt(diag(chol2inv(fit$qr$qr[seq_len(fit$rank), , drop = FALSE]))))
  },
  brglm2 = function(d, terms) {
    wald(glm(reformulate(terms, "y"), binomial, d, method = "brglmFit", type = "AS_mean"))
  },
  exact = function(d, terms) {
    fit <- glm(reformulate(terms, "y"), binomial, d, control = precise)
    # One step more from there, so that the standard errors too are those of the last estimate.
    wald(glm(reformulate(terms, "y"), binomial, d, start = coef(fit), control = precise))
  }
)
fit <- fits[[if (way == "boot") "glm" else way]]
if (way == "glm.fit") {
  parts <- lapply(parts, function(d) list(y = d$y, x = as.matrix(d[names])))
}

replicate_once <- function(d) {
  each <- lapply(names, function(name) fit(d, name)[2, ])
  passed <- vapply(each, function(row) (row[[1]] / row[[2]])^2 > limit, NA)
  refit <- fit(d, union(names[1], names[passed]))
  list(passed = passed, each = each, refit = refit)
}
seconds <- function(work) {
  before <- proc.time()
  work()
  sum((proc.time() - before)[c("user.self", "sys.self")])
}

invisible(replicate_once(parts[[1]]))
if (way == "boot") {
  statistic <- function(d, indices) replicate_once(d[indices, ])$refit[2, 1]
  took <- seconds(function() suppressWarnings(boot::boot(parts[[1]], statistic, length(parts))))
  cat(took / length(parts), "\n")
} else {
  took <- seconds(function() results <<- lapply(parts, replicate_once))
  cat(took / length(parts), "\n")
  for (result in results) {
    numbers <- result$refit[2, ]
    if (way == "exact") numbers <- c(unlist(result$each), t(result$refit))
    cat(as.integer(result$passed), format(numbers, digits = 17), "\n")
  }
}
