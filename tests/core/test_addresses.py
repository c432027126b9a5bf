"""Addresses of the documentation."""

from urllib.parse import urlsplit

import pytest

from crossguard import IssueCode, Reason
from crossguard.core.addresses import DOCUMENTATION, address_of


def test_the_address_of_the_documentation_is_one_that_others_are_built_on():
    parts = urlsplit(DOCUMENTATION)
    assert parts.scheme == "https"
    assert not DOCUMENTATION.endswith("/")


@pytest.mark.parametrize("code", [*Reason, *IssueCode])
def test_a_code_is_a_fragment_as_it_stands(code):
    assert urlsplit(address_of(code.value)).fragment == code.value
