"""What a cohort has understood: figures about items and modules, for trainers."""
