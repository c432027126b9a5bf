"""What a person wrote, from the call to a live policy.

Imports lists, suffixes, logs and core.
"""
