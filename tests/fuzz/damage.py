"""Ways in which a table gets damaged: each takes the rows and a random generator and returns other rows, or bytes."""

import csv
import io
import random
from collections.abc import Callable, Sequence

import openpyxl

Rows = list[list[str]]
ODD = (
    "", " ", "-1", "-0.0", "1e30", "1e-30", "1e400", "nan", "NaN", "inf", "-inf", "9" * 400, "1_000", "1,000", "²", "①",
    "１２", "٣", "0x10", "1.5", "2020.0", "2020", "99999", "=1+1", "'=1", "#N/A", "TRUE", "None", "\x00", "\u200b1",
    "1\n2", '"', "85+", "5-4", "0-200", "²-4", "①+", "女", "900000", "330300", "percent", "yes", "yes ", "2020-02-31",
    "1e0", "+5", "５", "1.", ".5", "1e", "--1", "0" * 50, "1e15", "a" * 5000, "�", "🙂",
)  # fmt: skip
"""Cells that somebody has typed, or a program has written."""


def as_csv(rows: Rows) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def as_xlsx(rows: Rows, random_: random.Random) -> bytes:
    """Write rows into a workbook, numbers as numbers, with now and then what workbooks have besides."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line, row in enumerate(rows, start=1):
        for place, cell in enumerate(row, start=1):
            sheet.cell(line, place, _typed(cell))
    for _ in range(random_.choice((0, 0, 1, 2))):
        cell = sheet.cell(random_.randint(1, len(rows) + 1), random_.randint(1, len(rows[0]) + 1))
        kind = random_.randrange(7)
        if kind == 0:
            cell.value = "=SUM(A1:A2)"
        elif kind == 1:
            sheet.merge_cells(start_row=cell.row, end_row=cell.row + 1, start_column=1, end_column=2)
        elif kind == 2:
            cell.number_format = "0.00%"
        elif kind == 3:
            book.create_sheet("first", 0)
        elif kind == 4:
            cell.value = True
        elif kind == 5:
            sheet.cell(1_000_000, 3, "far away")
        else:
            cell.value = 10**30
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _typed(cell: str) -> str | float | int | None:
    text = "".join(c for c in cell[:30_000] if c >= " " and c not in "\ufffe\uffff")
    try:
        number = float(text) if len(text) < 20 and "_" not in text else None
    except ValueError:
        number = None
    if number is None or number != number or abs(number) == float("inf"):
        return text or None
    return int(number) if number == int(number) and abs(number) < 1e15 and "." not in text else number


def _cell(rows: Rows, r: random.Random) -> Rows:
    for _ in range(r.choice((1, 1, 1, 2, 5))):
        row = rows[r.randrange(len(rows))]
        if row:
            row[r.randrange(len(row))] = r.choice(ODD)
    return rows


def _column(rows: Rows, r: random.Random) -> Rows:
    place, odd = r.randrange(len(rows[0])), r.choice(ODD)
    for row in rows[1:]:
        row[place : place + 1] = [odd]
    return rows


def _head(rows: Rows, r: random.Random) -> Rows:
    head = rows[0]
    place = r.randrange(len(head))
    name = head[place]
    head[place] = r.choice([name.upper(), name[:-1], name + "x", "", "2020", head[0], f" {name} ", name[::-1], "line"])
    return rows


def _drop_column(rows: Rows, r: random.Random) -> Rows:
    place = r.randrange(len(rows[0]))
    return [row[:place] + row[place + 1 :] for row in rows]


def _swap_columns(rows: Rows, r: random.Random) -> Rows:
    order = list(range(len(rows[0])))
    r.shuffle(order)
    return [[row[place] for place in order] for row in rows]


def _rows(rows: Rows, r: random.Random) -> Rows:
    kind, line = r.randrange(6), r.randrange(1, len(rows)) if len(rows) > 1 else 0
    if kind == 0:
        return rows[:line] + rows[line + 1 :]
    if kind == 1:
        return [*rows, rows[line]]
    if kind == 2:
        return rows[:1]
    if kind == 3:
        return [rows[0], *r.sample(rows[1:], len(rows) - 1)]
    if kind == 4:
        return [*rows[:line], [], *rows[line:]]
    return [*rows[:line], rows[line][:-1], *rows[line + 1 :]]


def _scale(rows: Rows, r: random.Random) -> Rows:
    """A slip of units: a column of figures in thousands, or in ten thousands."""
    place, factor = r.randrange(len(rows[0])), r.choice((1e-4, 1e-3, 1e3, 1e4, 1e9, -1.0))
    for row in rows[1:]:
        try:
            row[place] = repr(float(row[place]) * factor)
        except ValueError:
            continue
    return rows


def _neighbour(rows: Rows, r: random.Random) -> Rows:
    one, two = r.randrange(len(rows)), r.randrange(len(rows))
    place = r.randrange(len(rows[0]))
    rows[one][place], rows[two][place] = rows[two][place], rows[one][place]
    return rows


def _letters(rows: Rows, r: random.Random) -> Rows:
    row = rows[r.randrange(len(rows))]
    place = r.randrange(len(row))
    cell = list(row[place]) or ["x"]
    at = r.randrange(len(cell))
    cell[at] = r.choice(
        ["", cell[at] * 2, r.choice("aZ09-.,；① "), chr(0xFEE0 + ord(cell[at])) if "!" <= cell[at] <= "~" else "?"]
    )
    row[place] = "".join(cell)
    return rows


ROWS: Sequence[Callable[[Rows, random.Random], Rows]] = (
    _cell, _cell, _cell, _column, _head, _drop_column, _swap_columns, _rows, _rows, _scale, _neighbour,
    _letters, _letters,
)  # fmt: skip
"""Damages of rows."""


def damaged_bytes(raw: bytes, r: random.Random) -> bytes:
    """Damage a file as bytes: another encoding, a cut, bits turned, another mark at the start or between cells."""
    kind = r.randrange(9)
    if kind == 0:
        return b"\xef\xbb\xbf" + raw
    if kind < 3:
        return raw.decode("utf-8", "replace").encode(r.choice(("gb18030", "utf-16", "latin-1")), "replace")
    if kind == 3:
        return raw[: r.randrange(len(raw) + 1)]
    if kind == 4:
        spoilt = bytearray(raw)
        for _ in range(r.choice((1, 3, 20))):
            if spoilt:
                spoilt[r.randrange(len(spoilt))] = r.randrange(256)
        return bytes(spoilt)
    if kind == 5:
        return raw.replace(b",", r.choice((b";", b"\t", "，".encode())))
    if kind == 6:
        return raw.replace(b"\n", r.choice((b"\r\n", b"\r", b"\n\n")))
    if kind == 7:
        return raw.replace(b'"', b"")
    place = r.randrange(len(raw) + 1)
    return raw[:place] + r.choice((b'"', b"\x00", b"\xff", b"\n", b"'", b",")) + raw[place:]


def damage(rows: Rows, r: random.Random, *, workbooks: bool = True) -> tuple[str, bytes]:
    """Return the ending and the bytes of a damaged file."""
    rows = [list(row) for row in rows]
    for _ in range(r.choice((0, 1, 1, 1, 2, 3))):
        try:
            rows = r.choice(ROWS)(rows, r)
        except IndexError:
            break  # an earlier damage left nothing to damage
    if workbooks and r.random() < 0.12 and rows and rows[0]:
        raw = as_xlsx(rows, r)
        return ".xlsx", damaged_bytes(raw, r) if r.random() < 0.3 else raw
    raw = as_csv(rows)
    return ".csv", damaged_bytes(raw, r) if r.random() < 0.35 else raw
