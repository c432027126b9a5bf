"""What a person wrote, from the call to a live policy.

Imports the lists and the core.
"""
