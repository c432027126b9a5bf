"""Accounts: who may sign in, how, and what of it the API shows."""
