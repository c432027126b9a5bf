"""Health: whether the process lives, whether it is ready, and what it has counted."""
