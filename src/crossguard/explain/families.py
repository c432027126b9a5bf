"""Request headers that one library sends together: from one of them the others are known.

A library sends some of its headers with some requests only. A list that was mended for one request fails
with the next, and a person goes round once for each header.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple


class Family(NamedTuple):
    """The request headers of one library or standard.

    Attributes:
        title: what sends them.
        own: the names that tell it, as its documentation spells them; also what is allowed for it.
        along: names of others that it sends as well; they alone do not tell it.
        prefix: how any further name of it begins, in lower case; empty if that tells nothing.
    """

    title: str
    own: tuple[str, ...]
    along: tuple[str, ...] = ()
    prefix: str = ""


#: The families, with where each says what it sends.
FAMILIES: Final = (
    # https://htmx.org/reference/#request_headers
    Family(
        "htmx",
        (
            "HX-Request", "HX-Current-URL", "HX-Target", "HX-Trigger", "HX-Trigger-Name", "HX-Boosted",
            "HX-Prompt", "HX-History-Restore-Request",
        ),
        prefix="hx-",
    ),
    # https://www.w3.org/TR/trace-context/ and https://www.w3.org/TR/baggage/; OpenTelemetry sends all three.
    Family("W3C Trace Context", ("traceparent", "tracestate", "baggage")),
    # https://docs.sentry.io/platforms/javascript/tracing/trace-propagation/
    Family("Sentry", ("sentry-trace",), along=("baggage",)),
    # https://docs.datadoghq.com/real_user_monitoring/correlate_with_other_telemetry/apm/: by default both of
    # its own headers and those of the W3C.
    Family(
        "Datadog",
        (
            "x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-origin", "x-datadog-sampling-priority",
        ),
        along=("traceparent", "tracestate"),
        prefix="x-datadog-",
    ),
    # https://github.com/openzipkin/b3-propagation
    Family(
        "B3 (Zipkin)",
        ("X-B3-TraceId", "X-B3-SpanId", "X-B3-ParentSpanId", "X-B3-Sampled", "X-B3-Flags"),
        prefix="x-b3-",
    ),
    # https://docs.newrelic.com/docs/browser/new-relic-browser/configuration/distributed-tracing-cross-origin/
    Family("New Relic", ("newrelic",), along=("traceparent", "tracestate")),
    # https://www.elastic.co/guide/en/apm/agent/rum-js/current/distributed-tracing-guide.html
    Family("Elastic APM", ("elastic-apm-traceparent",), along=("traceparent", "tracestate")),
    # Rails and Laravel; Django and Flask-WTF; axios, Angular and Laravel, after the cookie XSRF-TOKEN.
    Family("CSRF tokens", ("X-CSRF-Token", "X-CSRFToken", "X-XSRF-TOKEN")),
    # https://tus.io/protocols/resumable-upload#headers, and the draft that follows it.
    Family(
        "tus",
        (
            "Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Defer-Length",
            "Upload-Concat", "Upload-Checksum",
        ),
        along=("X-HTTP-Method-Override",),
        prefix="tus-",
    ),
    # https://www.apollographql.com/docs/react/networking/basic-http-networking and, for the first,
    # https://www.apollographql.com/docs/apollo-server/security/cors
    Family(
        "Apollo",
        (
            "apollo-require-preflight", "x-apollo-operation-name", "apollographql-client-name",
            "apollographql-client-version",
        ),
        prefix="apollographql-",
    ),
    # https://the-guild.dev/graphql/yoga-server/docs/features/csrf-prevention
    Family("GraphQL Yoga", ("x-graphql-yoga-csrf",)),
    # https://trpc.io/docs/client/links/httpBatchStreamLink
    Family("tRPC", ("trpc-accept", "x-trpc-source"), prefix="x-trpc-"),
    # https://inertiajs.com/the-protocol#request-headers
    Family(
        "Inertia",
        (
            "X-Inertia", "X-Inertia-Version", "X-Inertia-Partial-Component", "X-Inertia-Partial-Data",
            "X-Inertia-Partial-Except", "X-Inertia-Reset", "X-Inertia-Error-Bag",
        ),
        along=("X-Requested-With", "X-XSRF-TOKEN"),
        prefix="x-inertia-",
    ),
    # https://turbo.hotwired.dev/handbook/frames, and src/core/session.js for the third
    Family("Turbo", ("Turbo-Frame", "X-Turbo-Request-Id", "X-Sec-Purpose"), along=("X-CSRF-Token",)),
    # https://unpoly.com/up.protocol
    Family(
        "Unpoly",
        (
            "X-Up-Version", "X-Up-Target", "X-Up-Mode", "X-Up-Context", "X-Up-Fail-Target", "X-Up-Fail-Mode",
            "X-Up-Fail-Context", "X-Up-Validate",
        ),
        prefix="x-up-",
    ),
    # https://livewire.laravel.com/docs/javascript
    Family("Livewire", ("X-Livewire", "X-Livewire-Navigate"), along=("X-CSRF-Token",)),
    # https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
    Family("gRPC-Web", ("X-Grpc-Web", "X-User-Agent", "Grpc-Timeout"), prefix="x-grpc-"),
    # https://connectrpc.com/docs/protocol
    Family("Connect", ("Connect-Protocol-Version", "Connect-Timeout-Ms")),
    # https://supabase.com/docs/guides/functions/cors, and what its clients for data and storage add.
    Family(
        "Supabase",
        ("apikey", "x-client-info", "x-supabase-api-version", "x-region"),
        along=("Authorization", "Content-Profile", "Accept-Profile", "Prefer", "x-upsert"),
        prefix="x-supabase-",
    ),
    # https://learn.microsoft.com/aspnet/core/signalr/security
    Family("SignalR", ("x-signalr-user-agent",), along=("X-Requested-With",)),
    # https://modelcontextprotocol.io/specification/2025-06-18/basic/transports
    Family("MCP", ("Mcp-Session-Id", "Mcp-Protocol-Version"), along=("Last-Event-ID",), prefix="mcp-"),
    # The clients that Stainless generates, as those of OpenAI and Anthropic.
    Family(
        "Stainless",
        (
            "x-stainless-lang", "x-stainless-package-version", "x-stainless-os", "x-stainless-arch",
            "x-stainless-runtime", "x-stainless-runtime-version", "x-stainless-retry-count",
            "x-stainless-timeout",
        ),
        prefix="x-stainless-",
    ),
    # https://docs.parseplatform.org/rest/guide/
    Family(
        "Parse",
        (
            "X-Parse-Application-Id", "X-Parse-REST-API-Key", "X-Parse-Javascript-Key",
            "X-Parse-Session-Token", "X-Parse-Installation-Id", "X-Parse-Client-Key",
        ),
        prefix="x-parse-",
    ),
)  # fmt: skip


def complete(names: Iterable[str]) -> tuple[str, ...]:
    """Return *names* with what is sent along by the same libraries, each once.

    The names come first, in their order; one that a family knows is spelled as its documentation does.
    Letter case is not compared. The cost is the number of names times that of the families.

    Args:
        names: request headers.
    """
    asked = tuple(dict.fromkeys(name.lower() for name in names))
    families = _recognised(asked)
    known = {name.lower(): name for family in families for name in (*family.own, *family.along)}
    return tuple(known.get(name, name) for name in dict.fromkeys((*asked, *known)))


def _recognised(asked: tuple[str, ...]) -> list[Family]:
    found = [(family, told) for family in FAMILIES if (told := _told(family, asked))]
    along = {name.lower() for family, _ in found for name in family.along}
    # What another family sends along does not tell one by itself: Sentry's baggage brings no traceparent.
    return [family for family, told in found if told - along]


def _told(family: Family, asked: tuple[str, ...]) -> set[str]:
    own = {name.lower() for name in family.own}
    return {name for name in asked if name in own or (family.prefix and name.startswith(family.prefix))}
