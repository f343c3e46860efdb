"""
Whether the promises hold, judged from outside: from what people were told and from the bytes of the log, read without the
product's own code.
"""
