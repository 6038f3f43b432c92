"""核对用的名单: what an import would change, and whom a newer file lacks, as tables for the office's own eyes."""

from collections.abc import Sequence

from bot.messages import imports as say
from storage.exports.tables import Table
from storage.imports.report import Difference, Missing


def table_of_missing(missing: Missing) -> Table:
    """Give everybody a newer file lacks: households first, then people of households it does have."""
    lines = (
        *((one.number, one.head_name, one.area, None, None) for one in missing.households),
        *((one.household, one.head_name, None, one.number, one.name) for one in missing.members),
    )
    return Table(say.MISSING, say.MISSING_HEADINGS, iter(lines), len(lines))


def table_of_differences(differences: Sequence[Difference]) -> Table:
    """Give every cell an import would change; long numbers only by their ends."""
    lines = ((one.row_of, one.field, one.old, one.new) for one in differences)
    return Table(say.DIFFERENCES, say.DIFFERENCE_HEADINGS, lines, len(differences))
