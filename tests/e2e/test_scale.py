"""With a thousand of everything: no page is longer than a person scrolls on a phone."""

import sqlite3

import pytest
from playwright.sync_api import Page, expect

LONGEST = 4_000
ROWS = {
    "users": (
        "INSERT INTO accounts (username, password_hash, role, disabled, created_at)"
        " SELECT 'user-with-a-name-' || n, 'x', 'member', 0, '2026-01-01 00:00:00' FROM numbers LIMIT 1000"
    ),
    "front ends": (
        "INSERT INTO front_ends (origin, label)"
        " SELECT 'https://shop-' || n || '.customers.example.com', 'Customer ' || n FROM numbers"
    ),
    "decisions": (
        "INSERT INTO decisions (at, origin, method, url, path, outcome, reason, allowed, summary, fix)"
        " SELECT datetime('now', '-' || n || ' seconds'), 'https://stranger-' || n || '.with-a-long-name.example',"
        " 'GET', 'http://localhost:5000/api/thing/' || n, '/api/thing/' || n, 'actual-refused',"
        " 'origin-not-listed', 0, 'The origin is not listed.', 'list it' FROM numbers"
    ),
}


@pytest.fixture(scope="module")
def full(console):
    """The application with its database filled past the API."""
    connection = sqlite3.connect(console.folder / "instance/console.sqlite3", timeout=30)
    connection.execute("CREATE TEMP TABLE numbers (n)")
    connection.executemany("INSERT INTO numbers VALUES (?)", ((n,) for n in range(9_000)))
    for statement in ROWS.values():
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/", "Decisions"),
        ("/admin/users", "Users"),
        ("/admin/front-ends", "Front ends"),
        ("/admin/policies", "Policies"),
        ("/admin/cookies", "Cookies"),
        ("/account", "Your account"),
    ],
)
def test_a_page_is_short_on_a_phone(enter, page: Page, web, path, heading):
    enter()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{web}{path}")
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("Loading")
    assert page.evaluate("document.documentElement.scrollHeight") < LONGEST
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
