"""Scenarios run through the service, on a store in memory."""
