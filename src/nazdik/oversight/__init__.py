"""
Public oversight, «۱۹۷»: what citizens say about the police, and what becomes of it.

It owns the words *contact*, *case*, *allegation*, *finding*, *closure* (who is shut out of a case), *clock*. It promises that the
accused, their unit and their chain never get a row of the case; that every clock runs on working days and tells when it is late;
that a serious matter is referred at once; and that a citizen can check all of this without believing us.

It is a server of its own with a log of its own: nothing of it is on the path of a call.
"""
