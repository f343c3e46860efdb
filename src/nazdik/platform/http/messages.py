"""What each refusal says, in Persian and in English. Contexts register the texts of their own codes."""

from collections.abc import Mapping

Texts = tuple[str, str]

# Every code that the platform itself gives out. A code without a text of its own gets the one of its kind.
_TEXTS: dict[str, Texts] = {
    "rejected": ("این درخواست پذیرفته نشد.", "This request was refused."),
    "invalid": ("این درخواست درست نیست.", "This request is not right."),
    "not_found": ("چیزی که خواسته شد پیدا نشد.", "What was asked for does not exist."),
    "forbidden": ("اجازهٔ این کار را ندارید.", "You may not do this."),
    "conflict": ("این کار با وضعیت کنونی سازگار نیست.", "This does not fit the present state of things."),
    "unavailable": ("این بخش اکنون پاسخ نمی‌دهد. دوباره تلاش کنید.", "This part does not answer now. Try again."),
    "internal": ("خطایی در سامانه رخ داد. چیزی ثبت نشد.", "Something is wrong on our side. Nothing was recorded."),
    "http.malformed": ("متن درخواست خوانده نشد.", "The request could not be read."),
    "http.invalid_field": ("یک یا چند بخش درخواست نادرست است.", "One or more fields are wrong."),
    "http.not_found": ("چنین نشانی وجود ندارد.", "There is no such address."),
    "http.method_not_allowed": ("این روش برای این نشانی مجاز نیست.", "This method does not work here."),
    "http.too_slow": ("درخواست به‌موقع و کامل نرسید.", "The request did not come in time."),
    "http.too_large": ("درخواست بیش از اندازه بزرگ است.", "The request is too large."),
    "http.too_many_requests": ("درخواست‌ها بیش از اندازه است. کمی صبر کنید.", "Too many requests. Wait a little."),
    "http.range_not_satisfiable": ("این بخش از پرونده وجود ندارد.", "The file has no such part."),
    "http.idempotency_key_missing": ("کلید یکتای درخواست نیامده است.", "The request needs an Idempotency-Key."),
    "http.idempotency_key_invalid": ("کلید یکتای درخواست درست نیست.", "The Idempotency-Key is not right."),
    "http.idempotency_key_reused": (
        "این کلید پیش‌تر برای درخواست دیگری به کار رفته است.",
        "This Idempotency-Key was used for another request.",
    ),
    "http.waited_invalid": ("مدت ماندن در دستگاه درست نیست.", "How long it waited is not right."),
    "log.unavailable": ("ثبت ممکن نشد. چیزی ثبت نشد؛ دوباره بفرستید.", "Nothing was recorded. Send it again."),
    "log.disk_full": ("دیسک پر است. چیزی ثبت نشد.", "The disk is full. Nothing was recorded."),
    "log.busy": (
        "کار بیش از اندازه است و فوری‌ها جلوترند. چیزی ثبت نشد؛ کمی بعد دوباره بفرستید.",
        "There is too much to do, and urgent work goes first. Nothing was recorded; send it again in a moment.",
    ),
    "http.shed": (
        "سامانه زیر بار است و نخست به تماس‌ها می‌رسد. کمی بعد دوباره باز کنید.",
        "The server has too much to do and serves calls first. Ask again in a moment.",
    ),
    "log.elsewhere": (
        "این استان را اکنون گرهٔ دیگری می‌نویسد. همان را به آنجا بفرستید یا کمی بعد دوباره بفرستید.",
        "Another node writes this province now. Send it there, or again in a moment.",
    ),
    "node.unknown": ("این گره از آنِ این سامانه نیست.", "This is no node of ours."),
    "audit.unavailable": (
        "ثبت دسترسی ممکن نشد، پس داده نشان داده نمی‌شود.",
        "The access could not be recorded, so the data is not shown.",
    ),
    "auth.not_signed_in": ("وارد سامانه نشده‌اید.", "You are not signed in."),
    "auth.wrong_name_or_password": ("نام یا گذرواژه درست نیست.", "Name or password is wrong."),
    "auth.too_many_tries": ("تلاش‌های ناموفق زیاد بود. کمی صبر کنید.", "Too many failed tries. Wait a little."),
    "auth.too_much_haste": (
        "این همه خواندن پشت سر هم کار دستگاه است نه آدم. کمی صبر کنید؛ تماس‌ها و کارها کند نمی‌شوند.",
        "Only machines read so much at once. Wait a moment; calls and acts are never slowed.",
    ),
    "auth.foreign_origin": ("این صفحه از آنِ این سامانه نیست.", "This page does not belong to this server."),
    "auth.common_password": (
        "این گذرواژه از واژه‌هایی است که همه برمی‌گزینند. چند واژهٔ بی‌ربط کنار هم بگذارید.",
        "This password is made of what everybody takes. Put a few unrelated words together.",
    ),
    "auth.code_needed": ("کد شش‌رقمی تلفنتان هم لازم است.", "The six digits of your telephone are needed too."),
    "auth.wrong_code": (
        "این کد درست نیست یا به کار رفته است. کد بعدی را بنویسید.",
        "The code is wrong or used already. Type the next one.",
    ),
    "auth.key_refused": (
        "این کلید پذیرفته نشد. دوباره تلاش کنید، یا با گذرواژه وارد شوید.",
        "The key was not taken. Try again, or sign in with your password.",
    ),
    "auth.key_proof_needed": (
        "کلید این دستگاه پیدا نشد یا پذیرفته نشد. از مدیر کد تازه‌ای برای دستگاه بگیرید.",
        "The key of this handheld was not found or not taken. Ask an administrator for a new code.",
    ),
    "auth.key_unfit": ("این کلید برای دستگاه مناسب نیست.", "This is no key for a handheld."),
    "auth.key_copied": (
        "شمارندهٔ این کلید به عقب رفته و شاید رونوشتی از آن باشد. به مدیر سامانه بگویید.",
        "This key has counted back: there may be a copy of it. Tell an administrator.",
    ),
    "auth.no_keys_here": (
        "با این نشانی کلید ورود به کار نمی‌رود؛ سامانه را با نام آن باز کنید.",
        "Sign-in keys do not work by this address; open the server by its name.",
    ),
    "auth.too_many_keys": ("بیش از این کلید نمی‌شود؛ نخست یکی را بردارید.", "No more keys; remove one first."),
    "auth.busy": (
        "اکنون کسان زیادی در حال ورودند. دو ثانیهٔ دیگر دوباره بفرستید.",
        "Many people are signing in now. Send it again in two seconds.",
    ),
    "auth.second_factor_needed": (
        "برای این جایگاه عامل دوم لازم است. از صفحهٔ نخست کلید ورود یا کد تلفن بسازید یا نشان دهید.",
        "This seat needs a second factor. On the first page, make or show a sign-in key or your telephone's code.",
    ),
    "auth.no_service": (
        "سامانهٔ هویتی اینجا تنظیم نشده است؛ با کلید یا گذرواژه وارد شوید.",
        "No identity service is configured here; sign in with a key or a password.",
    ),
    "auth.service_refused": (
        "پاسخ سامانهٔ هویت پذیرفته نشد. دوباره تلاش کنید، یا با کلید یا گذرواژه وارد شوید.",
        "The identity service's answer was not taken. Try again, or sign in with a key or a password.",
    ),
    "auth.service_stranger": (
        "سامانهٔ هویت کسی را شناساند که اینجا اجازهٔ ورود ندارد. از مدیر بخواهید نامتان را بیفزاید یا پیوند پیشین را بردارد.",
        "The identity service named somebody who may not sign in here. Ask an administrator to add you or to undo an older tie.",
    ),
    "auth.service_away": (
        "سامانهٔ هویت پاسخ نمی‌دهد. با کلید یا گذرواژه وارد شوید.",
        "The identity service does not answer. Sign in with a key or a password.",
    ),
    "auth.proof_needed": (
        "برای این کار باید دوباره نشان دهید که خودتان هستید.",
        "This needs a fresh proof that it is you.",
    ),
    "auth.weak_password": ("گذرواژه باید ۱۵ تا ۲۵۶ نویسه باشد.", "The password needs 15 to 256 characters."),
}

LANGUAGES = ("fa", "en")


def register(texts: Mapping[str, Texts]) -> None:
    """Add the texts of a context's codes: code to (Persian, English)."""
    for code, text in texts.items():
        assert _TEXTS.get(code, text) == text, f"{code} has a text already"
        _TEXTS[code] = text


def codes() -> frozenset[str]:
    """Return every code that has a text of its own."""
    return frozenset(_TEXTS)


def title(code: str, language: str, *, kind: str = "rejected") -> str:
    """Return what `code` says, or what its kind says when it has no text of its own."""
    texts = _TEXTS.get(code) or _TEXTS[kind]
    return texts[LANGUAGES.index(language)]


def language_of(accept: str | None) -> str:
    """Return the language that an `Accept-Language` header prefers among ours; Persian when it names neither."""
    best, best_weight = LANGUAGES[0], 0.0
    for part in (accept or "")[:500].split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES and (weight := _weight(parameter)) > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    digits = value.strip().replace(".", "", 1)
    return min(1.0, float(value)) if digits.isascii() and digits.isdecimal() else 0.0
