"""What browsers do differently, as data: one frozen set of switches for each profile."""

from typing import Final

from crossguard.browser.profiles.chromium import CHROMIUM, CHROMIUM_BLOCK_THIRD_PARTY
from crossguard.browser.profiles.firefox import FIREFOX, FIREFOX_BLOCK_THIRD_PARTY
from crossguard.browser.profiles.profile import Profile, ThirdPartyCookies
from crossguard.browser.profiles.webkit import SAFARI, WEBKIT, WEBKIT_ALLOW_THIRD_PARTY

__all__ = ["PROFILES", "Profile", "ThirdPartyCookies"]

#: The profiles by name.
PROFILES: Final = {
    profile.name: profile
    for profile in (
        CHROMIUM,
        CHROMIUM_BLOCK_THIRD_PARTY,
        FIREFOX,
        FIREFOX_BLOCK_THIRD_PARTY,
        WEBKIT,
        WEBKIT_ALLOW_THIRD_PARTY,
        SAFARI,
    )
}
