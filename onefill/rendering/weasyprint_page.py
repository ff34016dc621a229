"""WeasyPrint as a program of its own: HTML on standard input, PDF on standard output.

A separate process, because its libraries read the fonts' settings once per process, and so that it can be ended.
Exit code 3: its libraries are not on this machine.
"""

import sys

LIBRARIES_MISSING = 3


def main() -> int:
    """Print one page of HTML."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):
        return LIBRARIES_MISSING
    html = sys.stdin.buffer.read().decode("utf-8")
    only_inside = URLFetcher(allowed_protocols={"data"})  # no file, no address
    sys.stdout.buffer.write(HTML(string=html, url_fetcher=only_inside).write_pdf())
    return 0


if __name__ == "__main__":
    sys.exit(main())
