"""Ready-made ways to a server: a WSGI or ASGI application in this process, or the network.

These do I/O; the model never imports them. A Flask application is a WSGI callable.
"""

from crossguard.browser.transports.asgi_application import asgi
from crossguard.browser.transports.over_network import network
from crossguard.browser.transports.wsgi_application import wsgi

__all__ = ["asgi", "network", "wsgi"]
