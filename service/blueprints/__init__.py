"""Pages, a blueprint per noun: read the input, call one query or operation, pick the template."""

from service.blueprints.accounts import bp as accounts
from service.blueprints.public import bp as public

BLUEPRINTS = (public, accounts)
