"""The table of paths: whole segments, the longest entry first."""

import pytest

from crossguard import IssueCode
from crossguard.core.paths import PathTable, check_paths
from tests.cases.config import BAD_PATHS

TABLE = {
    "/*": "root",
    "/api/*": "api",
    "/api/v1/admin/*": "admin",
    "/api/health": "health",
    "/a+b/*": "plus",
    "/v1.0/*": "dot",
    "/%61/*": "percent",
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/", "root"),
        ("", "root"),
        ("/x", "root"),
        ("/api", "api"),
        ("/api/", "api"),
        ("/api/x", "api"),
        ("/api/x/y/z/", "api"),
        ("/api//x", "api"),
        ("/apiary", "root"),
        ("/apiary/x", "root"),
        ("/API/x", "root"),
        ("/xapi/x", "root"),
        ("/x/api/y", "root"),
        ("/api/health", "health"),
        ("/api/health/", "health"),
        ("/api/health/x", "api"),
        ("/api/v1", "api"),
        ("/api/v1/administrator", "api"),
        ("/api/v1/admin", "admin"),
        ("/api/v1/admin/users/5", "admin"),
        ("/a+b/x", "plus"),
        ("/a b/x", "root"),
        ("/v1.0/x", "dot"),
        ("/v1x0/x", "root"),
        ("/a/x", "root"),
        ("/%61/x", "percent"),
    ],
)
def test_the_longest_entry_that_covers_a_path_decides(path, value):
    assert PathTable(TABLE).find(path) == value


@pytest.mark.parametrize("path", ["/", "/apiary", "/x/api", ""])
def test_a_path_that_nothing_covers_has_none(path):
    assert PathTable({"/api/*": "api", "/health": "health"}).find(path) is None


def test_exact_entries_alone_need_no_prefixes():
    table = PathTable({"/health": "health"})

    assert table.find("/health") == "health"
    assert table.find("/health/x") is None


def test_the_first_of_two_equal_entries_stays():
    assert PathTable({"/a": 1, "/a/*": 2}).find("/a") == 1


def test_a_table_is_true_if_it_has_entries():
    assert not PathTable({})
    assert PathTable({}).find("/") is None
    assert PathTable({"/a": 1})
    assert PathTable({"/a/*": 1})


@pytest.mark.parametrize("bad", BAD_PATHS, ids=lambda bad: repr(bad.path))
def test_a_path_that_would_never_match_is_refused(bad):
    (issue,) = check_paths([bad.path])

    assert issue.code is IssueCode.BAD_PATH
    assert issue.where.startswith("resources[")
    assert bad.fix in issue.fix


@pytest.mark.parametrize("bad", BAD_PATHS, ids=lambda bad: repr(bad.path))
def test_the_neighbour_of_a_bad_path_is_fine(bad):
    assert check_paths([bad.right]) == []


def test_every_bad_path_is_reported():
    assert [
        issue.where for issue in check_paths(["api", "/ok/*", "/a/", "/a", "/b//*", "/b/./*"], "paths")
    ] == [
        "paths['api']",
        "paths['/a']",
        "paths['/b/./*']",
    ]
