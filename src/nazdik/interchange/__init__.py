"""
What other systems are told, and what they tell us, in the formats they know.

It decides nothing about incidents: it turns what `published.shared` says of one into an EIDO and reads a neighbour's, keeps
who may have what (partners and their grants), and checks that whatever leaves is what its standard asks for. It promises that
personal data leaves only by a grant that says so, and that where a unit is never leaves at all.
"""
