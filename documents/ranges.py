"""A part of a file by HTTP's Range header (RFC 9110 § 14): a download that broke off goes on, a reader jumps in a PDF.

One range is answered; several at once, another unit or a malformed one are answered with the whole file, as the
RFC allows. A range behind the file's end is refused with the file's size.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus

from django.core.files import File
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
CHUNK = 64 * 1024


def asked_range(request: HttpRequest, size: int, etag: str) -> range | None:
    """The bytes asked for, of a file of `size` bytes; None for all of them, an empty range for none that exist.

    With If-Range the part is meant only for the file whose tag it names: of another version all is answered.
    """
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if asked is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    if not first:
        return range(max(size - int(last), 0), size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last), size - 1) + 1 if last else size)


def part_of(file: File, part: range, size: int) -> HttpResponseBase:
    """206 with the part of the file, or 416 when there is none such; the file is closed with the answer."""
    if not part:
        file.close()
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{size}"}
        )
    answer = StreamingHttpResponse(_pieces(file, part), status=HTTPStatus.PARTIAL_CONTENT)
    answer.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    answer.headers["Content-Length"] = str(len(part))
    return answer


def _pieces(file: File, part: range) -> Iterator[bytes]:
    """The part, piece by piece: never the whole in memory."""
    with file:
        file.seek(part.start)
        left = len(part)
        while left and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
