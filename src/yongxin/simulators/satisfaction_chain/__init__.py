"""The five-step chain of a story, in which one link can be changed and the rest replays."""
