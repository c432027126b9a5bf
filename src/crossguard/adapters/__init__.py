"""What every adapter does the same: which policy governs, how a write is judged, what is answered and told.

Imports declare, explain, logs, suffixes and core; no protocol and no framework.
"""
