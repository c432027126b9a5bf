"""Cookies: how they are read, kept, and sent (RFC 6265bis)."""
