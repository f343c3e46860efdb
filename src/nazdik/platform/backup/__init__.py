"""
Copies on a second disk: everything that was acknowledged, sealed for a key that is not on this machine.

It promises that the server can add to a copy but read nothing of it, that a restore gives back each log entry with the hash it
had, and that what a torn or changed copy no longer holds is named. The copy never holds up dispatch: when its disk fails, work goes
on and the lag is told.
"""

from nazdik.platform.backup.keys import BackupKeyUnreadable, make_key, read_key, read_recipient
from nazdik.platform.backup.restoring import BackupUnreadable, Restored, restore
from nazdik.platform.backup.sealed import Copied, Sealed, list_copied
from nazdik.platform.backup.shipping import JOURNAL, Behind, CopiedLog, Shipper

__all__ = [
    "JOURNAL",
    "BackupKeyUnreadable",
    "BackupUnreadable",
    "Behind",
    "Copied",
    "CopiedLog",
    "Restored",
    "Sealed",
    "Shipper",
    "list_copied",
    "make_key",
    "read_key",
    "read_recipient",
    "restore",
]
