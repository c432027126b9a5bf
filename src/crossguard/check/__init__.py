"""``crossguard check``: a fetch through the network, with whatever stands in between."""

from crossguard.check.carrier import OTHER_HOST, Carrier
from crossguard.check.codes import CHECK_TEXTS, CheckCode
from crossguard.check.observe import observe

__all__ = ["CHECK_TEXTS", "OTHER_HOST", "Carrier", "CheckCode", "observe"]
