"""Databases of the two older systems, as hard as they come, of any size and the same for the same arguments."""
