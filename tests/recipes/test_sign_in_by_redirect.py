"""OpenID Connect against a provider on loopback: the way of a person, and the ways of strangers."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.recipes.pages import run

APP = "https://app.example.com"


@pytest.fixture
def api(provider):
    return run("oidc").namespace["app"]


def way(client, provider, url="/sign-in"):
    """Go the way of a person from *url* to the provider and back; return the last answer of the API."""
    sent = client.get(url, base_url="https://api.example.com", headers={"Sec-Fetch-Site": "same-site"})
    assert sent.status_code == 302
    back = provider.get(sent.location)
    return client.get(back.location, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})


def me(client):
    return client.get("/me", base_url="https://api.example.com", headers={"Origin": APP})


def test_a_person_comes_back_signed_in(api, provider):
    client = api.test_client()
    assert me(client).status_code == 401
    answer = way(client, provider)
    assert (answer.status_code, answer.location) == (302, f"{APP}/")
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    signed_in = me(client)
    assert signed_in.json == {"user": "ann@example.com"}
    assert signed_in.headers["Access-Control-Allow-Origin"] == APP


def test_an_answer_for_another_browser_signs_nobody_in(api, provider):
    theirs, mine = api.test_client(), api.test_client()
    sent = theirs.get("/sign-in", base_url="https://api.example.com")
    state = parse_qs(urlsplit(sent.location).query)["state"][0]
    from authlib.integrations.base_client.errors import MismatchingStateError

    api.testing = True
    with pytest.raises(MismatchingStateError):
        mine.get(f"/signed-in?code=theirs&state={state}", base_url="https://api.example.com")
    assert me(mine).status_code == 401


def test_an_answer_as_a_form_of_the_provider_is_refused(api):
    answer = api.test_client().post(
        "/signed-in", headers={"Origin": "https://provider.example", "Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
