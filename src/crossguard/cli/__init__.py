"""The command ``crossguard``, and what ``flask cors`` shares with it.

Imports wsgi, asgi, edge, explain, declare, browser and core; no Flask.
"""
