"""
The state of the roads as people tell it: streets closed and opened again, traffic that slows them, factors learnt from trips.

It owns the words condition (a closure or a traffic factor, with start and end), piece (a part of a street that outlives a
rebuilt map), cut off, time table and learnt factor. It promises that what is in force can be told from the log alone, for
every instant; `geo.pace` turns it into the time of every arc.
"""
