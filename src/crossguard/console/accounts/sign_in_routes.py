"""Signing in and out: `/auth`."""

from ipaddress import ip_address, ip_network
from typing import Final

from flask import Blueprint, Response, request

from crossguard.console.accounts.directory import authenticate, record_sign_in, show_account
from crossguard.console.accounts.signed_in import begin_session, end_session
from crossguard.console.bodies import answer, no_content, read_body
from crossguard.console.database import db
from crossguard.console.explain.probe import is_probing
from crossguard.console.problems import fail, fail_too_many
from crossguard.console.schemas import SignIn, SignInResult
from crossguard.console.services import services

# A client with an IPv6 address has all of its network (RFC 6177), and could send each attempt from another.
_IPV6_PREFIX: Final = 64

auth: Final = Blueprint("auth", __name__, url_prefix="/auth")


@auth.post("/sign-in")
def sign_in() -> Response:
    """Sign in with a name and a password."""
    limit = services().sign_in_limit
    if wait := limit.from_address(_counted_address()):
        fail_too_many("from this address", wait)
    body = read_body(SignIn)
    if wait := limit.for_account(body.username):
        # Also where there is no such account, so that the answer does not tell which exist.
        fail_too_many("for this user name", wait)
    account = authenticate(db.session, services().passwords, body.username, body.password)
    if account is None:
        fail(401, "invalid-credentials", "Wrong user name or password", "Check both and try again.")
    if account.disabled:
        # Only after the right password, so that no other client learns of it.
        fail(403, "account-disabled", "Account disabled", "An administrator has disabled this account.")
    record_sign_in(db.session, account)
    limit.succeeded(body.username)
    begin_session(account)
    return answer(SignInResult(user=show_account(account)))


@auth.post("/sign-out")
def sign_out() -> Response:
    """End the session; a request that is not signed in gets the same answer."""
    end_session()
    return no_content()


def _counted_address() -> str:
    """Return whose attempts are counted together: an IPv4 address, or the network of an IPv6 address."""
    if is_probing():
        # It bears this machine's address, and must not use up the attempts of the people there.
        return "probe"
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        # Servers on a Unix socket know no address.
        return "unknown"
    if address.version == 4:  # noqa: PLR2004 - of the Internet Protocol
        return str(address)
    return str(ip_network((address, _IPV6_PREFIX), strict=False))
