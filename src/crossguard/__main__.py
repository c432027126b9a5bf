"""``python -m crossguard``."""

import sys

from crossguard.cli import main

sys.exit(main())
