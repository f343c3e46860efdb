"""Names of kinds, roles and offices as whoever reads a difference knows them."""

from nazdik.bootstrap.administration.fields import Text, Words
from nazdik.bootstrap.administration.kind_names import kind_names
from nazdik.bootstrap.administration.persons import ROLES
from nazdik.bootstrap.control_room import ControlRoom
from nazdik.bootstrap.desk import Desk
from nazdik.kernel import OfficeId


def words_of_desk(desk: Desk, room: ControlRoom) -> Words:
    """Return the names that a province goes by."""
    tree = desk.house.offices
    kinds = {code: Text(kind.name_fa, kind.name_en) for code, kind in kind_names(room.state.settings).kinds.items()}

    def office(office_id: str) -> Text:
        found = tree.find_office(OfficeId(office_id))
        return Text(found.name_fa, found.name_en) if found is not None else Text(office_id, office_id)

    return Words(kinds, ROLES, office)
