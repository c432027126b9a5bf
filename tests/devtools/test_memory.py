"""What is remembered: bounded, of pages only, and nothing of it a value that could be secret."""

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossguard.core.request import RequestFacts
from crossguard.devtools.exchanges import MOST, MOST_OF_ORIGIN, Exchange, Memory
from crossguard.devtools.kept import cookie_names, told_of, without_query, without_value
from crossguard.devtools.notes import notes_on
from tests.devtools.ways import API, LISTED, OTHER, PAGE, SENDERS

SECRET = "s3cr3tvalue"


def exchange(origin, path="/items"):
    facts = RequestFacts(method="GET", url=f"{API}{path}", origin=origin)
    return Exchange(origin, facts, lambda _: None, websocket=False)


@given(st.lists(st.integers(0, 12), max_size=400))
def test_the_memory_is_bounded_and_keeps_the_newest_of_each_origin(origins):
    memory = Memory()
    for number in origins:
        memory.add(exchange(f"https://{number}.example"))

    kept = memory.after(0)
    assert len(kept) <= MOST
    assert [found.number for found in kept] == sorted((found.number for found in kept), reverse=True)
    for number in set(origins):
        of_one = memory.of_origin(f"https://{number}.example")
        assert len(of_one) <= MOST_OF_ORIGIN
        assert of_one == [found for found in kept if found.origin == f"https://{number}.example"]
    if origins:
        assert kept[0].number == len(origins)


def test_a_flood_of_one_origin_pushes_out_none_of_another():
    memory = Memory()
    memory.add(exchange(PAGE))
    for _ in range(10_000):
        memory.add(exchange("https://flood.example"))

    assert len(memory.of_origin(PAGE)) == 1
    assert len(memory.after(0)) == MOST_OF_ORIGIN + 1


def test_the_memory_is_safe_in_threads():
    memory = Memory()

    def fill(name):
        for number in range(500):
            memory.add(exchange(f"https://{name}-{number % 30}.example"))
            memory.after(0)
            memory.of_origin(f"https://{name}-0.example")

    threads = [threading.Thread(target=fill, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = memory.after(0)
    assert len(kept) == MOST
    assert {found.number for found in kept} == {
        found.number for origin in {found.origin for found in kept} for found in memory.of_origin(origin)
    }


def size_of(found):
    texts = (
        found.facts.url,
        found.facts.path,
        found.facts.method,
        found.facts.requested_headers or "",
        found.error,
    )
    return (
        sum(map(len, texts))
        + sum(len(name) + len(value) for name, value in found.headers)
        + sum(map(len, (*found.names, *found.cookies, *found.replaced)))
    )


def test_what_is_kept_of_one_request_is_bounded(way):
    served = way.served()
    many = "&".join(f"header=X-{number}: {number}" for number in range(500))
    cookies = "&".join(f"header=Set-Cookie: c{number}={'v' * 500}" for number in range(200))
    served.ask(
        "GET",
        f"/{'p' * 50_000}?{many}&{cookies}&header=Vary: {'x' * 50_000}",
        (("Origin", PAGE), ("Cookie", "; ".join(f"n{number}=1" for number in range(5000)))),
    )
    served.preflight(PAGE, "M" * 5000, names=",".join(f"x-{number}" for number in range(5000)))

    documents = served.read("/_crossguard/exchanges")["items"]
    assert len(json.dumps(documents)) < 60_000
    assert len(documents) == 2


def test_no_value_that_could_be_secret_is_remembered(way):
    served = way.served()
    query = "&".join(
        [
            f"token={SECRET}",
            f"header=Set-Cookie: session={SECRET}; Path=/; Comment={SECRET}",
            f"header=Set-Cookie: {SECRET}",
            f"header=X-Token: {SECRET}",
            f"header=Location: https://{SECRET}:{SECRET}@id.example/?code={SECRET}%23{SECRET}",
            f"header=WWW-Authenticate: Bearer {SECRET}",
            f"header=ETag: {SECRET}",
        ]
    )
    headers = (
        ("Cookie", f"session={SECRET}; {SECRET}; theme={SECRET}"),
        ("Authorization", f"Bearer {SECRET}"),
        ("X-CSRF-Token", SECRET),
        ("Referer", f"{PAGE}/?q={SECRET}"),
        ("Content-Type", f"multipart/form-data; boundary={SECRET}"),
    )
    for status in (200, 302, 401, 500):
        for origin in (PAGE, OTHER):
            asked = (("Origin", origin), ("Sec-Fetch-Site", "same-site"), *headers)
            served.ask("POST", f"/items?status={status}&{query}", asked, body=SECRET.encode())
            told = served.why(origin, method="POST")
            assert told["seen"] == "request"
            assert SECRET not in json.dumps(told)
    for path in ("exchanges", "cookies", "policies"):
        assert SECRET not in json.dumps(served.read(f"/_crossguard/{path}"))


TEXT = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=60)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=6), st.text("abc=; ", max_size=60))
def test_no_value_of_a_cookie_is_kept(pairs, noise):
    header = "; ".join(f"{name}={SECRET}{value}" for name, value in pairs) + f"; {SECRET}; {noise}"

    assert not any(SECRET in name for name in cookie_names(header))


@given(TEXT, TEXT, TEXT)
def test_no_value_of_a_set_cookie_line_is_kept(name, value, attributes):
    line = f"{name}={SECRET}{value.replace(';', '')}; {attributes}={SECRET}"

    kept = without_value(line)
    known = {"domain", "expires", "max-age", "path", "samesite", "secure", "httponly", "partitioned"}
    if (
        attributes.partition("=")[0].strip().lower() not in known
        and ";" not in attributes
        and ";" not in name
    ):
        assert SECRET not in kept
    assert kept.isprintable()


@given(TEXT, TEXT)
def test_no_query_and_no_user_of_an_address_is_kept(user, path):
    plain = user.replace("/", "").replace("?", "").replace("#", "")
    url = f"https://{plain}:{SECRET}@api.example/{path.replace('#', '').replace('?', '')}?{SECRET}#{SECRET}"

    assert SECRET not in without_query(url)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=200))
def test_any_answer_can_be_told(headers):
    fields, names = told_of(headers)

    json.dumps([fields, names])
    assert len(names) <= 64
    assert all(value.isprintable() for _, value in fields)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate")),
        (("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "navigate")),
        (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")),
        (("Origin", ""),),
        (("Origin", "not an origin"),),
        (("Origin", f"{PAGE}/path"),),
        (("Origin", "http://" + "a" * 100_000),),
        (("Sec-Fetch-Site", "same-origin"), ("Referer", "about:blank")),
    ],
)
def test_what_no_page_has_sent_is_not_remembered(way, headers):
    served = way.served()
    assert served.ask("GET", "/items", headers).status == 200

    assert served.read("/_crossguard/exchanges")["items"] == []


def test_the_page_of_decisions_is_told_of_all_origins_the_newest_first(way):
    served = way.served()
    served.fetch(PAGE)
    served.fetch(OTHER)
    served.fetch("null")

    told = served.read("/_crossguard/exchanges")["items"]
    assert [one["origin"] for one in told] == ["null", OTHER, PAGE]
    assert [one["diagnosis"] and one["diagnosis"]["code"] for one in told][:2] == [
        "null-origin",
        "origin-not-listed",
    ]
    after = served.read(f"/_crossguard/exchanges?after={told[1]['number']}")["items"]
    assert [one["origin"] for one in after] == ["null"]
    for wrong in ("-1", "x", "9" * 400, "", "1;2"):
        assert len(served.read(f"/_crossguard/exchanges?after={wrong}")["items"]) in {0, 3}


def test_the_policies_are_told(way):
    served = way.served()
    items = served.read("/_crossguard/policies")["items"]

    assert {tuple(one["policy"]["origins"]) for one in items if one["policy"]} == {(PAGE, LISTED)}


def test_the_cookies_are_told_against_the_pages_that_asked(way):
    served = way.served()
    served.fetch(PAGE, path="/items?header=Set-Cookie: visit=1; SameSite=Lax")
    items = served.read("/_crossguard/cookies")["items"]

    visit = [one for one in items if one["cookie"] == "visit" and one["page"] == PAGE]
    assert [one["api"] for one in visit] == [API]
    assert all(fit["works"] for fit in visit[0]["fits"])


@pytest.mark.parametrize(
    ("document", "readable", "code"),
    [
        ({"origin": PAGE, "url": f"{API}/items", "method": "PUT"}, True, "readable"),
        ({"origin": OTHER, "url": f"{API}/items"}, False, "allow-origin-missing"),
        ({"origin": PAGE, "url": f"{API}/items", "headers": [["X-Trace", "1"]]}, False, "header-not-allowed"),
        ({"origin": "null", "url": f"{API}/items"}, False, "allow-origin-missing"),
    ],
)
def test_a_fetch_is_tried_and_nothing_of_the_application_runs(way, document, readable, code):
    served = way.served()
    told = json.loads(served.post("/_crossguard/try", document).body)

    assert (told["readable"], told["code"]) == (readable, code)
    assert served.called == []
    assert served.read("/_crossguard/exchanges")["items"] == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"origin": PAGE},
        {"origin": PAGE, "url": "/items"},
        {"origin": "x", "url": f"{API}/items"},
        {"origin": PAGE, "url": f"{API}/items", "headers": {"a": "b"}},
        {"origin": PAGE, "url": f"{API}/items", "headers": [["a"]]},
        {"origin": PAGE, "url": f"{API}/items", "headers": [["a", "b"]] * 33},
        {"origin": PAGE, "url": f"{API}/items", "browser": "netscape"},
        {"origin": PAGE, "url": f"{API}/items", "credentials": "all"},
        {"origin": PAGE, "url": f"{API}/items", "method": 5},
        {"origin": PAGE, "url": "x" * 3000},
    ],
)
def test_what_cannot_be_tried_is_told(way, document):
    assert way.served().post("/_crossguard/try", document).status == 400


@pytest.mark.parametrize("location", ["http://[", "//", "?", "\\\\x", "x" * 5000, "javascript:1"])
def test_a_redirect_that_leads_nowhere_is_told_too(location):
    found = exchange(PAGE)
    found.answer(302, [("Location", location)])

    json.dumps([found.redirects_to, [note.text for note in notes_on(found)]])


@pytest.mark.parametrize("way", SENDERS, ids=str)
@given(st.data())
def test_no_request_and_no_answer_ends_in_an_exception(way, data):
    served = way.served()
    served.token  # noqa: B018 - made once
    text = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1, max_size=20)
    headers = tuple(
        (name, data.draw(text))
        for name in data.draw(
            st.lists(
                st.sampled_from(
                    [
                        "Origin", "Cookie", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Authorization",
                        "Access-Control-Request-Method", "Access-Control-Request-Headers", "X-Crossguard-Token",
                    ]
                ),
                unique=True,
            )
        )
    )  # fmt: skip
    path = data.draw(st.sampled_from(["/items", "/_crossguard/why", "/_crossguard/", "/_crossguard/page.js"]))
    query = data.draw(
        st.sampled_from(["", "?token=x", "?token=%ff%fe", "?&&=&token", "?status=302&header=Location: //"])
    )
    answer = served.ask(data.draw(st.sampled_from(["GET", "POST", "OPTIONS"])), path + query, headers)

    assert answer.status < 500
    for origin in {value for name, value in headers if name == "Origin"}:
        served.why(origin)
