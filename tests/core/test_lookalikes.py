"""The look-alike corpus against every form of entry: allowed is what the table says, and nothing else."""

import itertools
import re

import pytest

from crossguard import Outcome
from tests.cases.build import policy
from tests.cases.lookalikes import CONFIGURED, FORMS, LOOKALIKES, joined

DANGEROUS = {"dangerously_allow_insecure_origins": True, "dangerously_allow_public_suffixes": True}


def allowed_by(form, *, credentials):
    compiled = policy(origins=[form.entry], supports_credentials=credentials, **DANGEROUS)
    return frozenset(
        name
        for name, origin in LOOKALIKES.items()
        if compiled.actual(origin).outcome is Outcome.ACTUAL_ALLOWED
    )


def test_the_corpus_is_large_and_without_repetition():
    assert len(LOOKALIKES) >= 60
    assert len(set(LOOKALIKES.values())) == len(LOOKALIKES)


@pytest.mark.parametrize("credentials", [False, True], ids=["anonymous", "credentials"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_lookalike_is_allowed_but_what_the_form_covers(form, credentials):
    assert allowed_by(form, credentials=credentials) == form.covers


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_origin_that_is_meant_is_allowed(form):
    compiled = policy(origins=[form.entry], supports_credentials=True, **DANGEROUS)

    assert compiled.actual(form.meant).outcome is Outcome.ACTUAL_ALLOWED
    assert compiled.trusts(form.meant)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_way_to_ask_gives_the_same_verdict(form):
    compiled = policy(origins=[form.entry], supports_credentials=True, write_gate=False, **DANGEROUS)
    for origin in [form.meant, *LOOKALIKES.values()]:
        allowed = compiled.actual(origin).outcome is Outcome.ACTUAL_ALLOWED
        preflight = compiled.preflight(origin).outcome is Outcome.PREFLIGHT_ALLOWED
        asked = (compiled.allows(origin), compiled.trusts(origin), preflight)
        assert asked == (allowed,) * 3, origin


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_an_entry_for_readers_covers_the_same_without_credentials(form):
    compiled = policy(origins=[], readers=[form.entry], supports_credentials=True)
    for name, origin in LOOKALIKES.items():
        edits = compiled.actual(origin).edits
        assert bool(edits.fields) is (name in form.covers), origin
        assert "Access-Control-Allow-Credentials" not in dict(edits.fields)


def test_all_forms_together_allow_what_each_allows():
    compiled = policy(origins=[form.entry for form in FORMS.values()])
    covered = frozenset().union(*(form.covers for form in FORMS.values()))
    # The exact origin is listed as well.
    meant = {form.meant for form in FORMS.values()}

    for name, origin in LOOKALIKES.items():
        assert compiled.allows(origin) is (name in covered or origin in meant), origin


# Whoever owns example.net or foo.org may name subdomains as they like; these are theirs to begin with.
THEIRS = re.compile(r"https://(?:[a-z0-9_-]+\.)+(?:example\.net|foo\.org(?::[0-9]+)?)")


@pytest.mark.parametrize(("first", "second"), [*itertools.permutations(CONFIGURED, 2)], ids=str)
def test_two_configured_origins_never_make_a_third(first, second):
    compiled = policy(origins=CONFIGURED)
    for origin in joined(first, second):
        assert compiled.allows(origin) is bool(THEIRS.fullmatch(origin)), origin


def test_the_configured_origins_themselves_are_allowed():
    compiled = policy(origins=CONFIGURED)
    for entry in CONFIGURED:
        assert compiled.allows(entry.replace("*.", "a.").replace(":*", ":81"))


def test_two_expressions_never_make_a_third():
    compiled = policy(origins=[re.compile("https://foo[.]com"), re.compile("https://bar[.]com")])

    for origin in joined("https://foo.com", "https://bar.com"):
        assert not compiled.allows(origin), origin
    assert compiled.allows("https://bar.com")
