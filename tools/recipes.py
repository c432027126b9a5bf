"""Write the versions into the recipes, and the table of the recipes, from the pins.

A recipe begins with its title, a line `Tested with …`, and the paragraph that the table shows.

python -m tools.recipes
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
RECIPES = ROOT / "docs" / "recipes"
INDEX = RECIPES / "README.md"
NPM = ROOT / "tests" / "recipes" / "npm" / "package.json"
#: What no list of pins names: programs of the system, with the version that the tests have last run with.
SYSTEM = {"nginx": "1.22.1"}
#: What happens, what that is, and the page that says what to do.
SITUATIONS = (
    (
        "a sign-in provider or a bank posts a form back, and gets 403 or no session",
        "a post-back: SAML, sign in with Apple, 3-D Secure",
        "[Post-backs](post-backs.md)",
    ),
    (
        "a service calls a URL of yours, and gets 403",
        "a webhook: `exempt` with its reason",
        "[Exceptions](../writes.md#exceptions)",
    ),
    (
        "a page writes without cookies to a route for everybody, and gets 403",
        "a public route: `public`",
        "[Exceptions](../writes.md#exceptions)",
    ),
    (
        "a download works as a link, and not with `fetch`",
        "a redirect to a bucket",
        "[Downloads and uploads in a bucket](storage.md)",
    ),
    (
        "the preflight gets 401, 403 or a redirect to a sign-in",
        "a sign-in proxy, a private port or a challenge page in front of the API",
        "[Who answered](../codes.md#who-answered)",
    ),
    (
        "the page or the API has a name of ngrok, cloudflared or Codespaces",
        "a tunnel",
        "[Previews and tunnels](tunnels.md)",
    ),
    (
        "each pull request has a page of its own",
        "previews",
        "[Previews and other patterns](../previews.md)",
    ),
    (
        "the API's own page is refused behind a proxy",
        "`Host` or the scheme is the proxy's",
        "[Own pages behind a proxy](own-pages.md)",
    ),
    (
        "the page is open on a phone, at an address such as 192.168.1.20",
        "the phone on the desk",
        "[The phone on the desk](../previews.md#the-phone-on-the-desk)",
    ),
    (
        "the page is at localhost and the API at 127.0.0.1, or the other way round",
        "two names, which are two sites: use one for both",
        "[Site](../concepts.md#site)",
    ),
    (
        "a sign-in by redirect ends with a state that does not match",
        "the cookie is `SameSite=Strict`",
        "[Sign-in by redirect](oidc.md)",
    ),
    (
        "every WebSocket is refused, or every site can open one",
        "the check of `Origin` at the handshake",
        "[WebSockets](../writes.md#websockets)",
    ),
)
_HEAD = re.compile(r"# (?P<title>.+)\n\nTested with (?P<tested>[^\n]+)\.\n\n(?P<know>.+?)\n\n", re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    """The head of one page: its title, the packages it is tested with, and what to know."""

    page: Path
    title: str
    packages: tuple[str, ...]
    know: str


def key(name: str) -> str:
    """Return *name* as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    """Return the version that each package is pinned to, by its key."""
    found = dict(SYSTEM)
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        found |= {
            key(name): version
            for name, version in re.findall(r"^(\S+)==(\S+)", file.read_text(), re.MULTILINE)
        }
    return found | json.loads(NPM.read_text())["dependencies"]


def read(page: Path) -> Recipe:
    """Return the head of *page*.

    Raises:
        ValueError: the page has none.
    """
    head = _HEAD.match(page.read_text("utf-8"))
    if head is None:
        raise ValueError(f"{page.name} begins without a title, `Tested with …`, and what to know")
    names = tuple(part.split()[0] for part in head["tested"].split(","))
    return Recipe(page, head["title"], names, " ".join(head["know"].split()))


def recipes() -> list[Recipe]:
    """Return every recipe, in the order of their titles."""
    found = [read(page) for page in RECIPES.glob("*.md") if page != INDEX]
    return sorted(found, key=lambda recipe: recipe.title.lower())


def tested(recipe: Recipe, versions: dict[str, str]) -> str:
    """Return the packages of *recipe* with the versions of the pins."""
    return ", ".join(f"{name} {versions[key(name)]}" for name in recipe.packages)


def written(recipe: Recipe) -> str:
    """Return the page of *recipe* with the versions of the pins."""
    text = recipe.page.read_text("utf-8")
    return re.sub(
        r"^Tested with .+$", f"Tested with {tested(recipe, pins())}.", text, count=1, flags=re.MULTILINE
    )


def index() -> str:
    """Return the page with the table of all recipes."""
    versions = pins()
    rows = [
        f"| [{recipe.title}]({recipe.page.name}) | {tested(recipe, versions)} | {recipe.know} |"
        for recipe in recipes()
    ]
    return "\n".join(
        [
            "# Recipes",
            "",
            "<!-- Written by `make docs` from the recipes and the pins. Changes here are lost. -->",
            "",
            "One page for each package beside Crossguard in an application: the code, what to know,",
            "and what never to do. `make test-all` installs the packages and runs the code of every page.",
            "",
            "## By situation",
            "",
            "| what happens | what it is | where to go |",
            "|---|---|---|",
            *(f"| {' | '.join(row)} |" for row in SITUATIONS),
            "",
            "## By package",
            "",
            "| recipe | tested with | what to know |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> None:
    for recipe in recipes():
        recipe.page.write_text(written(recipe), "utf-8")
    INDEX.write_text(index(), "utf-8")
    sys.stdout.write(f"{len(recipes())} recipes\n")


if __name__ == "__main__":
    main()
