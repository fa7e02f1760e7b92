"""What learners did, as statements of the Experience API (xAPI 1.0.3) for a record store.

``collect`` reads the store and the released feedback, ``statements`` writes what it finds as JSON,
``accounts`` gives people their pseudonyms, and ``record_store`` sends statements.
"""
