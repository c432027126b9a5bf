"""Feeds of a test's own, without an application."""

from crossguard.console.decisions.feed import Feed
from crossguard.console.schemas import StatsTotals


class Decided:
    """Where a feed finds decisions; `list` is what there is."""

    def __init__(self):
        self.list = []

    def newest_id(self):
        return max((each.id for each in self.list), default=0)

    def since(self, number):
        return [each for each in self.list if each.id > number]


def everyone(viewers):
    return viewers


def make_feed(source=None, *, limit=8, account_limit=8, admit=everyone):
    totals = StatsTotals(allowed=0, refused=0, dropped=0)
    return Feed(source or Decided(), lambda: totals, admit, limit=limit, account_limit=account_limit)
