"""The words of the findings about policies: who is listed, what governs, who may write."""

from typing import Final

from crossguard.cli.findings import Severity
from crossguard.flask.audit.codes import FindingCode as Code
from crossguard.flask.audit.wording import FindingText

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

POLICY_TEXTS: Final = {
    Code.DOES_NOT_BUILD: FindingText(_ERROR, "{value}: {reason} [{issue}]", "{fix}"),
    Code.NOT_INSTALLED: FindingText(
        _ERROR,
        "the application has no policy{unused}: every page can send writes. {reads}",
        "CORS(app, origins=['https://app.example.com'], supports_credentials=True)",
    ),
    Code.OPEN_WITH_COOKIES: FindingText(
        _ERROR, "every site reads {rules} with the user's cookies, through {through}.", "{fix}"
    ),
    Code.OPEN_TO_LOOK_ALIKES: FindingText(
        _ERROR,
        "sites that were hardly meant, such as {stranger}, read {rules} with the user's cookies, through "
        "{through}. It compares a part of the origin only{expressions}.",
        "{fix}",
    ),
    Code.OPEN_TO_EVERYBODY: FindingText(
        _WARNING,
        "every site reads {rules} without cookies, through {through}. That is right for public data only.",
        "{fix}",
    ),
    Code.OPEN_TO_LISTED: FindingText(_INFO, "{who} may read {rules} {cookies}, through {through}.", "{fix}"),
    Code.OPENING_UNKNOWN: FindingText(
        _WARNING, "whether other sites read {rules} is unknown: {reason}. It is {through}.", "{fix}"
    ),
    Code.IGNORED_OPTION: FindingText(_INFO, "the option does nothing: {reason}.", "remove it."),
    Code.ORIGINS_NOT_NAMED: FindingText(
        _ERROR,
        "supports_credentials=True names no origins: in debug the pages of this machine may use cookies, "
        "outside of debug none.",
        "origins=['https://app.example.com']",
    ),
    Code.DEVELOPMENT_ORIGIN: FindingText(
        _WARNING,
        "outside of debug {origins} may use cookies: any program that listens on the user's machine can then "
        "act as the user.",
        "list it in debug only, as in origins=[…] if app.debug else […].",
    ),
    Code.EVERYBODY_READS: FindingText(
        _INFO,
        "every page may read, without cookies. That is right for public data only.",
        "origins=['https://app.example.com']",
    ),
    Code.SUBDOMAINS_TRUSTED: FindingText(
        _INFO,
        "every subdomain that {pattern} covers reads with cookies, also one that a stranger has taken over.",
        "list the subdomains that are front ends.",
        each="pattern",
    ),
    Code.EXPRESSION_DOT: FindingText(
        _WARNING,
        "a dot in {expression} stands for any character, so that a host of another domain may match.",
        "write it with a backslash: re.compile({escaped})",
    ),
    Code.DANGEROUS_OPTION: FindingText(_WARNING, "{option} is on: {risk}.", "remove {option}."),
    Code.PRIVATE_ADDRESS: FindingText(
        _WARNING,
        "outside of debug {origins} may use cookies: in another network that is another machine, whose pages "
        "can act as the user.",
        "list it in debug only, as in origins=[…] if app.debug else […].",
    ),
    Code.APP_NOT_NAMED: FindingText(
        _WARNING,
        "{origin} names no particular app: the pages of every app that is made with the same toolkit have "
        "this origin, each on the user's own device.",
        "give the app a host name of its own where the toolkit can, and list that.",
    ),
    Code.EXTENSION_ID_VARIES: FindingText(
        _WARNING,
        "the identifier in {origin} differs in each installation, so that this is the extension in one "
        "browser of one person.",
        "let the extension send requests from its background with host permissions, which need no CORS.",
    ),
    Code.INSECURE_FRONT_END: FindingText(
        _ERROR,
        "http for the front end {frontend}, https for the API {api}: anyone on the network in between "
        "can change the page, and Chromium takes the two for different sites.",
        "serve the front end over https.",
        each="frontend",
    ),
    Code.MIXED_CONTENT: FindingText(
        _ERROR,
        "https for the front end {frontend}, http for the API {api}: browsers send nothing.",
        "serve the API over https, or let the front end's server pass /api on.",
        each="frontend",
    ),
    Code.FRONT_END_CROSS_SITE: FindingText(
        _WARNING,
        "the API {api} is another site than {frontend} (by their registrable domains): browsers that block "
        "third-party cookies lose the sign-in, among them Safari.",
        "serve both from one registrable domain, as app.example.com and api.example.com, or let the front "
        "end's server pass /api on.",
        each="frontend",
    ),
    Code.LOOPBACK_NAMES_DIFFER: FindingText(
        _WARNING,
        "{frontend} and {api} are different sites to a browser: SameSite cookies do not travel.",
        "open the front end as {same}",
    ),
    Code.LOCAL_NETWORK: FindingText(
        _WARNING,
        "the API {api} is on a private network or this machine, and pages of the public web call it "
        "({frontend}): Chrome asks the user for permission first, and no header can grant it.",
        "serve the API from a public address, or the page from http://localhost while developing.",
        each="frontend",
    ),
    Code.PRIVATE_NETWORK: FindingText(
        _INFO,
        "allow_private_network is on: browsers have given up asking for it.",
        "remove allow_private_network.",
    ),
    Code.PREFLIGHT_NOT_KEPT: FindingText(
        _WARNING,
        "max_age={max_age}: browsers ask again before almost every call, so that each is two.",
        "max_age=600",
    ),
    Code.METHOD_NOT_LISTED: FindingText(
        _WARNING,
        "the policy does not list {method}, the method of {rule}: the preflight fails.",
        "methods={methods}",
        each="rule",
    ),
    Code.CONTENT_TYPE_NOT_LISTED: FindingText(
        _WARNING,
        "allow_headers lacks Content-Type: every request with a JSON body fails at its preflight.",
        "allow_headers={names}",
    ),
    Code.REQUEST_HEADER_NOT_LISTED: FindingText(
        _WARNING,
        "the view reads the request header {header}, which the policy does not list: a page that sends it "
        "fails at its preflight.",
        "allow_headers={names}",
    ),
    Code.RESPONSE_HEADER_NOT_EXPOSED: FindingText(
        _WARNING,
        "the view sets the response header {header}, which pages of other origins cannot read.",
        "expose_headers={names}",
    ),
    Code.POLICY_GOVERNS_NOTHING: FindingText(
        _WARNING,
        "no rule is governed by it: its path covers none, or narrower policies govern all of them.",
        "correct the path as `flask routes` shows it, or remove the policy.",
    ),
    Code.DECLARATION_LOST: FindingText(
        _ERROR,
        "{name} governs no route: {what}. A decorator without functools.wraps, functools.partial and an "
        "object with __call__ hide what @cross_origin has marked.",
        "functools.wraps in the decorators between, or @cross_origin above all of them.",
    ),
    Code.EXACT_PATH: FindingText(
        _WARNING,
        "the path {path} covers itself only, and there are rules below it, such as {rule}.",
        "resources={{'{path}/*': …}}",
    ),
    Code.POLICY_SHADOWED: FindingText(
        _WARNING,
        "it covers {rules}, which {other} governs: policies are not merged, and the narrower one decides.",
        "write everything that holds for these routes into {other}.",
    ),
    Code.POLICY_WIDENS: FindingText(
        _INFO,
        "it lets in {origins}, whom the policy of the application does not.",
        "check that this is meant.",
    ),
    Code.SPLIT_URL: FindingText(
        _INFO,
        "the methods of this URL have different policies: {policies}. Each preflight is answered by the one "
        "of its method.",
        "give the views of one URL one policy, unless this is meant.",
    ),
    Code.ROUTE_WITHOUT_POLICY: FindingText(
        _INFO,
        "no policy governs {rules}, and preflights run the application's hooks. Nothing that was read lets "
        "pages of other origins read there.",
        "resources={{'{path}': …}} if a front end calls them.",
    ),
    Code.WRITE_WITHOUT_POLICY: FindingText(
        _WARNING,
        "no policy governs {rules}, which change something: any page can send them a form with the user's "
        "cookies.",
        "give them a policy: CORS(app, origins=[…], supports_credentials=True).",
    ),
    Code.WRITE_GATE_OFF: FindingText(
        _ERROR,
        "write_gate=False: any page can send a form with the user's cookies, and the view runs.",
        "remove write_gate=False.",
    ),
    Code.REPORT_ONLY: FindingText(
        _WARNING, "report_only=True: writes of strangers are logged and run.", "remove report_only=True."
    ),
    Code.WILDCARD_WRITES: FindingText(
        _WARNING,
        "wildcard_writes=True: every subdomain and every origin that an expression matches may write.",
        "list the origins that write, and remove wildcard_writes.",
    ),
    Code.OWN_ORIGIN_DERIVED: FindingText(
        _WARNING,
        "public_origins is missing: the API's own origin is taken from the Host header, which the "
        "client chooses, and the cookies cannot be compared with where the API is.",
        "public_origins=['https://api.example.com']",
    ),
    Code.JSON_ONLY_OFF: FindingText(
        _INFO,
        "writes may carry forms and text, which cross origins without a preflight; the origin alone decides.",
        "json_only=True, if the API takes nothing but JSON.",
    ),
    Code.ROUTE_EXEMPT: FindingText(
        _INFO, "every page may write here. The written reason: {reason}", "check that the reason still holds."
    ),
    Code.ROUTE_PUBLIC: FindingText(
        _INFO,
        "a request without a cookie that signs in may write here.",
        "check that nothing depends on who asks.",
    ),
    Code.FORCED_JSON: FindingText(
        _WARNING,
        "the view reads JSON under any Content-Type: a form of any page reaches it without a preflight.",
        "json_only=True, and get_json() without force.",
    ),
    Code.UNSAFE_GET: FindingText(
        _WARNING,
        "the name says that a GET changes something ({word}): a link or an image on any page can start it.",
        "methods=['POST'], or strict_get=[{endpoint}]",
    ),
    Code.AUTH_COOKIE_UNKNOWN: FindingText(
        _WARNING,
        "{cookies} sign users in, and the write gate does not know them.",
        "auth_cookies={names}",
    ),
}
