"""Blueprints with their own policies: the innermost one decides, the application's policy is for the rest.

flask --app examples/blueprints.py run --port 5000
"""

from flask import Blueprint, Flask

from crossguard.flask import CORS

app = Flask(__name__)
CORS(app, origins=["https://app.example.com"], supports_credentials=True)

partners = Blueprint("partners", __name__, url_prefix="/partners")
CORS(partners, origins=["https://partner.example", "https://reseller.example"])

reports = Blueprint("reports", __name__, url_prefix="/reports")
CORS(reports, origins=["https://reports.example.com"], supports_credentials=True)


@app.get("/me")
def me():
    return {"name": "ada"}


@partners.get("/stock")
def stock():
    return {"punched cards": 1200}


@reports.get("/year")
def year():
    return {"sold": 300}


# A blueprint inside a blueprint: /partners/reports/year follows the policy of "reports".
partners.register_blueprint(reports)
app.register_blueprint(partners)
