"""Without the token, and outside debug, there are no such addresses: the application answers as ever."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossguard.devtools import devtools
from tests.adapters.wire import Request
from tests.devtools.ways import API, OTHER, PAGE, SENDERS

SPELLINGS = [
    "/_crossguard",
    "/_crossguard/",
    "/_crossguard/why",
    "/_crossguard/page.js",
    "/_crossguard/exchanges",
    "/_crossguard/try",
    "/_crossguard/nothing",
    "//_crossguard/why",
    "/_crossguard//why",
    "/%5fcrossguard/why",
    "/_crossguard/%77hy",
    "/_crossguard/why/",
    "/./_crossguard/why",
    "/x/../_crossguard/why",
    "/_CROSSGUARD/why",
    "/_crossguard%2fwhy",
    "/_crossguardian",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS"]
WRONG = ["", "x", "t" * 43, "é", "\x7f" * 200, "A" * 100_000]


def as_ever(served, plain, method, path, headers=(), **more):
    """Check that *served* answers as an application without the addresses does."""
    answer, other = (one.ask(method, path, headers, **more) for one in (served, plain))
    assert (answer.status, answer.headers, answer.body) == (other.status, other.headers, other.body)
    assert served.called == plain.called
    return answer


@pytest.fixture
def pair(way, monkeypatch):
    """An application in debug, and the same with the addresses switched off."""
    served = way.served()
    served.ask()
    with monkeypatch.context() as switched:
        switched.setenv("CROSSGUARD_DEVTOOLS", "0")
        plain = way.served()
        plain.ask()
    return served, plain


@pytest.mark.parametrize("path", SPELLINGS)
def test_without_the_token_the_application_answers_as_ever(pair, path):
    for method in METHODS:
        answer = as_ever(*pair, method, path)
        assert b"_crossguard" not in answer.body
        as_ever(*pair, method, f"{path}?token={WRONG[2]}")
        as_ever(*pair, method, path, (("X-Crossguard-Token", WRONG[2]),))


@pytest.mark.parametrize("token", WRONG, ids=lambda text: text[:4])
def test_a_wrong_token_opens_nothing(pair, token):
    as_ever(*pair, "GET", "/_crossguard/exchanges", (("X-Crossguard-Token", token),))
    as_ever(*pair, "GET", "/_crossguard/?token=" + "".join(f"%{byte:02x}" for byte in token.encode()))


@pytest.mark.parametrize("path", SPELLINGS)
def test_outside_debug_the_token_opens_nothing(way, path):
    token = way.served().token
    served = way.served(debug=False)

    for method in METHODS:
        answer = served.ask(method, f"{path}?token={token}", (("X-Crossguard-Token", token),))
        assert answer.status == 200
        assert method == "HEAD" or answer.body == b"answer"
    preflight = served.preflight(OTHER, "POST", "/_crossguard/why", "content-type,x-crossguard-token")
    assert preflight.get("access-control-allow-origin") is None


@pytest.mark.parametrize(
    "path", ["//_crossguard/why", "/_crossguard//why", "/_crossguard/why/", "/_CROSSGUARD/why"]
)
def test_another_spelling_is_the_applications_with_the_token_too(way, path):
    served = way.served()

    if path.startswith("/_crossguard/"):
        # Below the prefix, with the token, nothing is the application's.
        assert served.post(path, {}).status == 404
    else:
        assert served.post(path, {}).status == 200


def test_a_question_without_the_token_is_judged_as_any_write(way):
    served = way.served()
    answer = served.fetch(OTHER, "POST", "/_crossguard/why", Sec_Fetch_Site="same-site")

    assert answer.status == 403
    assert served.called == []


def test_a_question_passes_no_gate_and_no_policy_and_is_not_recorded(way):
    served = way.served()
    served.why("https://stranger.example", "https://api.example/items")

    assert served.called == []
    assert served.read("/_crossguard/exchanges")["items"] == []


def test_the_answer_to_a_question_can_be_read_by_every_page_that_has_the_token(way):
    answer = way.served().post("/_crossguard/why", {"url": f"{API}/items"}, origin=OTHER)

    assert sorted(answer.headers) == [
        ("access-control-allow-origin", "*"),
        ("cache-control", "no-store"),
        ("content-length", str(len(answer.body))),
        ("content-type", "application/json"),
        ("x-content-type-options", "nosniff"),
    ]


def test_the_preflight_of_a_question_is_answered(way):
    answer = way.served().preflight(OTHER, "POST", "/_crossguard/why", "content-type,x-crossguard-token")

    assert answer.status == 204
    assert dict(answer.headers) == {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type, x-crossguard-token",
        "access-control-max-age": "600",
        "vary": "Access-Control-Request-Method, Access-Control-Request-Headers",
    }


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("POST", "/_crossguard/why", "content-type"),
        ("PUT", "/_crossguard/why", "x-crossguard-token"),
        ("GET", "/_crossguard/exchanges", "x-crossguard-token"),
        ("POST", "/_crossguard/try", "content-type,x-crossguard-token"),
        ("POST", "/_crossguard/why", "x-crossguard-token," + "a," * 5000),
    ],
)
def test_any_other_preflight_is_the_policys(pair, method, path, names):
    served, plain = pair

    assert served.preflight(OTHER, method, path, names) == plain.preflight(OTHER, method, path, names)


@pytest.mark.parametrize(
    "headers",
    [
        (("Sec-Fetch-Site", "same-site"),),
        (("Sec-Fetch-Site", "cross-site"),),
        (("Origin", PAGE),),
        (("Origin", "null"),),
        (("Origin", PAGE), ("Sec-Fetch-Site", "same-site")),
    ],
)
@pytest.mark.parametrize("path", ["exchanges", "policies", "cookies"])
def test_data_of_all_origins_is_for_the_own_page_only(pair, path, headers):
    served, _ = pair

    as_ever(*pair, "GET", f"/_crossguard/{path}", (("X-Crossguard-Token", served.token), *headers))


@pytest.mark.parametrize(
    "host", ["api:5000", "xyz-5000.app.github.dev", "192.168.1.4:5000", "rebound.example"]
)
def test_with_the_token_every_host_serves(way, host):
    served = way.served()
    served.fetch(PAGE)

    assert served.why(PAGE)["seen"] == "request"
    answer = served.ask(
        "GET",
        "/_crossguard/exchanges",
        (("X-Crossguard-Token", served.token), ("Sec-Fetch-Site", "same-origin")),
        base=f"http://{host}",
    )
    assert answer.status == 200


def test_below_a_mount_the_addresses_are_below_the_mount(way):
    served = way.served()
    headers = (("X-Crossguard-Token", served.token),)

    assert served.ask("GET", "/_crossguard/exchanges", headers, root="/api").status == 200


@pytest.fixture
def built(monkeypatch):
    files = {
        "page.js": ("text/javascript; charset=utf-8", b"script"),
        "index.html": ("text/html; charset=utf-8", b'<script src="app.js?token=__CROSSGUARD_TOKEN__">'),
        "app.js": ("text/javascript; charset=utf-8", b"page"),
    }
    monkeypatch.setattr(devtools, "shipped", lambda: files)


@pytest.mark.usefixtures("built")
def test_the_script_is_served_to_every_page_by_the_token_in_its_address(way):
    served = way.served()
    path = f"/_crossguard/page.js?token={served.token}"
    answer = served.ask("GET", path, (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")))

    assert (answer.status, answer.body) == (200, b"script")
    assert answer["cross-origin-resource-policy"] == "cross-origin"
    assert answer["cache-control"] == "no-cache"
    assert answer["content-type"] == "text/javascript; charset=utf-8"
    assert answer["x-content-type-options"] == "nosniff"
    assert served.ask("HEAD", path).body == b""
    assert served.called == []


@pytest.mark.usefixtures("built")
def test_the_page_is_opened_by_a_person_and_embedded_nowhere(way):
    served = way.served()
    path = f"/_crossguard/?token={served.token}"
    answer = served.ask("GET", path, (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")))

    assert answer.status == 200
    assert answer.body == f'<script src="app.js?token={served.token}">'.encode()
    assert "frame-ancestors 'none'" in answer["content-security-policy"]
    assert "default-src 'none'" in answer["content-security-policy"]
    assert answer["referrer-policy"] == "no-referrer"
    assert answer["cross-origin-opener-policy"] == "same-origin"
    assert answer["cache-control"] == "no-store"
    assert not [name for name, _ in answer.headers if name.startswith("access-control-")]
    embedded = served.ask("GET", path, (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")))
    assert embedded.body == b"answer"


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "query", ["", "?token=", "?token={0}&token={0}", "?TOKEN={0}", "?x=" + "a" * 5000 + "&token={0}"]
)
def test_a_query_without_the_token_opens_no_file(pair, query):
    served, _ = pair

    as_ever(*pair, "GET", "/_crossguard/page.js" + query.format(served.token))


@pytest.mark.parametrize("path", ["exchanges", "policies", "cookies", "why", "try"])
def test_the_token_in_the_address_opens_no_data(pair, path):
    served, _ = pair

    for method in METHODS:
        as_ever(*pair, method, f"/_crossguard/{path}?token={served.token}")


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/_crossguard/nothing", "GET", 404),
        ("/_crossguard/exchanges", "POST", 405),
        ("/_crossguard/try", "GET", 405),
        ("/_crossguard/why", "GET", 405),
        ("/_crossguard/why", "PUT", 405),
    ],
)
def test_with_the_token_nothing_below_the_prefix_reaches_the_application(way, path, method, status):
    served = way.served()
    answer = served.ask(method, path, (("X-Crossguard-Token", served.token),))

    assert answer.status == status
    assert served.called == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"[" * 5000, 400),
        (b'{"url": 1}', 400),
        (b'{"url": "/items"}', 400),
        (b'{"url": "ftp://localhost/"}', 400),
        (b'{"url": "http://[/"}', 400),
        (b'{"url": "http://localhost:5000/\\ud800"}', 200),
        (b'{"url": "http://localhost:5000/", "method": "A B"}', 400),
        (b'{"url": "http://localhost:5000/", "since": -1}', 400),
        (b'{"url": "http://localhost:5000/", "since": NaN}', 400),
        (b'{"url": "http://localhost:5000/", "since": true}', 400),
        (b'{"url": "http://localhost:5000/", "kind": []}', 400),
        (b'{"url": "http://localhost:5000/", "credentials": {}}', 400),
        (b'{"url": "ws://localhost:5000/", "kind": "websocket"}', 200),
        (b" " * 8193, 413),
        (b'{"url": "http://localhost:5000/"' + b" " * 9000 + b"}", 413),
    ],
)
def test_a_question_that_is_none_is_told_why(way, body, status):
    served = way.served()
    answer = served.post("/_crossguard/why", body, origin=PAGE)

    assert answer.status == status, answer.body
    assert answer["access-control-allow-origin"] == "*"
    assert json.loads(answer.body)["version"] == 1
    assert served.called == []


def test_a_question_that_is_no_json_is_refused(way):
    served = way.served()
    headers = (("X-Crossguard-Token", served.token), ("Content-Type", "text/plain"))

    assert served.ask("POST", "/_crossguard/why", headers, body=b"{}").status == 415


@pytest.mark.parametrize("way", SENDERS, ids=str)
@given(data=st.data())
def test_no_question_ends_in_an_exception(way, data):
    served = way.served()
    text = st.text(max_size=40) | st.sampled_from([API, f"{API}/items", "ws://x", "null", PAGE])
    value = text | st.none() | st.integers() | st.floats() | st.lists(text, max_size=2) | st.booleans()
    document = data.draw(
        st.dictionaries(st.sampled_from(["method", "url", "kind", "since", "credentials"]), value)
    )
    origin = data.draw(st.none() | st.sampled_from([PAGE, "null", "x", "http://[", "é"]))
    answer = served.post("/_crossguard/why", json.dumps(document).encode(), origin=origin)

    assert answer.status in {200, 400}
    assert json.loads(answer.body)["version"] == 1


def test_a_failure_is_told_as_one_and_stops_nothing(way, monkeypatch):
    served = way.served()
    monkeypatch.setattr("crossguard.devtools.why.why", lambda *_: 1 / 0)
    answer = served.post("/_crossguard/why", {"url": API}, origin=PAGE)

    assert answer.status == 500
    assert answer["access-control-allow-origin"] == "*"
    assert served.ask("GET").status == 200


def test_a_chunked_question_is_read(way):
    served = way.served()
    headers = (("X-Crossguard-Token", served.token), ("Content-Type", "application/json"), ("Origin", PAGE))
    more = {} if way.name == "asgi" else {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    request = Request(
        "POST", "/_crossguard/why", headers, base=API, body=b'{"url": "http://localhost:5000/"}'
    )

    assert served.send(served.app, request, **more).status == 200
