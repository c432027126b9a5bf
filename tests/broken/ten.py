"""Ten broken applications, to be mended by pasting what is printed, without a look at the source."""

from dataclasses import dataclass

from tests.broken.sources import HEAD, ITEMS, PUT, READ, READ_WITH_COOKIES

WRITE = "return (await fetch('<API>/items', {method: 'POST', credentials: 'include'})).ok"


@dataclass(frozen=True)
class Trouble:
    """An application, what its page does, and what its author types: ``flask cors explain``, or nothing.

    ``follows`` is an instruction for the front end that the text gives in place of a line.
    """

    name: str
    source: str
    script: str
    explain: tuple[str, ...] = ()
    page: str = "<PAGE>"
    follows: str = ""


TEN = [
    Trouble(
        "the front end's server has moved to another port",
        HEAD + 'CORS(app, origins=["<OTHER>"], supports_credentials=True)' + ITEMS,
        READ_WITH_COOKIES,
        ("<API>/items", "--origin", "<PAGE>", "--credentials", "include"),
    ),
    Trouble(
        "origin, method and header are missing at once",
        HEAD + 'CORS(app, origins=["<OTHER>"], methods=["GET"])' + ITEMS,
        "return (await fetch('<API>/items', {method: 'PUT', headers: {'X-Request-Id': '1'}})).ok",
        ("<API>/items", "--origin", "<PAGE>", "-X", "PUT", "-H", "X-Request-Id: 1"),
    ),
    Trouble(
        "credentials were forgotten",
        HEAD + 'CORS(app, origins=["<PAGE>"])' + ITEMS,
        READ_WITH_COOKIES,
        ("<API>/items", "--origin", "<PAGE>", "--credentials", "include"),
    ),
    Trouble(
        "script does not see the number of pages",
        HEAD
        + 'CORS(app, origins=["<PAGE>"], expose_headers=["X-Page"])\n\n@app.get("/items")\ndef items():\n'
        + '    return {}, 200, {"X-Total": "12", "X-Page": "1"}\n',
        "const answer = await fetch('<API>/items');\n"
        "return answer.headers.get('X-Total') === '12' && answer.headers.get('X-Page') === '1'",
        ("<API>/items", "--origin", "<PAGE>"),
    ),
    Trouble(
        "the page is opened under the other name of this machine",
        HEAD + 'CORS(app, origins=["<PAGE>"], supports_credentials=True)' + ITEMS,
        READ_WITH_COOKIES,
        ("<API>/items", "--origin", "<NUMERIC>", "--credentials", "include"),
        page="<NUMERIC>",
        follows="open the page at <PAGE>",
    ),
    Trouble(
        "a pattern reads, and its pages write",
        HEAD + 'CORS(app, origins=["http://*.localhost:<PORT>"], supports_credentials=True)' + ITEMS,
        WRITE,
        ("<API>/items", "--origin", "http://shop.localhost:<PORT>", "-X", "POST", "--credentials", "include"),
        page="http://shop.localhost:<PORT>",
    ),
    Trouble(
        "a blueprint has a policy of its own",
        HEAD
        + 'CORS(app, origins=["<PAGE>"])\nshop = Blueprint("shop", __name__)\nCORS(shop, origins=["<OTHER>"])\n'
        + '\n@shop.get("/items")\ndef items():\n    return {}\n\napp.register_blueprint(shop)\n',
        READ,
        ("<API>/items", "--origin", "<PAGE>"),
    ),
    Trouble(
        "a view has a policy of its own",
        HEAD
        + 'CORS(app, origins=["<PAGE>"])\n\n@app.put("/items")\n@cross_origin(origins=["<PAGE>"], methods=["GET"])\n'
        + "def items():\n    return {}\n",
        PUT,
        ("<API>/items", "--origin", "<PAGE>", "-X", "PUT"),
    ),
    Trouble(
        "a sign-in provider posts a form",
        HEAD
        + 'CORS(app, origins=["<PAGE>"], supports_credentials=True)\nposted = []\n'
        + '\n@app.post("/acs")\ndef acs():\n    posted.append(1)\n    return "signed in"\n'
        + '\n@app.get("/posted")\n@cross_origin(origins="*")\ndef count():\n    return jsonify(len(posted))\n',
        """
        const frame = document.createElement('iframe');
        frame.name = 'frame';
        const form = document.createElement('form');
        Object.assign(form, {method: 'POST', action: '<API>/acs', target: 'frame'});
        document.body.append(frame, form);
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
        form.submit();
        await loaded;
        return await (await fetch('<API>/posted')).json() === 1
        """,
        page="<EVIL>",
    ),
    Trouble(
        "the list stands in a table of paths",
        HEAD + 'CORS(app, resources={"/items": {"origins": ["<OTHER>"]}})' + ITEMS,
        READ,
        ("<API>/items", "--origin", "<PAGE>"),
    ),
]
