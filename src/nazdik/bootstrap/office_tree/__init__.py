"""A province's office tree as people change it: a setting, what it does at work, the screen that shows it."""
