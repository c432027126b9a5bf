"""The tests of the pages notice a page that is wrong."""

from pathlib import Path

import pytest

from tests.docs.markdown import Block, anchors, blocks, links
from tests.docs.running import Page

APP = """
from flask import Flask
from crossguard.flask import CORS
app = Flask("shop")
app.debug = True
CORS(app, origins=["https://app.example"])
"""
ASKED = "GET / HTTP/1.1\nOrigin: https://app.example\n\nHTTP/1.1 404 NOT FOUND\n"
ALLOWED = "Access-Control-Allow-Origin: https://app.example\n"


def block(text: str, language: str, *words: str) -> Block:
    return Block(Path(__file__), 1, language, words, text)


def run(*page: Block) -> None:
    state = Page()
    for part in page:
        state.run(part)


def test_a_right_page_passes():
    run(block(APP, "python"), block(f"{ASKED}{ALLOWED}Vary: Origin\n", "http"))


@pytest.mark.parametrize(
    "answer",
    [
        ALLOWED,
        "Vary: Origin\n",
        f"{ALLOWED}Vary: Accept\n",
        f"{ALLOWED}Vary: Origin\nAccess-Control-Allow-Credentials: true\n",
    ],
    ids=["one is missing", "the other is missing", "another value", "one too many"],
)
def test_wrong_headers_fail(answer):
    with pytest.raises(AssertionError):
        run(block(APP, "python"), block(f"{ASKED}{answer}", "http"))


def test_a_wrong_status_fails():
    with pytest.raises(AssertionError):
        run(block(APP, "python"), block(f"{ASKED.replace('404', '200')}{ALLOWED}Vary: Origin\n", "http"))


def test_wrong_output_fails():
    run(block("print(1)", "python"), block("1", "text", "output"))
    with pytest.raises(AssertionError):
        run(block("print(1)", "python"), block("2", "text", "output"))


def test_a_line_that_is_not_in_the_log_fails():
    with pytest.raises(AssertionError):
        run(
            block(APP, "python"),
            block(f"{ASKED}{ALLOWED}Vary: Origin\n", "http"),
            block("refused", "text", "log"),
        )


def test_an_exception_that_does_not_come_fails():
    with pytest.raises(AssertionError, match="does not raise"):
        run(block("1 + 1", "python", "raises=TypeError"))
    with pytest.raises(TypeError):
        run(block("1 + '1'", "python", "raises=ValueError"))


def test_pages_are_read_as_github_reads_them(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Who's `there`?\n\n[a](b.md#c)\n\n<img src='x'><img src=\"y.png\">\n\n```sh\nmake\n```\n"
    )
    assert anchors(page) == {"whos-there"}
    assert links(page) == ["b.md#c", "y.png"]
    assert [found.language for found in blocks(page)] == ["sh"]
