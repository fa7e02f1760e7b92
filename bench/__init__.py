"""Measurements of the site beside plain Voila and a static page; ``make bench`` runs them.

``docs/performance.md`` tells what is measured and how to repeat it.
"""
