"""What the rows of a hard JobOS database are made of: words, names and their spellings, hashes of passwords, files."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import zipfile
from typing import Any

import bcrypt

STATUSES_BEFORE = (
    "Analyzed",
    "Applied",
    "Rejected",
    "Screening",
    "Interview Scheduled",
    "Ghosted",
    "Interview Done",
    "Offer",
    "Withdrawn",
)
OPEN_BEFORE = ("Analyzed", "Applied", "Screening", "Interview Scheduled", "Interview Done", "Offer")
STATUSES = ("Tracking", "Applied", "Closed", "Interview", "Offer", "Closed")
OPEN = ("Tracking", "Applied", "Interview", "Offer")
REASONS = ("Rejected", "Dropped", "Ghosted", "Not Interested")
OLD_REASONS = ("No Response", "Withdrawn")
FREE_REASON = "They said: role is on hold until next year (budget"  # Exactly as long as the column.
REFERRALS = ("Identified", "Reached_Out", "Intro_Made", "Referral_Submitted", "Outcome")
INTERVIEW_STATUSES = ("Scheduled", "Completed", "Cancelled", "No-show")
CONTENT_STATUSES = ("Planned", "Drafted", "Reviewed", "Published")
SCOUT_STATUSES = ("new", "reviewed", "promoted", "dismissed")
EXPERIENCE_LEVELS = ("Entry", "Mid", "Senior", "Leadership")

KNOWN = (
    "Google",
    "Microsoft",
    "Goldman Sachs",
    "JPMorgan Chase",
    "Deutsche Bank",
    "Razorpay",
    "Swiggy",
    "Zomato",
    "Flipkart",
    "Licious",
    "GoMechanic",
    "Société Générale",
    "Müller & Söhne",
    "Mercari メルカリ",
    "Procter & Gamble",
    "McKinsey",
    "L'Oréal",
    "Coca-Cola",
    "Booking.com",
)
FIRST = (
    "Nord Hafen Silver Amber Cobalt Juniper Granite Lantern Meridian Northwind Orchard Pinnacle Quarry Ridge Sable Tidal "
    "Umber Vertex Willow Zenith Aster Birch Cedar Delta Ember Fjord Grove Harbor Indigo Jade Kestrel Lumen Marble Nimbus "
    "Onyx Prairie Quill Raven Summit Thistle"
).split()
SECOND = (
    "Systems Foods Labs Logistics Health Finance Robotics Media Energy Learning Retail Mobility Analytics Studios Networks "
    "Payments Insurance Textiles Aerospace Software Homes Travel Security Commerce Motors"
).split()
NAMES = (*KNOWN, *(f"{first} {second}" for first in FIRST for second in SECOND))
ROLES = (
    "Product Manager",
    "Senior Product Manager",
    "Backend Engineer",
    "Data Analyst",
    "Growth Lead",
    "Head of Design",
    "Engineering Manager",
    "Site Reliability Engineer",
    "Category Manager",
    "Chief of Staff",
    "Machine Learning Engineer",
    "Brand Manager",
)
PEOPLE = (
    "Asha Rao",
    "Björn Åkesson",
    "Chen Wei",
    "Dana O'Neil",
    "Elif Şahin",
    "Farid Haddad",
    "Grace Kim",
    "Hugo Martínez",
)
CITIES = ("Bengaluru", "Mumbai", "Berlin", "Zürich", "London", "Austin")
SKILLS = (
    "Python",
    "SQL",
    "Product Strategy",
    "A/B Testing",
    "Go",
    "Figma",
    "Kubernetes",
    "Pricing",
    "Negotiation",
    "GTM",
)
TOOLS = ("Jira", "Tableau", "Amplitude", "Excel", "Notion", "BigQuery")
PORTALS = ("Direct", "LinkedIn", "Naukri", "Referral", "JD Analysis", "Instahyre")
TEXTS = (
    "Spoke to the recruiter, waiting to hear back.",
    "Strong match on growth; weak on payments.",
    "Asked for the take-home by Friday.",
    "Salary band is public: 40 to 55.",
)

# What passlib wrote, each with the password that opens it. Many accounts share a few, since each costs time to make.
PASSWORDS = ("correct horse", "Tr0ub4dor&3", "pässwörd-🔑", "0123456789")
BROKEN_HASHES = (
    "$pbkdf2-sha256$29000$short",
    "$2b$12$tooshort",
    "plain text password",
    "sha1$abcde$0123456789abcdef0123456789abcdef01234567",
    "$pbkdf2-sha256$many$c2FsdHNhbHRzYWx0c2Fs$Y2hlY2tzdW0",
)


# Passwords and files ----------------------------------------------------------------------------------------------------


def encode_ab64(raw: bytes) -> str:
    """Return passlib's form of base64: "." for "+", no padding."""
    return base64.b64encode(raw).decode().rstrip("=").replace("+", ".")


@functools.cache
def hash_pbkdf2(password: str, rounds: int = 29000) -> str:
    salt = hashlib.sha256(f"salt of {password}".encode()).digest()[:16]
    checksum = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    return f"$pbkdf2-sha256${rounds}${encode_ab64(salt)}${encode_ab64(checksum)}"


@functools.cache
def hash_bcrypt(password: str, cost: int) -> str:
    alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    digest = hashlib.sha256(f"salt of {password}".encode()).digest()
    salt = "".join(alphabet[byte % 64] for byte in digest[:21]) + "Oeu."[digest[21] % 4]
    return bcrypt.hashpw(password.encode(), f"$2b${cost:02}${salt}".encode()).decode()


def make_pdf(text: str, padding: bytes = b"") -> bytes:
    """Return a PDF of one page with a line of text; padding makes it as large as wanted."""
    line = text.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    drawn = b"BT /F1 12 Tf 72 720 Td (" + line + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    if padding:
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(padding), padding))
    written = io.BytesIO()
    written.write(b"%PDF-1.4\n")
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(written.tell())
        written.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = written.tell()
    written.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    written.write(b"".join(b"%010d 00000 n \n" % start for start in starts))
    written.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return written.getvalue()


def make_docx(text: str) -> bytes:
    """Return a Word document of one paragraph."""
    office = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override'
        ' PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1"'
        f' Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{office}/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{text}'
        "</w:t></w:r></w:p></w:body></w:document>",
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    return written.getvalue()


def spell(name: str) -> tuple[str, ...]:
    """Return other spellings of a company's name."""
    return (f"{name}, Inc.", f"{name} LLC", name.lower(), name.upper(), f"{name} GmbH", f"{name} Private Limited")


def find_domain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isascii() and character.isalnum()) + ".com"


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
