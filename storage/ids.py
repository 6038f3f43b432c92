"""The ids of our own: what logs may show and what functions pass around."""

from typing import NewType

AreaId = NewType("AreaId", int)
HouseholdId = NewType("HouseholdId", int)
MemberId = NewType("MemberId", int)
CadreId = NewType("CadreId", int)
AssignmentId = NewType("AssignmentId", int)
BindingId = NewType("BindingId", int)
InvitationId = NewType("InvitationId", int)
ApplicationId = NewType("ApplicationId", int)
ApprovalId = NewType("ApprovalId", int)
DisbursementId = NewType("DisbursementId", int)
VisitId = NewType("VisitId", int)
ReminderId = NewType("ReminderId", int)
OutboxId = NewType("OutboxId", int)
AttemptId = NewType("AttemptId", int)
CallId = NewType("CallId", int)
BatchId = NewType("BatchId", int)
StatusId = NewType("StatusId", int)
IncomeId = NewType("IncomeId", int)
FamilyEventId = NewType("FamilyEventId", int)
HandoverId = NewType("HandoverId", int)
ConsentId = NewType("ConsentId", int)
ProxyId = NewType("ProxyId", int)
AuditId = NewType("AuditId", int)
ToldFactId = NewType("ToldFactId", int)
PublicNoticeId = NewType("PublicNoticeId", int)
PublicNoticeLineId = NewType("PublicNoticeLineId", int)
CaseId = NewType("CaseId", int)
CaseEventId = NewType("CaseEventId", int)
RecordingId = NewType("RecordingId", int)

ID_TYPES = (
    AreaId,
    HouseholdId,
    MemberId,
    CadreId,
    AssignmentId,
    BindingId,
    InvitationId,
    ApplicationId,
    ApprovalId,
    DisbursementId,
    VisitId,
    ReminderId,
    OutboxId,
    AttemptId,
    CallId,
    BatchId,
    StatusId,
    IncomeId,
    FamilyEventId,
    HandoverId,
    ConsentId,
    ProxyId,
    AuditId,
    ToldFactId,
    PublicNoticeId,
    PublicNoticeLineId,
    CaseId,
    CaseEventId,
    RecordingId,
)
"""Every id, for the one place that says how ids are kept."""

Fen = NewType("Fen", int)
"""Money as the store keeps it: whole fen, a hundredth of a yuan."""


def in_yuan(fen: Fen) -> str:
    """Give money as commands and lists write it: yuan, with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"
