"""Lists of origins that are kept elsewhere: sources that processes follow, and callables that are asked.

Imports logs and core.
"""
