"""Why somebody looks at what is personal or long past: said in their own words, kept in the audit log."""

from nazdik.kernel import Invalid

PURPOSE_LENGTH = range(4, 201)


def stated(purpose: str, refusal: type[Invalid]) -> str:
    """Return a purpose that says something; `refusal` when it does not."""
    purpose = purpose.strip()
    if len(purpose) not in PURPOSE_LENGTH:
        raise refusal(characters_min=PURPOSE_LENGTH.start, characters_max=PURPOSE_LENGTH.stop - 1)
    return purpose
