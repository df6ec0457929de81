# Reference numbers of the exact tests of tables with two columns, from R 4.2.2.
# Rscript tests/reference/exact.R > tests/reference/exact.csv
#
# Every table is written with the numbers computed from it, so that the Python test needs no R:
# kind "count" holds a cell (index row.column), every other kind a result with 17 digits.
# "enumerated" lists every table and sums dhyper(): p and mid-p. "fisher_test" is fisher.test(),
# where its workspace and its integer keys allow it. "mid_p_interval" are the roots of the mid-p
# tails of the noncentral hypergeometric distribution; epitools, where installed, has to agree.

emit <- function(set, kind, index, value) {
  cat(sprintf("%s,%s,%s,%s\n", set, kind, index, sprintf("%.17g", value)), sep = "")
}

# The log probability of every table that has the margins of x: row after row is given its share.
log_probabilities <- function(x) {
  n <- rowSums(x); logs <- 0; left <- sum(x[, 1])
  for (i in seq_len(nrow(x) - 1)) {
    rest <- sum(n[-seq_len(i)])
    low <- pmax(0, left - rest); ways <- pmin(n[i], left) - low + 1
    taken <- sequence(ways, low); before <- rep(left, ways)
    logs <- rep(logs, ways) + dhyper(taken, n[i], rest, before, log = TRUE)
    left <- before - taken
  }
  logs
}

log_probability <- function(x) {
  n <- rowSums(x); left <- sum(x[, 1]); log <- 0
  for (i in seq_len(nrow(x) - 1)) {
    log <- log + dhyper(x[i, 1], n[i], sum(n[-seq_len(i)]), left, log = TRUE)
    left <- left - x[i, 1]
  }
  log
}

enumerated <- function(x) {
  logs <- sort(log_probabilities(x)); observed <- log_probability(x)
  stopifnot(abs(sum(exp(logs)) - 1) < 1e-9)
  up_to <- sum(exp(logs[logs <= observed + log1p(1e-7)]))
  below <- sum(exp(logs[logs < observed + log1p(-1e-7)]))
  c(up_to, (up_to + below) / 2)
}

mid_p_interval <- function(x) {
  m <- sum(x[, 1]); n <- sum(x[, 2]); k <- sum(x[1, ]); a <- x[1, 1]
  support <- max(0, k - n):min(k, m)
  share <- function(l) { d <- dhyper(support, m, n, k, log = TRUE) + support * l
                         exp(d - max(d)) / sum(exp(d - max(d))) }
  root <- function(f) exp(uniroot(f, c(-12, 12), tol = 1e-15, maxiter = 1e4)$root)
  c(if (a == min(support)) 0 else
      root(function(l) sum(share(l) * ((support > a) + (support == a) / 2)) - 0.025),
    if (a == max(support)) NA else
      root(function(l) sum(share(l) * ((support < a) + (support == a) / 2)) - 0.025))
}

table_of <- function(set, found, others, fisher = TRUE) {
  x <- cbind(found, others)
  cells <- which(array(TRUE, dim(x)), arr.ind = TRUE)
  emit(set, "count", apply(cells, 1, paste, collapse = "."), x[cells])
  all <- enumerated(x)
  emit(set, "enumerated", c("p", "mid_p"), all)
  if (fisher) {
    p <- fisher.test(x, workspace = 2e8)$p.value
    stopifnot(abs(p / all[1] - 1) < 1e-7)
    emit(set, "fisher_test", "p", p)
  }
  if (nrow(x) == 2) {
    interval <- mid_p_interval(x)
    emit(set, "mid_p_interval", c("low", "high"), interval)
    if (all(x > 0) && requireNamespace("epitools", quietly = TRUE))
      stopifnot(all.equal(interval, epitools::or.midp(x)$conf.int, tolerance = 1e-2))
  }
}

cat("set,kind,index,value\n")
table_of("milan_her2", c(15, 21), c(40, 109))
table_of("milan_density", c(4, 16, 13, 3), c(19, 70, 45, 15))
table_of("milan_density_a_by_her2", c(2, 2), c(4, 15))
table_of("duke_density", c(2, 11, 24, 5), c(10, 36, 49, 19))
table_of("tea", c(3, 1), c(1, 3))
table_of("zero_cell", c(0, 5), c(7, 6))
table_of("ear_infection", c(40, 54, 63), c(25, 7, 10))
table_of("equal_groups", c(1, 4, 7), c(9, 6, 3))
table_of("equal_groups_apart", c(10, 0, 10, 0), c(0, 10, 0, 10))
table_of("unbalanced", c(3, 0, 2), c(4, 990, 3))
table_of("rare", c(0, 1, 0, 2, 5), c(300, 250, 180, 90, 60))
table_of("six_groups", c(9, 4, 12, 6, 3, 8), c(21, 26, 14, 19, 22, 12))
table_of("eight_groups", c(1, 4, 0, 3, 2, 5, 1, 0), c(6, 3, 5, 4, 2, 2, 7, 6))
table_of("strong", c(45, 20, 12, 3), c(5, 30, 44, 60))
table_of("registry_2", c(212, 4630), c(4788, 95370))
table_of("registry_3", c(402, 1518, 1131), c(1098, 3782, 2069), fisher = FALSE)
table_of("thousand_apart", c(520, 3, 1), c(2, 470, 4))
table_of("ten_thousand_apart", c(250, 150), c(250, 9350))
