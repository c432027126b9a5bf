"""Hypothesis profiles, shared by all tests.

``ci`` is the default: quick, and the same examples every time. ``HYPOTHESIS_PROFILE=dev`` searches longer.
"""

import os

from hypothesis import settings

settings.register_profile("ci", max_examples=60, deadline=None, derandomize=True, database=None)
settings.register_profile("dev", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
