"""What every answer of the service must carry, whoever asks and whatever came of it."""

from werkzeug.test import TestResponse

POLICY = {
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def header_faults(response: TestResponse, *, private: bool) -> list[str]:
    """What an answer's headers lack; ``private`` for answers to a signed-in person.

    Examples
    --------
    >>> from flask import Flask
    >>> header_faults(Flask("bare").test_client().get("/"), private=True)[-1]
    'Cache-Control: None'
    """
    faults = [
        f"{name}: {response.headers.get(name)}"
        for name, value in ALWAYS.items()
        if response.headers.get(name) != value
    ]
    policy = response.headers.get("Content-Security-Policy", "")
    faults += [f"no {piece} in the policy" for piece in sorted(POLICY - set(policy.split("; ")))]
    faults += [
        f"{word} in the policy" for word in ("unsafe-inline", "unsafe-eval", "http:", "*") if word in policy
    ]
    if private and "no-store" not in response.headers.get("Cache-Control", ""):
        faults.append(f"Cache-Control: {response.headers.get('Cache-Control')}")
    for cookie in response.headers.getlist("Set-Cookie"):
        if "HttpOnly" not in cookie or "SameSite=Lax" not in cookie:
            faults.append(f"a cookie without its guards: {cookie.partition('=')[0]}")
    return faults
