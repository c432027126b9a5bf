"""What else is particular to ASGI: where applications are mounted."""

import pytest

from crossguard.asgi import Crossguard
from tests.adapters.asgi_server import LISTED, START, run, sends
from tests.adapters.wire import Request, scope_of, via_asgi
from tests.cases.cors import APP, EVIL


class TestMounting:
    @pytest.mark.parametrize(
        ("root", "path", "governed"),
        [
            ("", "/items", True),
            ("/shop", "/items", True),
            ("/shop/", "/items", True),
            ("", "/shop/items", False),
        ],
    )
    def test_paths_are_below_the_mount(self, root, path, governed):
        guarded = Crossguard(sends(START), resources={"/items": {"origins": [APP]}})
        scope = scope_of(Request("GET", path, LISTED, root=root.rstrip("/"))) | {"root_path": root}

        answer = run(guarded, scope)

        assert (answer.get("access-control-allow-origin") == APP) is governed

    @pytest.mark.parametrize(("root", "path"), [("/shop", "/shop"), ("/shop", "/shop/"), ("", ""), ("", "/")])
    def test_the_root_has_a_path(self, root, path):
        guarded = Crossguard(sends(START), resources={"/": {"origins": [APP]}})

        answer = run(guarded, scope_of(Request("GET", "/", LISTED)) | {"root_path": root, "path": path})

        assert answer["access-control-allow-origin"] == APP

    def test_a_mount_covers_whole_segments(self):
        guarded = Crossguard(sends(START), resources={"/shopping/items": {"origins": [APP]}})

        answer = run(guarded, scope_of(Request("GET", "/shopping/items", LISTED)) | {"root_path": "/shop"})

        assert answer["access-control-allow-origin"] == APP

    def test_the_path_is_not_decoded_again(self):
        guarded = Crossguard(
            sends(START), resources={"/%61pi": {"origins": [APP]}, "/api": {"origins": [EVIL]}}
        )

        assert via_asgi(guarded, Request("GET", "/%2561pi", LISTED))["access-control-allow-origin"] == APP

    def test_two_around_one_another_answer_once(self):
        inner = Crossguard(sends(START), origins=[EVIL])
        answer = via_asgi(Crossguard(inner, origins=[APP]), Request("GET", "/", LISTED))

        assert answer["access-control-allow-origin"] == APP
        assert answer["vary"] == "Origin"
