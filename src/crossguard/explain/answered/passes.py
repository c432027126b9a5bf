"""What answers show of those they came through: it tells where to look, not who answered."""

from typing import Final

#: Header, a part of its value, and whom it shows; outermost first.
PASSES: Final = (
    ("cf-ray", "", "Cloudflare"),
    ("x-amz-cf-id", "", "CloudFront"),
    ("x-azure-ref", "", "Azure Front Door"),
    ("x-served-by", "cache-", "Fastly"),
    ("x-iinfo", "", "Imperva"),
    ("x-vercel-id", "", "Vercel"),
    ("x-nf-request-id", "", "Netlify"),
    ("fly-request-id", "", "Fly.io's proxy"),
    ("rndr-id", "", "Render's proxy"),
    ("x-railway-request-id", "", "Railway's proxy"),
    ("via", "vegur", "Heroku's router"),
    ("via", "heroku-router", "Heroku's router"),
    ("x-amz-apigw-id", "", "AWS API Gateway"),
    ("apigw-requestid", "", "AWS API Gateway"),
    ("x-ms-middleware-request-id", "", "Azure App Service's authentication"),
    ("server", "google frontend", "Google's front end"),
    ("via", "1.1 google", "Google's load balancer"),
    ("x-kong-upstream-latency", "", "Kong"),
    ("via", "caddy", "Caddy"),
    ("server", "caddy", "Caddy"),
    ("server", "istio-envoy", "Istio"),
    ("server", "envoy", "Envoy"),
    ("server", "openresty", "nginx"),
    ("server", "nginx", "nginx"),
    ("server", "apache", "Apache"),
    ("server", "microsoft-iis", "IIS"),
    ("server", "cloudflare", "Cloudflare"),
    ("via", "varnish", "Varnish"),
)
