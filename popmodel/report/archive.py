"""Office files whose bytes depend on their content and date alone."""

import io
import re
import zipfile
from datetime import date

_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(?=</dcterms)")


def settled(content: bytes, today: date) -> bytes:
    """Return an Office file packed anew, without the clock of the machine that made it.

    Parameters
    ----------
    content : bytes
        A .docx or .xlsx file.
    today : datetime.date
        Stands as the time of making and of the last change.

    Returns
    -------
    bytes
        The same parts in the same order; the members of the archive bear the first date that the format knows.
    """
    out = io.BytesIO()
    stamp = rb"\g<1>" + f"{today.isoformat()}T00:00:00Z".encode()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _STAMP.sub(stamp, part)
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(member, part)
    return out.getvalue()
