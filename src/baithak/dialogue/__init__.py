"""Conversations, statements, votes, moderation, opinion map."""
