"""
Geo decides where things are and how long it takes to drive there.

It owns the words road graph, arc, snap, road time, route and region. It promises others the exact nearest units by road
time over the whole fleet, honest distances from the road, routes with instructions in Persian and English, and the
office responsible for a point. It never decides who is sent: fitness is a mask that others set and the search tests.
"""
