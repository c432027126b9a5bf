"""The reference application: a cookie-authenticated API and the front end that it serves."""
