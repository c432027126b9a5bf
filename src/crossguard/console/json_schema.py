"""The JSON schema of every body, as one document for the front end's type generator."""

from typing import Any, Final

import msgspec

from crossguard.console import schemas
from crossguard.console.explain import schemas as browser_schemas
from crossguard.console.front_ends import schemas as front_end_schemas

#: What the document lists.
BODIES: Final[tuple[type[msgspec.Struct], ...]] = (
    schemas.User,
    schemas.UserList,
    schemas.PasswordChange,
    schemas.SessionShown,
    schemas.SessionList,
    schemas.SignIn,
    schemas.SignInResult,
    schemas.Explanation,
    schemas.Decision,
    schemas.DecisionPage,
    schemas.Refusal,
    schemas.RefusalList,
    schemas.Stats,
    schemas.StatsMinute,
    schemas.StatsTotals,
    schemas.NewUser,
    schemas.UserChange,
    front_end_schemas.FrontEnd,
    front_end_schemas.ConfiguredFrontEnd,
    front_end_schemas.FrontEndPage,
    front_end_schemas.NewFrontEnd,
    browser_schemas.GovernedRule,
    browser_schemas.GoverningPolicy,
    browser_schemas.PolicyFields,
    browser_schemas.PolicyList,
    browser_schemas.CookieFit,
    browser_schemas.CookiePosture,
    browser_schemas.CookieList,
    browser_schemas.Probe,
    browser_schemas.ProbeHeader,
    browser_schemas.Diagnosis,
    browser_schemas.DiagnosisStep,
    browser_schemas.DiagnosisHint,
    schemas.Problem,
    schemas.ProblemError,
)


def schema_document() -> dict[str, Any]:
    """Build the schema (JSON Schema 2020-12): one entry of `$defs` for each body.

    Returns:
        A value of JSON types only. The root itself describes nothing.
    """
    _, definitions = msgspec.json.schema_components(BODIES, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Api",
        "description": "The bodies of Crossguard's reference application.",
        "$defs": definitions,
    }


def schema_text() -> str:
    """Write the schema as indented JSON, ending in a line feed, the same for the same bodies."""
    return msgspec.json.format(msgspec.json.encode(schema_document()), indent=2).decode() + "\n"
