"""The headers of requests and responses, as a browser writes and reads them."""
