"""Conversations, by who speaks."""
