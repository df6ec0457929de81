# Stability, optimism and type I error of a screen-then-refit rule, from R 4.2.2 (stats only: glm.fit,
# glm; Firth's score, BCa and the area under the curve are written out below).
# Rscript tests/reference/stability.R > tests/reference/stability.csv
#
# Reads stability_data/cells.csv, covariate patterns of 110 invented women with and without the outcome,
# and stability_data/draws.csv, how many women each cell has in 300 bootstrap and 300 permutation
# replicates (both written by tests/unit/statistics/stability/cohort.py). Density has four levels and
# is missing in some; luminal is nested in HER2. Screen: Wald, p < 0.25, Firth's penalised likelihood
# ratio where an estimate is infinite; her2_status stays whatever its p.

arguments <- commandArgs(FALSE)
here <- dirname(sub("--file=", "", grep("--file=", arguments, value = TRUE)))
cells <- read.csv(file.path(here, "stability_data/cells.csv"), na.strings = "")
draws <- read.csv(file.path(here, "stability_data/draws.csv"))
candidates <- c("her2_status", "age_group", "density", "luminal")
reference <- c(her2_status = "negative", age_group = "<=50", density = "A", luminal = "no")
levels_of <- lapply(setNames(candidates, candidates), function(v)
  c(reference[[v]], setdiff(sort(unique(na.omit(cells[[v]]))), reference[[v]])))
y <- as.numeric(cells$outcome == "yes")
alpha <- 0.25; level <- 0.95

design <- function(terms) {
  X <- cbind(`(Intercept)` = rep(1, nrow(cells)))
  owner <- ""
  for (v in terms) for (l in levels_of[[v]][-1]) {
    X <- cbind(X, as.numeric(cells[[v]] == l))
    colnames(X)[ncol(X)] <- paste(v, l); owner <- c(owner, v)
  }
  list(X = X, owner = owner, complete = rowSums(is.na(X)) == 0)
}

firth <- function(X, y, w, free = rep(TRUE, ncol(X))) {
  beta <- rep(0, ncol(X))
  for (i in 1:500) {
    p <- plogis(drop(X %*% beta)); W <- w * p * (1 - p)
    information <- crossprod(X, W * X)
    hat <- W * rowSums((X %*% solve(information)) * X)
    score <- drop(crossprod(X, w * (y - p) + hat * (0.5 - p)))[free]
    curvature <- crossprod(X, (W + hat * p * (1 - p)) * X)[free, free, drop = FALSE]
    step <- solve(curvature, score)
    step <- step * min(1, 2 / max(abs(step)))
    beta[free] <- beta[free] + step
    if (max(abs(step)) < 1e-13) break
  }
  stopifnot(i < 500)
  p <- plogis(drop(X %*% beta))
  penalty <- determinant(crossprod(X, w * p * (1 - p) * X))$modulus / 2
  list(beta = beta, value = sum(w * (y * log(p) + (1 - y) * log(1 - p))) + as.numeric(penalty))
}

fit <- function(terms, w) {
  d <- design(terms)
  rows <- d$complete & w > 0
  X <- d$X[rows, , drop = FALSE]; v <- w[rows]
  m <- suppressWarnings(glm.fit(X, y[rows], weights = v, family = binomial(),
                                control = list(epsilon = 1e-14, maxit = 60)))
  # A step more than glm's own takes the last digits.
  p <- plogis(drop(X %*% m$coefficients)); W <- v * p * (1 - p)
  infinite <- abs(m$coefficients) > 12; infinite[1] <- FALSE
  beta <- m$coefficients
  if (!any(infinite)) {
    step <- solve(crossprod(X, W * X), crossprod(X, v * (y[rows] - p)))
    beta <- beta + drop(step)
    stopifnot(max(abs(beta)) < 8)
  }
  penalised <- if (any(infinite)) firth(X, y[rows], v)
  p_value <- sapply(terms, function(term) {
    own <- d$owner == term
    if (any(infinite[own])) {
      held <- firth(X, y[rows], v, !own)
      return(pchisq(2 * (penalised$value - held$value), sum(own), lower.tail = FALSE))
    }
    keep <- !infinite
    covariance <- if (any(infinite)) {
      # Women whose outcome is predicted with certainty say nothing about what stays finite.
      decided <- p < 1e-4 | p > 1 - 1e-4
      Z <- X[!decided, , drop = FALSE]
      use <- qr(Z); use <- sort(use$pivot[seq_len(use$rank)])
      full <- matrix(NaN, ncol(X), ncol(X))
      full[use, use] <- solve(crossprod(Z[, use], W[!decided] * Z[, use]))
      full
    } else solve(crossprod(X, W * X))
    b <- beta[own]
    pchisq(drop(b %*% solve(covariance[own, own], b)), sum(own), lower.tail = FALSE)
  })
  list(terms = terms, beta = ifelse(infinite, sign(beta) * Inf, beta), p_value = p_value,
       infinite = any(infinite), d = d,
       score = drop(d$X %*% (if (any(infinite)) penalised$beta else beta)))
}

chain <- function(w) {
  screened <- sapply(candidates, function(v) fit(v, w)$p_value)
  passed <- candidates[screened < alpha]
  terms <- candidates[candidates %in% c(passed, "her2_status")]
  c(fit(terms, w), list(screened = screened, passed = passed))
}

area <- function(score, w) {
  known <- !is.na(score)
  a <- known & y == 1; b <- known & y == 0
  wins <- outer(score[a], score[b], function(s, t) ifelse(abs(s - t) < 1e-10, 0.5, s > t))
  sum(outer(w[a], w[b]) * wins) / sum(w[a]) / sum(w[b])
}
slope <- function(score, w) {
  rows <- !is.na(score) & w > 0
  if (diff(range(score[rows])) < 1e-9) return(NA)
  X <- cbind(1, score[rows])
  glm.fit(X, y[rows], weights = w[rows], family = binomial(),
          control = list(epsilon = 1e-15, maxit = 100))$coefficients[[2]]
}

slots <- colnames(design(candidates)$X)[-1]
owners <- design(candidates)$owner[-1]
value_of <- function(run) {
  out <- setNames(rep(0, length(slots)), slots)
  own <- names(run$beta)[-1]
  out[own] <- run$beta[-1]
  out
}
runs <- function(counts) lapply(seq_len(nrow(counts)), function(i) chain(unlist(counts[i, ])))
counts_of <- function(kind) draws[draws$kind == kind, -(1:2)]
boot <- runs(counts_of("bootstrap")); perm <- runs(counts_of("permutation"))
whole <- cells$n; own <- chain(whole)
live <- which(whole > 0)
left <- lapply(live, function(i) chain(replace(whole, i, whole[i] - 1)))

say <- function(name, value) cat(sprintf("%s,%.17g\n", name, value))
order_bounds <- function(x, low, high) {
  B <- length(x); s <- sort(x)
  c(s[floor((B + 1) * low + 1e-9)], s[B + 1 - floor((B + 1) * (1 - high) + 1e-9)])
}
cat("quantity,value\n")
B <- sapply(boot, value_of); P <- sapply(perm, value_of); J <- sapply(left, value_of)
t0 <- value_of(own); z <- qnorm((1 + level) / 2)
included <- function(all, v) sapply(all, function(run) v %in% run$terms)
for (k in seq_along(slots)) {
  name <- gsub(" ", ":", slots[k]); inside <- included(boot, owners[k])
  say(paste0(name, ":inclusion"), mean(inside))
  say(paste0(name, ":permuted_inclusion"), mean(included(perm, owners[k])))
  say(paste0(name, ":jackknife_inclusion"), weighted.mean(included(left, owners[k]), whole[live]))
  say(paste0(name, ":infinite"), sum(is.infinite(B[k, ])))
  bounds <- list(percentile = order_bounds(B[k, ], (1 - level) / 2, (1 + level) / 2),
                 conditional = order_bounds(B[k, inside], (1 - level) / 2, (1 + level) / 2),
                 permuted = order_bounds(P[k, ], (1 - level) / 2, (1 + level) / 2),
                 left_out = range(J[k, ]))
  z0 <- qnorm(mean(B[k, ] < t0[k] - 1e-10) + mean(abs(B[k, ] - t0[k]) <= 1e-10) / 2)
  apart <- weighted.mean(J[k, ], whole[live]) - J[k, ]
  a <- sum(whole[live] * apart^3) / 6 / sum(whole[live] * apart^2)^1.5
  shifted <- z0 + c(-z, z)
  ends <- pnorm(z0 + shifted / (1 - a * shifted))
  bounds$bca <- if (all(is.finite(c(ends, t0[k])))) order_bounds(B[k, ], ends[1], ends[2]) else c(NA, NA)
  for (method in names(bounds)) {
    say(paste0(name, ":", method, ":low"), exp(bounds[[method]][1]))
    say(paste0(name, ":", method, ":high"), exp(bounds[[method]][2]))
  }
}
performance <- function(run, w) c(
  area(run$score, w), area(run$score, whole), slope(run$score, w), slope(run$score, whole))
measured <- mapply(function(run, i) performance(run, unlist(counts_of("bootstrap")[i, ])),
                   boot, seq_along(boot))
say("auc:apparent", area(own$score, whole))
say("auc:optimism", mean(measured[1, ] - measured[2, ]))
say("slope:optimism", mean(measured[3, ] - measured[4, ], na.rm = TRUE))
say("slope:median_optimism", median(measured[3, ] - measured[4, ], na.rm = TRUE))
say("penalised", sum(sapply(boot, function(run) run$infinite)))
smallest <- function(run) c(
  run$p_value[["her2_status"]], min(run$screened),
  if (length(run$passed)) min(run$p_value[run$passed]) else NA)
S <- sapply(perm, smallest); s0 <- smallest(own)
rules <- c("exposure_refitted", "any_candidate_screened", "any_selected_refitted")
for (k in 1:3) {
  say(paste0(rules[k], ":rejected"), sum(S[k, ] < c(1 - level, alpha, 1 - level)[k], na.rm = TRUE))
  say(paste0(rules[k], ":observed"), s0[k])
  say(paste0(rules[k], ":permutation"), (1 + sum(S[k, ] <= s0[k] * (1 + 1e-7), na.rm = TRUE)) / (1 + ncol(S)))
}
