"""公示名单的表: a list as a workbook that prints on A4: title, period, where to object, lines, and who seals it.

Lines are joined above the table only (the writer's own rule), so the seal stands in the footer, on every page.
"""

from pathlib import Path
from typing import Any

from rustpy_xlsxwriter import Format, write_worksheet

from bot.messages import public_notices as say
from bot.messages.public_notices import Notice
from storage.exports.tables import yuan

_A4 = 9
"""The number of the paper in the format of .xlsx (ECMA-376, pageSetup paperSize)."""
_WIDTHS = {"序号": 8.0, "组": 14.0, "姓名": 24.0, "家庭人口": 14.0, "金额": 18.0}
_NARROWER = 0.5
"""Margins, in inches."""


def write(notice: Notice, path: Path) -> None:
    """Write a list as .xlsx; columns nobody of the list has anything in are left out.

    Raises:
        OSError: it cannot be written there.
    """
    shown = [
        dict(zip(say.HEADINGS, (one.position, one.group, one.name, one.persons, yuan(one.amount_fen)), strict=True))
        for one in notice.lines
    ]
    kept = [heading for heading in say.HEADINGS if any(row[heading] is not None for row in shown)]
    last = len(kept) - 1
    notes = [say.WHY_UNNAMED] if say.unnamed(notice.lines) else []
    above = (
        (say.title(notice.village, notice.benefit, notice.stage), _large(), 36.0),
        (f"{say.of_number(notice.number)}　　{say.period(notice.opens_on, notice.closes_on)}", _middle(), 24.0),
        (f"{say.where(notice.contact)}。{say.HOW_TO_SAY}", _left(), 36.0),
        (f"{say.in_all(len(shown))}{''.join(notes)}", _left(), 36.0 if notes else 24.0),
    )
    merged: list[Any] = [(row, 0, row, last, text, style) for row, (text, style, _) in enumerate(above)]
    seal = f"{say.issuer(notice.village, notice.township, notice.stage)}{say.SEAL}　{say.day_of(notice.opens_on)}"
    try:
        write_worksheet(
            [{heading: row[heading] for heading in kept} for row in shown],
            str(path),
            sheet_name=notice.number,
            float_format="0.00",
            header_row=len(above),
            header_format=_cell().set_bold(),
            column_formats=dict.fromkeys(kept, _cell()),
            column_widths={heading: _WIDTHS[heading] for heading in kept},
            merge_ranges=merged,
            row_heights={row: height for row, (_, _, height) in enumerate(above)},
            page_setup={
                "paper_size": _A4,
                "fit_to_pages": (1, 0),
                "repeat_rows": (0, len(above)),
                "center_horizontally": True,
                "margins": {"left": _NARROWER, "right": _NARROWER},
                "footer": f"&L&P / &N&R{seal}",
            },
        )
    except RuntimeError as error:
        raise OSError(str(error)) from error


def _large() -> Format:
    return Format().set_bold().set_font_size(18).set_align("center").set_align("vertical_center").set_shrink()


def _middle() -> Format:
    return Format().set_font_size(11).set_align("center").set_align("vertical_center").set_shrink()


def _left() -> Format:
    return Format().set_font_size(12).set_align("left").set_align("vertical_center").set_text_wrap()


def _cell() -> Format:
    return Format().set_font_size(12).set_align("center").set_border("thin")
