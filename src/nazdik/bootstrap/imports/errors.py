"""What importing refuses about a whole file; single rows are told apart in the report."""

from nazdik.kernel.rejected import Invalid


class FileUnreadable(Invalid):
    """It is neither a spreadsheet (XLSX) nor text apart by commas, semicolons or tabs (CSV)."""

    code = "imports.file_unreadable"


class FileTooLarge(Invalid):
    """A file has up to 2 MB, 16 MB unpacked, and 500 rows; `details` say what is too much."""

    code = "imports.file_too_large"


class ColumnsMissing(Invalid):
    """The first rows do not name every column that is needed; `missing` are their names."""

    code = "imports.columns_missing"


class NothingToImport(Invalid):
    """No row of the file can be used, or all of them are there already."""

    code = "imports.nothing_to_import"
