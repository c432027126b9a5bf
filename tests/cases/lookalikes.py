"""The corpus of look-alike origins, and which of them each form of entry really covers.

The listed host is ``app.example.com``. Every text here may come as ``Origin``; whoever controls one of the
hosts in it must not be taken for the listed one.
"""

import re
from dataclasses import dataclass

LOOKALIKES = {
    # Suffix and prefix: the listed name at the wrong end.
    "suffix-domain": "https://app.example.com.evil.test",
    "suffix-label": "https://app.example.com.evil",
    "suffix-glued": "https://app.example.comevil.test",
    "suffix-hyphen": "https://app.example.com-evil.test",
    "suffix-longer-tld": "https://app.example.community",
    "suffix-cut": "https://app.example.co",
    "suffix-cut-dot": "https://app.example.",
    "prefix-glued": "https://evilapp.example.com.evil.test",
    "prefix-domain": "https://evilexample.com",
    "prefix-hyphen": "https://evil-example.com",
    "prefix-listed-as-label": "https://app.example.com.example.net",
    "prefix-cut": "https://pp.example.org",
    # Dots that are not escaped, or that are missing.
    "dot-letter": "https://appxexample.com",
    "dot-letter-tld": "https://app.examplexcom",
    "dot-hyphen": "https://app-example.com",
    "dot-underscore": "https://app_example.com",
    "dot-doubled": "https://app..example.com",
    "dot-doubled-tld": "https://app.example..com",
    "dot-missing": "https://appexample.com",
    "dot-before": "https://.app.example.com",
    "dot-behind": "https://app.example.com.",
    "dot-behind-port": "https://app.example.com.:443",
    "dot-ideographic": "https://app\u3002example\u3002com",
    "dot-fullwidth": "https://app\uff0eexample.com",
    # Ports.
    "port-other": "https://app.example.com:8443",
    "port-default": "https://app.example.com:443",
    "port-http": "https://app.example.com:80",
    "port-empty": "https://app.example.com:",
    "port-zero": "https://app.example.com:0",
    "port-leading-zero": "https://app.example.com:0443",
    "port-too-large": "https://app.example.com:65979",
    "port-negative": "https://app.example.com:-443",
    "port-text": "https://app.example.com:evil",
    "port-host-behind": "https://app.example.com:443.evil.test",
    "port-at-host-behind": "https://app.example.com:443@evil.test",
    "port-two": "https://app.example.com:443:8443",
    "port-star": "https://app.example.com:*",
    "port-other-digits": "https://app.example.com:\u0664\u0664\u0663",
    # User information, path, query, fragment.
    "userinfo": "https://app.example.com@evil.test",
    "userinfo-password": "https://app.example.com:x@evil.test",
    "userinfo-in-front": "https://evil.test@app.example.com",
    "userinfo-empty": "https://@app.example.com",
    "userinfo-encoded": "https://app.example.com%40evil.test",
    "path-slash": "https://app.example.com/",
    "path": "https://app.example.com/evil",
    "path-of-evil": "https://evil.test/https://app.example.com",
    "path-of-evil-bare": "https://evil.test/app.example.com",
    "path-backslash": "https://evil.test\\app.example.com",
    "path-backslash-behind": "https://app.example.com\\.evil.test",
    "query": "https://app.example.com?evil.test",
    "query-of-evil": "https://evil.test?https://app.example.com",
    "query-of-evil-bare": "https://evil.test?.example.com",
    "fragment": "https://app.example.com#evil.test",
    "fragment-of-evil": "https://evil.test#.example.com",
    "semicolon": "https://app.example.com;evil.test",
    "encoded-slash": "https://evil.test%2f.example.com",
    "encoded-dot": "https://app%2eexample.com",
    "encoded-nul": "https://app.example.com%00.evil.test",
    # Control characters and blanks.
    "newline-behind": "https://app.example.com\n",
    "return-behind": "https://app.example.com\r",
    "crlf-header": "https://app.example.com\r\nX-Evil: 1",
    "newline-before": "\nhttps://app.example.com",
    "newline-evil": "https://evil.test\nhttps://app.example.com",
    "newline-inside": "https://app.example\n.com",
    "tab-behind": "https://app.example.com\t",
    "tab-inside": "https://app\t.example.com",
    "nul-behind": "https://app.example.com\x00",
    "nul-evil": "https://app.example.com\x00.evil.test",
    "escape": "https://app.example.com\x1b[0m",
    "delete": "https://app.example.com\x7f",
    "blank-before": " https://app.example.com",
    "blank-behind": "https://app.example.com ",
    "blank-inside": "https://app .example.com",
    "no-break-space": "https://app.example.com\xa0",
    "line-separator": "https://app.example.com\u2028",
    "byte-order-mark": "\ufeffhttps://app.example.com",
    "zero-width": "https://app\u200b.example.com",
    "soft-hyphen": "https://a\xadpp.example.com",
    # International names.
    "homograph-cyrillic": "https://\u0430pp.example.com",
    "homograph-cyrillic-domain": "https://app.ex\u0430mple.com",
    "homograph-greek": "https://app.\u03b5xample.com",
    "homograph-fullwidth": "https://\uff41pp.example.com",
    "homograph-ligature": "https://app.examp\ufb02e.com",
    "homograph-kelvin": "https://app.example.\u212aom",
    "homograph-punycode": "https://xn--pp-7kc.example.net",
    "homograph-punycode-domain": "https://app.xn--exmple-4nf.com",
    "dotless-i": "https://app.example.com\u0131",
    "latin1": "https://\xe4pp.example.com",
    # Addresses.
    "ipv6": "https://[::1]",
    "ipv6-name-inside": "https://[app.example.com]",
    "ipv6-open": "https://[::1",
    "ipv6-name-behind": "https://[::1].example.com",
    "ipv6-mapped": "https://[::ffff:1.2.3.4]",
    "ipv4": "https://1.2.3.4",
    "ipv4-name-behind": "https://1.2.3.4.app.example.com.evil.test",
    # Letter case and schemes.
    "case-all": "HTTPS://APP.EXAMPLE.COM",
    "case-scheme": "Https://app.example.com",
    "case-host": "https://App.example.com",
    "case-tld": "https://app.example.coM",
    "scheme-http": "http://app.example.com",
    "scheme-missing": "app.example.com",
    "scheme-relative": "//app.example.com",
    "scheme-one-slash": "https:/app.example.com",
    "scheme-three-slashes": "https:///app.example.com",
    "scheme-colon": "https:app.example.com",
    "scheme-ws": "wss://app.example.com",
    "scheme-prefixed": "xhttps://app.example.com",
    "scheme-view-source": "view-source:https://app.example.com",
    "scheme-blob": "blob:https://app.example.com",
    "scheme-javascript": "javascript://app.example.com",
    "scheme-extension": "chrome-extension://app.example.com",
    "scheme-capacitor": "capacitor://app.example.com",
    # Wildcards and expressions, taken literally.
    "star": "*",
    "star-host": "https://*",
    "star-subdomain": "https://*.example.com",
    "star-label": "https://a*.example.com",
    "star-ports": "https://*.example.com:*",
    "expression-text": r"https://[a-z0-9-]+\.example\.com",
    "expression-dot-star": "https://.*",
    "apex": "https://example.com",
    "apex-dot": "https://.example.com",
    "www": "https://www.app.example.com.evil.test",
    # Lists.
    "list-comma": "https://app.example.com,https://evil.test",
    "list-comma-blank": "https://app.example.com, https://evil.test",
    "list-evil-first": "https://evil.test,https://app.example.com",
    "list-blank": "https://app.example.com https://evil.test",
    "list-same": "https://app.example.com,https://app.example.com",
    "list-same-blank": "https://app.example.com https://app.example.com",
    "list-brackets": "['https://app.example.com']",
    # Others.
    "null": "null",
    "null-case": "NULL",
    "undefined": "undefined",
    "too-long": "https://" + "a." * 4000 + "example.com",
    "too-long-label": "https://" + "a" * 64 + ".example.com",
    "quotes": '"https://app.example.com"',
    "brackets": "<https://app.example.com>",
    "concatenated-twice": "https://app.example.comhttps://app.example.com",
    # What a pattern of the example's domain covers: tables below say which.
    "real-subdomain": "https://other.example.com",
    "real-deep-subdomain": "https://a.b.example.com",
    "real-hyphen": "https://pr-12.example.com",
    "real-subdomain-port": "https://other.example.com:8443",
    "real-subdomain-http": "http://other.example.com",
    "real-below": "https://www.app.example.com",
    "real-underscore": "https://a_b.example.com",
    "real-nested-lookalike": "https://app.example.com.example.com",
}


@dataclass(frozen=True)
class Form:
    """One form of entry: what is written, one origin that it is for, and the look-alikes that it covers."""

    entry: str | re.Pattern[str]
    meant: str
    covers: frozenset[str] = frozenset()


_SUBDOMAINS = frozenset(
    {
        "real-subdomain",
        "real-deep-subdomain",
        "real-hyphen",
        "real-below",
        "real-underscore",
        "real-nested-lookalike",
    }
)
_WITH_PORTS = frozenset({"port-other", "port-http", "real-subdomain-port"})

FORMS = {
    "exact": Form("https://app.example.com", "https://app.example.com"),
    "exact-with-port": Form(
        "https://app.example.com:8443", "https://app.example.com:8443", frozenset({"port-other"})
    ),
    "exact-http": Form("http://app.example.com", "http://app.example.com", frozenset({"scheme-http"})),
    "subdomains": Form("https://*.example.com", "https://app.example.com", _SUBDOMAINS),
    "subdomains-of-subdomain": Form(
        "https://*.app.example.com", "https://a.app.example.com", frozenset({"real-below"})
    ),
    "subdomains-with-port": Form(
        "https://*.example.com:8443",
        "https://app.example.com:8443",
        frozenset({"port-other", "real-subdomain-port"}),
    ),
    "ports": Form(
        "https://app.example.com:*", "https://app.example.com", frozenset({"port-other", "port-http"})
    ),
    "subdomains-and-ports": Form(
        "https://*.example.com:*", "https://app.example.com", _SUBDOMAINS | _WITH_PORTS
    ),
    "expression": Form(
        re.compile(r"https://[a-z0-9-]+\.example\.com"),
        "https://app.example.com",
        frozenset({"real-subdomain", "real-hyphen"}),
    ),
    "expression-anchored": Form(
        re.compile(r"^https://[a-z0-9-]+\.example\.com$", re.MULTILINE | re.IGNORECASE),
        "https://app.example.com",
        frozenset({"real-subdomain", "real-hyphen"}),
    ),
    "expression-alternatives": Form(
        re.compile(r"https://app\.example\.com|https://other\.example\.com"),
        "https://app.example.com",
        frozenset({"real-subdomain"}),
    ),
    "other-scheme": Form(
        "capacitor://app.example.com", "capacitor://app.example.com", frozenset({"scheme-capacitor"})
    ),
    "ipv6": Form("https://[::1]", "https://[::1]", frozenset({"ipv6"})),
    "ipv4": Form("https://1.2.3.4", "https://1.2.3.4", frozenset({"ipv4"})),
    "international": Form("https://\xe4pp.example.com", "https://xn--pp-uia.example.com"),
}

#: Origins that are configured together; no two of them, joined in any way, make a third.
CONFIGURED = (
    "https://foo.com",
    "https://bar.com",
    "https://app.example.com",
    "http://localhost:8080",
    "https://*.example.net",
    "https://*.foo.org:*",
    "http://127.0.0.1:*",
    "capacitor://localhost",
)


def joined(first: str, second: str) -> frozenset[str]:
    """Return the ways in which two entries run into one another in careless matching."""
    host_of_second = second.partition("://")[2]
    host_of_first = first.partition("://")[2]
    scheme = first.partition("://")[0]
    parts = {
        first + second,
        first + host_of_second,
        f"{first}.{host_of_second}",
        f"{first}-{host_of_second}",
        f"{first},{second}",
        f"{first} {second}",
        f"{first}|{second}",
        f"{first}\n{second}",
        f"{first}@{host_of_second}",
        f"{first}/{host_of_second}",
        f"{scheme}://{host_of_second}{host_of_first}",
        f"{scheme}://{host_of_second}-{host_of_first}",
        f"{scheme}://{host_of_second}_{host_of_first}",
    }
    return frozenset(text.replace("*.", "a.").replace(":*", ":81") for text in parts)
