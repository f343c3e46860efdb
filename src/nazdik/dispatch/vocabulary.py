"""Codes that people choose from: reasons for refusing an offer, and dispositions. Texts for people are in the faces' catalogues."""

REFUSAL_REASONS = frozenset({"vehicle_fault", "busy_with_citizen", "no_way_through", "crew_incomplete"})

# Why nobody goes to an incident for now.
HOLD_REASONS = frozenset({"caller", "other_service", "appointment", "no_danger", "other"})

# What a handheld tries at the start of duty.
HANDHELD_CHECKS = frozenset(
    {"sound", "vibration", "location", "accuracy", "battery", "clock", "link", "notices", "screen", "storage"}
)

# EIDO's word for a crew that is ready at its station and not in the car.
AT_THE_STATION = "Station"

# Our code → EIDO/APCO disposition number it travels with (reference: EIDO common dispositions).
DISPOSITIONS: dict[str, str] = {
    "report_taken": "01",
    "no_report": "02",
    "arrest": "03",
    "citation": "04",
    # 05 would be "settled by phone"; EIDO has no number of its own for this.
    "settled_on_scene": "02",
    "event_cancelled": "10",
    "gone_on_arrival": "14",
    "transported": "16",
    "false_alarm": "17",
    "unit_cancelled_en_route": "21",
    "duplicate": "22",
    "referred": "02",
    "unfounded": "17",
}

COUNT_MAX = 999
PHOTOS_MAX = 60
VOICES_MAX = 20
VOICE_S_MAX = 60
# Why a picture is taken back.
PHOTO_REASONS = frozenset({"mistake", "other_incident", "person"})

MESSAGE_MAX = 300
# A message older than this leaves the world with the next one that is sent; the log keeps it.
MESSAGE_KEPT_S = 86_400.0
