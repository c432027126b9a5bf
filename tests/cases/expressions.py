"""Expressions, as people write them, that are open with credentials, and that are narrow."""

import re
from typing import NamedTuple


class Open(NamedTuple):
    """An open expression, words of the reason that are about it, and an origin of a stranger that it matches."""

    expression: re.Pattern[str]
    words: str
    stranger: str


class Narrow(NamedTuple):
    """A narrow expression, an origin that it matches, and the domains under which all that it matches lies."""

    expression: re.Pattern[str]
    origin: str
    domains: tuple[str, ...]


def _open(text: str, words: str, stranger: str, flags: int = 0) -> Open:
    return Open(re.compile(text, flags), words, stranger)


def _narrow(text: str, origin: str, *domains: str, flags: int = 0) -> Narrow:
    return Narrow(re.compile(text, flags), origin, domains or ("example.com",))


OPEN = (
    _open(r"https://.*\.com", "under com", "https://evil.com"),
    _open(r"https://[a-z.]+", "'https://*' is open", "https://evil.test"),
    _open(r"\D+", "literal scheme", "https://evil.test"),
    _open(r".*", "literal scheme", "https://evil.test"),
    _open(r".+", "literal scheme", "http://evil.test"),
    _open(r"https://.*example\.com", "under com", "https://evilexample.com"),
    _open(r"https://[a-z0-9-]+\.vercel\.app", "vercel.app", "https://evil.vercel.app"),
    _open(r"https://shop-[a-z]+-team\.vercel\.app", "vercel.app", "https://shop-evil-team.vercel.app"),
    _open(r"https://[a-z]+\.netlify\.app(:\d+)?", "netlify.app", "https://evil.netlify.app:1"),
    _open(r"https://[a-z]+\.s3\.amazonaws\.com", "s3.amazonaws.com", "https://evil.s3.amazonaws.com"),
    _open(r"https://[a-z0-9.-]+\.amazonaws\.com", "amazonaws.com", "https://evil.s3.amazonaws.com"),
    _open(r"https://[a-z0-9-]+\.app\.github\.dev", "app.github.dev", "https://evil-8080.app.github.dev"),
    _open(r"https://.+\.github\.dev", "github.dev", "https://evil-8080.app.github.dev"),
    _open(r"https://\d+-[a-z]+\.ws-eu\.gitpod\.io", "ws-eu.gitpod.io", "https://80-evil.ws-eu.gitpod.io"),
    _open(r"https://[a-z]+\.co\.uk", "co.uk", "https://evil.co.uk"),
    _open(r"https?://app\.example\.com", "'http://app.example.com' is open", "http://app.example.com"),
    _open(r"http://app\.example\.com", "network", "http://app.example.com"),
    _open(r"http://.*\.example\.com", "network", "http://evil.example.com"),
    _open(r".*://app\.example\.com", "literal scheme", "http://app.example.com"),
    _open(r"[a-z]+://app\.example\.com", "literal scheme", "http://app.example.com"),
    _open(r"(https|.*)://app\.example\.com", "literal scheme", "http://app.example.com"),
    _open(r"chrome-extension://.*", "extension", "chrome-extension://evil"),
    _open(r"moz-extension://.+", "extension", "moz-extension://evil"),
    _open(r"chrome-extension://[a-p]{32}", "extension", "chrome-extension://" + "b" * 32),
    _open(r"capacitor://.*", "capacitor", "capacitor://evil"),
    _open(r"app://[a-z]+\.local", "app", "app://evil.local"),
    _open(r"https://app.example.com", "'https://app*example*com' is open", "https://appxexamplexcom"),
    _open(r"https://.*.example.com", "literal name", "https://evilxexamplexcom"),
    _open(r"https://.*\.example.com", "literal name", "https://a.examplexcom"),
    _open(r"https://app\.example\.com|.*", "literal scheme", "https://evil.test"),
    _open(r"https://app\.example\.com|https://.*", "'https://*' is open", "https://evil.test"),
    _open(r"https://(app\.example\.com|[a-z]+)", "'https://*' is open", "https://evil"),
    _open(r"https://app\.example\.com.*", "'https://app.example.com*'", "https://app.example.com.evil.test"),
    _open(r"https://app\.example\.com[a-z.]*", "literal name", "https://app.example.com.evil.test"),
    _open(r"https://app\.example\.(com|\w+)", "'https://app.example.*'", "https://app.example.evil"),
    _open(r"https://(?P<name>[a-z]+)\.(?P=name)", "literal name", "https://evil.evil"),
    _open(r"https://(?!example)[a-z]+\.[a-z]+", "literal name", "https://evil.test"),
    _open(r"https://[a-z]+(?<!x)(?<=example\.com)|https://[^/]+", "literal name", "https://evil.test"),
    _open(r"https://(?=app).*", "'https://*' is open", "https://app.evil.test"),
    _open(r"https://(?:.*\.)?com", "under com", "https://evil.com"),
    _open(r"https://[^.]+\.[^.]+", "literal name", "https://evil.test"),
    _open(r"(?i)https://.*\.COM", "under com", "https://evil.com"),
    _open("(?i)https://[a-z]+\\.example\u017f\\.com", "under com", "https://evil.examples.com"),
    _open(r"https://\S+:8443", "'https://*:8443' is open", "https://evil.test:8443"),
    _open(r"https://.*:\d+", "'https://*:0' is open", "https://evil.test:1"),
    _open(r"https://[^/]*:1\.example\.com|https://.+", "'https://*:1.example.com'", "https://evil.test"),
    _open(r"http://localhost.*", "'http://localhost*'", "http://localhost.evil.test"),
    _open(r"http://[a-z]*localhost", "literal name", "http://evillocalhost"),
    _open(r"http://127\..*", "'http://127.*'", "http://127.evil.test"),
    _open(r"http://.*\.0\.0\.1", "literal name", "http://10.0.0.1"),
    _open(r"http://192\.168\.1\.\d+:8080", "literal name", "http://192.168.1.66:8080"),
    _open(r"http://\[.*\]:3000", "literal name", "http://[2001:db8::1]:3000"),
    _open(r"https://(a|b)+\.example\.com\d*", "literal name", "https://a.example.com8"),
    _open(r"https:/{2}[a-z]{3,}", "'https://*' is open", "https://evil"),
    _open("https://.*\n\\.com  # ours", "under com", "https://evil.com", re.VERBOSE),
)

NARROW = (
    _narrow(r"https://app\.example\.com", "https://app.example.com"),
    _narrow(r"https://[a-z0-9-]+\.example\.com", "https://pr-1.example.com"),
    _narrow(r"https://.*\.example\.com", "https://a.b.example.com"),
    _narrow(r"https://.+?\.example\.com", "https://a.b.example.com"),
    _narrow(r"^https://[a-z]+\.example\.com$", "https://a.example.com"),
    _narrow(r"\Ahttps://[a-z]+\.example\.com\Z", "https://a.example.com"),
    _narrow(r"https://([a-z]+\.)?example\.com", "https://example.com"),
    _narrow(r"https://(?:[a-z]+\.)*example\.com", "https://a.b.example.com"),
    _narrow(r"https://([a-z0-9-]+\.)+example\.com", "https://a.b.example.com"),
    _narrow(r"https://(www\.)?example\.com(:\d+)?", "https://www.example.com:8443"),
    _narrow(r"https://app\.example\.com:\d+", "https://app.example.com:8443"),
    _narrow(r"https://app\.example\.com:8\d{3}", "https://app.example.com:8443"),
    _narrow(r"https://app\.example\.com:(3000|8080)", "https://app.example.com:8080"),
    _narrow(r"https://app\.example\.com(?::[0-9]{1,5})?", "https://app.example.com:1"),
    _narrow(r"https://(app|admin)\.example\.com", "https://admin.example.com"),
    _narrow(r"https://(?P<name>app|admin)\.example\.com", "https://app.example.com"),
    _narrow(r"https://(?P<name>[a-z]+)-(?P=name)\.example\.com", "https://a-a.example.com"),
    _narrow(r"https://app\.example\.(com|org)", "https://app.example.org", "example.com", "example.org"),
    _narrow(r"https://[a-z]+\.example\.(de|dk)", "https://a.example.dk", "example.de", "example.dk"),
    _narrow(r"https://[a-z]+\.example\.co\.uk", "https://a.example.co.uk", "example.co.uk"),
    _narrow(
        r"https://a\.example\.com|https://b\.example\.net",
        "https://b.example.net",
        "example.com",
        "example.net",
    ),
    _narrow(r"https://(?!evil)[a-z]+\.example\.com", "https://good.example.com"),
    _narrow(r"https://(?=shop-)[a-z-]+\.example\.com", "https://shop-x.example.com"),
    _narrow(r"https://[a-z]+(?<!internal)\.example\.com", "https://good.example.com"),
    _narrow(r"(?i)https://[a-z]+\.example\.com", "https://a.example.com"),
    _narrow(r"https://[a-z]+\.EXAMPLE\.com", "https://a.example.com", flags=re.IGNORECASE),
    _narrow(r"https://.*\.example\.com", "https://a.example.com", flags=re.DOTALL),
    _narrow(r"^https://[a-z]+\.example\.com$", "https://a.example.com", flags=re.MULTILINE),
    _narrow("https://  # only tls\n [a-z]+ \\.example \\.com", "https://a.example.com", flags=re.VERBOSE),
    _narrow(r"(?x) https:// [a-z]+ \.example\.com", "https://a.example.com"),
    _narrow(r"https://[a-z]+[.]example[.]com", "https://a.example.com"),
    _narrow(r"https://shop-[a-z]+-team\.example\.com", "https://shop-x-team.example.com"),
    _narrow(r"https://app[0-9]+\.example\.com", "https://app12.example.com"),
    _narrow(r"https://app\d?\.example\.com", "https://app.example.com"),
    _narrow(r"https://myapp\.vercel\.app", "https://myapp.vercel.app", "myapp.vercel.app"),
    _narrow(r"https://[a-z]+\.myapp\.vercel\.app", "https://a.myapp.vercel.app", "myapp.vercel.app"),
    _narrow(
        r"https://[a-z]+\.bucket\.s3\.amazonaws\.com",
        "https://a.bucket.s3.amazonaws.com",
        "bucket.s3.amazonaws.com",
    ),
    _narrow(r"https://xn--bcher-kva\.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example"),
    _narrow(r"http://localhost", "http://localhost", "localhost"),
    _narrow(r"http://localhost:\d+", "http://localhost:5173", "localhost"),
    _narrow(r"http://localhost(:[0-9]+)?", "http://localhost:5173", "localhost"),
    _narrow(r"http://localhost:.*", "http://localhost:5173", "localhost"),
    _narrow(r"https://[a-z.]+\.example\.com(:.*)?", "https://a.example.com:5173"),
    _narrow(r"https?://localhost:\d{4}", "http://localhost:5173", "localhost"),
    _narrow(r"https?://(localhost|127\.0\.0\.1):\d+", "http://127.0.0.1:5173", "localhost", "127.0.0.1"),
    _narrow(r"http://[a-z]+\.localhost(:\d+)?", "http://shop.localhost:5173", "localhost"),
    _narrow(r"http://127\.0\.0\.1(:\d+)?", "http://127.0.0.1:81", "127.0.0.1"),
    _narrow(r"http://\[::1\]:\d+", "http://[::1]:5173", "[::1]"),
    _narrow(r"https://192\.0\.2\.10(:\d+)?", "https://192.0.2.10", "192.0.2.10"),
    _narrow(
        r"capacitor://localhost|https://app\.example\.com",
        "capacitor://localhost",
        "localhost",
        "example.com",
    ),
    _narrow(r"app://(shop|admin)\.local", "app://shop.local", "local"),
    _narrow(
        r"chrome-extension://(mjgnhhfkdbaffiihmnjkbgjaacmdphpk)",
        "chrome-extension://mjgnhhfkdbaffiihmnjkbgjaacmdphpk",
        "mjgnhhfkdbaffiihmnjkbgjaacmdphpk",
    ),
    _narrow(r"https://(?>[a-z]+)\.example\.com", "https://a.example.com"),
    _narrow(r"https://[a-z]++\.example\.com", "https://a.example.com"),
    _narrow(r"https://(pr-)?(?(1)[0-9]+|app)\.example\.com", "https://pr-1.example.com"),
    _narrow(r"https://[^.]+\.example\.com\.?", "https://a.example.com."),
    _narrow(r"https://(a|b|c|d|e|f|g|h|i|j)\.example\.com", "https://j.example.com"),
    _narrow(r"https://app\.example\.com|null", "https://app.example.com"),
)
