"""``python -m onefill``."""

import sys

from onefill.cli import main

sys.exit(main())
