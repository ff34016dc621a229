"""The one door for screens, routes, the command line and jobs: a method per thing a person does."""

from onefill.service.desk import Desk, Settings, open_desk

__all__ = ["Desk", "Settings", "open_desk"]
