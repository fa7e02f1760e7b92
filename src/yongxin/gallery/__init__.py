"""The gallery: every kind of question in every state, for people who write or review questions.

It is the course in ``docs/items``, with a copy of each question for each state. A visitor's states
are made as a learner's are: by events, by handing in, and by nbgrader.
"""
