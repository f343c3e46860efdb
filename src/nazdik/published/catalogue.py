"""
The kinds that ship: what 110 centres in Iran report about their calls, with the standard words each travels with.

Priorities are a first proposal, to be set by the police that use it. The words that tell of a kind are in the dictionary (`guide`).
"""

from nazdik.published.kinds import Kind, Need

PATROL = (Need("patrol"),)
TWO_PATROLS = (Need("patrol", 2),)
TRAFFIC = (Need("traffic"),)

KINDS: tuple[Kind, ...] = (
    Kind("officer_emergency", "OFFICER", "کمک فوری به مأمور", "Officer needs help", 1, TWO_PATROLS, 40.0, 100.0),
    Kind(
        "armed_robbery",
        "ROBBERY",
        "سرقت مسلحانه",
        "Armed robbery",
        1,
        (
            Need("patrol", 2),
            Need("armed"),
        ),
        60.0,
        150.0,
    ),
    Kind(
        "shooting",
        "SHOTSFIRED",
        "تیراندازی",
        "Shooting",
        1,
        (
            Need("patrol"),
            Need("armed"),
        ),
        60.0,
        200.0,
    ),
    Kind("kidnapping", "KIDNAP", "آدم‌ربایی", "Kidnapping", 1, TWO_PATROLS, 90.0, 100.0),
    Kind(
        "crash_injury",
        "ACCIDENTINJURY",
        "تصادف جرحی",
        "Crash with injuries",
        1,
        (
            Need("traffic"),
            Need("patrol"),
        ),
        50.0,
        120.0,
    ),
    Kind("fight_weapon", "ASSAULTWEAPON", "نزاع با سلاح سرد", "Fight with weapons", 1, TWO_PATROLS, 45.0, 100.0),
    Kind("burglary_now", "BURGLARY", "سرقت منزل در جریان", "Burglary in progress", 1, TWO_PATROLS, 45.0, 100.0),
    Kind("domestic_violence", "DOMESTIC", "خشونت خانگی", "Domestic violence", 2, PATROL, 40.0, 100.0),
    Kind("fight", "FIGHT", "نزاع و درگیری", "Fight", 2, PATROL, 35.0, 100.0),
    Kind("missing_child", "MISSINGPERSON", "کودک گمشده", "Missing child", 2, PATROL, 60.0, 300.0),
    Kind("theft_now", "THEFT", "سرقت در جریان", "Theft in progress", 2, PATROL, 35.0, 100.0),
    Kind("car_theft", "VEHICLETHEFT", "سرقت خودرو", "Vehicle theft", 3, PATROL, 40.0, 100.0),
    Kind("fire_help", "FIREASSIST", "آتش‌سوزی، کمک به آتش‌نشانی", "Fire, assist", 2, PATROL, 60.0, 200.0),
    Kind("crash_damage", "ACCIDENT", "تصادف خسارتی", "Crash, damage only", 3, TRAFFIC, 30.0, 120.0),
    Kind("traffic_blocked", "TRAFFICHAZARD", "انسداد معبر", "Road blocked", 4, TRAFFIC, 20.0, 100.0),
    Kind("traffic_offence", "TRAFFIC", "تخلف رانندگی", "Traffic offence", 4, TRAFFIC, 20.0, 100.0),
    Kind("nuisance", "DISTURBANCE", "مزاحمت", "Nuisance", 3, PATROL, 25.0, 100.0),
    Kind("noise", "NOISE", "سروصدا", "Noise", 4, PATROL, 20.0, 100.0),
    Kind("drugs", "NARCOTICS", "مواد مخدر", "Drugs", 3, PATROL, 40.0, 100.0),
    Kind("suspicious", "SUSPICIOUS", "فرد یا خودروی مشکوک", "Suspicious person or car", 3, PATROL, 25.0, 100.0),
    Kind("theft_past", "THEFTREPORT", "سرقت پیشین", "Theft, past", 4, PATROL, 40.0, 100.0),
    Kind("fraud", "FRAUD", "کلاهبرداری و جرم مالی", "Fraud", 5, PATROL, 45.0, 100.0),
    Kind("cyber", "CYBERCRIME", "جرم رایانه‌ای", "Cybercrime", 5, PATROL, 45.0, 100.0),
    Kind("animal", "ANIMAL", "حیوان خطرناک", "Dangerous animal", 4, PATROL, 25.0, 100.0),
    Kind("found_property", "PROPERTYFOUND", "شیء پیداشده", "Found property", 5, PATROL, 20.0, 100.0),
    Kind("welfare_check", "WELFARECHECK", "بررسی حال شهروند", "Welfare check", 3, PATROL, 30.0, 100.0),
    Kind("crowd", "CROWD", "تجمع", "Crowd", 3, TWO_PATROLS, 60.0, 300.0),
    Kind("flood_help", "RESCUEASSIST", "آب‌گرفتگی و امداد", "Flooding, assist", 2, PATROL, 60.0, 300.0),
    Kind("other", "OTHER", "سایر", "Other", 4, PATROL, 25.0, 100.0),
)
