"""A reference of the fits that no rounding reaches."""

import mpmath as mp
import numpy as np


def digits_40(matrix, events, patients, penalised):
    """Solve the (penalised) score equations with 50 digits, the derivative by differences."""
    mp.mp.dps = 50
    matrix, own = np.unique(matrix, axis=0, return_inverse=True)
    events, patients = (np.bincount(own.ravel(), weights=w) for w in (events, patients))
    rows = [[mp.mpf(float(x)) for x in row] for row in matrix]
    p = len(rows[0])

    def parts(beta):
        fitted = [1 / (1 + mp.e ** -sum(x * b for x, b in zip(r, beta, strict=True))) for r in rows]
        information = mp.matrix(p, p)
        for r, n, f in zip(rows, patients, fitted, strict=True):
            for j in range(p):
                for k in range(p):
                    information[j, k] += mp.mpf(float(n)) * f * (1 - f) * r[j] * r[k]
        return fitted, information

    def score(*beta):
        fitted, information = parts(beta)
        inverse = information**-1
        total = [mp.mpf(0)] * p
        for r, s, n, f in zip(rows, events, patients, fitted, strict=True):
            residual = mp.mpf(float(s)) - mp.mpf(float(n)) * f
            if penalised:
                square = sum(r[j] * inverse[j, k] * r[k] for j in range(p) for k in range(p))
                residual += mp.mpf(float(n)) * f * (1 - f) * square * (mp.mpf(1) / 2 - f)
            total = [t + x * residual for t, x in zip(total, r, strict=True)]
        return total

    beta = list(mp.findroot(lambda *b: score(*b), [mp.mpf(0)] * p, tol=1e-45, maxsteps=100))
    inverse = parts(beta)[1] ** -1
    return [float(b) for b in beta], [float(mp.sqrt(inverse[j, j])) for j in range(p)]
