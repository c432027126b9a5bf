"""What a person wrote is read once: every list, iterator and callable at the first look."""

from collections import UserDict

import pytest

from crossguard.core.issues import ConfigError
from crossguard.declare.declaration import Declaration, Written
from crossguard.declare.live_policy import LivePolicy, LoadContext
from crossguard.lists.origin_check import OriginCheck
from crossguard.lists.source import OriginSource

APP = "https://app.example.com"
OTHER = "https://other.example.com"


class Counted(UserDict):
    """Options that count how often they are walked."""

    walked = 0

    def __iter__(self):
        self.walked += 1
        return super().__iter__()


class Rows(OriginSource):
    def version(self):
        return 1

    def read(self):
        return [OTHER]

    def __str__(self):
        return "rows"


def ask(origin):
    return origin == OTHER


async def ask_later(origin):
    return origin == OTHER


def test_options_are_walked_once():
    given = Counted(origins=[APP, ask, Rows()], readers=ask, supports_credentials=True, resources={"/a": {}})
    Written.parse(given, ("resources",))
    assert given.walked == 1


def test_what_was_given_may_change_afterwards():
    origins, methods = [APP], {"GET"}
    exempt = {"hooks": "signed"}
    written = Written.parse({"origins": origins, "methods": methods, "exempt": exempt})
    origins.append(OTHER)
    methods.add("PUT")
    exempt["all"] = "none"
    assert written.options == {"origins": (APP,), "methods": {"GET"}, "exempt": {"hooks": "signed"}}


def test_an_iterator_is_read_once():
    written = Written.parse({"origins": (origin for origin in (APP, OTHER))})
    assert written.options["origins"] == (APP, OTHER)


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset, iter])
def test_sources_are_taken_out_of_every_kind_of_list(kind):
    rows = Rows()
    written = Written.parse({"origins": kind([APP, rows])})
    assert written.options == {"origins": (APP,)}
    assert written.sources == {"origins": (rows,)}


def test_a_source_alone_leaves_a_list_that_is_empty():
    rows = Rows()
    written = Written.parse({"public_origins": rows})
    assert (written.options, written.keeps_own) == ({"public_origins": ()}, True)


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset, iter])
def test_callables_of_every_kind_of_list_remember_their_answers(kind):
    (entry,) = Written.parse({"origins": kind([ask])}).options["origins"]
    assert isinstance(entry, OriginCheck)
    assert entry.ask is ask


def test_a_callable_alone_stays_alone():
    assert Written.parse({"origins": ask}).options == {"origins": OriginCheck(ask)}


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset, iter, lambda entries: entries[0]])
@pytest.mark.parametrize("option", ["origins", "readers", "public_origins"])
def test_a_coroutine_function_is_refused_where_nothing_awaits_it(kind, option):
    written = Written.parse({option: kind([ask_later])})
    live = LivePolicy(Declaration(written, "app.py:1", "app"), awaits=False)
    with pytest.raises(ConfigError, match="has to be awaited"):
        live.check(LoadContext(debug=False))


def test_options_go_before_those_that_they_fall_back_to():
    rows, others = Rows(), Rows()
    fallback = Written.parse({"origins": [others], "readers": [others], "max_age": 5})
    written = Written.parse({"origins": [APP], "public_origins": [rows]}).over(fallback)
    assert written.options == {"origins": (APP,), "public_origins": (), "readers": (), "max_age": 5}
    assert written.sources == {"public_origins": (rows,), "readers": (others,)}


def test_a_coroutine_function_that_is_not_fallen_back_to_is_no_mistake():
    fallback = Written.parse({"origins": [ask_later]})
    live = LivePolicy(Declaration(Written.parse({"origins": APP}), "app.py:1", "app"), awaits=False)
    assert live.check(LoadContext(debug=False, fallback=fallback)).origins == (APP,)
