"""What `nazdik retention plan` and `prove` say, in English and in Persian."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nazdik.kernel.text import persian_digits

if TYPE_CHECKING:
    from nazdik.bootstrap.retention.audit_cut import AuditPast
    from nazdik.bootstrap.retention.planning import LettersPast, Plan
    from nazdik.bootstrap.retention.proving import Proof

PERSIAN = {
    "trail": "مسیر واحدها",
    "photos": "عکس‌های صحنه",
    "journal": "پیام‌های خام",
    "words": "گفته‌ها در دفتر رخدادها",
    "letters": "پیام‌هایی که گیرنده‌ای نگرفت",
    "audit": "دفتر بازبینی",
}
WHOLE = ("what was to go is gone", "هر چه باید می‌رفت رفته است")
NOT_WHOLE = ("IT IS NOT ALL GONE", "همه‌اش نرفته است")
Pair = tuple[str, str]


def of_files(of: str, planned: "Plan") -> Pair:
    """Return what would go of one class of files, and what is held."""
    doomed, kept = planned.of(of), sum(one.of == of for one in planned.kept)
    size, days = sum(one.size for one in doomed), planned.days[of]
    return (
        f"{of}: {days} days; {len(doomed)} files ({size:,} bytes) would go, {kept} are held",
        _fa(of, days, f"{len(doomed)} پرونده ({size:,} بایت) پاک می‌شود، {kept} پرونده نگه داشته می‌شود"),
    )


def of_letters(letters: "LettersPast") -> Pair:
    """Return how many dead letters would go."""
    days, count, size = letters.days, len(letters.ids), letters.size
    return (
        f"letters: {days} days; {count} messages that no partner took ({size:,} bytes) would go",
        _fa("letters", days, f"{count} پیام ({size:,} بایت) پاک می‌شود"),
    )


def of_audit(audit: "AuditPast") -> Pair:
    """Return how much of the audit log would be cut off, in the file and in PostgreSQL."""
    english = f"audit: {audit.days} days; {audit.entries:,} entries would be cut off"
    persian = f"{audit.entries:,} سطر بریده می‌شود"
    if audit.in_store is not None:
        english += f" the copy here, {audit.in_store:,} in PostgreSQL"
        persian = f"{audit.entries:,} سطر از رونوشت اینجا و {audit.in_store:,} سطر در PostgreSQL بریده می‌شود"
    if audit.held:
        english, persian = f"{english}, stopped by a legal hold", f"{persian}؛ نگه‌داشت قضایی جلوی بقیه را گرفته است"
    return english, _fa("audit", audit.days, persian)


def away(why: str) -> Pair:
    """Return that nobody knows what would go of PostgreSQL."""
    return (
        f"what would go in PostgreSQL is not known: {why}",
        "معلوم نیست در PostgreSQL چه پاک می‌شود؛ پاسخی نمی‌آید یا دسترسی نیست",
    )


def overdue(planned: "Plan") -> Iterator[str]:
    """Yield in Persian what a proof says of messages and of the audit, one by one, in English."""
    if planned.letters is not None and planned.letters.ids:
        yield persian_digits(f"زمان {len(planned.letters.ids)} پیامی که گیرنده‌ای نگرفت گذشته است و هنوز هست")
    if planned.audit is not None and planned.audit.entries:
        yield persian_digits(f"زمان {planned.audit.entries:,} سطر دفتر بازبینی گذشته است و هنوز هست")
    if planned.audit is not None and planned.audit.in_store:
        yield persian_digits(f"زمان {planned.audit.in_store:,} سطر دفتر بازبینی در PostgreSQL گذشته است و هنوز هست")
    if planned.away:
        yield away(planned.away)[1]


def compared(proof: "Proof") -> Pair:
    """Return what was compared."""
    count, files, size = len(proof.erasures), proof.files, proof.size
    return (
        f"{count} erasures, {files} files, {size:,} bytes; {proof.in_audit} are in the audit log",
        persian_digits(
            f"{count} بار پاک کردن، {files} پرونده، {size:,} بایت؛ {proof.in_audit} بار آن در دفتر بازبینی هست"
        ),
    )


def _fa(of: str, days: int, rest: str) -> str:
    return persian_digits(f"{PERSIAN[of]}: {days} روز؛ {rest}")
