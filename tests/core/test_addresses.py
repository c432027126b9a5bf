"""The addresses of codes are those of rows on the page of codes."""

from crossguard.core.addresses import DOCUMENTATION, address_of
from crossguard.core.decision import Reason
from tests.docs.markdown import ROOT


def test_an_address_leads_to_the_row_of_its_code():
    page = (ROOT / "docs" / "codes.md").read_text("utf-8")
    for reason in (Reason.CROSS_SITE, Reason.ORIGIN_NOT_LISTED):
        address = address_of(reason.value)
        assert address == f"{DOCUMENTATION}/codes/#{reason.value}"
        assert reason.value in page
