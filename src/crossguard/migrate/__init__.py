"""From Flask-CORS and others to crossguard: what a source says, and the lines that say the same, proved.

Imports declare and core. Reads syntax trees, runs nothing of the application, and writes only when told.
"""

from crossguard.migrate.changes import Change
from crossguard.migrate.differences import DIFFERENCE_TEXTS, Difference, DifferenceCode
from crossguard.migrate.doubts import ACCEPTABLE, DOUBT_TEXTS, Doubt, DoubtCode
from crossguard.migrate.files import replace
from crossguard.migrate.plan import FilePlan, Plan, plan_migration

__all__ = [
    "ACCEPTABLE",
    "DIFFERENCE_TEXTS",
    "DOUBT_TEXTS",
    "Change",
    "Difference",
    "DifferenceCode",
    "Doubt",
    "DoubtCode",
    "FilePlan",
    "Plan",
    "plan_migration",
    "replace",
]
