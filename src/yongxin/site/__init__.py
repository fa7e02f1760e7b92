"""The learners' site: Voila with our pages, our identities and no kernel where none is needed."""
