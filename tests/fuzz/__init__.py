"""Every parser of a door, fed with bent samples and noise; what once broke one is kept in `cases` and sent again for ever."""
