"""The policy at the edge: written for a proxy, and compared with what a proxy really does.

Imports browser and core.
"""
