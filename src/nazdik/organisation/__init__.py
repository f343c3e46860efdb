"""
Who people are here, which office and role each is posted to, and what each may do and see.

Decides by one policy function, used by every door, whether an act is allowed. Owns the words *posting*, *role*, *act*,
*seat*, *scope*, *establishment*. Promises others that what is not allowed in plain sight is refused with a stable code, and
that personal data goes to those who work on the incident and to no board above the station.
"""
