"""How it is kept: chains of entries, drafts, files by content hash, an index that can be rebuilt."""
