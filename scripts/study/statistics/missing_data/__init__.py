"""Missing values: multiple imputation, its pooling, bounds, and departures from randomness."""
