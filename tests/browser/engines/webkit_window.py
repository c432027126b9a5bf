"""WebKitGTK behind lines of JSON; run by a Python that has its bindings, not by the tests' own.

``{"do": "open", "tab": 1, "url": …}``, ``{"do": "call", "tab": 1, "function": …, "argument": …}``,
``{"do": "close", "tab": 1}``; each is answered with ``{"ok": …}`` or ``{"error": …}``.

Usage: webkit_window.py PROXY_PORT FOLDER [--allow-third-party]
"""

import json
import sys
import threading

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

_CALL = "return JSON.stringify(await (%s)(JSON.parse(text))) ?? 'null'"


class Window:
    """The tabs, each a view of one context."""

    def __init__(self, proxy, folder, *, allows):
        manager = WebKit2.WebsiteDataManager(base_data_directory=folder, base_cache_directory=folder)
        manager.set_tls_errors_policy(WebKit2.TLSErrorsPolicy.IGNORE)
        settings = WebKit2.NetworkProxySettings.new(f"socks5://127.0.0.1:{proxy}", None)
        manager.set_network_proxy_settings(WebKit2.NetworkProxyMode.CUSTOM, settings)
        manager.set_itp_enabled(not allows)
        policy = WebKit2.CookieAcceptPolicy
        manager.get_cookie_manager().set_accept_policy(policy.ALWAYS if allows else policy.NO_THIRD_PARTY)
        self._context = WebKit2.WebContext.new_with_website_data_manager(manager)
        self._tabs = {}

    def run(self, command):
        """Start one command on the thread of the views."""
        try:
            getattr(self, f"do_{command['do']}")(command)
        except Exception as error:
            say({"error": repr(error)})

    def do_open(self, command):
        view = self._tabs.get(command["tab"])
        if view is None:
            view = self._tabs[command["tab"]] = WebKit2.WebView.new_with_context(self._context)
            window = Gtk.OffscreenWindow()
            window.add(view)
            window.show_all()
        handlers = []

        def changed(_view, event):
            if event == WebKit2.LoadEvent.FINISHED:
                for handler in handlers:
                    view.disconnect(handler)
                say({"ok": None})

        handlers.append(view.connect("load-changed", changed))
        view.load_uri(command["url"])

    def do_call(self, command):
        text = GLib.Variant("a{sv}", {"text": GLib.Variant("s", json.dumps(command["argument"]))})

        def done(view, result):
            try:
                value = view.call_async_javascript_function_finish(result)
                say({"ok": json.loads(value.to_string())})
            except Exception as error:
                say({"error": repr(error)})

        view = self._tabs[command["tab"]]
        view.call_async_javascript_function(_CALL % command["function"], -1, text, None, None, None, done)

    def do_close(self, command):
        self._tabs.pop(command["tab"]).get_toplevel().destroy()
        say({"ok": None})


def say(answer):
    """Write one line."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def listen(window):
    """Read commands until there are no more."""
    for line in sys.stdin:
        GLib.idle_add(window.run, json.loads(line))
    GLib.idle_add(Gtk.main_quit)


def main():
    window = Window(sys.argv[1], sys.argv[2], allows="--allow-third-party" in sys.argv)
    version = (WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
    say({"ok": ".".join(map(str, version))})
    threading.Thread(target=listen, args=(window,), daemon=True).start()
    Gtk.main()


if __name__ == "__main__":
    main()
