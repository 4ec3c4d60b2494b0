"""Verbs that change something; each asks permissions and records an event."""
