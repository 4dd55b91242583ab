"""Promises that are known to be broken, until that is mended: what is said of it, and why it is so."""

KNOWN = []
