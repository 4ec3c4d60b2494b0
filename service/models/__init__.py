"""The stored things; one file a noun."""

from service.models.accounts import (
    Account,
    AccountIdentity,
    Attempts,
    Grant,
    Person,
    Post,
    RecoveryCode,
)
from service.models.calendars import BusyTime, CalendarDay, CalendarFeed, TravelTime
from service.models.designations import CriteriaSet, LeaderApplication, LeaderAssessor, LeaderReview
from service.models.diagnosis import (
    AnswerLink,
    ExternalSupport,
    Inquiry,
    SelfAnswer,
    SupportLevel,
    Watched,
)
from service.models.disputes import FigureDispute
from service.models.events import Event
from service.models.evidence import Assessment, Estimate, EvidenceSet, Likeness, ProgrammeFinding
from service.models.imports import Batch, BatchFile, BatchIssue, Change
from service.models.invitations import AccountLink, AccountRequest
from service.models.leader_records import (
    Complaint,
    Interest,
    LeaderConsent,
    LeaderTraining,
    OwnGoal,
    TeamMember,
)
from service.models.leaders import Diagnosis, Leader, Need
from service.models.mail import BouncedAddress, MailChoice, Message
from service.models.networks import (
    GraphPlace,
    Internship,
    Network,
    NetworkAgreement,
    NetworkAttendance,
    NetworkGoal,
    NetworkPerson,
    NetworkSchool,
    NetworkSession,
    SchoolTie,
)
from service.models.offers import Candidate, Decline, Offer
from service.models.partnership_plans import Agreement, Attachment, PlanActivity, PlanObjective
from service.models.partnership_reviews import (
    Concern,
    FollowUp,
    Handover,
    Note,
    Participation,
    PracticeCard,
    Review,
    ReviewAnswer,
    SustainabilityRating,
)
from service.models.partnerships import Partnership, PartnershipCoordinator, PartnershipPerson
from service.models.proposals import Proposal
from service.models.questionnaires import Answer, Questionnaire, Respondent
from service.models.rankings import ComparatorSet, StatedRanking
from service.models.requests import Request, RequestAvoided
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
from service.models.settings import Setting
from service.models.surveys import Survey, SurveyAnswer, SurveyLink, SurveyRespondent
from service.models.visits import (
    NoteObjection,
    Visit,
    VisitAttendance,
    VisitBooking,
    VisitNote,
    VisitPerson,
)

__all__ = [
    "Account",
    "AccountIdentity",
    "AccountLink",
    "AccountRequest",
    "AccountSession",
    "Agreement",
    "Answer",
    "AnswerLink",
    "Assessment",
    "Attachment",
    "Attempts",
    "Batch",
    "BatchFile",
    "BatchIssue",
    "BouncedAddress",
    "BusyTime",
    "CalendarDay",
    "CalendarFeed",
    "Candidate",
    "Change",
    "Commune",
    "ComparatorSet",
    "Complaint",
    "Concern",
    "Correction",
    "CriteriaSet",
    "Decline",
    "Diagnosis",
    "EducationService",
    "Estimate",
    "Event",
    "EvidenceSet",
    "ExternalSupport",
    "FigureDispute",
    "FollowUp",
    "Grant",
    "GraphPlace",
    "Handover",
    "Indicator",
    "Inquiry",
    "Interest",
    "Internship",
    "Leader",
    "LeaderApplication",
    "LeaderAssessor",
    "LeaderConsent",
    "LeaderReview",
    "LeaderTraining",
    "Likeness",
    "MailChoice",
    "Message",
    "Need",
    "Network",
    "NetworkAgreement",
    "NetworkAttendance",
    "NetworkGoal",
    "NetworkPerson",
    "NetworkSchool",
    "NetworkSession",
    "Note",
    "NoteObjection",
    "Offer",
    "OwnGoal",
    "Owner",
    "Ownership",
    "Participation",
    "Partnership",
    "PartnershipCoordinator",
    "PartnershipPerson",
    "Person",
    "PlanActivity",
    "PlanObjective",
    "Post",
    "PracticeCard",
    "ProgrammeFinding",
    "Proposal",
    "Questionnaire",
    "RecoveryCode",
    "Request",
    "RequestAvoided",
    "Respondent",
    "Result",
    "Review",
    "ReviewAnswer",
    "Run",
    "RunMark",
    "School",
    "SchoolLevel",
    "SchoolTie",
    "SchoolYear",
    "SelfAnswer",
    "ServiceArea",
    "Setting",
    "StatedRanking",
    "SupportLevel",
    "Survey",
    "SurveyAnswer",
    "SurveyLink",
    "SurveyRespondent",
    "SustainabilityRating",
    "TeamMember",
    "TravelTime",
    "Visit",
    "VisitAttendance",
    "VisitBooking",
    "VisitNote",
    "VisitPerson",
    "Watched",
]
