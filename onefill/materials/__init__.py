"""What was handed in: files as they came, page by page. Their own bytes are never altered."""
