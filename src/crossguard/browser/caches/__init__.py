"""What a browser remembers between fetches: responses, and answers to preflights."""
