"""The public suffix list, loaded when the first policy needs it: it costs milliseconds and memory."""

from functools import cache
from importlib.resources import files
from typing import Final

from publicsuffixlist import PublicSuffixList

#: Suffixes under which strangers get names, and which the public suffix list lacked in November 2026, in its
#: notation. They count for what may be listed; sites are those of the list alone, as in browsers.
_MISSING: Final = """
// GitHub Codespaces, forwarded ports: https://docs.github.com/en/codespaces/developing-in-a-codespace/forwarding-ports-in-your-codespace
app.github.dev
preview.app.github.dev
// Gitpod, ports of workspaces: https://www.gitpod.io/docs/classic/user/configure/workspaces/ports
*.gitpod.io
// Dev tunnels: https://learn.microsoft.com/azure/developer/dev-tunnels/overview
*.devtunnels.ms
// Azure Container Apps, and static web sites of Azure Storage, by region:
// https://learn.microsoft.com/azure/container-apps/ingress-overview
*.azurecontainerapps.io
// https://learn.microsoft.com/azure/storage/blobs/storage-blob-static-website
*.web.core.windows.net
// Names for virtual machines: https://learn.microsoft.com/azure/virtual-machines/create-fqdn
*.cloudapp.azure.com
// Tunnels: https://theboroer.github.io/localtunnel-www/ https://localhost.run/docs https://serveo.net
// https://pinggy.io/docs https://docs.zrok.io https://expose.dev/docs
loca.lt
lhr.life
localhost.run
serveo.net
*.pinggy.link
*.pinggy.online
share.zrok.io
sharedwithexpose.com
*.sharedwithexpose.com
// Editors in the browser: https://webcontainers.io https://codesandbox.io/docs https://firebase.google.com/docs/studio
*.stackblitz.io
*.webcontainer.io
*.webcontainer-api.io
codesandbox.io
preview.codesandbox.io
*.idx.dev
*.cloudworkstations.dev
glitch.me
// Hosting: https://www.koyeb.com/docs https://pages.edgeone.ai/document https://www.gradio.app/guides/sharing-your-app
koyeb.app
edgeone.app
gradio.live
"""


class _PublicSuffixes:
    """Tells whether a host is a public suffix: ICANN or private section, ``*`` by default, as browsers do.

    The caller tests for IP addresses first: the list takes ``127.0.0.1`` for a domain.
    """

    def __call__(self, host: str, /) -> bool:
        return bool(_list().is_public(host))

    def is_shared(self, host: str) -> bool:
        """Tell whether strangers can register names under *host*, or under a suffix below it.

        Beside the list, a short table of what it lacks counts.
        """
        name = host.removesuffix(".").lower()
        below = f".{name}\n"
        return self(name) or bool(_missing().is_public(name)) or below in _MISSING or below in _text()

    def is_registry(self, host: str) -> bool:
        """Tell whether *host* is a suffix of a registry, such as "com" or "co.uk"; "github.io" is none."""
        return bool(_registries().is_public(host.removesuffix(".")))


is_public_suffix: Final = _PublicSuffixes()


def registrable_domain(host: str) -> str | None:
    """Return the registrable domain of *host*; None if it is a public suffix itself."""
    domain = _list().privatesuffix(host)
    return None if domain is None else str(domain)


@cache
def _list() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _registries() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


@cache
def _missing() -> PublicSuffixList:
    return PublicSuffixList(_MISSING, accept_unknown=False)


@cache
def _text() -> str:
    return files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text("utf-8")
