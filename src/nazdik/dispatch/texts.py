"""What dispatch's refusals say: code to (Persian, English)."""

TEXTS: dict[str, tuple[str, str]] = {
    "dispatch.incident_not_found": ("چنین رخدادی نیست.", "There is no such incident."),
    "dispatch.unit_not_found": ("چنین واحدی نیست.", "There is no such unit."),
    "dispatch.assignment_not_found": ("چنین مأموریتی نیست.", "There is no such assignment."),
    "dispatch.alarm_not_found": ("این هشدار دیگر برپا نیست.", "This alarm is no longer up."),
    "dispatch.incident_cannot_join": (
        "این رخداد در دیگری ادغام نمی‌شود: کمک فوری، حلقه، درخواست کمک یا ادغام پیشین دارد. وارونه بیازمایید.",
        "This incident is not put into another: it has an emergency, a cordon, asked backup or others in it. Try the other way.",
    ),
    "dispatch.incident_not_joined": (
        "این رخداد در رخداد دیگری ادغام نشده است.",
        "This incident was not put into another.",
    ),
    "dispatch.incident_is_joined": (
        "این رخداد در رخداد دیگری ادغام شده است؛ ادغام را برگردانید.",
        "This incident is part of another one; unjoin it.",
    ),
    "dispatch.service_unknown": (
        "چنین خدمتی این‌جا شناخته نیست.",
        "There is no such service here.",
    ),
    "dispatch.hold_invalid": (
        "رخداد ۱ تا ۲۴۰ دقیقه و با یکی از علت‌ها نگه داشته می‌شود.",
        "An incident is held for 1 to 240 minutes, for one of the reasons.",
    ),
    "dispatch.hold_words_missing": (
        "علت را با جمله بنویسید؛ اولویت ۱ و علت «دیگر» بی آن نگه داشته نمی‌شود.",
        "Say why in words; without, neither a priority 1 is held nor anything for another reason.",
    ),
    "dispatch.hold_never": (
        "کمک فوری مأمور هرگز نگه داشته نمی‌شود.",
        "An officer's emergency is never put aside.",
    ),
    "dispatch.hand_over_not_found": (
        "این میز تحویل داده نشده، یا کسی آن را گرفته است.",
        "This desk was not handed over, or somebody has taken it.",
    ),
    "dispatch.hand_over_stands": (
        "این میز را پیش‌تر تحویل داده‌اید و هنوز کسی نگرفته است.",
        "You have handed this desk over, and nobody has taken it yet.",
    ),
    "dispatch.hand_over_not_yours": (
        "همکار دیگری مسئول آن است؛ تنها خودش آن را تحویل می‌دهد یا پس می‌گیرد.",
        "A colleague answers for it; only they hand it over or take that back.",
    ),
    "dispatch.hand_over_own": (
        "کسی که میز را تحویل می‌دهد خودش آن را تحویل نمی‌گیرد.",
        "Whoever leaves a desk is not the one who takes it.",
    ),
    "dispatch.alarm_not_shelvable": (
        "هشداری که جان مأموری به آن بسته است کنار گذاشته نمی‌شود.",
        "An alarm on which an officer's life may hang is not put aside.",
    ),
    "dispatch.shelf_invalid": (
        "هشدار ۱ تا ۳۰ دقیقه و با علت کنار گذاشته می‌شود.",
        "An alarm is put aside for 1 to 30 minutes, with a reason.",
    ),
    "dispatch.safety_timer_invalid": (
        "از گشت یک تا شصت دقیقهٔ دیگر پرسیده می‌شود.",
        "A crew is asked in one to sixty minutes.",
    ),
    "dispatch.safety_check_asked": (
        "از این گشت پرسیده شده و هنوز پاسخ نداده است؛ نخست پاسخش را بگیرید.",
        "This crew was asked and has not answered; get its answer first.",
    ),
    "dispatch.office_not_found": ("چنین یگانی نیست.", "There is no such office."),
    "dispatch.kind_retired": (
        "این نوع رخداد کنار گذاشته شده است؛ نوع دیگری برگزینید.",
        "This kind has been retired; choose another.",
    ),
    "dispatch.kind_unknown": ("این نوع رخداد در فهرست نیست.", "The catalogue has no such kind."),
    "dispatch.question_unknown": (
        "این نوع رخداد چنین پرسش یا پاسخی ندارد.",
        "The kind has no such question or answer.",
    ),
    "dispatch.priority_unknown": ("اولویت باید ۱ تا ۵ باشد.", "Priorities are 1 to 5."),
    "dispatch.place_outside_region": (
        "این مکان بیرون از محدودهٔ نقشه است یا راهی به آن نیست.",
        "This place lies outside every region, or no road leads there.",
    ),
    "dispatch.place_swapped": (
        "طول و عرض جغرافیایی جابه‌جا شده است.",
        "Longitude and latitude are exchanged.",
    ),
    "dispatch.place_missing": ("مکان رخداد هنوز معلوم نیست.", "The incident has no place yet."),
    "dispatch.self_test_invalid": ("این آزمون دستگاه درست نیست.", "This is no self-test of a handheld."),
    "dispatch.report_invalid": (
        "شمار افراد و خودروها باید از ۰ تا ۹۹۹ باشد.",
        "People and vehicles are counted from 0 to 999.",
    ),
    "dispatch.report_is_final": (
        "زمان تغییر این گزارش گذشته است؛ مرکز می‌تواند یادداشت بنویسد.",
        "It is too late to change this report; the centre can add a note.",
    ),
    "dispatch.step_stands": (
        "این گام دیگر پس گرفته نمی‌شود: زمانش گذشته یا کار دیگری آغاز شده است.",
        "It is too late to take this step back, or something else has begun since.",
    ),
    "dispatch.too_many_photos": (
        "این رخداد بیش از این عکس نمی‌گیرد.",
        "The incident takes no more photos.",
    ),
    "dispatch.photo_stays_back": (
        "این عکس را کس دیگری، یا بیش از یک دقیقه پیش، پس گرفته است و پس‌گرفته می‌ماند.",
        "This photo was taken back by somebody else or more than a minute ago, and stays so.",
    ),
    "dispatch.photo_gone": (
        "این رخداد چنین عکسی ندارد، یا عکس پس گرفته شده است.",
        "This incident has no such photo, or it was taken back.",
    ),
    "dispatch.photo_not_yours": (
        "این عکس را واحد دیگری گرفته است؛ همان واحد یا مرکز آن را پس می‌گیرد.",
        "Another unit took this photo; they take it back, or the desk does.",
    ),
    "dispatch.photo_reason_unknown": (
        "علت پس گرفتن عکس را از فهرست برگزینید.",
        "Choose the reason from the list.",
    ),
    "dispatch.too_many_voices": (
        "این رخداد بیش از این یادداشت صوتی نمی‌گیرد.",
        "The incident takes no more voice notes.",
    ),
    "dispatch.voice_too_long": (
        "یادداشت صوتی از یک ثانیه تا یک دقیقه است.",
        "A voice note lasts from a second to a minute.",
    ),
    "dispatch.voice_gone": (
        "این رخداد چنین یادداشت صوتی‌ای ندارد، یا پس گرفته شده است.",
        "This incident has no such voice note, or it was taken back.",
    ),
    "dispatch.voice_not_yours": (
        "این یادداشت صوتی از واحد دیگری است؛ همان واحد یا مرکز آن را پس می‌گیرد.",
        "This voice note is another unit's; they take it back, or the desk does.",
    ),
    "dispatch.voice_stays_back": (
        "این یادداشت صوتی را کس دیگری، یا بیش از یک دقیقه پیش، پس گرفته است و پس‌گرفته می‌ماند.",
        "This voice note was taken back by somebody else or more than a minute ago, and stays so.",
    ),
    "dispatch.message_empty": ("پیام خالی است.", "The message is empty."),
    "dispatch.message_not_found": ("چنین پیامی نیست یا کهنه شده است.", "There is no such message, or it is too old."),
    "dispatch.nobody_to_tell": ("واحدی سر این رخداد نیست.", "No unit works on this incident."),
    "dispatch.text_too_long": ("متن بیش از اندازه بلند است.", "The text is too long."),
    "dispatch.disposition_unknown": ("این نتیجه در فهرست نیست.", "There is no such disposition."),
    "dispatch.reason_unknown": ("این دلیل در فهرست نیست.", "There is no such reason."),
    "dispatch.call_sign_invalid": (
        "نام رمز واحد باید ۱ تا ۱۶ حرف یا رقم لاتین باشد.",
        "A call sign is 1 to 16 Latin letters, digits, hyphens and underscores.",
    ),
    "dispatch.crew_invalid": (
        "خدمه یک تا هشت نفرند، هر کس یک بار با شمارهٔ خودش (حرف لاتین و رقم).",
        "A crew is one to eight people, each once, by a number of Latin letters and digits.",
    ),
    "dispatch.sector_unknown": ("این کلانتری چنین محدودهٔ گشتی ندارد.", "This station has no such sector."),
    "dispatch.crew_elsewhere": (
        "یکی از این افراد با واحد دیگری در خدمت است؛ نخست خدمت آن را پایان دهید.",
        "One of them is on duty with another unit; end that duty first.",
    ),
    "dispatch.crew_member_unknown": (
        "کسی با این شماره در فهرست افراد نیست.",
        "Nobody in the list of people has this number.",
    ),
    "dispatch.crew_member_not_in_service": (
        "این شماره از آن کسی است که اکنون جایگاهی ندارد یا غیرفعال شده است.",
        "Whoever has this number has no seat now, or was deactivated.",
    ),
    "dispatch.skill_unknown": ("این مهارت در فهرست نیست.", "There is no such skill."),
    "dispatch.stamps_out_of_order": (
        "زمان‌ها به ترتیب نیست یا در آینده است.",
        "The times are out of order or in the future.",
    ),
    "dispatch.rules_invalid": ("یکی از قاعده‌ها بیرون از محدوده است.", "A rule is outside its range."),
    "dispatch.cordon_invalid": (
        "طرح حلقه درست نیست: ۱ تا ۲۴ پست، هر یک در جای خود، و هیچ واحدی دو بار.",
        "A cordon has 1 to 24 posts, each at a place of its own, and no unit twice.",
    ),
    "dispatch.cordon_exists": (
        "این رخداد حلقهٔ محاصره دارد؛ نخست آن را پس بگیرید.",
        "The incident has a cordon already; withdraw it first.",
    ),
    "dispatch.incident_exists": ("این رخداد از پیش هست.", "This incident exists already."),
    "dispatch.unit_exists": ("این واحد از پیش هست.", "This unit exists already."),
    "dispatch.call_sign_was_anothers": (
        "این نام رمز پیش‌تر از آنِ واحد دیگری بوده و در سابقه به نام آن مانده است؛ نام دیگری برگزینید.",
        "Another unit had this call sign, and the record knows it by it; choose another.",
    ),
    "dispatch.unit_is_retired": (
        "این واحد از کار کنار گذاشته شده است؛ مدیر سامانه می‌تواند آن را بازگرداند.",
        "This unit is retired; an administrator can bring it back.",
    ),
    "dispatch.unit_at_work": (
        "این واحد مأموریت دارد؛ پس از پایان آن دوباره بیازمایید.",
        "The unit has an assignment; try again when it is over.",
    ),
    "dispatch.unit_in_emergency": (
        "مأمور این واحد کمک فوری خواسته است؛ تا پایان آن تغییر نمی‌کند.",
        "An officer of this unit is in danger; it is not changed before that is over.",
    ),
    "dispatch.unit_stays_in_province": (
        "واحد به استان دیگر نمی‌رود؛ آنجا واحد تازه بسازید و این را کنار بگذارید.",
        "A unit does not move to another province; make a new one there and retire this one.",
    ),
    "dispatch.unit_kind_unknown": (
        "واحد خودرو، موتورسیکلت، ون یا پیاده است.",
        "A unit is a car, a motorcycle, a van or on foot.",
    ),
    "dispatch.incident_is_closed": ("این رخداد بسته شده است.", "The incident is closed."),
    "dispatch.incident_is_open": ("این رخداد باز است.", "The incident is open."),
    "dispatch.incident_is_draft": ("تماس هنوز طبقه‌بندی نشده است.", "The call is not classified yet."),
    "dispatch.units_still_assigned": (
        "واحدها هنوز سر این رخدادند؛ نخست خاتمهٔ کار آن‌ها را ثبت کنید.",
        "Units still work on it; clear them first.",
    ),
    "dispatch.unit_off_duty": ("این واحد سر خدمت نیست.", "The unit is off duty."),
    "dispatch.unit_not_available": ("این واحد آماده نیست.", "The unit is not available."),
    "dispatch.unit_is_free": ("این واحد آزاد است.", "The unit is free."),
    "dispatch.free_soon_out_of_range": (
        "این زمان بیرون از آن است که یگان می‌پذیرد.",
        "This time is outside the range that the office takes.",
    ),
    "dispatch.unit_taken": ("این واحد سر رخداد دیگری است.", "The unit works on another incident."),
    "dispatch.unit_has_assignment": ("این واحد مأموریت دارد.", "The unit has an assignment."),
    "dispatch.offer_withdrawn": ("این مأموریت پس گرفته شده است.", "The offer was withdrawn."),
    "dispatch.assignment_ended": ("این مأموریت پایان یافته است.", "The assignment is over."),
    "dispatch.step_out_of_order": ("اکنون نوبت این گام نیست.", "This step does not follow the last one."),
    "dispatch.no_emergency": ("این واحد کمک فوری نخواسته است.", "The unit has no emergency."),
    "dispatch.tasking_conflict": (
        "این یگان رخداد را به این صورت در دست ندارد.",
        "The office does not hold the incident in this way.",
    ),
}
