"""Elements of a list are found as if it had been taken apart."""

from hypothesis import given
from hypothesis import strategies as st

from crossguard.core.elements import has_element
from tests.core.counting import work_of

BLANKS = st.text(" \t\xa0\x0b", max_size=3)
PIECES = st.sampled_from(["origin", "*", "origins", "x-origin", "", "ori gin", "accept", "origin origin"])


@given(st.lists(st.tuples(BLANKS, PIECES, BLANKS), max_size=6), st.sampled_from(["origin", "*", "accept"]))
def test_it_finds_what_splitting_finds(parts, element):
    text = ",".join("".join(part) for part in parts)

    assert has_element(text, element) is (element in {part.strip() for part in text.split(",")})


@given(
    st.lists(
        st.tuples(BLANKS, st.sampled_from(["session", "xsession", "session2", ""]), BLANKS, st.booleans()),
        max_size=6,
    )
)
def test_it_finds_names_of_cookies(parts):
    text = ";".join(f"{left}{name}{right}{'=a b' if valued else ''}" for left, name, right, valued in parts)
    names = {pair.partition("=")[0].strip() for pair in text.split(";")}

    assert has_element(text, "session", before=";", after="=;") is ("session" in names)


def test_a_value_that_looks_like_a_name_is_none():
    assert not has_element("a=session; b=x session", "session", before=";", after="=;")
    assert has_element("a=1; session=2", "session", before=";", after="=;")


def test_work_grows_with_the_text_and_no_faster():
    for piece in ("origin ", "origin" + " " * 50, "x-origin,", "o", "," * 7):
        small, large = (
            work_of(lambda n=n, piece=piece: has_element(piece * n, "origin!")) for n in (100, 1000)
        )
        assert large.lines <= small.lines * 11
    for piece in ("origin ", "x-origin,"):
        small, large = (
            work_of(lambda n=n, piece=piece: has_element(piece * n, "origin")) for n in (100, 1000)
        )
        assert large.lines <= small.lines * 11
