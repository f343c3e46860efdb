"""
Learning from arrivals: trips, how far promises were off, factors that would have been nearer, and whether they hold on other trips.

It owns the words trip, error and proposal. It only proposes: a person puts factors in force, and can take them back.
"""
