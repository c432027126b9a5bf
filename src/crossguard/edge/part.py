"""The parts of an export: files, and where in a configuration each of them goes."""

from typing import Literal, NamedTuple

Mode = Literal["preflight", "full"]

#: Lists of more origins than this are files of their own, where the engine reads such files.
INLINE: int = 16


class Part(NamedTuple):
    """One file of an export.

    Attributes:
        name: of the file.
        place: where it goes, in words.
        text: what is in it.
        comment: what begins a comment; empty where the file cannot have one.
    """

    name: str
    place: str
    text: str
    comment: str = "# "


class Order(NamedTuple):
    """What is asked for.

    Attributes:
        mode: whether the edge answers preflights only, or owns all headers of CORS.
        folder: where the proxy finds the files.
        upstream: what the engine calls the application: a cluster, or a service with its port.
        watched: whether lists are written again when they change, so that each is a file of its own.
        platform: which runtime, where a target has several.
    """

    mode: Mode
    folder: str
    upstream: str
    watched: bool
    platform: str
