"""
What contexts offer one another: query protocols and shared vocabulary. Data and shapes, no behaviour.

`geo` and `fleet` implement `Sight`; `organisation` implements `OfficeTree`; `bootstrap.py` connects them to `dispatch`.
"""
