"""
What call-takers are guided by: the words that tell a kind of incident.

It owns the books (a book is data that people edit), their drafts and versions, and the rule that guesses a kind from typed words.
It promises that every published version is a fact in the province's log with who and when, that a draft is tried before it is in
force, that one step goes back to the version before, and that a guess names every word it rests on.
"""
