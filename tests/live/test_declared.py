"""Declared policies: fed by sources in every adapter, whatever their rows hold."""

import asyncio
import logging

import pytest
from flask import Blueprint, Flask

from crossguard import ConfigError, IssueCode, asgi, wsgi
from crossguard.flask import CORS, cross_origin, policy_for, policy_rows
from crossguard.flask.state import state_of
from tests.adapters.inner import asgi_app, wsgi_app
from tests.adapters.wire import Request, via_asgi, via_wsgi
from tests.flask.wire import preflight, send
from tests.live.lists import Listing, following, until

APP = "https://app.example.com"
SHOP = "https://shop.customer.example"
OTHER = "https://other.customer.example"
EVIL = "https://evil.example.net"
OWN = "https://api.example.com"


class Reading:
    """One guarded application, and who may read it."""

    def __init__(self, kind, origins, **options):
        self.kind = kind
        if kind == "flask":
            self.app = Flask("fed")
            self.app.add_url_rule("/items", "items", lambda: "items", methods=["GET", "POST"])
            CORS(self.app, origins=origins, **options)
        else:
            make, inner = (wsgi.Crossguard, wsgi_app) if kind == "wsgi" else (asgi.Crossguard, asgi_app)
            self.app = make(inner([]), origins=origins, **options)

    def ask(self, origin, method="GET", *headers):
        sent = (("Origin", origin), *headers)
        if self.kind == "flask":
            return send(self.app, method, "/items", sent, base=OWN)
        return (via_wsgi if self.kind == "wsgi" else via_asgi)(self.app, Request(method, "/items", sent))

    def __call__(self, origin):
        names = [name.lower() for name, _ in self.ask(origin).headers]
        return "access-control-allow-origin" in names

    def writes(self, origin):
        return self.ask(origin, "POST", ("Sec-Fetch-Site", "cross-site")).status == 200

    @property
    def policy(self):
        return policy_for(self.app, "/items") if self.kind == "flask" else self.app.policies[""]


@pytest.fixture(params=["flask", "wsgi", "asgi"])
def reading(request):
    return lambda origins, **options: Reading(request.param, origins, **options)


CREDENTIALED = {"supports_credentials": True, "public_origins": [OWN]}


def test_a_source_lists_whom_it_lists_from_the_first_request_on(reading):
    source = Listing(SHOP)
    may_read = reading([APP, source])

    assert may_read(SHOP)
    assert may_read(APP)
    assert not may_read(EVIL)
    assert source.reads == 1


def test_a_change_is_in_force_within_a_moment_for_reads_and_writes(reading):
    source = Listing(SHOP)
    api = reading(source, **CREDENTIALED)
    assert api(SHOP)
    assert api.writes(SHOP)
    assert not api.writes(OTHER)

    source.set(OTHER)
    until(lambda: api(OTHER))

    assert api.writes(OTHER)
    assert not api(SHOP)
    assert not api.writes(SHOP)


def test_requests_ask_nothing_of_the_source(reading):
    source = Listing(SHOP, seconds=3600)
    may_read = reading(source)
    assert may_read(SHOP)
    until(lambda: source.versions == 2)
    for _ in range(50):
        assert may_read(SHOP)
        assert not may_read(EVIL)
    assert (source.versions, source.reads) == (2, 1)


@pytest.mark.parametrize("kind", ["flask", "wsgi", "asgi"])
def test_a_list_that_changes_during_a_request_answers_whole(kind):
    """The write was let in by the old list and runs to its end; the answer is of the new one, complete."""
    ran = []

    def change():
        ran.append("write")
        policy().replace(origins=[OTHER], expose_headers=["X-New"])

    if kind == "flask":
        app = Flask("middle")
        app.add_url_rule("/items", "items", lambda: change() or "items", methods=["POST"])
        CORS(app, origins=[SHOP, OTHER], **CREDENTIALED)
    elif kind == "wsgi":

        def inner(_environ, start_response):
            change()
            start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
            return [b"ok"]

        app = wsgi.Crossguard(inner, origins=[SHOP, OTHER], **CREDENTIALED)
    else:

        async def inner(_scope, _receive, send):
            change()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"ok"})

        app = asgi.Crossguard(inner, origins=[SHOP, OTHER], **CREDENTIALED)

    def policy():
        return policy_for(app, "/items") if kind == "flask" else app.policies[""]

    ask = Reading.__new__(Reading)
    ask.kind, ask.app = kind, app
    for origin, expected in ((SHOP, {}), (OTHER, {"access-control-allow-origin": OTHER})):
        answer = ask.ask(origin, "POST", ("Sec-Fetch-Site", "cross-site"))
        found = {name.lower(): value for name, value in answer.headers}
        assert answer.status == 200
        assert found["vary"] == "Origin"
        assert {name for name in found if name.startswith("access-control-")} == (
            {
                "access-control-allow-origin",
                "access-control-allow-credentials",
                "access-control-expose-headers",
            }
            if expected
            else set()
        )
        policy().replace(origins=[SHOP, OTHER])
    assert ran == ["write", "write"]


def test_rows_that_do_not_build_are_passed_over_and_each_is_logged_once(reading, caplog):
    bad = [
        "shop.customer.example",
        f"{SHOP}/",
        "null",
        "*",
        "",
        "http://insecure.customer.example",
        "https://*.co.uk",
        None,
        5,
        b"https://bytes.example",
        "https://a.example, https://b.example",
        "https://a.example\nforged",
    ]
    source = Listing(SHOP, *bad, OTHER)
    api = reading([APP, source], **CREDENTIALED)

    assert api(SHOP)
    assert api(OTHER)
    assert api.policy.config.origins == (APP, SHOP, OTHER)
    said = [record.getMessage() for record in caplog.records if "passes over" in record.getMessage()]
    assert len(said) == len(bad)
    assert all("of the table" in line and "Fix:" in line and "\n" not in line for line in said)
    assert not api("https://x.co.uk")

    source.set(SHOP, *bad)
    until(lambda: not api(OTHER))
    assert len([record for record in caplog.records if "passes over" in record.getMessage()]) == len(bad)

    source.set(SHOP, "null")
    until(lambda: api.policy.config.origins == (APP, SHOP) and source.reads == 3)
    source.set(SHOP, "null", f"{OTHER}/")
    until(lambda: "other.customer.example/" in caplog.text)
    assert len([record for record in caplog.records if "passes over" in record.getMessage()]) == len(bad) + 1


def test_a_row_that_says_everybody_lets_nobody_in(reading):
    may_read = reading(Listing("*"))
    assert not may_read(EVIL)


def test_patterns_may_be_rows_and_only_read(reading):
    api = reading(Listing("https://*.customer.example"), **CREDENTIALED)
    assert api(SHOP)
    assert not api.writes(SHOP)


def test_mistakes_that_are_written_are_mistakes_whatever_a_source_lists(reading):
    with pytest.raises(ConfigError) as caught:
        reading([f"{APP}/", Listing(SHOP)])
    (issue,) = caught.value.issues
    assert (issue.code, issue.where) == (IssueCode.NOT_AN_ORIGIN, "origins[0]")


def test_a_source_that_is_away_at_the_start_lists_nobody_and_then_whom_it_lists(reading, caplog):
    source = Listing(SHOP)
    source.down = ConnectionError("gone")
    may_read = reading([APP, source])

    assert may_read(APP)
    assert not may_read(SHOP)
    assert "no origin of it is listed until it can" in caplog.text

    source.down = None
    until(lambda: may_read(SHOP))


def test_readers_may_be_fed_too(reading):
    source = Listing(SHOP)
    api = reading([APP], readers=[source, "https://reader.example"], **CREDENTIALED)

    assert api(SHOP)
    assert not api.writes(SHOP)
    source.set(OTHER)
    until(lambda: api(OTHER))
    assert api("https://reader.example")


def test_a_refusal_says_where_the_list_is_kept(reading, caplog):
    caplog.set_level(logging.INFO, logger="crossguard")
    may_read = reading([APP, Listing(SHOP)])
    assert not may_read(EVIL)
    assert "Fix: If this is one of your front ends, add it to the table" in caplog.text


def test_one_source_feeds_several_policies_each_by_its_own_rules():
    source = Listing(SHOP, "http://plain.customer.example", name="several policies")
    app = wsgi.Crossguard(
        wsgi_app([]),
        public_origins=[OWN],
        resources={
            "/items": {"origins": source, "supports_credentials": True},
            "/open/*": {"origins": source},
        },
    )
    plain = (("Origin", "http://plain.customer.example"),)
    assert via_wsgi(app, Request("GET", "/items", plain)).get("access-control-allow-origin") is None
    assert via_wsgi(app, Request("GET", "/open/x", plain)).get("access-control-allow-origin") == plain[0][1]
    assert len(following("several policies")) == 1
    assert source.reads == 1


def test_several_sources_make_one_list(reading):
    first, second = Listing(SHOP, name="the first"), Listing(OTHER, SHOP, name="the second")
    api = reading([APP, first, second])

    assert (api(SHOP), api(OTHER), api(APP)) == (True, True, True)
    assert api.policy.origins_from == "the first, the second"
    second.set()
    until(lambda: not api(OTHER))
    assert api(SHOP)


def test_a_list_that_was_given_may_change_without_effect(reading):
    api = reading([SHOP])
    listed = [APP]
    api.policy.replace(origins=listed)
    listed.append(EVIL)
    api.policy.replace(max_age=5)

    assert api(APP)
    assert not api(EVIL)


@pytest.mark.parametrize("make", [wsgi.Crossguard, asgi.Crossguard], ids=["wsgi", "asgi"])
def test_a_list_that_changed_while_an_application_was_idle_is_there_with_its_first_request(make):
    """Another application follows the same source, so that the list is another one and known already."""
    source = Listing(SHOP)
    idle = make(wsgi_app([]) if make is wsgi.Crossguard else asgi_app([]), origins=source)
    other = Reading("flask", source)
    assert other(SHOP)
    source.set(OTHER)
    until(lambda: other(OTHER))

    late = Reading.__new__(Reading)
    late.kind, late.app = ("wsgi" if make is wsgi.Crossguard else "asgi"), idle
    assert late(OTHER)
    assert not late(SHOP)


def test_a_source_that_was_replaced_tells_nobody_any_more(reading):
    source = Listing(SHOP, name="replaced")
    api = reading([APP, source])
    assert api(SHOP)
    api.policy.replace(origins=[APP])

    until(lambda: following("replaced") == [])
    assert api.policy.origins_from == ""


def test_what_is_replaced_stays_replaced_when_the_source_changes(reading):
    source = Listing(SHOP)
    api = reading(source)
    assert api(SHOP)
    api.policy.replace(max_age=7)
    source.set(OTHER)
    until(lambda: api(OTHER))
    assert api.policy.config.max_age == 7

    api.policy.replace(origins=[APP])
    source.set(SHOP)
    assert not api(SHOP)
    assert api(APP)

    api.policy.replace(origins=[APP, source])
    assert api(SHOP)
    source.set(OTHER)
    until(lambda: api(OTHER))


def test_a_bad_replacement_leaves_source_and_list_as_they_are(reading):
    source = Listing(SHOP)
    api = reading([APP, source])
    assert api(SHOP)
    with pytest.raises(ConfigError):
        api.policy.replace(origins=["nonsense"])
    assert api(SHOP)
    source.set(OTHER)
    until(lambda: api(OTHER))


def test_a_callable_is_wrapped_also_where_it_is_replaced(reading, caplog):
    def fails(_origin):
        raise LookupError("gone")

    api = reading([APP])
    assert api(APP)
    api.policy.replace(origins=fails)
    assert not api(APP)
    assert "fails failed at" in caplog.text


async def awaited(_origin):
    return True


@pytest.mark.parametrize("where", ["origins", "readers"])
def test_only_asgi_takes_coroutine_functions(where):
    options = {"origins": [APP], where: [EVIL, awaited]}
    with pytest.raises(ConfigError, match="only ASGI can do") as caught:
        wsgi.Crossguard(wsgi_app([]), **options)
    assert caught.value.issues[0].where == where
    with pytest.raises(ConfigError, match="only ASGI can do"):
        CORS(Flask("x"), **options)
    asgi.Crossguard(asgi_app([]), **options)

    app = wsgi.Crossguard(wsgi_app([]), origins=[APP])
    with pytest.raises(ConfigError, match="only ASGI can do"):
        app.policies[""].replace(**{where: awaited})


def test_a_coroutine_function_is_one_mistake_among_the_others():
    with pytest.raises(ConfigError) as caught:
        wsgi.Crossguard(wsgi_app([]), origins=[awaited, "nonsense"], max_age=-1)
    assert len(caught.value.issues) == 3


class TestFlask:
    """What only the extension has: views, blueprints, configuration, and policies that are asked for early."""

    def test_every_level_is_fed(self):
        source, view_source = Listing(SHOP), Listing(OTHER)
        app = Flask("levels")
        shop = Blueprint("shop", __name__, url_prefix="/shop")

        @app.get("/view")
        @cross_origin(origins=view_source)
        def view():
            return "view"

        @shop.get("/items")
        def items():
            return "items"

        CORS(shop, origins=[source])
        CORS(app, origins=[APP])
        app.register_blueprint(shop)

        assert send(app, "GET", "/shop/items", origin=SHOP)["Access-Control-Allow-Origin"] == SHOP
        assert send(app, "GET", "/view", origin=OTHER)["Access-Control-Allow-Origin"] == OTHER
        assert send(app, "GET", "/view", origin=SHOP).all("Access-Control-Allow-Origin") == []
        source.set(OTHER)
        until(lambda: send(app, "GET", "/shop/items", origin=OTHER).all("Access-Control-Allow-Origin"))
        assert preflight(app, "/shop/items", origin=OTHER)["Access-Control-Allow-Origin"] == OTHER

    def test_a_source_and_a_callable_may_stand_in_the_configuration(self):
        app = Flask("configured")
        app.config["CORS_ORIGINS"] = [Listing(SHOP), lambda origin: origin == OTHER]
        CORS(app)
        for origin in (SHOP, OTHER):
            assert send(app, "GET", "/", origin=origin)["Access-Control-Allow-Origin"] == origin
        assert send(app, "GET", "/", origin=EVIL).all("Access-Control-Allow-Origin") == []

    def test_setting_up_reads_nothing_and_follows_nobody(self):
        source = Listing(SHOP)
        app = Flask("lazy")
        CORS(app, origins=source, cookies="auto", supports_credentials=True, public_origins=[OWN])
        assert (source.versions, source.reads, source.follower) == (0, 0, None)

    def test_a_policy_that_is_asked_for_before_the_first_request_follows_what_becomes_of_it(self):
        source = Listing(SHOP)
        app = Flask("sockets")
        CORS(app, origins=[APP, source])
        early = policy_for(app)
        allows = early.allows
        assert allows(SHOP)

        send(app, "GET", "/", origin=APP)

        assert policy_for(app) is early
        source.set(OTHER)
        until(lambda: allows(OTHER))
        assert not allows(SHOP)

    def test_what_is_replaced_before_the_first_request_is_in_force_then(self):
        app = Flask("early")
        CORS(app, origins=[APP], max_age=5)
        policy_for(app).replace(origins=[SHOP])

        assert send(app, "GET", "/", origin=SHOP)["Access-Control-Allow-Origin"] == SHOP
        assert send(app, "GET", "/", origin=APP).all("Access-Control-Allow-Origin") == []
        assert state_of(app).table.constant.config.max_age == 5

    def test_tables_show_whom_a_source_lists(self):
        app = Flask("rows")
        app.add_url_rule("/", "index", lambda: "")
        CORS(app, origins=[APP, Listing(SHOP)])
        row = next(row for row in policy_rows(app) if row.rule == "/")
        assert row.policy.config.origins == (APP, SHOP)

    def test_a_row_whose_cookie_cannot_work_keeps_nothing_from_starting(self):
        app = Flask("cookies")
        app.secret_key = "x" * 32
        app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=True)
        CORS(
            app,
            origins=["https://app.example.com", Listing("https://elsewhere.net")],
            supports_credentials=True,
            public_origins=[OWN],
        )
        assert send(app, "GET", "/", origin="https://elsewhere.net", base=OWN)["Access-Control-Allow-Origin"]

    def test_an_application_factory_that_runs_again_declares_the_same(self):
        blueprint = Blueprint("shared", __name__)

        def is_customer(origin):
            return origin == SHOP

        def create_app():
            app = Flask("factory")
            CORS(blueprint, origins=is_customer)
            app.register_blueprint(blueprint, url_prefix="/shared")
            return app

        for app in (create_app(), create_app()):
            assert send(app, "GET", "/shared/x", origin=SHOP)["Access-Control-Allow-Origin"] == SHOP

    def test_a_list_that_was_good_alone_and_is_bad_now_leaves_the_old_one(self, caplog):
        """Nothing but a row can be at fault later, and rows are passed over; this is for what nobody foresaw."""
        app = Flask("unforeseen")
        CORS(app, origins=[Listing(SHOP)])
        send(app, "GET", "/", origin=SHOP)
        (live,) = state_of(app)._live_policies.values()

        def load(_before, _changes):
            raise ConfigError([], "app.py:1")

        live.policy._load = load
        live.receive()
        assert "keeps the list that it has" in caplog.text
        assert send(app, "GET", "/", origin=SHOP)["Access-Control-Allow-Origin"] == SHOP


def test_many_requests_during_many_changes_never_see_nobody_or_everybody():
    """One origin is in every list: it is never refused. One is in none: it is never allowed."""
    source = Listing(SHOP, APP)
    app = asgi.Crossguard(asgi_app([]), origins=source)

    async def both():
        for number in range(200):
            source.set(APP, f"https://{number}.customer.example")
            for origin, allowed in ((APP, True), (EVIL, False)):
                answer = await asyncio.to_thread(
                    via_asgi, app, Request("GET", "/items", (("Origin", origin),))
                )
                assert (answer.get("access-control-allow-origin") is not None) is allowed

    asyncio.run(both())
    assert source.reads > 1
