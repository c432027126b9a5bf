"""The first start: folder, key, first user."""

import os
import stat
import threading

import pytest
import sqlalchemy as sa

from crossguard.console import create_app
from crossguard.console.database import db, migrate
from crossguard.console.instance import prepare_instance
from crossguard.console.models import Account
from crossguard.console.run.first_start import create_first_user
from crossguard.console.services import services_of
from crossguard.console.stops import CannotStart
from tests.console.support import PASSWORD, WEB, Page, close_app, make_app, make_settings


def test_the_folder_and_a_key_are_made_for_their_owner_alone(tmp_path):
    folder = tmp_path / "a" / "b"
    key = prepare_instance(folder)
    assert len(key) == 64
    assert (folder / "secret_key").read_text() == f"{key}\n"
    if os.name == "posix":
        assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_key_is_kept_so_that_sessions_outlive_a_restart(tmp_path):
    settings = make_settings(tmp_path)
    first = make_app(settings)
    page = Page(first)
    page.sign_in()
    cookie = page.client.get_cookie("crossguard_session")
    close_app(first)
    second = make_app(settings)
    page = Page(second)
    page.client.set_cookie("crossguard_session", cookie.value)
    response = page.get("/api/me")
    close_app(second)
    assert response.status_code == 200


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_the_database_is_for_its_owner_alone_also_in_a_folder_that_others_may_enter(tmp_path):
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o755)
    app = make_app(make_settings(tmp_path))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    close_app(app)
    assert modes == dict.fromkeys(
        ["secret_key", "console.sqlite3", "console.sqlite3-wal", "console.sqlite3-shm"], 0o600
    )


def test_every_instance_has_a_key_of_its_own(tmp_path):
    assert prepare_instance(tmp_path / "a") != prepare_instance(tmp_path / "b")


def test_processes_that_start_together_agree_on_the_key(tmp_path):
    keys = []
    threads = [threading.Thread(target=lambda: keys.append(prepare_instance(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 64])
def test_a_damaged_key_is_not_replaced_behind_the_operators_back(tmp_path, monkeypatch, content):
    monkeypatch.setattr("crossguard.console.instance.time.sleep", lambda _: None)
    (tmp_path / "secret_key").write_bytes(content)
    with pytest.raises(CannotStart) as caught:
        prepare_instance(tmp_path)
    assert "secret_key" in caught.value.message
    assert (tmp_path / "secret_key").read_bytes() == content


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotStart, match="CROSSGUARD_INSTANCE") as caught:
        create_app(make_settings(tmp_path, instance_path=tmp_path / "file" / "instance"))
    assert str(tmp_path / "file" / "instance") in caught.value.message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(CannotStart, match="Let this user write there"):
        prepare_instance(tmp_path)


def test_the_first_user_is_an_administrator_with_a_generated_password(tmp_path):
    app = create_app(make_settings(tmp_path, admin_password=None))
    migrate(app)
    password = create_first_user(app)
    assert len(password) == 23
    page = Page(app)
    assert page.sign_in("admin", password).get_json()["user"]["role"] == "admin"
    assert create_first_user(app) is None
    assert page.sign_in("admin", password).status_code == 200
    close_app(app)


def test_a_password_that_was_given_is_used_and_not_repeated(tmp_path):
    app = create_app(make_settings(tmp_path))
    migrate(app)
    assert create_first_user(app) is None
    assert Page(app).sign_in("admin", PASSWORD).status_code == 200
    close_app(app)


def test_no_first_user_is_made_where_there_are_users(app, admin):
    number = admin.post(
        "/admin/users", {"username": "second", "password": PASSWORD, "role": "admin"}
    ).get_json()["id"]
    second = Page(app)
    second.sign_in("second")
    [first] = [user["id"] for user in second.get("/admin/users").get_json()["items"] if user["id"] != number]
    second.send("DELETE", f"/admin/users/{first}")
    assert create_first_user(app) is None
    with app.app_context():
        assert db.session.scalars(sa.select(Account.username)).all() == ["second"]


def test_a_database_that_was_not_migrated_is_reported(tmp_path):
    app = create_app(make_settings(tmp_path))
    with pytest.raises(CannotStart, match="first user"):
        create_first_user(app)
    close_app(app)


def test_origins_that_do_not_build_are_reported_all_at_once(tmp_path):
    origins = ("https://good.example", "localhost:8080", "*", "https://bad.example/path")
    with pytest.raises(CannotStart) as caught:
        create_app(make_settings(tmp_path, origins=origins))
    assert len(caught.value.reasons) >= 3
    for reason in caught.value.reasons:
        assert reason.startswith("CROSSGUARD_ORIGINS: origins")


def test_an_allow_list_broken_on_purpose_refuses_the_front_end_and_says_why(tmp_path):
    app = make_app(make_settings(tmp_path, origins=("http://localhost:9999",)))
    page = Page(app)
    for response in (page.preflight("/auth/sign-in", "POST"), page.sign_in(), page.get("/api/me")):
        assert "Access-Control-Allow-Origin" not in response.headers
    page.origin = None
    page.sign_in()
    services_of(app).recorder.flush()
    items = page.get("/api/decisions").get_json()["items"]
    close_app(app)
    assert [(item["outcome"], item["reason"]) for item in items] == [
        ("actual-refused", "origin-not-listed"),
        ("write-refused", "origin-not-trusted"),
        ("preflight-refused", "origin-not-listed"),
    ]
    for item in items:
        assert item["origin"] == WEB
        assert WEB in item["explanation"]["fix"]


def test_an_origin_that_could_never_use_the_session_cookie_is_reported_at_the_start(tmp_path):
    with pytest.raises(CannotStart) as caught:
        create_app(make_settings(tmp_path, origins=("https://elsewhere.example",)))
    for reason in caught.value.reasons:
        assert reason.startswith("CROSSGUARD_ORIGINS: ")
    assert "crossguard_session" in caught.value.message


def test_a_public_origin_that_does_not_build_is_named_by_its_variable(tmp_path):
    with pytest.raises(CannotStart) as caught:
        create_app(make_settings(tmp_path, api_origin="https://api..example.com"))
    [reason] = caught.value.reasons
    assert reason.startswith("CROSSGUARD_API_ORIGIN: ")
    with pytest.raises(CannotStart) as caught:
        create_app(make_settings(tmp_path, web_origin="http://app.example.com"))
    [reason] = caught.value.reasons
    assert reason.startswith("CROSSGUARD_WEB_ORIGIN: ")


def test_an_empty_allow_list_is_nobody(tmp_path):
    app = make_app(make_settings(tmp_path, origins=()))
    response = Page(app).get("/api/me")
    close_app(app)
    assert "Access-Control-Allow-Origin" not in response.headers
