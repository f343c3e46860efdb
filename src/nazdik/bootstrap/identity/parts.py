"""The parts by which people prove who they are, over one file and one key."""

from dataclasses import dataclass
from pathlib import Path

from nazdik.platform.auth import KeyProofs, Passkeys, Seals, SecondFactors, Subjects, Words
from nazdik.platform.clock import Clock

KEY_FILE = "identity.key"


@dataclass(frozen=True, slots=True)
class Identity:
    """Telephones, keys and accounts elsewhere of people, the proofs of handhelds' keys, and what all of it is sealed by."""

    factors: SecondFactors
    passkeys: Passkeys
    key_proofs: KeyProofs
    subjects: Subjects
    seals: Seals
    # What is asked of keys, and tickets for streams.
    words: Words

    @classmethod
    def open(cls, data: Path, clock: Clock) -> "Identity":
        """Open what a data folder holds of them."""
        seals, registry = Seals(data / KEY_FILE, clock), data / "registry.sqlite"
        words = Words(seals, clock)
        return cls(
            SecondFactors(registry, clock, seals),
            Passkeys(registry, clock, words),
            KeyProofs(clock, seals),
            Subjects(registry, clock),
            seals,
            words,
        )

    def forget(self, person: str) -> tuple[int, bool]:
        """
        Forget every key and the telephone of a person, and their account at an identity service.

        Returns how many keys there were, and whether a telephone.
        """
        self.subjects.remove(person)
        return self.passkeys.remove_all(person), self.factors.remove(person)

    def close(self) -> None:
        """Close the files."""
        self.factors.close()
        self.passkeys.close()
        self.subjects.close()
