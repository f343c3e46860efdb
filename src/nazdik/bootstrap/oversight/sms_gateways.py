"""The texts of 197 come and go by the same kind of gateways as those of calls, kept in 197's own folder."""

from pathlib import Path

import httpx

from nazdik.intake.callers.gateways import Gateways
from nazdik.intake.callers.reading import read_sms_body
from nazdik.intake.errors import GatewayUnknown
from nazdik.oversight.meetings.sms import Text
from nazdik.platform.clock import Clock

FILE = "gateways.sqlite"
ANSWERS_WITHIN_S = 10.0


class SmsGateways:
    """Gateways that were let in by `nazdik gateway add … --data` with the folder of 197."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._gateways = Gateways(folder / FILE, clock=clock)

    def read(self, token: str, body: bytes, content_type: str) -> Text:
        """Return a text. Raises `GatewayUnknown`."""
        gateway = self._gateways.find_by_token(token)
        if gateway is None:
            raise GatewayUnknown()
        said = read_sms_body(body, content_type)
        carrier = gateway if gateway.send_url else self._gateways.carrier_of(gateway.province)
        return Text(said.id, said.sender, said.text, carrier.send_url if carrier is not None else "")

    def carrier(self) -> str:
        """Return the address of the gateway that carries messages of ours, the first by name; empty when there is none."""
        carriers = (g.send_url for g in self._gateways.list_gateways() if g.send_url and g.revoked_at is None)
        return next(carriers, "")

    def close(self) -> None:
        """Close the file."""
        self._gateways.close()


async def hand_over(address: str, message: dict[str, str]) -> int:
    """Hand a message over to a gateway and return the status of its answer; 0 when there was none."""
    try:
        async with httpx.AsyncClient(timeout=ANSWERS_WITHIN_S, follow_redirects=False, trust_env=False) as client:
            answer = await client.post(address, json=message, headers={"Idempotency-Key": message["id"]})
    except (httpx.HTTPError, httpx.InvalidURL):
        return 0
    return answer.status_code
