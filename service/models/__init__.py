"""The stored things; one file a noun."""

from service.models.accounts import Account, Grant, Person, Post, RecoveryCode
from service.models.events import Event
from service.models.evidence import Assessment, Estimate, EvidenceSet, Likeness
from service.models.imports import Batch, BatchFile, BatchIssue, Change
from service.models.invitations import AccountLink, AccountRequest
from service.models.leaders import Diagnosis, Leader, Need
from service.models.mail import Message
from service.models.proposals import Proposal
from service.models.results import Indicator, Result, SchoolYear
from service.models.runs import Run, RunMark
from service.models.schools import (
    Commune,
    Correction,
    EducationService,
    Owner,
    Ownership,
    School,
    SchoolLevel,
    ServiceArea,
)
from service.models.sessions import AccountSession

__all__ = [
    "Account",
    "AccountLink",
    "AccountRequest",
    "AccountSession",
    "Assessment",
    "Batch",
    "BatchFile",
    "BatchIssue",
    "Change",
    "Commune",
    "Correction",
    "Diagnosis",
    "EducationService",
    "Estimate",
    "Event",
    "EvidenceSet",
    "Grant",
    "Indicator",
    "Leader",
    "Likeness",
    "Message",
    "Need",
    "Owner",
    "Ownership",
    "Person",
    "Post",
    "Proposal",
    "RecoveryCode",
    "Result",
    "Run",
    "RunMark",
    "School",
    "SchoolLevel",
    "SchoolYear",
    "ServiceArea",
]
