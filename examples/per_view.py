"""Policies of single views: also several on one URL, by method, and on the methods of a class.

flask --app examples/per_view.py run --port 5000
"""

from flask import Flask
from flask.views import MethodView

from crossguard.flask import CORS, cross_origin

app = Flask(__name__)
# The decorator needs the extension. This one gives nobody else anything.
CORS(app, origins=[])


@app.get("/prices")
@cross_origin(origins="*")
def prices():
    return {"punched cards": 3}


@app.put("/prices")
@cross_origin(origins=["https://admin.example.com"], supports_credentials=True)
def change_prices():
    return {"changed": True}


class Orders(MethodView):
    @cross_origin(origins=["https://app.example.com"], supports_credentials=True)
    def get(self):
        return {"orders": []}

    def delete(self):
        return {"deleted": True}


app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
