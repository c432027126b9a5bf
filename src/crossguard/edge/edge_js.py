"""JavaScript at the edge: a worker, or a function of CloudFront for viewer requests."""

import json
from typing import Any, Final

from crossguard.core.origins import MAX_ORIGIN_LENGTH
from crossguard.edge.part import Order, Part
from crossguard.edge.paths import PLAIN, path_expression
from crossguard.edge.refusal import ExportRefusedError, Obstacle
from crossguard.edge.tables import CORS_HEADERS, Answers, Description, Grant

NOTES: Final = ()

#: Bytes that a function of CloudFront may have (its documentation, "Quotas").
_CLOUDFRONT_BYTES: Final = 10_240

_COMMON: Final = """\
const PLAIN = /^%(plain)s$/;
const LONGEST = %(longest)d;
const LISTS = %(lists)s;
const POLICIES = %(policies)s;
const ROUTES = %(routes)s;

function policyOf(path) {
  if (!PLAIN.test(path)) return null;
  for (const [expression, policy] of ROUTES) if (expression.test(path)) return POLICIES[policy] || null;
  return null;
}

function isIn(list, origin) {
  return list.exact.has(origin) || list.patterns.some((expression) => expression.test(origin));
}

// The headers that an origin gets; null if it gets none.
function grantOf(policy, origin) {
  if (policy.constant) return [policy.grants[0], '*'];
  if (!origin || origin.length > LONGEST) return null;
  for (const grant of policy.grants) {
    if (grant.list < 0) return [grant, '*'];
    if (isIn(LISTS[grant.list], origin)) return [grant, origin];
  }
  return null;
}

function preflightHeaders(policy, origin) {
  const headers = { Vary: policy.vary };
  const found = grantOf(policy, origin);
  return found ? { ...headers, ...found[0].preflight, 'Access-Control-Allow-Origin': found[1] } : headers;
}
"""

_WORKER: Final = """
export default {
  async fetch(request) {
    const policy = policyOf(new URL(request.url).pathname);
    const origin = request.headers.get('Origin');
    const asked = request.method === 'OPTIONS' && request.headers.get('Access-Control-Request-Method');
    if (policy && origin && asked) {
      return new Response(null, { status: 204, headers: preflightHeaders(policy, origin) });
    }
    const response = await fetch(request);
    return %(finish)s;
  },
};
"""

_FULL: Final = """
const OWNED = %(owned)s;

function decorated(response, policy, origin) {
  // What became a WebSocket has no headers that could be edited.
  if (!policy || response.webSocket || response.status === 101) return response;
  const edited = new Response(response.body, response);
  for (const name of OWNED) edited.headers.delete(name);
  const found = grantOf(policy, origin);
  if (found) {
    edited.headers.set('Access-Control-Allow-Origin', found[1]);
    for (const [name, value] of Object.entries(found[0].actual)) edited.headers.set(name, value);
  }
  if (!policy.constant && !/(^|,)\\s*(origin|\\*)\\s*(,|$)/i.test(edited.headers.get('Vary') || '')) {
    edited.headers.append('Vary', 'Origin');
  }
  return edited;
}
"""

_CLOUDFRONT: Final = """
function handler(event) {
  const request = event.request;
  const origin = request.headers.origin;
  const asked = request.headers['access-control-request-method'];
  const policy = policyOf(request.uri);
  if (!policy || request.method !== 'OPTIONS') return request;
  if (!origin || !origin.value || !asked || !asked.value) return request;
  const headers = {};
  // Of several Origin lines none is an origin.
  const fields = preflightHeaders(policy, origin.multiValue ? '' : origin.value);
  for (const name of Object.keys(fields)) headers[name.toLowerCase()] = { value: fields[name] };
  return { statusCode: 204, statusDescription: 'No Content', headers: headers };
}
"""


def write_edge_js(description: Description, order: Order) -> list[Part]:
    """Return the script.

    Raises:
        ExportRefusedError: CloudFront cannot hold it.
    """
    text = _COMMON % {
        "plain": _literal(PLAIN),
        "longest": MAX_ORIGIN_LENGTH,
        "lists": _lists(description),
        "policies": json.dumps([_policy(description, answers) for answers in description.policies], indent=1),
        "routes": _routes(description),
    }
    if order.platform == "cloudfront":
        return [_cloudfront(text + _CLOUDFRONT, order)]
    full = order.mode == "full"
    if full:
        text += _FULL % {"owned": json.dumps(CORS_HEADERS)}
    text += _WORKER % {"finish": "decorated(response, policy, origin)" if full else "response"}
    return [Part("crossguard-worker.js", "the module of the worker on the route of the API", text, "// ")]


def _cloudfront(text: str, order: Order) -> Part:
    obstacles = []
    if order.mode == "full":
        obstacles.append(
            Obstacle(
                "cloudfront",
                "functions do not see answers with an error, so they would go out without headers.",
                "use --mode preflight: the application decorates what it answers.",
            )
        )
    if len(text.encode()) > _CLOUDFRONT_BYTES:
        obstacles.append(
            Obstacle(
                "cloudfront",
                f"the function has {len(text.encode())} bytes, and {_CLOUDFRONT_BYTES} are the limit.",
                "use patterns in place of long lists, or another target.",
            )
        )
    if obstacles:
        raise ExportRefusedError(obstacles)
    place = "a function for viewer requests, JavaScript runtime 2.0; allow OPTIONS in the cache behavior"
    return Part("crossguard-function.js", place, text, "// ")


def _lists(description: Description) -> str:
    rows = [
        f"{{ exact: new Set({json.dumps(origins.exact)}), patterns: "
        f"[{', '.join(f'/^{_literal(text)}$/' for text in origins.expressions)}] }}"
        for origins in description.lists
    ]
    return "[\n " + ",\n ".join(rows) + "\n]"


def _policy(description: Description, answers: Answers) -> dict[str, Any]:
    return {
        "vary": answers.vary,
        "constant": answers.constant,
        "grants": [_grant(description, grant) for grant in answers.grants],
    }


def _grant(description: Description, grant: Grant) -> dict[str, Any]:
    number = -1 if grant.origins is None else description.lists.index(grant.origins)
    return {"list": number, "preflight": grant.preflight, "actual": grant.actual}


def _routes(description: Description) -> str:
    rows = []
    for route in description.routes:
        number = -1 if route.answers is None else description.policies.index(route.answers)
        rows.append(f"[/{_literal(path_expression(route.path, below=route.below))}/, {number}]")
    return "[\n " + ",\n ".join(rows) + "\n]"


def _literal(expression: str) -> str:
    # In a class a slash need not be escaped, but older parsers end there.
    return expression.replace("/", "\\/")
