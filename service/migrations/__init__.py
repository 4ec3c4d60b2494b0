"""Migrations of the database; they add first and drop later, and import no models."""
