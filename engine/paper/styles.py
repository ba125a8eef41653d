"""The styles of text on paper, and text as a paragraph of one."""

from __future__ import annotations

import html

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph

from engine.paper.letters import BOLD, FONT, shown

FAINT = Color(0.45, 0.45, 0.45)

TEXT = ParagraphStyle("text", fontName=FONT, fontSize=9, leading=12, splitLongWords=True)
INSIDE = ParagraphStyle("inside", parent=TEXT, leftIndent=4 * mm, textColor=FAINT)
AMOUNT = ParagraphStyle("amount", parent=TEXT, alignment=TA_RIGHT)
HEAD = ParagraphStyle("head", parent=TEXT, fontName=BOLD)
HEAD_AMOUNT = ParagraphStyle("head amount", parent=AMOUNT, fontName=BOLD)
TITLE = ParagraphStyle("title", parent=TEXT, fontName=BOLD, fontSize=18, leading=26)


def said(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    """A paragraph that says a text, to the letter."""
    return Paragraph(html.escape(shown(text, style.fontName), quote=False), style)
