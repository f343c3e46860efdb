"""
Layers for other systems' maps, as OGC API Features 1.0: stations, beats and closures; where a unit is never.

It decides what a question asks for and how the answer is written; which features there are comes in.
"""
