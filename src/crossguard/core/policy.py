"""The policy: what adapters ask, tools read, and ``replace`` changes while the application runs."""

from collections.abc import Callable, Mapping
from threading import Lock

from crossguard.core.compiled import CompiledPolicy
from crossguard.core.config import CorsConfig, load_config
from crossguard.core.decision import Decision
from crossguard.core.edits import HeaderEdits
from crossguard.core.gate import WriteGate
from crossguard.core.options import check_replaceable

#: Validates a configuration with some options changed; what it raises leaves the policy as it is.
Load = Callable[[CorsConfig, Mapping[str, object]], CorsConfig]


class Policy:
    """One policy. Compare and rebuild it by its :attr:`config`.

    What it answers is compiled whenever its options change, and swapped whole: each answer is that of one
    configuration, also while other threads replace it. To ask several questions about one request, take
    :attr:`compiled` and ask that.

    Attributes:
        compiled: the compiled policy in force, which never changes itself.
        place: where the options stand, as ``file.py:12``; empty if unknown.
        name: how people call it: ``app``, ``blueprint admin``, ``view api.items``, ``path /api/*``.
        origins_from: where its origins are kept, if not where they are declared.
    """

    __slots__ = ("_load", "_replacing", "compiled", "name", "origins_from", "place")

    def __init__(
        self, config: CorsConfig, *, place: str = "", name: str = "", load: Load | None = None
    ) -> None:
        self.compiled = CompiledPolicy(config)
        self.place = place
        self.name = name
        self.origins_from = ""
        self._load = load or self._load_again
        self._replacing = Lock()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and self.config == other.config

    def __hash__(self) -> int:
        # By what is never replaced, so that a policy in a set stays where it is.
        config = self.config
        return hash((config.supports_credentials, config.write_gate, config.cookies))

    def __repr__(self) -> str:
        return f"<Policy {self.name or 'unnamed'} {self.place}>"

    def __reduce__(self) -> tuple[object, ...]:
        """Copy and pickle what it is now; a copy is not told what becomes of the original."""
        return _copied, (self.config, self.place, self.name)

    @property
    def config(self) -> CorsConfig:
        """The validated options."""
        return self.compiled.config

    @property
    def gate(self) -> WriteGate | None:
        """Who may write; None where writes are not gated."""
        return self.compiled.gate

    def replace(self, **options: object) -> "Policy":
        """Replace *options* from now on; those that are not named stay as they are.

        The new policy is built first and put in place whole, so that no request sees half of it. Requests
        under way get headers of the old one or the new one, never of both. Safe to call from any thread.

        Args:
            options: as for :class:`crossguard.flask.CORS`, but for those that an application reads only
                once, while it is put together; the table of options says which.

        Returns:
            This policy.

        Raises:
            TypeError: an option does not exist, or cannot be replaced.
            ConfigError: the options do not build; every mistake is listed, and nothing has changed.
        """
        check_replaceable(options)
        # Two at once would both begin with the same options, and the first would be lost.
        with self._replacing:
            self.compiled = CompiledPolicy(self._load(self.compiled.config, options))
        return self

    def adopt(self, config: CorsConfig) -> None:
        """Put *config*, which is validated, in place of all options; for adapters that compile again."""
        with self._replacing:
            self.compiled = CompiledPolicy(config)

    def _load_again(self, before: CorsConfig, options: Mapping[str, object]) -> CorsConfig:
        return load_config(
            {**before.to_options(), **options},
            is_public_suffix=before.is_public_suffix,
            source=self.place,
            surroundings=before.surroundings,
        )

    def allows(self, origin: str | None) -> bool:
        """Tell whether pages of *origin* may connect: for a library that asks by itself, by Origin only.

        A WebSocket server can be given this method as its check. With the write gate a connection is a
        write: listed front ends and the API's own pages may connect. Without the gate, origins that may read
        may. None and an empty text may not.
        """
        return self.compiled.allows(origin)

    def may_write(self, origin: str) -> bool:
        """Tell whether pages of *origin* may change something with the user's credentials.

        An origin that is listed with credentials may; a subdomain pattern or an expression is a reader's
        entry unless ``wildcard_writes`` is on.
        """
        return self.compiled.may_write(origin)

    def trusts(self, origin: str | None) -> bool:
        """Tell whether pages of *origin* may use credentials."""
        return self.compiled.trusts(origin)

    def actual_edits(self, origin: str | None) -> HeaderEdits:
        """Return what happens to the response of an ordinary request; *origin* is its ``Origin``."""
        return self.compiled.actual_edits(origin)

    def preflight_edits(
        self, origin: str, requested_headers: str | None = None, *, private_network: bool = False
    ) -> HeaderEdits:
        """Return all headers of the answer to a genuine preflight.

        The answer is a table: it depends on the policy and on *origin*. *requested_headers* is read
        only where ``allow_headers`` is ``*`` and credentials are on; *private_network* only where the
        policy answers such preflights.
        """
        return self.compiled.preflight_edits(origin, requested_headers, private_network=private_network)

    def actual(self, origin: str | None) -> Decision:
        """Decide about an ordinary request; see :meth:`actual_edits`."""
        return self.compiled.actual(origin)

    def preflight(
        self, origin: str, requested_headers: str | None = None, *, private_network: bool = False
    ) -> Decision:
        """Decide about a genuine preflight; see :meth:`preflight_edits`."""
        return self.compiled.preflight(origin, requested_headers, private_network=private_network)


def _copied(config: CorsConfig, place: str, name: str) -> Policy:
    return Policy(config, place=place, name=name)


def compile_policy(
    config: CorsConfig, *, place: str = "", name: str = "", load: Load | None = None
) -> Policy:
    """Compile *config*; total, because a config that does not build cannot exist.

    Args:
        config: the validated options.
        place: where they stand, as ``file.py:12``.
        name: how people call the policy.
        load: validates the options of :meth:`Policy.replace`; by default :func:`load_config`.
    """
    return Policy(config, place=place, name=name, load=load)
