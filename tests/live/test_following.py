"""Sources are followed by one thread each, and the last known list stays in force whatever happens to them."""

import gc
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crossguard.lists import last_known as kept_module
from crossguard.lists.follower import SourceFollower, follower_of
from crossguard.lists.last_known import read_kept, write_kept
from crossguard.lists.source import OriginSource
from tests.live.lists import Listing, following, until

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"


class Receiver:
    def __init__(self) -> None:
        self.received = 0

    def receive(self) -> None:
        self.received += 1


@pytest.fixture
def receiver():
    return Receiver()


def test_a_change_is_handed_over_and_nothing_else_is(receiver):
    source = Listing(APP)
    follower = follower_of(source)
    follower.load()
    follower.follow(receiver)
    assert follower.entries == (APP,)

    until(lambda: source.versions > 4)
    assert (source.reads, receiver.received) == (1, 0)

    source.set(APP, ADMIN)
    until(lambda: receiver.received == 1)
    assert follower.entries == (APP, ADMIN)


def test_a_list_is_read_once_however_many_ask_for_it():
    source = Listing(APP)
    follower = follower_of(source)
    threads = [threading.Thread(target=follower.load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert follower_of(source) is follower
    assert source.reads == 1


def test_one_thread_follows_for_everybody_and_ends_with_the_last():
    source = Listing(APP, name="one thread")
    receivers = [Receiver() for _ in range(3)]
    for each in receivers:
        follower_of(source).follow(each)
    assert len(following("one thread")) == 1

    del each, receivers
    gc.collect()
    until(lambda: following("one thread") == [])

    again = Receiver()
    follower_of(source).follow(again)
    source.set(ADMIN)
    until(lambda: again.received)


def test_the_last_known_list_stays_while_the_source_is_away_and_the_log_says_so_once(receiver, caplog):
    source = Listing(APP)
    follower = follower_of(source)
    follower.load()
    follower.follow(receiver)

    source.down = ConnectionError("the server is gone\nsince today")
    before = source.versions
    until(lambda: source.versions > before + 4)
    assert follower.entries == (APP,)
    (said,) = caplog.records
    assert said.getMessage() == (
        "the table cannot be read, so that the last known list, of 1 entries, stays in force: "
        "ConnectionError: the server is gone\\nsince today"
    )

    source.down = None
    until(lambda: len(caplog.records) == 2)
    assert caplog.records[1].getMessage() == "the table can be read again."
    assert receiver.received == 0


def test_a_source_that_comes_back_is_read_although_its_version_is_the_same(receiver):
    """A database that was restored counts from wherever its copy stood."""
    source = Listing(APP)
    follower = follower_of(source)
    follower.load()
    follower.follow(receiver)
    source.down = ConnectionError()
    before = source.versions
    until(lambda: source.versions > before + 1)

    source._origins = [ADMIN]
    source.down = None

    until(lambda: follower.entries == (ADMIN,))


def test_a_change_during_the_reading_is_noticed(receiver):
    class Moving(Listing):
        def read(self):
            found = [*super().read()]
            if self.reads == 1:
                self.set(ADMIN)
            return found

    source = Moving(APP)
    follower = follower_of(source)
    follower.load()
    assert follower.entries == (APP,)

    follower.refresh()
    assert follower.entries == (ADMIN,)


@pytest.mark.parametrize("answer", [None, "https://a.example", 5, {APP: 1}, iter([APP])], ids=repr)
def test_what_is_no_list_is_as_good_as_no_answer(answer, caplog):
    source = Listing(APP)
    follower = follower_of(source)
    follower.load()
    source.set()
    source._origins = answer

    follower.refresh()

    assert follower.entries == (APP,)
    assert "cannot be read" in caplog.text


def test_an_empty_list_is_a_list(caplog):
    source = Listing(APP)
    follower = follower_of(source)
    follower.load()
    source.set()
    follower.refresh()

    assert follower.entries == ()
    assert caplog.records == []


def test_whoever_receives_and_fails_does_not_end_the_following(caplog):
    class Failing(Receiver):
        def receive(self):
            super().receive()
            raise LookupError("whatever")

    failing = Failing()
    source = Listing(APP)
    follower_of(source).load()
    follower_of(source).follow(failing)
    source.set(ADMIN)
    until(lambda: failing.received)
    source.set(APP)
    until(lambda: failing.received == 2)
    assert "A list of the table could not be taken" in caplog.text


def test_whoever_fails_keeps_the_list_from_nobody_else(caplog):
    class Failing(Receiver):
        def receive(self):
            raise LookupError("whatever")

    receivers = [Failing(), Receiver(), Failing()]
    source = Listing(APP)
    follower = follower_of(source)
    follower.load()
    for each in receivers:
        follower.follow(each)
    source.set(ADMIN)
    until(lambda: receivers[1].received)
    assert caplog.text.count("could not be taken") <= 2


@pytest.mark.parametrize(
    ("seconds", "error"),
    [("1", TypeError), (True, TypeError), (0, ValueError), (3601, ValueError), (float("nan"), ValueError)],
)
def test_a_time_between_questions_that_cannot_be_meant_is_refused(seconds, error):
    with pytest.raises(error, match="Listing: seconds="):
        Listing(seconds=seconds)


def test_a_source_of_one_s_own_needs_two_answers_and_a_name():
    with pytest.raises(TypeError, match="abstract"):
        OriginSource()

    class Fixed(OriginSource):
        def __init__(self):
            """Nothing of the class above is needed."""

        def version(self):
            return 1

        def read(self):
            return [APP]

        def __str__(self):
            return "fixed"

    source = Fixed()
    follower_of(source).load()
    assert follower_of(source).entries == (APP,)
    assert source.after_fork() is None


class TestKeeping:
    """The last known list in a file."""

    def test_what_is_read_is_kept_for_the_owner_only(self, tmp_path):
        file = tmp_path / "deep" / "origins.json"
        source = Listing(APP, keep=file)
        follower_of(source).load()

        assert read_kept(file) == (APP,)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [*file.parent.iterdir()] == [file]

        source.set(ADMIN)
        follower_of(source).refresh()
        assert read_kept(file) == (ADMIN,)

    def test_a_process_that_starts_while_the_source_is_away_begins_with_it(self, tmp_path, caplog):
        file = tmp_path / "origins.json"
        write_kept(file, (APP,))
        source = Listing(keep=file)
        source.down = ConnectionError("gone")

        follower_of(source).load()

        assert follower_of(source).entries == (APP,)
        assert caplog.records[0].getMessage() == (
            f"the table cannot be read, so that the list kept in {file}, of 1 entries, is in force: "
            "ConnectionError: gone"
        )

    @pytest.mark.parametrize(
        "text", ["", "[", "{}", "[1]", '"https://a.example"', '[["x"]]', "\x00"], ids=repr
    )
    def test_a_file_that_holds_no_list_is_not_taken_for_one(self, tmp_path, text, caplog):
        file = tmp_path / "origins.json"
        file.write_text(text)
        source = Listing(keep=file)
        source.down = ConnectionError("gone")

        follower_of(source).load()

        assert follower_of(source).entries == ()
        assert "no origin of it is listed until it can" in caplog.text

    @pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
    def test_a_file_that_others_can_write_is_not_read(self, tmp_path, mode, caplog):
        file = tmp_path / "origins.json"
        write_kept(file, (APP,))
        file.chmod(mode)

        assert read_kept(file) is None
        assert "can be written by others" in caplog.text

    @pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000], ids=["lists", "objects"])
    def test_a_file_that_is_nested_deeply_is_not_read(self, tmp_path, text, caplog):
        file = tmp_path / "origins.json"
        file.write_text(text)

        assert read_kept(file) is None
        assert "cannot be read" in caplog.text

    @pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda file: file.symlink_to("/dev/zero")])
    def test_what_is_no_regular_file_is_not_read(self, tmp_path, make, caplog):
        file = tmp_path / "origins.json"
        make(file)

        assert read_kept(file) is None
        assert "no regular file" in caplog.text or "directory" in caplog.text

    def test_a_file_of_another_user_is_not_read(self, tmp_path, monkeypatch, caplog):
        file = tmp_path / "origins.json"
        write_kept(file, (APP,))
        owner = file.stat().st_uid
        if owner == 0:
            os.chown(file, 12345, -1)
        else:
            monkeypatch.setattr(os, "geteuid", lambda: owner + 1)

        assert read_kept(file) is None
        assert "belongs to another user" in caplog.text

    def test_a_file_that_is_too_large_is_not_read(self, tmp_path, monkeypatch, caplog):
        file = tmp_path / "origins.json"
        write_kept(file, (APP,))
        monkeypatch.setattr(kept_module, "MOST_BYTES", 5)

        assert read_kept(file) is None
        assert "more than" in caplog.text

    def test_a_file_that_is_not_there_is_nothing_to_complain_of(self, tmp_path, caplog):
        assert read_kept(tmp_path / "none") is None
        assert caplog.records == []

    def test_what_cannot_be_kept_is_in_force_all_the_same(self, tmp_path, caplog):
        (tmp_path / "file").write_text("in the way")
        source = Listing(APP, keep=tmp_path / "file" / "origins.json")
        follower_of(source).load()
        assert follower_of(source).entries == (APP,)
        for number in range(3):
            source.set(f"https://{number}.example.com")
            follower_of(source).refresh()

        assert len(caplog.records) == 1
        assert "cannot be written, so that the list is not kept" in caplog.text

    def test_a_writing_that_fails_leaves_the_file_as_it_was(self, tmp_path, monkeypatch):
        file = tmp_path / "origins.json"
        write_kept(file, (APP,))

        def dump(_entries, stream):
            stream.write('["half')
            raise OSError("no space left")

        monkeypatch.setattr(kept_module.json, "dump", dump)
        with pytest.raises(OSError, match="no space"):
            write_kept(file, (ADMIN,))

        assert json.loads(file.read_text()) == [APP]
        assert [*tmp_path.iterdir()] == [file]


# What is written at once is not mixed with what the other process writes.
FORKING = r"""
import os, sys, time
from tests.live.lists import Listing, following, until
from crossguard.lists.follower import follower_of

class Receiver:
    received = 0
    def receive(self):
        self.received += 1

source, receiver = Listing("https://app.example.com"), Receiver()
follower_of(source).load()
follower_of(source).follow(receiver)
child = os.fork()
assert len(following("the table")) == 1
source.set("https://child.example.com" if child == 0 else "https://parent.example.com")
until(lambda: receiver.received)
os.write(1, f"{follower_of(source).entries} {source.forks}\n".encode())
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


READ_BEFORE = r"""
import os
from tests.live.lists import Listing
from crossguard.lists.follower import follower_of

source = Listing("https://app.example.com")
follower_of(source).load()
child = os.fork()
os.write(1, f"{source.forks}\n".encode())
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


def run(text):
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", text],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_child_lets_go_of_what_its_parent_has_read_with():
    assert run(READ_BEFORE) == ["0", "1"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_child_process_follows_on_its_own():
    assert run(FORKING) == [
        "('https://child.example.com',) 1",
        "('https://parent.example.com',) 0",
    ]


def test_a_follower_is_told_apart_from_what_else_may_stand_there():
    source = Listing()
    source.follower = "something"
    assert isinstance(follower_of(source), SourceFollower)
