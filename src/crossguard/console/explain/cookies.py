"""The application's cookies against its front ends, as administrators see them."""

import msgspec
from flask import Flask

from crossguard.console.explain.schemas import CookieList, CookiePosture
from crossguard.flask import cookie_report

# A row that stands for more front ends than this names the first ones and the number.
_MOST_NAMED = 20


def list_cookies(app: Flask) -> CookieList:
    """Return how each cookie of *app* does in each browser, what is equal in one row."""
    report = cookie_report(app)
    items = [
        CookiePosture(
            cookie=row.cookie,
            set_cookie=row.set_cookie,
            frontends=list(row.frontends[:_MOST_NAMED]),
            frontend_count=len(row.frontends),
            api=row.api,
            relation=msgspec.convert(row.relation, CookiePosture.__annotations__["relation"]),
            fits=msgspec.convert(row.fits, CookiePosture.__annotations__["fits"], from_attributes=True),
        )
        for row in report.rows
    ]
    return CookieList(items=items, notes=list(report.notes), looked_at=report.frontends, listed=report.listed)
