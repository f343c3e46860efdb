/**
 * What the server refuses on the way in, in both languages: its own sentence comes in one, and would stay in it when the reader
 * changes theirs. The words are the server's.
 */

export const refusals = {
  fa: {
    "problem.auth.wrong_name_or_password": "نام یا گذرواژه درست نیست.",
    "problem.auth.too_many_tries": "تلاش‌های ناموفق زیاد بود. کمی صبر کنید.",
    "problem.auth.busy": "اکنون کسان زیادی در حال ورودند. دو ثانیهٔ دیگر دوباره بفرستید.",
    "problem.auth.code_needed": "کد شش‌رقمی تلفنتان هم لازم است.",
    "problem.auth.wrong_code": "این کد درست نیست یا به کار رفته است. کد بعدی را بنویسید.",
    "problem.auth.key_refused": "این کلید پذیرفته نشد. دوباره تلاش کنید، یا با گذرواژه وارد شوید.",
    "problem.auth.no_keys_here": "با این نشانی کلید ورود به کار نمی‌رود؛ سامانه را با نام آن باز کنید.",
    "problem.auth.code_invalid": "این کد درست نیست، به کار رفته یا زمانش گذشته است؛ کد تازه بگیرید.",
    "problem.auth.weak_password": "گذرواژه باید ۱۵ تا ۲۵۶ نویسه باشد.",
    "problem.auth.common_password": "این گذرواژه از واژه‌هایی است که همه برمی‌گزینند. چند واژهٔ بی‌ربط کنار هم بگذارید.",
    "problem.first_run.done": "اینجا کسانی اجازهٔ ورود دارند؛ مدیران می‌گویند چه کس دیگری داشته باشد.",
    "problem.first_run.name_unfit": "نام ورود حرف و رقم و «. - _ @» است، تا ۴۰ نویسه؛ و دو نام باید جدا باشد.",
    "problem.first_run.region_not_offered": "چنین منطقه‌ای اینجا نیست.",
    "problem.first_run.region_not_built": "این منطقه باید نخست ساخته شود.",
    "problem.first_run.build_runs": "منطقه‌ای در حال ساخته شدن است.",
  },
  en: {
    "problem.auth.wrong_name_or_password": "Name or password is wrong.",
    "problem.auth.too_many_tries": "Too many failed tries. Wait a little.",
    "problem.auth.busy": "Many people are signing in now. Send it again in two seconds.",
    "problem.auth.code_needed": "The six digits of your telephone are needed too.",
    "problem.auth.wrong_code": "The code is wrong or used already. Type the next one.",
    "problem.auth.key_refused": "The key was not taken. Try again, or sign in with your password.",
    "problem.auth.no_keys_here": "Sign-in keys do not work by this address; open the server by its name.",
    "problem.auth.code_invalid": "The code is wrong, used already or too old; ask for a new one.",
    "problem.auth.weak_password": "The password needs 15 to 256 characters.",
    "problem.auth.common_password":
      "This password is made of what everybody takes. Put a few unrelated words together.",
    "problem.first_run.done": "Somebody may sign in here already; who else may is for administrators to say.",
    "problem.first_run.name_unfit":
      "A name to sign in by is letters, digits and . - _ @, at most 40; and the two names differ.",
    "problem.first_run.region_not_offered": "There is no such region here.",
    "problem.first_run.region_not_built": "This region has to be built first.",
    "problem.first_run.build_runs": "A region is being built now.",
  },
} as const;
