"""`nazdik region`: what geo builds, and what the server is asked to do with it."""

from nazdik.cli.reload import reload
from nazdik.geo.cli import app

app.command()(reload)

__all__ = ["app"]
