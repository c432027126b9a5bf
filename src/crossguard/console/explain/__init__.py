"""What a browser would do: fetches and cookies, tried in the model."""
