"""A cohort of ten thousand learners in thirty-six modules, and what its pages cost the server."""
