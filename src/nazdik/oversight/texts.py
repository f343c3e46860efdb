"""What oversight's refusals say: code to (Persian, English)."""

TEXTS: dict[str, tuple[str, str]] = {
    "oversight.case_not_found": (
        "چنین پرونده‌ای نیست، یا در دسترس این میز نیست.",
        "There is no such case, or not for this desk.",
    ),
    "oversight.case_is_here": (
        "این پرونده از همین‌جا است یا پیش‌تر از همان سامانه آمده است.",
        "This case is from here, or came from that system before.",
    ),
    "oversight.purpose_missing": (
        "بنویسید این پرونده‌ها برای چه کاری بیرون داده می‌شود.",
        "Write down what these cases are handed out for.",
    ),
    "oversight.export_too_large": (
        "پرونده‌ها بیش از اندازهٔ یک بسته است؛ روزهای کمتری بخواهید.",
        "These are more cases than one bundle may have; ask for fewer days.",
    ),
    "oversight.bundle_unreadable": ("این سطر بسته خوانده نشد.", "This line of the bundle cannot be read."),
    "oversight.bundle_broken": (
        "سطرهای بسته همان نیست که بیرون داده شد.",
        "The lines of the bundle are not those that were given out.",
    ),
    "oversight.proof_broken": (
        "رسید همراه این پرونده درست نیست یا دربارهٔ چیز دیگری است.",
        "The receipt that comes with this case does not hold, or is about something else.",
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
    "oversight.said_unsigned": (
        "زمان پیشین تنها با کدی پذیرفته می‌شود که میز برای کار بی‌شبکه گرفته است.",
        "An earlier time is taken only with a code that the desk took along for work without network.",
    ),
    "oversight.outbox_unreadable": (
        "پروندهٔ پیوند با سامانه‌های دیگر خوانده نشد.",
        "The file of the lines to other systems cannot be read.",
    ),
    "oversight.recording_unknown": (
        "این پرونده صدا یا فیلمی نیست که گرفته شود. صدا یا فیلمی بفرستید که گوشی ضبط کرده است، مانند MP3 یا MP4.",
        "This is no sound or film that is taken. Send one that a telephone recorded, such as MP3 or MP4.",
    ),
    "oversight.recording_unreadable": (
        "این صدا یا فیلم خراب است یا چیزی دارد که پاک نمی‌شود. دوباره ضبط کنید.",
        "This sound or film is damaged, or holds what cannot be taken out. Record it again.",
    ),
    "oversight.recording_too_large": (
        "این صدا بلندتر از اندازه است. کوتاه‌ترش کنید یا چند بار بفرستید.",
        "This sound is too long. Make it shorter, or send it in parts.",
    ),
    "oversight.recording_not_found": (
        "چنین صدا یا فیلمی نیست؛ شاید زمانش گذشته یا از میان برده شده است.",
        "There is no such sound or film; its time may be over, or it was destroyed.",
    ),
    "oversight.destroying_not_wished": (
        "شهروند نخواسته است که این صدا از میان برود.",
        "The citizen did not wish this recording to be destroyed.",
    ),
    "oversight.not_typed_out": (
        "نخست آنچه در صدا گفته شده نوشته شود.",
        "First write down what is said in the recording.",
    ),
    "oversight.shelf_full": (
        "اکنون جای صدا و فیلم پر است. کمی بعد بفرستید، یا بنویسید.",
        "There is no room for sound and film now. Send it a little later, or write.",
    ),
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
    "oversight.promise_over": ("به این قول عمل شده است.", "This promise was kept already."),
    "oversight.case_is_joined": (
        "این پرونده زیر پروندهٔ دیگری است؛ این کار در همان پرونده انجام می‌شود.",
        "This case stands under another one: it is done there.",
    ),
    "oversight.join_invalid": (
        "این دو به هم نمی‌پیوندند: هر دو باز و از یک نوع باشند، پسین به پیشین بپیوندد و هیچ‌یک در گروهی یا در بازبینی نباشد.",
        "These two cannot be joined: both open and of one kind, the later to the earlier, neither in a group or under review.",
    ),
    "oversight.number_unreadable": (
        "این شماره خوانده نمی‌شود؛ ۸ تا ۱۵ رقم دارد.",
        "This number cannot be read: it has 8 to 15 digits.",
    ),
    "oversight.nobody_told": (
        "از اینجا اکنون پیامکی فرستاده نمی‌شود؛ بی شماره نوبت بگیرید.",
        "No texts are sent from here now: take the turn without a number.",
    ),
    "oversight.session_cancelled": ("این دیدار لغو شده است.", "This session was called off."),
    "oversight.session_over": (
        "این دیدار آغاز شده و دیگر لغو نمی‌شود.",
        "This session has begun; it is not called off now.",
    ),
    "oversight.turn_held": (
        "کسی این نوبت را دارد؛ زمان و امکاناتش می‌ماند، یا همهٔ دیدار لغو شود.",
        "Somebody has this turn: it stays as it is, or the whole session is called off.",
    ),
    "oversight.turn_not_yet": (
        "هنوز نمی‌شود: حضور در همان روز ثبت می‌شود، فراخواندن پس از حضور، و نیامدن پس از زمان نوبت.",
        "Not yet: people come on the day, are called once they are here, and are missed once their time has come.",
    ),
}
