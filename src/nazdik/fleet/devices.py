"""
Who may report positions: devices and their credentials.

A token is 128 bits of chance, shown once and kept only as a digest. SHA-256 without a salt is enough for it: there is
nothing to guess from. Identity comes from the credential alone, never from what the report says of itself.
"""

import secrets
from dataclasses import replace
from hashlib import sha256
from threading import Lock

from nazdik.fleet.errors import DeviceExists, DeviceNotFound, NotTheDevicesUnit
from nazdik.fleet.model import Device
from nazdik.fleet.store import DeviceStore, IdTaken
from nazdik.kernel import DeviceId, ProvinceId, UnitId
from nazdik.platform.clock import Clock

TOKEN_BYTES = 16
TOKEN_LENGTH_MAX = 200


class Devices:
    """All devices, in memory for a look-up a report, and in the registry file for good."""

    def __init__(self, store: DeviceStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = Lock()
        kept = store.list_devices()
        self._by_digest: dict[bytes, DeviceId] = {digest: device.id for digest, device in kept}
        self._devices: dict[DeviceId, Device] = {device.id: device for _, device in kept}
        self._keys = {device.key for _, device in kept if device.key is not None}
        # Revoked elsewhere, and not yet told to whoever asks `refresh`.
        self._revoked: list[DeviceId] = []

    def enrol(
        self,
        device_id: DeviceId,
        *,
        province_id: ProvinceId,
        unit_id: UnitId | None,
        label: str = "",
        key: str | None = None,
    ) -> str:
        """
        Take on a device and return its token, which is shown this once. `unit_id` None makes it a gateway.

        With `key` (the thumbprint of a key that stays in the device) the token alone is of no use to anybody.

        Raises:
            DeviceExists: The id is taken, also by a revoked device.
            NotTheDevicesUnit: The unit is of another province.
        """
        if unit_id is not None and province_of(unit_id) != province_id:
            raise NotTheDevicesUnit(unit_id=unit_id, province_id=province_id)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        device = Device(
            id=device_id,
            province_id=province_id,
            unit_id=unit_id,
            label=label,
            enrolled_at=self._clock.now(),
            key=key,
        )
        with self._lock:
            try:
                self._store.add(device, _digest(token))
            except IdTaken as error:
                raise DeviceExists(device_id=device_id) from error
            self._know(_digest(token), device)
        return token

    def revoke(self, device_id: DeviceId) -> Device:
        """Withdraw a device's credential; a second time changes nothing. Raises `DeviceNotFound`."""
        with self._lock:
            device = self._devices.get(device_id)
            if device is None:
                raise DeviceNotFound(device_id=device_id)
            if device.revoked_at is None:
                device = replace(device, revoked_at=self._clock.now())
                assert device.revoked_at is not None
                self._store.set_revoked(device_id, device.revoked_at)
                self._devices[device_id] = device
            return device

    def refresh(self) -> tuple[DeviceId, ...]:
        """Take up what other processes and nodes have changed; return the devices they have revoked since this was last asked."""
        self.learn()
        with self._lock:
            revoked, self._revoked = self._revoked, []
        return tuple(revoked)

    def learn(self) -> None:
        """Take up what other processes and nodes have changed."""
        with self._lock:
            for digest, device in self._store.list_news():
                known = self._devices.get(device.id)
                if known is None:
                    self._know(digest, device)
                elif known.revoked_at is None and device.revoked_at is not None:
                    self._devices[device.id] = replace(known, revoked_at=device.revoked_at)
                    self._revoked.append(device.id)

    def _know(self, digest: bytes, device: Device) -> None:
        self._by_digest[digest] = device.id
        self._devices[device.id] = device
        if device.key is not None:
            self._keys.add(device.key)

    def find_by_token(self, token: str, *, with_key: bool = False) -> Device | None:
        """
        Return the device a token belongs to, revoked or not, or None.

        Args:
            with_key: Also one whose token is good only beside its key; whoever asks sees to the key.
        """
        if not token or len(token) > TOKEN_LENGTH_MAX:
            return None
        device_id = self._by_digest.get(_digest(token))
        device = None if device_id is None else self._devices[device_id]
        return device if device is None or device.key is None or with_key else None

    def has_key(self, key: str) -> bool:
        """Whether a device was enrolled with this key."""
        return key in self._keys

    def find_device(self, device_id: DeviceId) -> Device | None:
        """Return a device by its id, revoked or not, or None."""
        return self._devices.get(device_id)

    def list_devices(self) -> list[Device]:
        """Return all devices, revoked ones too, by id."""
        return [self._devices[device_id] for device_id in sorted(self._devices)]


def province_of(unit_id: UnitId) -> ProvinceId:
    """Return the province an id carries: what stands before its first dot."""
    return ProvinceId(unit_id.partition(".")[0])


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
