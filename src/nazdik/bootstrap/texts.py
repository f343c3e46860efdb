"""What the contexts' refusals say: code to (Persian, English). A test keeps docs/errors.md and this in step."""

from nazdik.dispatch.texts import TEXTS as DISPATCH
from nazdik.oversight.texts import TEXTS as OVERSIGHT

TEXTS: dict[str, tuple[str, str]] = {
    **DISPATCH,
    **OVERSIGHT,
    "server.journal_only": (
        "دفتر رخدادها باز نمی‌شود: تماس‌ها فقط ثبت خام می‌شوند و کار دیگری ممکن نیست. تماس‌ها را در /raw ببینید.",
        "The log cannot be opened: calls are kept as they come and nothing else is done. See the calls at /raw.",
    ),
    "intake.record_not_found": ("چنین تماس خامی نیست.", "There is no such raw call."),
    "audit.about_unknown": (
        "چنین رخداد، تماس، واحد یا شماره‌ای این‌جا نیست.",
        "There is no such incident, call, unit or number here.",
    ),
    "audit.finding_unknown": ("چنین یافته‌ای نیست، یا کهنه است.", "There is no such finding, or it is too old."),
    "audit.review_needs_note": (
        "بنویسید چه دریافتید؛ ۴ تا ۲۰۰ حرف.",
        "Say what was found, in 4 to 200 characters.",
    ),
    "administration.setting_unknown": ("چنین تنظیمی نیست.", "There is no such setting."),
    "administration.value_invalid": ("این مقدار برای این تنظیم درست نیست.", "The value does not fit this setting."),
    "administration.why_missing": ("بنویسید چرا؛ تا ۳۰۰ حرف.", "Say why, in up to 300 letters."),
    "administration.nothing_changed": ("همین اکنون برقرار است.", "This is in force already."),
    "offices.has_people": (
        "کسانی هنوز آنجا جایگاه دارند، یا جایگاه تازه در یگانی بسته است. نخست آنان را جابه‌جا کنید یا جایگاهشان را پایان دهید.",
        "People still have their seat there, or would be seated at an office that is closed. Move them or end their seats first.",
    ),
    "offices.still_used": (
        "هنوز واحد، رخداد باز یا تماسِ در انتظار دارد. نخست آن‌ها را به پایان ببرید، یا یگان را ببندید تا به یگان دیگری برسد.",
        "It still has units, open incidents or calls to be called back. Finish those, or close it so that another gets them.",
    ),
    "imports.file_unreadable": (
        "این پرونده خوانده نشد. XLSX یا CSV بفرستید؛ پروندهٔ قدیمی XLS را نخست با قالب XLSX ذخیره کنید.",
        "This file could not be read. Send XLSX or CSV; save an old XLS file as XLSX first.",
    ),
    "imports.file_too_large": (
        "پرونده بزرگ‌تر از اندازه است: تا ۲ مگابایت و ۵۰۰ سطر. آن را به چند پرونده بخش کنید.",
        "The file is too large: up to 2 MB and 500 rows. Split it.",
    ),
    "imports.columns_missing": ("ستون‌های لازم در پرونده نیست.", "Columns that are needed are not in the file."),
    "imports.nothing_to_import": (
        "هیچ سطری برای وارد کردن نیست: یا درست نیستند یا از پیش هستند.",
        "There is nothing to import: no row can be used, or all are there already.",
    ),
    "files.infected": (
        "ویروس‌یاب این پرونده را شناخت؛ چیزی از آن نگه داشته نشد.",
        "The virus scanner knows this file; nothing of it was kept.",
    ),
    "files.scanner_away": (
        "ویروس‌یاب پاسخ نمی‌دهد. پرونده نگه داشته نشد؛ کمی بعد دوباره بفرستید.",
        "The virus scanner does not answer. The file was not kept; send it again in a while.",
    ),
    "identity.not_a_person": (
        "این جایگاه یا دستگاه کسی نیست که کلید یا گذرواژه داشته باشد.",
        "This is a seat or a device, not a person with keys and a password.",
    ),
    "glass.not_found": (
        "چنین درخواستی نیست یا زمانش گذشته است.",
        "Nothing was asked for by this name, or its time is over.",
    ),
    "glass.why_missing": ("بنویسید چرا؛ ۱۰ تا ۳۰۰ حرف.", "Say why, in 10 to 300 characters."),
    "glass.no_such_seat": (
        "تنها جایگاهی که کمک می‌فرستد و جایگاه خودتان نیست.",
        "Only a seat that sends help, and not your own.",
    ),
    "glass.second_person_needed": (
        "نفر دومی باید بپذیرد؛ هیچ‌کس نفر دوم خودش نیست.",
        "A second person has to agree; nobody is their own.",
    ),
    "identity.key_not_found": ("چنین کلیدی نیست.", "There is no such key."),
    "identity.session_not_found": (
        "چنین نشستی از آنِ شما باز نیست.",
        "You have no such session.",
    ),
    "identity.last_factor": (
        "برای جایگاه شما عامل دوم لازم است و این آخرین است؛ نخست یکی دیگر بسازید.",
        "Your seat needs a second factor and this is your last; make another one first.",
    ),
    "identity.not_ones_own": (
        "کلیدهای خودتان را مدیر دیگری از نو می‌گذارد.",
        "Another administrator has to reset your own keys.",
    ),
    "auth.code_invalid": (
        "این کد درست نیست، به کار رفته یا زمانش گذشته است؛ کد تازه بگیرید.",
        "The code is wrong, used already or too old; ask for a new one.",
    ),
    "first_run.done": (
        "اینجا کسانی اجازهٔ ورود دارند؛ مدیران می‌گویند چه کس دیگری داشته باشد.",
        "Somebody may sign in here already; who else may is for administrators to say.",
    ),
    "first_run.name_unfit": (
        "نام ورود حرف و رقم و «. - _ @» است، تا ۴۰ نویسه؛ و دو نام باید جدا باشد.",
        "A name to sign in by is letters, digits and . - _ @, at most 40; and the two names differ.",
    ),
    "first_run.region_not_offered": ("چنین منطقه‌ای اینجا نیست.", "There is no such region here."),
    "first_run.region_not_built": ("این منطقه باید نخست ساخته شود.", "This region has to be built first."),
    "first_run.build_runs": ("منطقه‌ای در حال ساخته شدن است.", "A region is being built now."),
    "first_run.no_region": (
        "هنوز منطقه‌ای باز نشده است؛ صفحهٔ نخست راه را نشان می‌دهد.",
        "No region is open yet; the first page shows the way.",
    ),
    "administration.no_draft": ("پیش‌نویسی نیست.", "Nothing is drafted."),
    "administration.draft_changed": (
        "پیش‌نویس یا تنظیم در این میان عوض شده است؛ دوباره بخوانید.",
        "The draft or the setting changed meanwhile; read it again.",
    ),
    "administration.second_person_needed": (
        "ایمنی به این تنظیم بسته است؛ کسی جز نویسندهٔ پیش‌نویس باید آن را منتشر کند.",
        "Safety rests on this; somebody else than its author has to publish it.",
    ),
    "administration.change_not_found": ("چنین تغییری دیگر نگه داشته نمی‌شود.", "This change is not held any more."),
    "region.refused": (
        "این نقشه را نمی‌شود به کار گرفت؛ نقشهٔ پیشین سر جای خود است.",
        "This map cannot be put in force; the old one stays.",
    ),
    "region.other_province": ("این پوشه نقشهٔ استان دیگری است.", "The folder holds another province's map."),
    "region.offices_in_use": (
        "نقشهٔ تازه یگان‌هایی را ندارد یا جابه‌جا کرده که واحد یا رخداد باز دارند.",
        "The new map lacks or moves offices that have units or incidents.",
    ),
    "region.reload_running": ("نقشهٔ دیگری هم‌اکنون جابه‌جا می‌شود.", "Another map is being exchanged at this moment."),
    "day_report.date_invalid": (
        "تاریخ شمسی درست بنویسید، مانند ۱۴۰۵/۰۹/۰۱.",
        "Give a Jalali date that there is, such as 1405-09-01.",
    ),
    "day_report.shift_unknown": ("روز چنین نوبتی ندارد.", "The day has no such shift."),
    "day_report.format_unknown": ("گزارش CSV، PDF یا JSON است.", "A report is CSV, PDF or JSON."),
    "day_report.not_begun": ("این نوبت هنوز آغاز نشده است.", "This shift has not begun yet."),
    "photos.unreadable": (
        "این پرونده عکس نیست یا آسیب دیده است؛ JPEG، PNG یا WebP بفرستید.",
        "This is no picture, or a damaged one; send JPEG, PNG or WebP.",
    ),
    "photos.too_large": ("عکس بیش از اندازه بزرگ است.", "The picture is too large."),
    "photos.not_found": ("چنین عکسی نیست.", "There is no such picture."),
    "voices.unreadable": (
        "این پرونده صدای ضبط‌شده نیست یا آسیب دیده است؛ دوباره ضبط کنید.",
        "This is no recorded sound, or a damaged one; record it again.",
    ),
    "voices.too_large": ("یادداشت صوتی بیش از اندازه بزرگ است.", "The voice note is too large."),
    "voices.not_found": ("چنین یادداشت صوتی‌ای نیست.", "There is no such voice note."),
    "intake.call_not_found": ("چنین تماسی نیست.", "There is no such call."),
    "intake.call_exists": ("این تماس از پیش هست.", "This call exists already."),
    "intake.call_taken": ("همکار دیگری پاسخ داده است.", "Another call-taker answered it."),
    "intake.call_is_over": ("این تماس پایان یافته است.", "The call is over."),
    "intake.call_is_test": ("این تماس آزمایشی است و رخداد نمی‌شود.", "This is a test call and becomes no incident."),
    "intake.call_back_taken": ("همکار دیگری دارد تماس برگشت می‌گیرد.", "Another call-taker is calling back."),
    "intake.nobody_to_text": (
        "هیچ‌یک از این تماس‌گیرندگان نپذیرفته است که پیام بگیرد.",
        "None of these callers agreed to get messages.",
    ),
    "intake.too_many_calls": ("این همه تماس یک‌جا نمی‌شود.", "These are too many calls at once."),
    "paper.no_control_room": (
        "این یگان مرکز فرماندهی ندارد؛ بستهٔ کاغذی از آنِ مرکز استان است.",
        "This office has no control room; a paper pack is a province's.",
    ),
    "search.plate_unreadable": (
        "پلاک کامل لازم است: دو رقم، حرف، سه رقم و کد استان.",
        "A whole plate is needed: two digits, a letter, three digits and the region.",
    ),
    "search.plate_needs_work": (
        "پلاک را تنها خدمهٔ همین رخداد می‌پرسند، تا پایان مأموریت.",
        "Only a crew at work on this incident asks for a plate.",
    ),
    "intake.no_call_back_due": (
        "برای این تماس، تماس دوباره‌ای در انتظار نیست.",
        "Nobody waits to be called back on this call.",
    ),
    "intake.shape_invalid": (
        "این مکان یا دقت آن شدنی نیست.",
        "This place, or its accuracy, cannot be.",
    ),
    "intake.text_not_found": ("این تماس چنین پیامی ندارد.", "The call has no such message."),
    "intake.call_is_moving": (
        "این تماس دارد به جای دیگری سپرده می‌شود.",
        "The call is being handed over at this moment.",
    ),
    "intake.transfer_target_unknown": (
        "تماس را به چنین جایی نمی‌توان سپرد.",
        "A call can be handed over to another province here, or to a service of the settings.",
    ),
    "intake.link_not_found": (
        "این نشانی دیگر باز نمی‌شود: کد نادرست است، به کار رفته یا وقتش گذشته است.",
        "No link opens with this code: it is wrong, used or too old.",
    ),
    "intake.page_not_found": ("این صفحه از آنِ هیچ تماسی نیست.", "No call belongs to this page."),
    "intake.too_many_pages": (
        "از این نشانی درخواست‌های زیادی آمده است؛ اگر کمک می‌خواهید به ۱۱۰ زنگ بزنید.",
        "Many calls for help came from this address; if you need help, call 110.",
    ),
    "intake.busy": ("پیام‌های زیادی در صف است؛ دوباره بفرستید.", "Too many messages wait to be read; send it again."),
    "intake.gateway_unknown": ("هیچ درگاهی این کلید را ندارد.", "No gateway has this token."),
    "intake.gateway_exists": ("درگاهی با این نام هست یا بوده است.", "There is, or was, a gateway of this name."),
    "intake.gateway_invalid": (
        "نام یا نشانی درگاه درست نیست.",
        "The gateway's name or address cannot be used.",
    ),
    "intake.call_state_wrong": ("اکنون نوبت این کار نیست.", "The call is not at this step."),
    "intake.point_invalid": ("این نقطه روی زمین نیست.", "Not a point on the earth."),
    "intake.text_empty": ("پیام خالی است.", "The message is empty."),
    "intake.text_too_long": ("متن بیش از اندازه بلند است.", "The text is too long."),
    "organisation.province_not_found": ("این کارساز چنین استانی ندارد.", "This server holds no such province."),
    "organisation.no_province": (
        "این کار باید در یک استان انجام شود.",
        "This act needs a province; your office stands above all.",
    ),
    "organisation.not_your_office": ("این مورد در حوزهٔ یگان شما نیست.", "This is not your office's."),
    "organisation.not_your_unit": ("این مورد از آنِ واحد شما نیست.", "This is not your unit's."),
    "organisation.purpose_needed": (
        "بنویسید این را برای چه می‌خواهید؛ در دفتر بازبینی می‌ماند.",
        "Say what you want this for; the audit log keeps it.",
    ),
    "organisation.role_may_not": ("نقش شما اجازهٔ این کار را ندارد.", "Your role may not do this."),
    "geo.tile_not_on_grid": ("چنین تکه‌ای در نقشه نیست.", "The map has no such tile."),
    "geo.picture_unavailable": (
        "تصویر نقشه اکنون ساخته نشد؛ دوباره درخواست می‌شود.",
        "The picture of the map could not be made now; it is asked for again.",
    ),
    "geo.outside_region": ("هیچ راهی نزدیک این نقطه نیست.", "No road is near this point."),
    "geo.no_way": (
        "با راه‌های بسته، اکنون هیچ راهی به این جا نیست.",
        "With the roads that are closed, no road leads there now.",
    ),
    "geo.unit_without_place": ("جای این واحد معلوم نیست.", "The unit has no usable position."),
    "premises.note_not_found": (
        "چنین یادداشتی نیست، یا دیگر معتبر نیست.",
        "There is no such note, or it holds no more.",
    ),
    "premises.note_invalid": (
        "یادداشت ۲ تا ۳۰۰ حرف دارد، شعاعش ۱۰ تا ۱۰۰۰ متر و اعتبارش ۱ تا ۷۳۰ روز است و پیش از پایان بازبینی می‌شود.",
        "A note has 2 to 300 letters, a radius of 10 to 1000 m and 1 to 730 days, and is read again before it ends.",
    ),
    "premises.too_many_notes": (
        "یادداشت‌های این استان پر است؛ آنچه دیگر معتبر نیست را بردارید.",
        "The province has as many notes as it may have; remove what holds no more.",
    ),
    "guide.content_invalid": (
        "بعضی سطرها به کار نمی‌آید؛ نام هر یک و چرایی‌اش آمده است.",
        "Some rows cannot be used; each is named with the reason.",
    ),
    "guide.no_draft": ("پیش‌نویسی در کار نیست.", "Nothing is drafted."),
    "guide.book_not_national": (
        "این دفتر از آن کشور نیست؛ هر استان دفتر خود را دارد.",
        "The nation has no such book; each province has its own.",
    ),
    "guide.nothing_to_try": ("این دفتر جمله‌ای برای آزمودن ندارد.", "This book has no sentences to be tried on."),
    "guide.draft_changed": (
        "پیش‌نویس در این میان عوض شده است؛ دوباره بخوانید و بیازمایید.",
        "The draft was changed meanwhile; read and try it again.",
    ),
    "guide.draft_worse": (
        "این پیش‌نویس جمله‌های کمتری را درست می‌شناسد.",
        "The draft gets fewer sentences right than what is in force.",
    ),
    "guide.second_person_needed": (
        "نویسندهٔ این پیش‌نویس خودش نمی‌تواند آن را به کار بگذارد؛ دیگری باید بخواند.",
        "Whoever drafted this cannot publish it; somebody else reads it first.",
    ),
    "guide.version_not_found": ("چنین نسخه‌ای نگه داشته نشده است.", "This version is not held."),
    "guide.version_in_force": ("این نسخه هم‌اکنون در کار است.", "This version is in force already."),
    "geo.alias_not_found": ("چنین نامی نیست، یا برداشته شده است.", "There is no such alias, or it was removed."),
    "geo.alias_invalid": (
        "نام باید ۲ تا ۱۲۰ نویسه و دارای واژه باشد.",
        "An alias has 2 to 120 letters, of which some are words.",
    ),
    "geo.alias_exists": ("همین نام برای جایی نزدیک این جا هست.", "The same alias stands for a place close by."),
    "geo.aliases_too_many": (
        "شمار نام‌های افزودهٔ استان به بیشینه رسیده است؛ نخست چند تا را بردارید.",
        "The province has as many aliases as it may; remove some first.",
    ),
    "geo.address_not_flagged": (
        "نشانی این رخداد نیازمند بازبینی نیست.",
        "The address of this incident is not in doubt.",
    ),
    "geo.address_settled": ("این نشانی بازبینی شده است.", "This address was settled already."),
    "geo.county_not_found": ("چنین شهرستانی نیست.", "There is no such county."),
    "geo.elapsed_invalid": (
        "زمان گذشته از جرم باید از صفر تا دو ساعت باشد.",
        "The time since the offence must be zero to two hours.",
    ),
    "geo.factors_invalid": (
        "ضریب‌های سرعت باید از ۰٫۱ تا ۳ و کندترین نخست باشد.",
        "Speed factors are 0.1 to 3, the slowest first.",
    ),
    "geo.posts_invalid": (
        "یکی از پست‌ها روی این نقشه نیست یا شمار واحدها درست نیست.",
        "A post is no junction of this map, or the number of units is out of range.",
    ),
    "geo.reach_invalid": (
        "دقیقه‌ها باید یک تا پنج عدد فزاینده از ۱ تا ۶۰ و کادر به اندازهٔ یک شهر باشد.",
        "Minutes are one to five rising numbers from 1 to 60, and a box is not larger than a town.",
    ),
    "geo.not_counted_yet": ("پوشش هنوز شمرده نشده است.", "The coverage is not counted yet."),
    "geo.point_invalid": ("نقطه باید به صورت طول,عرض باشد.", "A point is lon,lat in degrees."),
    "geo.condition_not_found": (
        "چنین بسته‌بودن یا ضریبی نیست، یا دیری است که پایان یافته.",
        "There is no such closure or traffic factor, or it ended long ago.",
    ),
    "geo.condition_over": ("این مورد پایان یافته است.", "It has ended already."),
    "geo.condition_not_lifted": (
        "تنها چیزی را می‌توان بازگرداند که با دست برداشته شده و زمانش نگذشته باشد.",
        "Only what was lifted by hand, and whose end has not passed, can be brought back.",
    ),
    "geo.end_before_start": (
        "پایان باید پس از آغاز و در آینده باشد.",
        "The end must come after the start, and lie ahead.",
    ),
    "geo.condition_too_far": ("این زمان بیش از اندازه دور است.", "This time is too far ahead."),
    "geo.reason_unknown": ("این دلیل در فهرست نیست.", "There is no such reason."),
    "geo.note_too_long": ("یادداشت بیش از اندازه بلند است.", "The note is too long."),
    "geo.time_factor_invalid": (
        "ضریب زمان بیرون از محدوده است.",
        "The traffic factor is outside its limits.",
    ),
    "geo.conditions_too_many": (
        "شمار بسته‌بودن‌ها و ضریب‌های برپا بیش از اندازه است؛ نخست چند تا را بردارید.",
        "Too many closures and factors stand; lift some first.",
    ),
    "geo.closure_cuts_off": (
        "این بستن راه کسانی را جدا می‌کند؛ ببینید چه کسانی و سپس تأیید کنید.",
        "This closure cuts somebody off; read who, then confirm.",
    ),
    "geo.shape_invalid": (
        "درست یکی از نقطه، خط، محدوده یا تکه‌راه باید داده شود، با مختصات روی زمین.",
        "Give exactly one of point, line, polygon and pieces, with coordinates on the earth.",
    ),
    "geo.polygon_crosses_itself": (
        "خط دور محدوده خودش را می‌بُرد؛ دوباره بکشید.",
        "The outline crosses itself; draw it again.",
    ),
    "geo.area_empty": ("این محدوده یا خط اندازه‌ای ندارد.", "The area or line has no extent."),
    "geo.no_road_there": ("در این جا راهی نیست.", "No road is there."),
    "geo.too_many_streets": (
        "این محدوده راه‌های بیش از اندازه دارد؛ کوچک‌ترش کنید.",
        "The shape holds too many streets; make it smaller.",
    ),
    "geo.eta_factors_invalid": (
        "یکی از ضریب‌های آموخته درست نیست یا بیرون از محدوده است.",
        "A learnt factor is not right or outside its bounds.",
    ),
    "geo.factors_of_another_table": (
        "این ضریب‌ها روی جدول ساعت دیگری آموخته شده‌اند.",
        "These factors were learnt over another time table.",
    ),
    "geo.nothing_to_revert": ("هیچ ضریب آموخته‌ای برقرار نیست.", "No learnt factors are in force."),
    "http.bad_instant": ("زمان درست نوشته نشده است.", "Not a time with a zone (RFC 3339)."),
    "http.faces_not_built": ("صفحه‌ها ساخته نشده‌اند.", "The pages are not built yet."),
    "demo.seat_not_found": ("چنین جایگاهی نیست.", "There is no such seat."),
    "demo.seat_taken": ("کسی در این جایگاه نشسته است.", "A person sits there."),
    "fleet.unit_not_found": ("چنین واحدی در ناوگان نیست.", "The fleet has no such unit."),
    "fleet.device_not_found": ("چنین دستگاهی نیست.", "There is no such device."),
    "fleet.device_exists": ("این دستگاه از پیش ثبت شده است.", "This device is enrolled already."),
    "fleet.device_unknown": ("این دستگاه شناخته نشده است.", "The credential belongs to no device."),
    "fleet.device_key_needed": (
        "دستگاه‌ها اینجا باید کلید خودشان را داشته باشند. کد تازه بگیرید و صفحه را با TLS باز کنید.",
        "Handhelds need a key of their own here. Ask for a new code, and open the page by TLS.",
    ),
    "fleet.device_revoked": ("اعتبار این دستگاه لغو شده است.", "The device's credential was withdrawn."),
    "fleet.not_the_devices_unit": ("این دستگاه از آنِ این واحد نیست.", "The device may not speak for this unit."),
    "fleet.trail_needs_incident": (
        "برای مسیر پیش از دیروز باید رخداد نام برده شود.",
        "A trail from further back than a day needs an incident.",
    ),
    "fleet.trail_too_wide": ("بازهٔ زمانی درست نیست یا از یک روز بیشتر است.", "The span is empty or longer than a day."),
    "organisation.person_not_found": ("چنین کسی نیست.", "There is no such person."),
    "organisation.person_exists": ("کسی با این نام از پیش هست.", "A person with this name exists already."),
    "organisation.office_not_found": ("چنین یگانی در منطقه‌های این کارساز نیست.", "No region here has such an office."),
    "organisation.unit_not_found": ("چنین واحدی ثبت نشده است.", "No such unit is enrolled."),
    "organisation.posting_needs_unit": (
        "مأمور باید واحد داشته باشد و دیگران نباید.",
        "An officer is posted to a unit, and nobody else is.",
    ),
    "position.bad_body": ("گزارش مکان خوانده نشد.", "The report is not what this door takes."),
    "position.field_missing": ("گزارش مکان کامل نیست.", "The report lacks a field."),
    "position.bad_number": ("عددی در گزارش مکان درست نیست.", "A number in the report is not right."),
    "position.bad_time": ("زمان گزارش مکان درست نیست.", "The time in the report is not right."),
    "position.bad_text": ("بخشی از گزارش مکان درست نیست.", "A text in the report is not right."),
    "position.unit_not_allowed": (
        "این دستگاه تنها برای واحد خودش گزارش می‌دهد.",
        "This device reports for its own unit and names none.",
    ),
    "position.unit_missing": ("گزارش باید واحد را نام ببرد.", "A gateway must name the unit of every position."),
    # What became of a position that is not the unit's present place; in the verdicts, never a refusal of the request.
    "position.out_of_range": ("این نقطه روی زمین نیست.", "Not a point on the earth."),
    "position.zero_island": ("گیرنده نقطهٔ صفر را فرستاده است.", "The receiver sent the point 0, 0."),
    "position.swapped": ("طول و عرض جغرافیایی جابه‌جا شده است.", "Longitude and latitude are exchanged."),
    "position.outside_region": ("این نقطه بیرون از استان است.", "The point lies outside the province."),
    "position.mock": ("مکان ساختگی است.", "The device says that the position is made up."),
    "position.from_future": ("زمان این مکان در آینده است.", "The position is from the future."),
    "position.inaccurate": ("دقت این مکان کم است.", "The position is too inaccurate."),
    "position.too_old": ("این مکان کهنه است.", "The position is history, not now."),
    "position.out_of_order": ("مکان تازه‌تری از پیش رسیده است.", "A newer position had come before."),
    "position.frozen": ("گیرنده در یک نقطه مانده است.", "The receiver says the same point while moving."),
    "position.jump": ("هیچ خودرویی این راه را در این زمان نمی‌رود.", "No car gets there in that time."),
    "position.jump_by_road": ("هیچ راهی در این زمان به آنجا نمی‌رسد.", "No road leads there in that time."),
    "position.unchanging": (
        "این مکان نیم ساعت است که هیچ تغییری نکرده؛ شاید گیرنده از کار افتاده باشد.",
        "The position has not changed for half an hour; the receiver may be stuck.",
    ),
    "position.unknown_unit": ("چنین واحدی در ناوگان نیست.", "The fleet has no such unit."),
    "position.revoked_device": ("اعتبار این دستگاه لغو شده است.", "The device's credential was withdrawn."),
    "interchange.partner_unknown": ("این سامانه شناخته نشد.", "This system is not known, or no longer let in."),
    "interchange.grant_missing": ("این سامانه چنین اجازه‌ای ندارد.", "This system was not granted that."),
    "interchange.incident_not_found": (
        "چنین رخدادی برای این سامانه نیست.",
        "There is no such incident for this system.",
    ),
    "interchange.partner_exists": ("سامانه‌ای با این نام هست یا بوده است.", "There is, or was, a system of this name."),
    "interchange.partner_not_found": ("سامانه‌ای با این نام نیست.", "There is no system of this name."),
    "interchange.grant_unknown": ("چنین اجازه‌ای در فهرست نیست.", "There is no such grant."),
    "interchange.url_not_allowed": (
        "این نشانی مجاز نیست؛ تنها HTTPS و میزبان‌های تعیین‌شده.",
        "Webhooks go by https to the hosts that the settings name, and nowhere else.",
    ),
    "interchange.handshake_refused": (
        "گیرنده نپذیرفت که به آن خبر داده شود.",
        "The receiver did not say that it wants our webhooks.",
    ),
    "interchange.webhook_exists": ("وب‌هوکی با این نام هست یا بوده است.", "There is, or was, a webhook of this name."),
    "interchange.webhook_not_found": ("وب‌هوکی با این نام نیست.", "There is no webhook of this name."),
    "interchange.warning_not_found": ("چنین هشدار همگانی نیست.", "There is no such warning."),
    "interchange.warning_invalid": (
        "هشدار همگانی کامل نیست یا بخشی از آن درست نیست.",
        "The warning lacks something, or a part of it cannot be.",
    ),
    "interchange.warning_outside": (
        "این محدوده در حوزهٔ هیچ یگانی، یا در حوزهٔ بیش از یک استان است.",
        "The area is no office's, or lies in more than one province.",
    ),
    "interchange.warning_is_out": (
        "این هشدار همگانی منتشر شده است؛ به‌روز یا لغوش کنید.",
        "The warning is out; update or cancel it.",
    ),
    "interchange.warning_is_over": (
        "این هشدار همگانی دیگر (یا هنوز) برقرار نیست.",
        "The warning is no longer, or not yet, in force.",
    ),
    "interchange.warning_changed": (
        "پیش‌نویس پس از خواندن شما عوض شده است؛ دوباره بخوانید.",
        "The draft was changed since you read it; read it again.",
    ),
    "interchange.second_person_needed": (
        "نویسندهٔ هشدار آن را منتشر نمی‌کند؛ نفر دیگری باید بخواند.",
        "Who wrote a warning does not publish it; another person reads it first.",
    ),
    "interchange.warnings_too_many": (
        "پیش‌نویس‌های زیادی مانده است؛ نخست چند تا را منتشر یا حذف کنید.",
        "Too many drafts wait; publish or discard some first.",
    ),
    "interchange.query_invalid": (
        "این پرسش پارامتری ناشناخته، تکراری یا نادرست دارد.",
        "A parameter is unknown, twice there or wrong.",
    ),
    "interchange.layer_not_found": ("چنین لایه‌ای نیست.", "There is no such layer."),
    "interchange.feature_not_found": ("چنین چیزی در این لایه نیست.", "The layer has no such feature."),
    "interchange.service_not_found": ("چنین خدمتی در فهرست نیست.", "There is no such service."),
    "interchange.report_not_found": (
        "چنین گزارشی نیست، یا هنوز خوانده نشده است.",
        "There is no such report, or it has not been read yet.",
    ),
    "interchange.report_incomplete": (
        "گزارش یا پرسش کامل نیست یا بخشی از آن درست نیست.",
        "The report or the question lacks something, or says it wrongly.",
    ),
    "interchange.log_event_not_found": (
        "این مورد در گزارش کار نیست.",
        "There is no such log event or call for this system.",
    ),
    "interchange.certificate_wrong": (
        "این سامانه باید با گواهی ثبت‌شدهٔ خود وارد شود.",
        "This system comes in with the certificate that is bound to it.",
    ),
    "interchange.event_type_unknown": ("چنین نوع پیامی در فهرست نیست.", "There is no such type of event."),
}
