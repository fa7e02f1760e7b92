"""Taking questions to other systems and back, and telling a record store what was learned.

``question`` is the model in between, close to Moodle's: ``from_items`` and ``to_items`` translate
between it and the course's items, and each format has a writer or a reader for it (``gift``,
``moodle_xml``, ``aiken``; ``embedded`` is the syntax of gaps within Moodle XML). ``xapi`` makes
statements of what learners did.

Only trainers' side may import this package: it holds the keys of graded items.
"""
