"""The application that a command is about, of any framework."""

import importlib
import inspect
import os
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from crossguard.cli.screen import silence
from crossguard.core.issues import shown
from crossguard.core.policy import Policy
from crossguard.edge.application import Application, application_of

# Names under which an application is looked for where none is given.
_NAMES: Final = ("app", "application")
# Where wrappers keep what they wrap.
_INNER: Final = ("app", "_app", "wsgi_app", "asgi_app", "application", "asgi_handler", "middleware_stack")
_DEPTH: Final = 12


class ApplicationError(ValueError):
    """There is no application, it does not load, or it has no policy; the text is one sentence."""


def load_application(text: str) -> Application:
    """Load ``module:name`` and describe its policies.

    Args:
        text: a module and a name in it: an application, a function that makes one, or a policy.

    Raises:
        ApplicationError: with the reason.
    """
    found = _loaded(text)
    try:
        with silence():
            described = next(_described(found), None)
    except Exception as error:
        raise ApplicationError(f"the policies of {shown(text)} do not build: {_said(error)}") from error
    if described is None:
        raise ApplicationError(
            f"{shown(text)} has no policy of crossguard: name what CORS(app, …) was given, or the Crossguard "
            "middleware itself."
        )
    return described


def _loaded(text: str) -> Any:
    module_name, _, name = text.partition(":")
    if not module_name or not all(part.isidentifier() for part in module_name.split(".")):
        raise ApplicationError(f"{shown(text)} is not a module and a name in it, as in shop.wsgi:app.")
    if os.getcwd() not in sys.path:  # noqa: PTH109 - entries of sys.path are texts
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
    called = name.endswith("()")
    try:
        with silence():
            module = importlib.import_module(module_name)
            found = _attribute(module, name.removesuffix("()"))
            if called or (inspect.isfunction(found) and _needs_nothing(found)):
                found = found()
    except ApplicationError:
        raise
    except (Exception, SystemExit) as error:
        raise ApplicationError(f"{shown(text)} does not load: {_said(error)}") from error
    return found


def _attribute(module: Any, name: str) -> Any:
    for candidate in (name,) if name else _NAMES:
        found = module
        for part in candidate.split("."):
            found = getattr(found, part, None)
        if found is not None:
            return found
    wanted = name or " or ".join(_NAMES)
    raise ApplicationError(f"{module.__name__} has no {wanted}.")


def _needs_nothing(function: Any) -> bool:
    return all(
        parameter.default is not parameter.empty
        or parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
        for parameter in inspect.signature(function).parameters.values()
    )


def _described(found: Any) -> Iterator[Application]:
    """Yield the descriptions of everything inside *found* that has policies, outermost first."""
    if isinstance(found, Policy):
        yield application_of({"": found}, find=lambda _: found)
        return
    for _ in range(_DEPTH):
        if found is None:
            return
        # The extension of Flask describes itself, so that nothing here needs Flask.
        extension = getattr(found, "extensions", None)
        state = extension.get("crossguard") if isinstance(extension, dict) else None
        if state is not None:
            yield state.describe(found)
            return
        guard = _guard(found)
        if guard is not None:
            protection = guard._protection  # noqa: SLF001 - what a middleware keeps of its options
            yield application_of(
                guard.policies,
                find=guard.policy_for,
                mounts=protection.look_for_mounts(),
                ignores_case=protection.routers.fold is not None,
                debug=protection.debug,
                follow=protection.begin,
                known=partial(getattr, protection, "is_known"),
            )
            return
        found = next((inner for name in _INNER if (inner := _inner(found, name)) is not None), None)


def _guard(found: Any) -> Any:
    from crossguard import asgi, wsgi  # noqa: PLC0415 - 31 ms, and few commands need them

    kinds = (asgi.Crossguard, wsgi.Crossguard)
    if isinstance(found, kinds):
        return found
    # Starlette and FastAPI put their middleware together with the first request.
    for entry in getattr(found, "user_middleware", None) or ():
        kind, options = getattr(entry, "cls", None), getattr(entry, "kwargs", None)
        if kind in kinds and options is not None:
            # What it is around tells of its mounts; it is not run.
            return kind(found, *getattr(entry, "args", ()), **options)
    return None


def _inner(found: Any, name: str) -> Any:
    inner = getattr(found, name, None)
    if inspect.ismethod(inner):
        # A bound method of something else, such as the guard's of another application, leads there.
        return inner.__self__ if inner.__self__ is not found else None
    return inner


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:2000]
