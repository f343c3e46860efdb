"""Requests whose bodies mean what they say: a text is no number, and 1 is not yes."""

import re
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import ValidationException

_WHERE = re.compile(r" - at `\$\.?(.*)`$")


class StrictRequest(Request[Any, Any, Any]):
    """
    Reads a JSON body as the type that its route asks for, strictly.

    Litestar reads path and query leniently, because they come as text, and a JSON body with them: `"1"` would be taken for 1.
    """

    async def json(self) -> Any:
        """Return the body; for a route that asks for a type, a value of it. Raises `ValidationException`."""
        read = await super().json()
        wanted = getattr(self.route_handler, "parsed_data_field", None)
        if wanted is None or wanted.annotation is Any:
            return read
        try:
            return msgspec.convert(read, wanted.annotation, strict=True)
        except msgspec.ValidationError as error:
            said = str(error)
            where = _WHERE.search(said)
            field = {"key": where[1] if where else "", "source": "body", "message": said.partition(" - at `")[0]}
            raise ValidationException("the body is not what this route takes", extra=[field]) from error
