"""What oversight's refusals say: code to (Persian, English)."""

TEXTS: dict[str, tuple[str, str]] = {
    "oversight.case_not_found": (
        "چنین پرونده‌ای نیست، یا در دسترس این میز نیست.",
        "There is no such case, or not for this desk.",
    ),
    "oversight.code_unknown": (
        "این کد شناخته نشد. رقم‌ها را دوباره نگاه کنید.",
        "This code is not known. Check the digits.",
    ),
    "oversight.case_exists": ("این تماس پیش‌تر ثبت شده است.", "This contact is recorded already."),
    "oversight.case_is_closed": ("این پرونده بسته است.", "This case is closed."),
    "oversight.case_is_open": ("این پرونده هنوز باز است.", "This case is still open."),
    "oversight.text_missing": (
        "چیزی بنویسید، تا اندازه‌ای که گفته شده.",
        "Write something, up to the length that is said.",
    ),
    "oversight.office_unknown": ("چنین یگانی نیست.", "There is no such office."),
    "oversight.office_in_circle": ("یگان نمی‌تواند زیر خودش باشد.", "An office cannot lie below itself."),
    "oversight.posting_invalid": ("این انتصاب درست نیست.", "This posting is not right."),
    "oversight.allegation_not_found": ("پرونده چنین ادعایی ندارد.", "The case has no such allegation."),
    "oversight.referred_matter": (
        "این موضوع جدی است و به مرجع قضایی فرستاده شده؛ اینجا پایان نمی‌یابد.",
        "This matter is serious and was referred; it is not ended here.",
    ),
    "oversight.finding_missing": ("برای هر ادعا نتیجه‌ای لازم است.", "Every allegation needs its finding."),
    "oversight.not_yet_passed": (
        "این تقدیر هنوز به صاحبش نرسیده است.",
        "This commendation has not reached its person yet.",
    ),
    "oversight.clock_not_running": (
        "این مهلت در جریان نیست یا نمی‌ایستد.",
        "This clock does not run, or cannot be paused.",
    ),
    "oversight.both_must_agree": ("این نتیجه رضایت هر دو سو را می‌خواهد.", "This outcome needs the word of both sides."),
    "oversight.pressure_not_asked": (
        "بپرسید آیا کسی برای پس گرفتن فشار آورده است.",
        "Ask whether somebody pressed for the withdrawal.",
    ),
    "oversight.no_withdrawal": ("کسی نخواسته است پس بگیرد.", "Nobody asked to withdraw."),
    "oversight.review_too_late": (
        "زمان درخواست بازبینی گذشته یا یک بار خواسته شده است.",
        "The time for a review is over, or one was asked for.",
    ),
    "oversight.no_review": ("بازبینی بازی نیست.", "No review is open."),
    "oversight.review_by_others": (
        "بازبینی یک رده بالاتر و با کسانی دیگر است.",
        "A review is one level up, by people who had no part in it.",
    ),
    "oversight.handler_not_free": ("این کس نمی‌تواند این پرونده را داشته باشد.", "This person cannot have this case."),
    "oversight.supervisor_needed": ("این کار سرپرست میز است.", "This is for a supervisor of the desk."),
    "oversight.not_a_commendation": ("این تماس تقدیر نیست.", "This contact is no commendation."),
    "oversight.day_invalid": ("این روز درست نیست.", "This day is not right."),
    "oversight.too_many_files": ("عکس‌ها بیش از اندازه است.", "There are too many pictures."),
    "oversight.key_too_short": (
        "کلید یکتای درخواست کوتاه است؛ دست‌کم ۱۶ نویسهٔ تصادفی بفرستید.",
        "The Idempotency-Key is too short; send 16 random characters or more.",
    ),
    "oversight.too_many_contacts": (
        "از اینجا پیام‌های زیادی آمد. کمی بعد دوباره بفرستید؛ کار فوری را به ۱۱۰ بگویید.",
        "Many messages came from here. Send it again a little later; tell 110 what is urgent.",
    ),
    "oversight.act_unknown": ("چنین کاری نیست.", "There is no such act."),
    "oversight.fields_invalid": ("بخش‌های این درخواست درست نیست.", "The fields of this request are not right."),
    "oversight.size_unknown": ("چنین اندازه‌ای نبوده است.", "There never were so many facts."),
    "oversight.day_unreadable": ("این زمان خوانده نشد.", "This time could not be read."),
    "oversight.session_not_found": ("چنین دیداری نیست.", "There is no such session."),
    "oversight.session_invalid": (
        "دیدار باید جا، مسئول و تا ۱۰۰ نوبت در آینده داشته باشد.",
        "A session needs a place, an official and up to 100 turns that lie ahead.",
    ),
    "oversight.slot_taken": ("این نوبت گرفته شده یا مناسب نیست.", "This turn is taken, over, or does not fit."),
    "oversight.booking_not_found": ("چنین نوبتی گرفته نشده است.", "There is no such booking."),
    "oversight.booking_over": ("این نوبت پایان یافته است.", "This booking is over."),
    "oversight.promise_invalid": ("قول باید صاحب و روز داشته باشد.", "A promise needs an owner and a day."),
    "oversight.promise_not_found": ("چنین قولی نیست.", "There is no such promise."),
}
