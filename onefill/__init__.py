"""OneFill: facts typed once become every official paper."""

__version__ = "0.1.0"
