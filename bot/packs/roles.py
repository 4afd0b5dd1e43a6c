"""Who people are to Halqa: what each may do is in the program, what they are called in packs."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may do; held at a unit, it reaches everything below that unit."""

    TEACHER = "teacher"
    LEAD = "lead"
    PRINCIPAL = "principal"
    SUPERVISOR = "supervisor"
    DEVELOPER = "developer"
    """The school development unit."""
    COORDINATOR = "coordinator"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"
