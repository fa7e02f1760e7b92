"""Marks as tables for a spreadsheet: a row for each learner and module, or for each question."""
