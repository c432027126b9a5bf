"""What is served in debug: why a browser refused, told to the page, and a page of every decision.

Nothing of it is loaded outside debug. ``/_crossguard/`` is opened by a token of this process; without it, and
outside debug, there are no such addresses.

Imports adapters, explain, browser, logs, suffixes and core.
"""
