"""What a stranger can put into a header: as short as usual, or as long as a server lets through."""

from collections.abc import Callable

#: Headers of a server end here; gunicorn takes 8190 bytes, others more.
LONG = 8 * 1024
HUGE = 1024 * 1024
#: A length that browsers send.
USUAL = 16

#: By what they are: makes a value of about so many characters.
FILLS: dict[str, Callable[[int], str]] = {
    "letters": lambda size: "a" * size,
    "commas": lambda size: "," * size,
    "names": lambda size: ",".join(f"x{number}" for number in range(size))[:size],
    "spaces": lambda size: "a" + " " * (size - 2) + "a",
    "labels": lambda size: ("https://" + "a." * size)[:size],
    "cookies": lambda size: ("a=b; " * size)[:size],
    "not ASCII": lambda size: "\xe9" * size,
}
