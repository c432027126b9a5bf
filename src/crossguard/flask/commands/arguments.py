"""The choices of the options, without the model behind them: ``flask run`` loads this too."""

from typing import Final

BROWSERS: Final = (
    "chromium",
    "chromium-block-third-party",
    "firefox",
    "firefox-block-third-party",
    "webkit",
    "webkit-allow-third-party",
    "safari",
)
CREDENTIALS: Final = ("same-origin", "include", "omit")
SENDERS: Final = ("fetch", "form", "eventsource", "websocket")
MODES: Final = ("cors", "no-cors", "same-origin")
EXPORT_TARGETS: Final = ("nginx", "haproxy", "caddy", "envoy", "edge-js", "gateway-api")
FORMATS: Final = ("text", "json", "sarif")
SEVERITIES: Final = ("error", "warning", "info")
