"""What a page is told of its own request: the same under Flask, WSGI and ASGI."""

from tests.devtools.ways import API, LISTED, OTHER, PAGE

STRANGER = "http://localhost:9999"


def codes(told):
    return [hint["code"] for hint in told["diagnosis"]["hints"]]


def test_nothing_is_told_where_nothing_came(way):
    told = way.served().why(PAGE)

    assert told["seen"] == "nothing"
    assert told["exchange"] is told["decision"] is told["diagnosis"] is None


def test_an_origin_that_is_not_listed_is_told_with_the_line_to_write(way):
    served = way.served()
    served.fetch(STRANGER, path="/items?page=2")

    told = served.why(STRANGER, f"{API}/items?page=2")

    assert told["seen"] == "request"
    assert told["exchange"]["status"] == 200
    assert told["exchange"]["path"] == "/items"
    assert told["decision"] == {"outcome": "actual-refused", "code": "origin-not-listed", "allowed": False}
    assert told["diagnosis"]["code"] == "origin-not-listed"
    assert STRANGER in told["diagnosis"]["line"]
    assert STRANGER in told["diagnosis"]["proof"]
    assert told["diagnosis"]["kind"] == "policy"
    assert told["diagnosis"]["where"].rpartition(":")[0].endswith("ways.py")
    assert told["diagnosis"]["address"].endswith("#origin-not-listed")
    assert told["cookies"] == []


def test_a_request_that_works_is_told_without_a_diagnosis(way):
    served = way.served()
    served.fetch(PAGE, Cookie="session=secret")

    told = served.why(PAGE, credentials="include")

    assert told["decision"] == {"outcome": "actual-allowed", "code": "listed-origin", "allowed": True}
    assert told["diagnosis"] is None
    assert told["exchange"]["cookies"] == ["session"]
    assert ["Access-Control-Allow-Origin", PAGE] in [
        [name.title(), value] for name, value in told["exchange"]["headers"]
    ]


def test_a_preflight_after_which_the_request_never_came_names_the_method(way):
    served = way.served(methods=["GET", "POST"])
    served.preflight(PAGE, "PUT")

    told = served.why(PAGE, method="PUT")

    assert told["seen"] == "preflight"
    assert told["exchange"]["preflight"]["status"] == 204
    assert told["exchange"]["status"] is None
    assert told["diagnosis"]["code"] == "method-not-listed"
    assert "PUT" in told["diagnosis"]["fix"]


def test_a_preflight_after_which_the_request_never_came_names_the_header(way):
    served = way.served()
    served.preflight(PAGE, "GET", names="x-trace")

    told = served.why(PAGE)

    assert told["exchange"]["preflight"]["requested_headers"] == ["x-trace"]
    assert told["diagnosis"]["code"] == "header-not-listed"
    assert "x-trace" in told["diagnosis"]["fix"]


def test_a_preflight_that_was_refused_is_the_cause_though_an_earlier_request_came(way):
    served = way.served()
    served.fetch(PAGE)
    served.preflight(PAGE, "GET", names="x-trace")

    assert served.why(PAGE)["seen"] == "preflight"


def test_a_preflight_that_was_allowed_and_its_request_are_one_exchange(way):
    served = way.served()
    served.preflight(PAGE, "PUT", names="content-type")
    served.fetch(PAGE, "PUT", Sec_Fetch_Site="same-site")

    told = served.why(PAGE, method="PUT", credentials="include")

    assert told["seen"] == "request"
    assert told["exchange"]["preflight"]["status"] == 204
    assert told["diagnosis"] is None


def test_a_refused_write_is_told_though_its_answer_can_be_read(way):
    served = way.served(origins=[LISTED], readers=[PAGE])
    served.fetch(PAGE, "POST", Sec_Fetch_Site="same-site", Cookie="session=1")

    told = served.why(PAGE, method="POST")

    assert told["exchange"]["status"] == 403
    assert told["decision"]["outcome"] == "write-refused"
    assert told["diagnosis"]["code"] == "same-site"
    assert served.called == []


def test_a_write_that_is_only_reported_is_told_as_what_it_is(way):
    served = way.served(report_only=True)
    served.fetch(PAGE, "POST", Sec_Fetch_Site="cross-site")
    served.fetch(STRANGER, "POST", Sec_Fetch_Site="cross-site")

    assert served.why(PAGE, method="POST")["decision"]["allowed"]
    assert served.why(STRANGER, method="POST")["decision"]["code"] == "origin-not-listed"


def test_signed_out_without_a_cookie_is_told(way):
    served = way.served()
    served.fetch(PAGE, path="/items?status=401")

    told = served.why(PAGE)

    assert told["diagnosis"]["code"] == "signed-out"
    assert "credentials: 'include'" in told["diagnosis"]["fix"]


def test_signed_out_with_a_cookie_is_another_thing(way):
    served = way.served()
    served.fetch(PAGE, path="/items?status=401", Cookie="theme=dark; other")

    told = served.why(PAGE)

    assert told["diagnosis"]["code"] == "session-unknown"
    assert "theme" in told["diagnosis"]["summary"]


def test_an_address_that_is_not_there_is_told(way):
    served = way.served()
    served.fetch(PAGE, path="/missing")

    assert served.why(PAGE, f"{API}/missing")["diagnosis"]["code"] == "not-found"


def test_a_method_that_the_route_lacks_is_told_with_those_that_it_has(way):
    served = way.served()
    served.fetch(PAGE, path="/items?status=405&header=Allow: GET, HEAD")

    told = served.why(PAGE)

    assert told["diagnosis"]["code"] == "method-not-allowed"
    assert "Allow: GET, HEAD" in told["diagnosis"]["summary"]


def test_a_view_that_crashed_is_told_by_the_type_of_its_exception(way):
    served = way.served()
    served.fetch(PAGE, path="/crash")

    told = served.why(PAGE, f"{API}/crash")

    assert told["exchange"]["status"] == 500
    assert told["diagnosis"]["code"] == "application-raised"
    assert "KeyError" in told["diagnosis"]["summary"]
    assert "what the view has read" not in str(told)


def test_a_redirect_to_another_host_is_told_without_its_query(way):
    served = way.served()
    served.fetch(
        PAGE, path="/items?status=302&header=Location: https://user:pw@id.example.com/in?state=secret"
    )

    told = served.why(PAGE)

    assert told["diagnosis"]["code"] == "redirects-elsewhere"
    assert "https://id.example.com/in" in told["diagnosis"]["summary"]
    assert "secret" not in str(told)
    assert "pw" not in str(told)


def test_a_redirect_to_a_slash_leads_to_what_became_of_it(way):
    served = way.served()
    served.fetch(PAGE, path="/items?status=308&header=Location: /items/")
    served.fetch(PAGE, path="/items/?status=401")

    told = served.why(PAGE)

    assert told["exchange"]["path"] == "/items/"
    assert told["diagnosis"]["code"] == "signed-out"
    assert "redirected" in codes(told)


def test_a_header_that_is_not_exposed_is_told(way):
    served = way.served()
    served.fetch(PAGE, path="/items?header=X-Total: 7", Cookie="session=1")

    told = served.why(PAGE)

    assert told["diagnosis"]["code"] == "header-not-exposed"
    assert "x-total" in told["diagnosis"]["fix"]
    assert "7" not in told["diagnosis"]["summary"]


def test_credentials_that_the_policy_does_not_take_are_the_diagnosis_of_a_page_that_says_so(way):
    served = way.served(origins=[PAGE], supports_credentials=False)
    served.fetch(PAGE)

    assert served.why(PAGE)["diagnosis"]["summary"].startswith("If the page asks with credentials")
    assert served.why(PAGE, credentials="omit")["diagnosis"] is None
    told = served.why(PAGE, credentials="include")
    assert told["diagnosis"]["code"] == "credentials-not-supported"
    assert "supports_credentials=True" in told["diagnosis"]["fix"]


def test_a_header_that_the_application_sets_itself_is_told(way):
    served = way.served()
    served.fetch(PAGE, path="/items?header=Access-Control-Allow-Origin: *", Cookie="a=1")

    assert served.why(PAGE)["diagnosis"]["code"] == "headers-replaced"


def test_a_request_of_the_own_page_is_told_to_it(way):
    served = way.served()
    served.ask("GET", "/items?status=401", (("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors")))

    assert served.why(API)["diagnosis"]["code"] == "signed-out"
    assert served.why(PAGE)["seen"] == "nothing"


def test_a_request_through_the_dev_server_is_told_to_its_page(way):
    served = way.served()
    asked = (("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors"), ("Referer", f"{PAGE}/list?q=1"))
    served.ask("GET", "/items?status=401", asked)

    assert served.why(PAGE, f"{PAGE}/api/items")["diagnosis"]["code"] == "signed-out"
    assert served.why(PAGE, f"{PAGE}/items")["diagnosis"]["code"] == "signed-out"
    assert served.why(API)["seen"] == "nothing"


def test_only_the_last_one_of_the_method_and_the_address_is_told(way):
    served = way.served()
    served.fetch(PAGE, path="/items?status=404")
    served.fetch(PAGE, path="/items?status=401")
    served.fetch(PAGE, path="/others?status=500")
    served.fetch(PAGE, "HEAD", path="/items?status=405")

    assert served.why(PAGE)["exchange"]["status"] == 401
    assert served.why(PAGE, since=86_400_000)["exchange"]["status"] == 401
    assert served.why(PAGE, since=0)["seen"] == "nothing"


def test_an_origin_is_told_of_its_own_requests_only(way):
    served = way.served(origins=[PAGE, OTHER])
    served.fetch(PAGE, path="/items?status=401&header=Set-Cookie: visit=1; SameSite=None", Cookie="own=1")

    for origin in (OTHER, "null", None, f"{PAGE}, {OTHER}", f"{PAGE}/", PAGE.upper()):
        told = served.why(origin)
        assert told["seen"] == "nothing", origin
        assert told["exchange"] is None
        assert "visit" not in str(told)


def test_the_origin_null_is_told_of_nothing(way):
    served = way.served()
    served.fetch("null")

    assert served.why("null")["seen"] == "nothing"


def test_a_cookie_that_the_browser_would_keep_back_is_told(way):
    served = way.served(origins=[LISTED, "https://shop.test"])
    api = "https://api.example.com"
    line = "Set-Cookie: session=secret; Path=/; SameSite=Lax; Secure"
    served.ask("GET", f"/items?status=401&header={line}", (("Origin", "https://shop.test"),), base=api)

    told = served.why("https://shop.test", f"{api}/items")

    (cookie,) = [cookie for cookie in told["cookies"] if cookie["name"] == "session"]
    assert cookie["code"]
    assert cookie["fix"]
    assert "secret" not in str(told)


def test_a_preflight_that_allows_a_request_which_never_came_is_told_as_that(way):
    served = way.served()
    served.preflight(PAGE, "PUT", names="content-type")

    for credentials in ({}, {"credentials": "include"}, {"credentials": "omit"}):
        told = served.why(PAGE, method="PUT", **credentials)
        assert told["seen"] == "preflight"
        assert told["diagnosis"]["code"] == "never-came"
        assert "PUT /items" in told["diagnosis"]["summary"]
        assert told["diagnosis"]["hints"] == []


def test_a_preflight_that_does_not_allow_the_cookies_is_the_cause(way):
    served = way.served(origins=[PAGE], supports_credentials=False)
    served.preflight(PAGE, "PUT")

    told = served.why(PAGE, method="PUT", credentials="include")
    assert told["diagnosis"]["code"] == "credentials-not-supported"
    told = served.why(PAGE, method="PUT")
    assert told["diagnosis"]["code"] == "credentials-not-supported"
    assert told["diagnosis"]["summary"].startswith("If the page asks with credentials")
    assert codes(told) == ["never-came"]


def test_an_event_source_that_gets_no_stream_is_told(way):
    served = way.served()
    served.fetch(PAGE)
    assert served.why(PAGE, kind="eventsource")["diagnosis"]["code"] == "not-an-event-stream"

    served.fetch(PAGE, path="/items?status=401")
    told = served.why(PAGE, kind="eventsource")
    assert told["diagnosis"]["code"] == "signed-out"


def test_a_path_whose_beginning_a_proxy_takes_away_is_found_in_the_time_that_the_page_says(way):
    served = way.served()
    served.fetch(PAGE, path="/items?status=401")

    assert served.why(PAGE, f"{API}/v1/items", since=60_000)["seen"] == "request"
    assert served.why(PAGE, f"{API}/v1/items")["seen"] == "nothing"
    assert served.why(PAGE, f"{API}/myitems", since=60_000)["seen"] == "nothing"


def test_a_redirect_that_ends_at_a_page_is_told_with_its_usual_cause(way):
    served = way.served()
    served.fetch(PAGE, path="/items?status=302&header=Location: /sign-in?next=secret", Cookie="a=1")
    served.fetch(PAGE, path="/sign-in?header=Content-Type: text/html; charset=utf-8", Cookie="a=1")

    told = served.why(PAGE)
    assert told["diagnosis"]["code"] == "redirected-to-page"
    assert "install_unauthorized_handler" in told["diagnosis"]["fix"]
    assert codes(told) == ["redirected"]
    assert "secret" not in str(told)


def test_a_page_that_leaves_its_cookies_out_is_told_the_smaller_line_that_helps(way):
    served = way.served(origins=[LISTED])
    served.fetch(PAGE)
    served.preflight(PAGE, "PUT")

    assert served.why(PAGE, credentials="omit")["diagnosis"]["line"] == f"readers=['{PAGE}']"
    told = served.why(PAGE, method="PUT", credentials="omit")
    assert told["diagnosis"]["line"] == f"origins=['{LISTED}', '{PAGE}']"
