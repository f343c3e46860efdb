"""The refusals of dispatch, each with its stable code. `docs/errors.md` lists them with their texts."""

from nazdik.kernel import Conflict, Forbidden, Invalid, NotFound


class QuestionUnknown(Invalid):
    """The incident's kind has no such question, or the question no such answer."""

    code = "dispatch.question_unknown"


class IncidentNotFound(NotFound):
    """No incident with this id, or it is archived."""

    code = "dispatch.incident_not_found"


class UnitNotFound(NotFound):
    """No unit with this id."""

    code = "dispatch.unit_not_found"


class AssignmentNotFound(NotFound):
    """No assignment with this id."""

    code = "dispatch.assignment_not_found"


class AlarmNotShelvable(Conflict):
    """An officer's safety is never put aside."""

    code = "dispatch.alarm_not_shelvable"


class ShelfInvalid(Invalid):
    """An alarm is shelved for 1 to 30 minutes, with a reason of 3 to 200 letters."""

    code = "dispatch.shelf_invalid"


class SafetyTimerInvalid(Invalid):
    """A crew is asked again in one to sixty minutes."""

    code = "dispatch.safety_timer_invalid"


class SafetyCheckAsked(Conflict):
    """The crew was asked and has not answered: that comes first."""

    code = "dispatch.safety_check_asked"


class IncidentCannotJoin(Conflict):
    """An emergency, an incident with a cordon, an asked backup or others in it is not put into another; the other way works."""

    code = "dispatch.incident_cannot_join"


class IncidentNotJoined(Conflict):
    """It was not put into another incident."""

    code = "dispatch.incident_not_joined"


class IncidentIsJoined(Conflict):
    """It is part of another incident: unjoin it instead of reopening it."""

    code = "dispatch.incident_is_joined"


class ServiceUnknown(Invalid):
    """No such service can be asked for; `details.known` says which can."""

    code = "dispatch.service_unknown"


class HoldInvalid(Invalid):
    """An incident is held for 1 to 240 minutes, for one of the reasons in `details.reasons`."""

    code = "dispatch.hold_invalid"


class HoldWordsMissing(Invalid):
    """Why a priority 1 is held, or what another reason is, has to be said in words."""

    code = "dispatch.hold_words_missing"


class HoldNever(Conflict):
    """An officer's emergency is never put aside."""

    code = "dispatch.hold_never"


class HandOverNotFound(NotFound):
    """This desk was not handed over, or somebody has taken it."""

    code = "dispatch.hand_over_not_found"


class HandOverStands(Conflict):
    """Whoever leaves has handed this desk over already, and nobody has taken it yet."""

    code = "dispatch.hand_over_stands"


class HandOverNotYours(Conflict):
    """A colleague answers for it: only they hand it over, or take that back."""

    code = "dispatch.hand_over_not_yours"


class HandOverOwn(Conflict):
    """Whoever leaves a desk is not the one who takes it."""

    code = "dispatch.hand_over_own"


class AlarmNotFound(NotFound):
    """No such alarm, or its cause is over."""

    code = "dispatch.alarm_not_found"


class OfficeNotFound(NotFound):
    """No such office."""

    code = "dispatch.office_not_found"


class KindRetired(Conflict):
    """No incident gets this kind any more; those that have it keep it."""

    code = "dispatch.kind_retired"


class KindUnknown(Invalid):
    """The catalogue has no such kind."""

    code = "dispatch.kind_unknown"


class PriorityUnknown(Invalid):
    """Priorities are 1 to 5."""

    code = "dispatch.priority_unknown"


class PlaceOutsideRegion(Invalid):
    """The point lies in no loaded region."""

    code = "dispatch.place_outside_region"


class PlaceSwapped(Invalid):
    """Latitude and longitude look exchanged; `details` holds the point the other way round."""

    code = "dispatch.place_swapped"


class PlaceMissing(Invalid):
    """An incident needs a point before anybody can be sent."""

    code = "dispatch.place_missing"


class SelfTestInvalid(Invalid):
    """A self-test names checks that there are not, one twice, or none."""

    code = "dispatch.self_test_invalid"


class ReportInvalid(Invalid):
    """A report counts people or vehicles below nought or above all reason."""

    code = "dispatch.report_invalid"


class ReportIsFinal(Conflict):
    """The crew was done too long ago to change its report; the desk may still add a note."""

    code = "dispatch.report_is_final"


class StepStands(Conflict):
    """A step is taken back only while it is the last one, within a minute, and while nothing else has begun since."""

    code = "dispatch.step_stands"


class TooManyPhotos(Conflict):
    """The incident has as many pictures as one may have."""

    code = "dispatch.too_many_photos"


class PhotoGone(NotFound):
    """The incident shows no such picture."""

    code = "dispatch.photo_gone"


class PhotoNotYours(Forbidden):
    """Another crew took it: they take it back, or the desk does."""

    code = "dispatch.photo_not_yours"


class PhotoReasonUnknown(Invalid):
    """Why a picture goes is one of a few reasons."""

    code = "dispatch.photo_reason_unknown"


class MessageEmpty(Invalid):
    """A message has no words."""

    code = "dispatch.message_empty"


class MessageNotFound(NotFound):
    """No such message of this unit, or it is more than a day old."""

    code = "dispatch.message_not_found"


class NobodyToTell(Conflict):
    """No unit works on the incident."""

    code = "dispatch.nobody_to_tell"


class TextTooLong(Invalid):
    """A text is longer than its field takes."""

    code = "dispatch.text_too_long"


class DispositionUnknown(Invalid):
    """Not a disposition code."""

    code = "dispatch.disposition_unknown"


class ReasonUnknown(Invalid):
    """Not one of the reasons for refusing an offer."""

    code = "dispatch.reason_unknown"


class CallSignInvalid(Invalid):
    """A call sign is 1 to 16 Latin letters, digits, hyphens and underscores."""

    code = "dispatch.call_sign_invalid"


class SkillUnknown(Invalid):
    """Not a skill."""

    code = "dispatch.skill_unknown"


class CrewInvalid(Invalid):
    """A crew is one to eight people by their numbers, each once."""

    code = "dispatch.crew_invalid"


class TooManyVoices(Conflict):
    """The incident has as many voice notes as one may have."""

    code = "dispatch.too_many_voices"


class VoiceTooLong(Invalid):
    """A voice note is of one second to a minute."""

    code = "dispatch.voice_too_long"


class VoiceGone(NotFound):
    """The incident has no such voice note, or it was taken back."""

    code = "dispatch.voice_gone"


class VoiceNotYours(Forbidden):
    """Another crew spoke it: they take it back, or the desk does."""

    code = "dispatch.voice_not_yours"


class VoiceStaysBack(Conflict):
    """A voice note was taken back by somebody else, or longer than a minute ago: it stays so."""

    code = "dispatch.voice_stays_back"


class SectorUnknown(Invalid):
    """The unit's station has no such sector."""

    code = "dispatch.sector_unknown"


class PhotoStaysBack(Conflict):
    """A picture was taken back by somebody else, or longer than a minute ago: it stays so."""

    code = "dispatch.photo_stays_back"


class CrewElsewhere(Conflict):
    """Somebody is on another unit that is on duty."""

    code = "dispatch.crew_elsewhere"


class CrewMemberUnknown(Invalid):
    """The station's people are in the register, and nobody there has this number."""

    code = "dispatch.crew_member_unknown"


class CrewMemberNotInService(Conflict):
    """Somebody of the crew may not sign in any more, or has no seat now."""

    code = "dispatch.crew_member_not_in_service"


class StampsOutOfOrder(Invalid):
    """The times of a late entry are not in order, or lie in the future."""

    code = "dispatch.stamps_out_of_order"


class RulesInvalid(Invalid):
    """A rule is outside its range."""

    code = "dispatch.rules_invalid"


class CordonInvalid(Invalid):
    """A cordon has 1 to 24 posts at places of their own, no unit twice, and numbers that are numbers."""

    code = "dispatch.cordon_invalid"


class CordonExists(Conflict):
    """The incident has a cordon already; withdraw it first."""

    code = "dispatch.cordon_exists"


class IncidentExists(Conflict):
    """There is an incident with this id already."""

    code = "dispatch.incident_exists"


class UnitExists(Conflict):
    """There is a unit with this id already."""

    code = "dispatch.unit_exists"


class IncidentIsClosed(Conflict):
    """The incident is closed or cancelled."""

    code = "dispatch.incident_is_closed"


class IncidentIsOpen(Conflict):
    """The incident is open; only a closed one can be reopened."""

    code = "dispatch.incident_is_open"


class IncidentIsDraft(Conflict):
    """The call is not classified yet."""

    code = "dispatch.incident_is_draft"


class CallSignWasAnothers(Conflict):
    """Another unit, `details.call_sign` by now, had this call sign: an old record that names it speaks of that one."""

    code = "dispatch.call_sign_was_anothers"


class UnitIsRetired(Conflict):
    """The unit is out of use; an administrator can bring it back."""

    code = "dispatch.unit_is_retired"


class UnitAtWork(Conflict):
    """The unit has an assignment; `details.number` is the incident's."""

    code = "dispatch.unit_at_work"


class UnitInEmergency(Conflict):
    """An officer of the unit is in danger: that comes first."""

    code = "dispatch.unit_in_emergency"


class UnitStaysInProvince(Invalid):
    """A unit is written in its province's log: in another province it is made anew, and retired here."""

    code = "dispatch.unit_stays_in_province"


class UnitKindUnknown(Invalid):
    """A unit is a car, a motorcycle, a van or on foot."""

    code = "dispatch.unit_kind_unknown"


class UnitsStillAssigned(Conflict):
    """Closing under a working unit would silence its safety timer."""

    code = "dispatch.units_still_assigned"


class UnitOffDuty(Conflict):
    """The unit is not on duty."""

    code = "dispatch.unit_off_duty"


class UnitNotAvailable(Conflict):
    """The unit is on duty but not available."""

    code = "dispatch.unit_not_available"


class UnitIsFree(Conflict):
    """Only a busy unit says when it will be free."""

    code = "dispatch.unit_is_free"


class FreeSoonOutOfRange(Invalid):
    """How soon a unit is free is said between the least and the most that its office takes."""

    code = "dispatch.free_soon_out_of_range"


class UnitTaken(Conflict):
    """The unit works on another incident; `details` says which and since when."""

    code = "dispatch.unit_taken"


class UnitHasAssignment(Conflict):
    """The unit has an assignment; it must be cleared or handed over first."""

    code = "dispatch.unit_has_assignment"


class OfferWithdrawn(Conflict):
    """The offer is no longer this unit's."""

    code = "dispatch.offer_withdrawn"


class AssignmentEnded(Conflict):
    """The assignment is over."""

    code = "dispatch.assignment_ended"


class StepOutOfOrder(Conflict):
    """The assignment is not at the step this act follows."""

    code = "dispatch.step_out_of_order"


class NoEmergency(Conflict):
    """The unit has no emergency."""

    code = "dispatch.no_emergency"


class TaskingConflict(Conflict):
    """The office does not hold the incident in the way this act needs."""

    code = "dispatch.tasking_conflict"
