"""Broken applications that use crossguard: who is listed, preflights, paths, headers."""

from tests.broken import repairs
from tests.broken.case import Broken
from tests.broken.sources import HEAD, ITEMS, PUT, PUT_TWICE, READ, READ_WITH_COOKIES

CASES = [
    Broken(
        name="everybody with credentials",
        pains=(4,),
        source=HEAD + 'CORS(app, origins="*", supports_credentials=True)' + ITEMS,
        script=READ_WITH_COOKIES,
        audited="does-not-build",
        fixed_by="audit",
        repair=repairs.options,
    ),
    Broken(
        name="everybody without credentials, and a page that includes them",
        pains=(4,),
        source=HEAD + "CORS(app)" + ITEMS,
        script=READ_WITH_COOKIES,
        explain=("<API>/items", "--origin", "<PAGE>", "--credentials", "include"),
        explained="credentials-not-supported",
        audited="everybody-reads",
        repair=repairs.fetch_option,
        open=True,
    ),
    Broken(
        name="credentials for nobody",
        pains=(4,),
        source=HEAD + "CORS(app, supports_credentials=True)" + ITEMS,
        script=READ_WITH_COOKIES,
        explain=("<API>/items", "--origin", "<PAGE>", "--credentials", "include"),
        explained="nobody-listed",
        audited="origins-not-named",
        fixed_by="audit",
        repair=repairs.options,
    ),
    Broken(
        name="a pattern over subdomains, and the bare domain",
        pains=(5,),
        source=HEAD + 'CORS(app, origins=["http://*.localhost:<PORT>"])' + ITEMS,
        script=READ,
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="origin-not-listed",
        repair=repairs.options,
    ),
    Broken(
        name="a dot that is any character",
        pains=(5,),
        source=HEAD + r'CORS(app, origins=[re.compile(r"http://app.shop\.test:\d+")])' + ITEMS,
        script="return await fetch('<API>/items').then(() => false, () => true)",
        page="<LOOKALIKE>",
        audited="expression-dot",
        fixed_by="audit",
        repair=repairs.expression,
    ),
    Broken(
        name="a trailing slash",
        pains=(8,),
        source=HEAD + 'CORS(app, origins="<PAGE>/")' + ITEMS,
        script=READ,
        audited="does-not-build",
        fixed_by="audit",
        repair=repairs.written_value,
    ),
    Broken(
        name="no scheme",
        pains=(8,),
        source=HEAD + 'CORS(app, origins="localhost:<PORT>/")' + ITEMS,
        script=READ,
        audited="does-not-build",
        fixed_by="audit",
        repair=repairs.written_value,
    ),
    Broken(
        name="a misspelt option",
        pains=(8,),
        source=HEAD + 'CORS(app, origin="<PAGE>")' + ITEMS,
        script=READ,
        audited="does-not-build",
        fixed_by="audit",
        repair=repairs.renamed_option,
    ),
    Broken(
        name="another port",
        pains=(8, 25),
        source=HEAD + 'CORS(app, origins=["http://localhost:3000"])' + ITEMS,
        script=READ,
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="origin-not-listed",
        repair=repairs.options,
    ),
    Broken(
        name="a blueprint with a policy of its own",
        pains=(9,),
        source=HEAD
        + 'CORS(app, origins=["<PAGE>"])\n'
        + 'api = Blueprint("api", __name__)\n'
        + 'CORS(api, origins=["https://partner.example"])\n'
        + ITEMS.replace("app.route", "api.route")
        + "\napp.register_blueprint(api)",
        script=READ,
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="origin-not-listed",
        audited="policy-widens",
        repair=repairs.options,
    ),
    Broken(
        name="something in front adds the header again",
        pains=(15,),
        source=HEAD
        + 'CORS(app, origins=["<PAGE>"])'
        + ITEMS
        + """

class Proxy:
    def __init__(self, inner):
        self.app = inner

    def __call__(self, environ, start_response):
        def start(status, headers, *more):
            return start_response(status, [*headers, ("Access-Control-Allow-Origin", "<PAGE>")], *more)

        return self.app(environ, start)

app.wsgi_app = Proxy(app.wsgi_app)
""",
        script=READ,
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="allow-origin-multiple",
        audited="middleware-outside",
        fixed_by="audit",
        repair=repairs.wrapped_before,
    ),
    Broken(
        name="a header that script cannot read",
        pains=(18,),
        source=HEAD
        + 'CORS(app, origins=["<PAGE>"])\n\n@app.get("/items")\ndef items():\n'
        + '    return {}, 200, {"X-Total-Count": "3"}',
        script="return (await fetch('<API>/items')).headers.get('x-total-count') === '3'",
        explain=("<API>/items", "--origin", "<PAGE>"),
        explained="header-not-exposed",
        audited="response-header-not-exposed",
        repair=repairs.options,
    ),
    Broken(
        name="every call is two",
        pains=(19,),
        source=HEAD + 'CORS(app, origins=["<PAGE>"], max_age=0)' + ITEMS,
        script=PUT_TWICE,
        audited="preflight-not-kept",
        fixed_by="audit",
        repair=repairs.options,
    ),
    Broken(
        name="a method that is not listed",
        pains=(20,),
        source=HEAD + 'CORS(app, origins=["<PAGE>"], methods=["GET", "POST"])' + ITEMS,
        script=PUT,
        explain=("<API>/items", "--origin", "<PAGE>", "-X", "PUT"),
        explained="method-not-listed",
        audited="method-not-listed",
        repair=repairs.options,
    ),
    Broken(
        name="two views of one URL with two policies",
        pains=(9, 21),
        source=HEAD
        + 'CORS(app, origins=["<PAGE>"])\n\n@app.get("/items")\ndef items():\n    return {}\n\n'
        + '@app.put("/items")\n@cross_origin(origins=["https://partner.example"])\ndef change():\n    return {}',
        script=PUT,
        explain=("<API>/items", "--origin", "<PAGE>", "-X", "PUT"),
        explained="origin-not-listed",
        audited="split-url",
        repair=repairs.options,
    ),
    Broken(
        name="a path that covers itself only",
        pains=(23,),
        source=HEAD
        + 'CORS(app, resources={"/api": {"origins": ["<PAGE>"]}})'
        + ITEMS.replace("/items", "/api/items"),
        script=READ.replace("/items", "/api/items"),
        explain=("<API>/api/items", "--origin", "<PAGE>"),
        explained="allow-origin-missing",
        audited="exact-path",
        fixed_by="audit",
        repair=repairs.path_of_resources,
    ),
    Broken(
        name="a request header that is not listed",
        pains=(26,),
        source=HEAD + 'CORS(app, origins=["<PAGE>"], allow_headers=["Content-Type"])' + ITEMS,
        script="return (await fetch('<API>/items', {headers: {Authorization: 'Bearer 1'}})).ok",
        explain=("<API>/items", "--origin", "<PAGE>", "-H", "Authorization: Bearer 1"),
        explained="header-not-listed",
        repair=repairs.options,
    ),
]
