"""What oversight refuses. A case that is shut to somebody is not there for them: the refusal is the one of an unknown case."""

from nazdik.kernel.rejected import Conflict, Forbidden, Invalid, NotFound, Unavailable


class CaseNotFound(NotFound):
    """There is no such case, or none that this desk has."""

    code = "oversight.case_not_found"


class CaseIsHere(Conflict):
    """This case came from here, or from the same system before: it is not taken over twice."""

    code = "oversight.case_is_here"


class PurposeMissing(Invalid):
    """Whole cases are handed out for a purpose that is written down, in words of three letters or more."""

    code = "oversight.purpose_missing"


class ExportTooLarge(Invalid):
    """More cases than one export may have; `details` say how many there are and how many may be: ask for fewer days."""

    code = "oversight.export_too_large"


class BundleUnreadable(Invalid):
    """This line of a bundle is not one; `details.said` says what is wrong with it."""

    code = "oversight.bundle_unreadable"


class BundleBroken(Invalid):
    """The lines are not those that were given out: one was changed, left out or put in."""

    code = "oversight.bundle_broken"


class ProofBroken(Invalid):
    """The receipt that comes with a case does not hold, or is not about these words and this day."""

    code = "oversight.proof_broken"


class CodeUnknown(NotFound):
    """No contact has this code; whether the code is mistyped, foreign or made up is not said."""

    code = "oversight.code_unknown"


class CaseExists(Conflict):
    """A contact with this id is there already."""

    code = "oversight.case_exists"


class CaseIsClosed(Conflict):
    """The case is closed."""

    code = "oversight.case_is_closed"


class CaseIsJoined(Conflict):
    """The case stands under another one, at which this is done."""

    code = "oversight.case_is_joined"


class JoinInvalid(Conflict):
    """Two open cases of a kind are joined, the later or less formal to the first; neither is in a group or under review."""

    code = "oversight.join_invalid"


class CaseIsOpen(Conflict):
    """The case is not closed yet."""

    code = "oversight.case_is_open"


class TextMissing(Invalid):
    """Words are needed here: at least one letter or digit, and at most as many characters as `details` say."""

    code = "oversight.text_missing"


class OfficeUnknown(Invalid):
    """There is no such office."""

    code = "oversight.office_unknown"


class OfficeInCircle(Invalid):
    """An office cannot lie below itself."""

    code = "oversight.office_in_circle"


class PostingInvalid(Invalid):
    """A posting ends after it begins, and at an office that is known."""

    code = "oversight.posting_invalid"


class AllegationNotFound(NotFound):
    """The case has no such allegation."""

    code = "oversight.allegation_not_found"


class ReferredMatter(Conflict):
    """A serious matter is with the body it was referred to: it is not ended, found or conciliated here."""

    code = "oversight.referred_matter"


class FindingMissing(Conflict):
    """Every allegation needs its finding before the case is closed."""

    code = "oversight.finding_missing"


class NotYetPassed(Conflict):
    """A commendation is closed once it was passed to whom it is for."""

    code = "oversight.not_yet_passed"


class ClockNotRunning(Conflict):
    """This clock does not run, or is paused already."""

    code = "oversight.clock_not_running"


class BothMustAgree(Conflict):
    """Conciliation needs the word of both sides."""

    code = "oversight.both_must_agree"


class PressureNotAsked(Invalid):
    """Whoever takes a withdrawal asks whether somebody pressed for it."""

    code = "oversight.pressure_not_asked"


class NoWithdrawal(Conflict):
    """Nobody asked to withdraw, or it was taken already."""

    code = "oversight.no_withdrawal"


class ReviewTooLate(Conflict):
    """A review is asked for within its time after the answer, once."""

    code = "oversight.review_too_late"


class NoReview(Conflict):
    """No review is open."""

    code = "oversight.no_review"


class ReviewByOthers(Forbidden):
    """A review is decided one level up, by people who had no part in the case."""

    code = "oversight.review_by_others"


class HandlerNotFree(Forbidden):
    """This person has no desk over the case, or is shut out of it."""

    code = "oversight.handler_not_free"


class SupervisorNeeded(Forbidden):
    """This is for a supervisor of the desk."""

    code = "oversight.supervisor_needed"


class NotACommendation(Conflict):
    """Only a commendation is passed to the person it is for."""

    code = "oversight.not_a_commendation"


class DayInvalid(Invalid):
    """No such day, or one too far away."""

    code = "oversight.day_invalid"


class TooManyFiles(Invalid):
    """More pictures than one message may have."""

    code = "oversight.too_many_files"


class SaidUnsigned(Invalid):
    """Only a contact with a code that was taken along can say that it was said before it arrived."""

    code = "oversight.said_unsigned"


class OutboxUnreadable(Invalid):
    """The file of the lines to other systems cannot be understood; `details` say why."""

    code = "oversight.outbox_unreadable"


class RecordingUnknown(Invalid):
    """Not a sound or film of a kind that is taken: WAV, MP3, AAC, AMR, Ogg, WebM, MP4, MOV, 3GP."""

    code = "oversight.recording_unknown"


class RecordingUnreadable(Invalid):
    """A sound or film that is damaged, cut off, or carries what cannot be taken out of it."""

    code = "oversight.recording_unreadable"


class RecordingTooLarge(Invalid):
    """More bytes than a sound may have; `details` say how many."""

    code = "oversight.recording_too_large"


class RecordingNotFound(NotFound):
    """No such recording: it was never sent, was sent too long ago, or was destroyed."""

    code = "oversight.recording_not_found"


class DestroyingNotWished(Conflict):
    """A recording is destroyed only if its citizen wished so."""

    code = "oversight.destroying_not_wished"


class NotTypedOut(Conflict):
    """What is said in a recording is written down before it is destroyed."""

    code = "oversight.not_typed_out"


class ShelfFull(Unavailable):
    """So much was sent that waits to become part of a contact that nothing more is taken for now."""

    code = "oversight.shelf_full"


class KeyTooShort(Invalid):
    """The Idempotency-Key of a contact leads to its code: it has to be one that nobody guesses, of 16 characters or more."""

    code = "oversight.key_too_short"


class TooManyContacts(Forbidden):
    """So many contacts come from one place at once that the next has to wait; `details` say how long."""

    code = "oversight.too_many_contacts"
    retryable = True


class ActUnknown(NotFound):
    """There is no such act on a case."""

    code = "oversight.act_unknown"


class FieldsInvalid(Invalid):
    """The body has not the fields of this act."""

    code = "oversight.fields_invalid"


class SizeUnknown(Invalid):
    """The facts never had these sizes."""

    code = "oversight.size_unknown"


class DayUnreadable(Invalid):
    """This is no instant of RFC 3339 with its zone."""

    code = "oversight.day_unreadable"
