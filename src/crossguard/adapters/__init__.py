"""What every adapter does the same: which policy governs, how a write is judged, what is answered and told.

Imports what was place, the explanations and the core; no protocol and no framework.
"""
