"""Decisions: recorded off the request path, stored, counted and sent to open pages."""
