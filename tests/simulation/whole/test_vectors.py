"""The Python client of the stream does what the shared scripts say; web/src/live/vectors.test.ts holds the TypeScript to them."""

import json

from tests.simulation.whole.make_vectors import FILE, played


def test_the_client_plays_the_shared_scripts() -> None:
    assert json.loads(FILE.read_text()) == json.loads(json.dumps(played()))
