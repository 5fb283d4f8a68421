"""Adapters of the Platform port, one a platform; they never import each other."""
