"""Elements of a header field, found without taking the field apart: work for one element, not for all."""


def has_element(text: str, element: str, *, before: str = ",", after: str = ",") -> bool:
    """Tell whether *element* stands in *text* by itself, blanks around it aside.

    Linear in the length of *text*, and without a copy of it.

    Args:
        text: a list, as in ``Vary`` (RFC 9110 section 5.6.1) or ``Cookie``; compared as it is.
        element: what to look for; not empty.
        before: the character that ends what stands in front of an element.
        after: the characters that may follow it.
    """
    end = len(text)
    at = text.find(element)
    while at >= 0:
        left, right = at, at + len(element)
        while left and text[left - 1].isspace():
            left -= 1
        while right < end and text[right].isspace():
            right += 1
        if (not left or text[left - 1] == before) and (right == end or text[right] in after):
            return True
        at = text.find(element, at + 1)
    return False
