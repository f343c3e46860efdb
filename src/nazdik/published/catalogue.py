"""
The kinds that ship: what 110 centres in Iran report about their calls.

Priorities are a first proposal, to be set by the police that use it. The words that tell of a kind are in the dictionary
(`guide`), those that other systems use in `kind_codes`.
"""

from nazdik.published.kind_codes import OF_KIND
from nazdik.published.kinds import Kind, Need

PATROL = (Need("patrol"),)
TWO_PATROLS = (Need("patrol", 2),)
TRAFFIC = (Need("traffic"),)


def _kind(code: str, fa: str, en: str, priority: int, needs: tuple[Need, ...], minutes: float, radius_m: float) -> Kind:
    # Floats, whoever wrote a whole number: a replayed incident is the live one byte for byte.
    codes = OF_KIND[code]
    return Kind(
        code, codes.common, fa, en, priority, needs, float(minutes), float(radius_m), also=codes.also, cap=codes.cap
    )


KINDS: tuple[Kind, ...] = (
    _kind("officer_emergency", "کمک فوری به مأمور", "Officer needs help", 1, TWO_PATROLS, 40, 100),
    _kind(
        "armed_robbery",
        "سرقت مسلحانه",
        "Armed robbery",
        1,
        (
            Need("patrol", 2),
            Need("armed"),
        ),
        60,
        150,
    ),
    _kind(
        "shooting",
        "تیراندازی",
        "Shooting",
        1,
        (
            Need("patrol"),
            Need("armed"),
        ),
        60,
        200,
    ),
    _kind("kidnapping", "آدم‌ربایی", "Kidnapping", 1, TWO_PATROLS, 90, 100),
    _kind(
        "crash_injury",
        "تصادف جرحی",
        "Crash with injuries",
        1,
        (
            Need("traffic"),
            Need("patrol"),
        ),
        50,
        120,
    ),
    _kind("fight_weapon", "نزاع با سلاح سرد", "Fight with weapons", 1, TWO_PATROLS, 45, 100),
    _kind("burglary_now", "سرقت منزل در جریان", "Burglary in progress", 1, TWO_PATROLS, 45, 100),
    _kind("domestic_violence", "خشونت خانگی", "Domestic violence", 2, PATROL, 40, 100),
    _kind("fight", "نزاع و درگیری", "Fight", 2, PATROL, 35, 100),
    _kind("missing_child", "کودک گمشده", "Missing child", 2, PATROL, 60, 300),
    _kind("theft_now", "سرقت در جریان", "Theft in progress", 2, PATROL, 35, 100),
    _kind("car_theft", "سرقت خودرو", "Vehicle theft", 3, PATROL, 40, 100),
    _kind("fire_help", "آتش‌سوزی، کمک به آتش‌نشانی", "Fire, assist", 2, PATROL, 60, 200),
    _kind("crash_damage", "تصادف خسارتی", "Crash, damage only", 3, TRAFFIC, 30, 120),
    _kind("traffic_blocked", "انسداد معبر", "Road blocked", 4, TRAFFIC, 20, 100),
    _kind("traffic_offence", "تخلف رانندگی", "Traffic offence", 4, TRAFFIC, 20, 100),
    _kind("nuisance", "مزاحمت", "Nuisance", 3, PATROL, 25, 100),
    _kind("noise", "سروصدا", "Noise", 4, PATROL, 20, 100),
    _kind("drugs", "مواد مخدر", "Drugs", 3, PATROL, 40, 100),
    _kind("suspicious", "فرد یا خودروی مشکوک", "Suspicious person or car", 3, PATROL, 25, 100),
    _kind("theft_past", "سرقت پیشین", "Theft, past", 4, PATROL, 40, 100),
    _kind("fraud", "کلاهبرداری و جرم مالی", "Fraud", 5, PATROL, 45, 100),
    _kind("cyber", "جرم رایانه‌ای", "Cybercrime", 5, PATROL, 45, 100),
    _kind("animal", "حیوان خطرناک", "Dangerous animal", 4, PATROL, 25, 100),
    _kind("found_property", "شیء پیداشده", "Found property", 5, PATROL, 20, 100),
    _kind("welfare_check", "بررسی حال شهروند", "Welfare check", 3, PATROL, 30, 100),
    _kind("crowd", "تجمع", "Crowd", 3, TWO_PATROLS, 60, 300),
    _kind("flood_help", "آب‌گرفتگی و امداد", "Flooding, assist", 2, PATROL, 60, 300),
    _kind("other", "سایر", "Other", 4, PATROL, 25, 100),
)
