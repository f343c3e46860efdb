"""The parts by which people prove who they are, over one file and one key."""

from dataclasses import dataclass
from pathlib import Path

from nazdik.platform.auth import KeyProofs, Passkeys, Seals, SecondFactors
from nazdik.platform.clock import Clock

KEY_FILE = "identity.key"


@dataclass(frozen=True, slots=True)
class Identity:
    """Telephones and keys of people, and the proofs of handhelds' keys."""

    factors: SecondFactors
    passkeys: Passkeys
    key_proofs: KeyProofs

    @classmethod
    def open(cls, data: Path, clock: Clock) -> "Identity":
        """Open what a data folder holds of them."""
        seals, registry = Seals(data / KEY_FILE, clock), data / "registry.sqlite"
        return cls(SecondFactors(registry, clock, seals), Passkeys(registry, clock, seals), KeyProofs(clock, seals))

    def forget(self, person: str) -> tuple[int, bool]:
        """Forget every key and the telephone of a person; return how many keys there were, and whether a telephone."""
        return self.passkeys.remove_all(person), self.factors.remove(person)

    def close(self) -> None:
        """Close the files."""
        self.factors.close()
        self.passkeys.close()
