"""Ordinary words and odd texts that made-up databases are written with."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.strip().split(","))


FIRST_NAMES = words(
    "Ana, Björn, Chidi, Dana, Elif, Farid, Grace, Hana, Ivo, Jamal, Katya, Lars, Mei, Noor, Olga, Pedro"
)
LAST_NAMES = words(
    "Almeida, Brandt, Castro, Dubois, Eriksen, Fischer, Garcia, Hoang, Ito, Jensen, Kowalski, Lopez, Moreau"
)
CITIES = words("Lisbon, Berlin, Austin, Nairobi, Toronto, Melbourne, Osaka, Leeds, Utrecht, Porto Alegre")
STATES = words("Texas, Ontario, Victoria, Berlin, Bahia, Kansas")
TITLES = words(
    "Backend Engineer, Data Analyst, Registered Nurse, Site Manager, Controller, Platform Engineer, Recruiter,"
    " Baker, Field Technician, Product Designer, Machine Learning Engineer, Support Specialist"
)
SKILLS = words(
    "Python, SQL, Docker, Kubernetes, React, TypeScript, Go, Rust, Excel, Figma, Terraform, Kafka, Statistics,"
    " Negotiation, Payroll, Copywriting, Java, C++, Node.js, Tableau"
)
SOFT_SKILLS = words("Communication, Mentoring, Patience, Planning, Facilitation, Empathy")
INDUSTRIES = words("Software Development, Health Care, Logistics, Food Production, Banking, Construction")
COMPANY_SIZES = words("1-50 employees, 51-200 employees, 201-500 employees, 501-1000 employees, 5000+ employees")
BENEFITS = words("Health Insurance, Parental Leave, Flexible Hours, Stock Options, Learning Budget, Free Lunch")
SENTENCES = words(
    "You will own a service from its first sketch to its nightly pager., The team meets twice a week and writes the"
    " rest down., We look for people who finish what they begin., A degree is welcome and never required., You talk to"
    " customers every week., Our office is bright and mostly empty on Fridays., Pay is reviewed every spring.,"
    " Travel is rare and announced early., You help to hire your own colleagues., We measure before we change."
)

EMOJI = "Great 👩🏽‍🚀 place 🎉🇵🇹 to work, naïve café"
CRLF = "first line\r\nsecond line\r\n\r\n\tindented\rold Mac line"
RIGHT_TO_LEFT = "مهندس برمجيات \u202eabc\u202c עברית"
NUL = "before\0after"
HUGE = 100_000
"""Characters in a huge text."""


def make_huge(marker: str) -> str:
    """Return a text of `HUGE` characters with the marker at its very end, where what is cut would lose it."""
    line = "All work and no play makes a dull posting. "
    return (line * (HUGE // len(line) + 1))[: HUGE - len(marker) - 1] + " " + marker
