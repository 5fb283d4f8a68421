"""Finding seeds by topic."""
