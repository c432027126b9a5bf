"""A policy is replaced whole, or not at all."""

import pickle
import sys
import threading

import pytest

from crossguard import ConfigError, CorsConfig, compile_policy, decide, load_config
from crossguard.core.options import GATE_OPTIONS, OPTIONS
from crossguard.core.request import RequestFacts
from tests.cases.build import SUFFIXES, policy

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
EVIL = "https://evil.example.net"


def test_the_new_list_is_in_force_at_once_and_for_everything():
    listed = policy(origins=[APP], supports_credentials=True)
    for origin in (APP, EVIL):
        listed.actual_edits(origin)
        listed.preflight_edits(origin)
        listed.gate.passes("cross-site", origin)

    assert listed.replace(origins=[ADMIN]) is listed

    for origin, allowed in ((APP, False), (ADMIN, True)):
        assert bool(listed.actual_edits(origin).fields) is allowed
        assert (len(listed.preflight_edits(origin).fields) > 1) is allowed
        assert listed.gate.passes("cross-site", origin) is allowed
        assert listed.allows(origin) is allowed
        assert listed.may_write(origin) is allowed
        assert decide(listed, RequestFacts(method="GET", origin=origin)).allowed is allowed


def test_a_bound_method_follows_what_becomes_of_the_policy():
    listed = policy(origins=[APP])
    allows = listed.allows

    listed.replace(origins=[ADMIN])

    assert (allows(APP), allows(ADMIN)) == (False, True)


def test_options_that_are_not_named_stay():
    listed = policy(origins=[APP], max_age=5, expose_headers=["X-A"], supports_credentials=True)

    listed.replace(origins=[ADMIN], methods=["GET"])

    assert (
        listed.config
        == policy(
            origins=[ADMIN], max_age=5, expose_headers=["X-A"], supports_credentials=True, methods=["GET"]
        ).config
    )
    assert (listed.name, listed.place) == ("app", "app.py:12")


@pytest.mark.parametrize(
    "options",
    [
        {"origins": [ADMIN, f"{APP}/"]},
        {"origins": "*"},
        {"origins": None},
        {"origins": ["https://*.co.uk"]},
        {"origins": ["http://app.example.com"]},
        {"methods": ["TRACE"], "origins": [ADMIN]},
        {"max_age": "5"},
    ],
    ids=str,
)
def test_what_does_not_build_leaves_the_old_one_in_force(options):
    listed = policy(origins=[APP], supports_credentials=True)
    before = listed.compiled

    with pytest.raises(ConfigError):
        listed.replace(**options)

    assert listed.compiled is before
    assert listed.trusts(APP)
    assert not listed.trusts(ADMIN)


def test_every_mistake_of_a_replacement_is_named_with_its_place():
    listed = policy(origins=[APP])

    with pytest.raises(ConfigError, match=r"app\.py:12") as caught:
        listed.replace(origins=["app.example.com", "null"], max_age=-1)

    assert [issue.where for issue in caught.value.issues] == ["origins[0]", "origins[1]", "max_age"]


def test_the_public_suffixes_of_the_first_configuration_are_asked_again():
    listed = compile_policy(
        load_config({"origins": [APP], "supports_credentials": True}, is_public_suffix=SUFFIXES.__contains__)
    )
    with pytest.raises(ConfigError, match="public-suffix-wildcard"):
        listed.replace(origins="https://*.github.io")
    assert listed.replace(origins="https://*.example.com").actual("https://a.example.com").allowed


@pytest.mark.parametrize("option", [*OPTIONS, *GATE_OPTIONS], ids=lambda option: option.name)
def test_the_table_of_options_says_what_can_be_replaced(option):
    listed = policy(origins=[APP])
    value = listed.config.to_options()[option.name]
    if option.replaceable:
        assert listed.replace(**{option.name: value}).config == policy(origins=[APP]).config
    else:
        with pytest.raises(TypeError, match=f"{option.name} is read once"):
            listed.replace(**{option.name: value})


def test_a_configuration_that_nobody_has_loaded_trusts_no_pattern():
    """Where nobody said who knows public suffixes, every host may be one."""
    made = compile_policy(CorsConfig(origins=(APP,), supports_credentials=True))

    with pytest.raises(ConfigError, match="public-suffix-wildcard"):
        made.replace(origins="https://*.example.com")
    assert made.replace(origins=[ADMIN]).trusts(ADMIN)


def test_options_that_do_not_exist_are_named_together():
    with pytest.raises(TypeError, match=r"origins.*'methds'; did you mean 'methods'.*cookies is read once"):
        policy(origins=[APP]).replace(origin=[APP], methds=["GET"], cookies="auto")


def test_a_copy_is_not_told_what_becomes_of_the_original():
    listed = policy(origins=[APP], supports_credentials=True)
    # The test's public suffixes are a bound method of a set, which can be pickled.
    copy = pickle.loads(pickle.dumps(listed))  # noqa: S301 - nobody else's

    listed.replace(origins=[ADMIN])

    assert copy.allows(APP)
    assert copy.replace(origins=[EVIL]).allows(EVIL)
    assert not listed.allows(EVIL)


def test_a_policy_in_a_set_stays_where_it_is():
    listed = policy(origins=[APP])
    among = {listed}

    listed.replace(origins=[ADMIN], max_age=5)

    assert listed in among


def test_no_answer_is_half_of_one_configuration_and_half_of_another():
    """Each configuration has one origin and one max_age of its own; an answer that mixes them is torn."""
    ages = {f"https://{number}.example.com": str(number) for number in range(1, 9)}
    listed = policy(origins=["https://1.example.com"], max_age=1)
    torn, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            for origin, age in ages.items():
                fields = dict(listed.preflight_edits(origin).fields)
                if fields.get("Access-Control-Max-Age", age) != age:
                    torn.append(fields)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=ask) for _ in range(3)]
    try:
        for thread in threads:
            thread.start()
        for _ in range(40):
            for origin, age in ages.items():
                listed.replace(origins=[origin], max_age=int(age))
    finally:
        sys.setswitchinterval(interval)
        stop.set()
        for thread in threads:
            thread.join(10)
    assert torn == []


def test_of_replacements_at_once_none_is_lost():
    listed = policy(origins=[APP])
    start = threading.Barrier(4)
    changes = [{"origins": [ADMIN]}, {"max_age": 7}, {"methods": ["GET"]}, {"expose_headers": ["X-A"]}]

    def replace(options):
        start.wait(10)
        listed.replace(**options)

    threads = [threading.Thread(target=replace, args=(options,)) for options in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert listed.config == policy(origins=[ADMIN], max_age=7, methods=["GET"], expose_headers=["X-A"]).config
