"""
The parts of `road_engine.py`: the graph it asks on, the questions, the rivals and the judging of their answers.

What runs inside a rival's own environment (`worker` and `rivals`) uses numpy and that rival, and nothing of Nazdik.
"""
