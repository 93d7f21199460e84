"""Reads back what a browser was given."""

import io

from pypdf import PdfReader


def pdf_text(content: bytes) -> str:
    """The words of a PDF as one line, soft hyphens and line ends taken out."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00ad", "").split())
