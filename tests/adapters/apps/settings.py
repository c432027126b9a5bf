"""What every application of this folder is protected with."""

FRONTEND = "https://app.example.com"

PROTECTION = {
    "origins": [FRONTEND],
    "supports_credentials": True,
    "expose_headers": ["X-Total"],
    "public_origins": ["https://api.example.com"],
    "auth_cookies": ["session"],
    "exempt": {"/hook": "the body is signed"},
}

#: How long the stream of every application waits between its two parts.
PAUSE = 0.3
