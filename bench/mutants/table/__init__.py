"""Every mistake that the tests must notice. A new right or promise of privacy joins it."""

from bench.mutants.mutant import Mutant
from bench.mutants.table.admission import ADMISSION_MUTANTS
from bench.mutants.table.announcements import ANNOUNCEMENT_MUTANTS
from bench.mutants.table.apart import STATES
from bench.mutants.table.files import FILE_MUTANTS
from bench.mutants.table.forgetting import FORGETTING_MUTANTS
from bench.mutants.table.gates import GATE_MUTANTS
from bench.mutants.table.imports import IMPORT_MUTANTS
from bench.mutants.table.leaving import LEAVING_MUTANTS
from bench.mutants.table.meetings import MEETING_MUTANTS
from bench.mutants.table.own_data import OWN_DATA_MUTANTS
from bench.mutants.table.people import PEOPLE_MUTANTS
from bench.mutants.table.practices import PRACTICE_MUTANTS
from bench.mutants.table.pupils import PUPIL_MUTANTS
from bench.mutants.table.role_terms import ROLE_TERMS_MUTANTS
from bench.mutants.table.schools import SCHOOL_MUTANTS
from bench.mutants.table.searching import SEARCH_MUTANTS
from bench.mutants.table.teams import TEAM_MUTANTS
from bench.mutants.table.traces import TRACE_MUTANTS
from bench.mutants.table.units import UNIT_MUTANTS
from bench.mutants.table.unreached import UNREACHED_MUTANTS

__all__ = ["MUTANTS", "STATES"]

MUTANTS: tuple[Mutant, ...] = (
    *PEOPLE_MUTANTS,
    *ROLE_TERMS_MUTANTS,
    *UNIT_MUTANTS,
    *ADMISSION_MUTANTS,
    *SCHOOL_MUTANTS,
    *OWN_DATA_MUTANTS,
    *PUPIL_MUTANTS,
    *TEAM_MUTANTS,
    *MEETING_MUTANTS,
    *PRACTICE_MUTANTS,
    *ANNOUNCEMENT_MUTANTS,
    *SEARCH_MUTANTS,
    *GATE_MUTANTS,
    *IMPORT_MUTANTS,
    *LEAVING_MUTANTS,
    *FILE_MUTANTS,
    *FORGETTING_MUTANTS,
    *TRACE_MUTANTS,
    *UNREACHED_MUTANTS,
)
