"""The screen-and-refit chain on thousands of replicates at once: draws, kernels, results."""
