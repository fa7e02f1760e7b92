"""The request handlers of the site: thin, one file for each group of pages."""
