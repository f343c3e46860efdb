"""Who stands on a print: a person by name; a shared seat, which has none, by what it is and where."""

from nazdik.bootstrap.administration.persons import ROLES
from nazdik.dispatch.hand_overs import SHARED_SEAT
from nazdik.organisation.model import Posting
from nazdik.published.offices import OfficeTree


def name_of(posting: Posting, offices: OfficeTree, language: str) -> str:
    """Return whoever sits somewhere as people call them."""
    if not posting.person.startswith(SHARED_SEAT):
        return str(posting.person)
    role, office = ROLES[posting.role.value], offices.find_office(posting.office)
    if language == "fa":
        return role.fa if office is None else f"{role.fa}، {office.name_fa}"
    return role.en if office is None else f"{role.en}, {office.name_en}"
