"""The documents, and the two programs that keep them true: `docs.guide` and `docs.pictures`."""
