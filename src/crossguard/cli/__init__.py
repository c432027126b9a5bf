"""The command ``crossguard``, and what ``flask cors`` shares with it. Needs no Flask."""
