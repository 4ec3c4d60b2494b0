"""The demo country: a synthetic Chile with known truth, in the official formats.

Pure: it knows neither the database nor the web.
"""

from service.demo.country import Country, generate
from service.demo.laws import Laws
from service.demo.write import Written, write

__all__ = ["Country", "Laws", "Written", "generate", "write"]
