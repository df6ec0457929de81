"""What replicates of the screen-and-refit chain say: stability, optimism, type I error."""
