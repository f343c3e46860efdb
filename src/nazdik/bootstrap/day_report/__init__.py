"""
The day report of an office: what a shift was, in numbers with their denominators, against the same shift a week before.

`shifts` says when a shift is, `material` folds the log, `figures` counts, `tables` puts it into words, and `csv_file` and
`pdf` write it down. No person and no call appears in it.
"""
