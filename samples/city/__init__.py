"""A made-up city at work, seeded and spread over time: every record of it was made at the service's own doors.

``building`` says how much there is of everything and lets it happen; ``lives`` is what becomes of a course, an
application, a class, an inspection, step by step; the other modules say what is written into them.
"""
