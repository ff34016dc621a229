"""One screen per file: read, one call of the service, show."""
