"""The one door for screens, routes, the command line and jobs: a method per thing a person does."""

from onefill.service.desk import Desk, Settings, open_desk
from onefill.service.samples import Reference, SampleRecord

__all__ = ["Desk", "Reference", "SampleRecord", "Settings", "open_desk"]
