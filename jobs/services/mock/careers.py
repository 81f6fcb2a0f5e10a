"""What people of each trade have to tell of themselves. `careers.toml` holds it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from skills.models import HEADINGS


@dataclass(frozen=True)
class ToldProject:
    """A piece of work with a name of its own, and what it is made with."""

    name: str
    description: str
    technologies: tuple[str, ...]


@dataclass(frozen=True)
class Career:
    """What one says of a trade after some years in it."""

    headings: tuple[str, ...]
    strengths: tuple[str, ...]
    achievements: tuple[str, ...]
    projects: tuple[ToldProject, ...]
    degrees: tuple[tuple[str, str], ...]
    schools: tuple[str, ...]
    coursework: tuple[str, ...]
    certificates: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Tongue:
    """What somebody writes in the language they grew up with: their name, how they work, where they began."""

    name: str
    latin: str
    summary: str
    employer: str
    position: str
    location: str
    achievements: tuple[str, ...]
    institution: str
    degree: str


@dataclass(frozen=True)
class Careers:
    """Everything that banks and resumes are made of."""

    soft_skills: tuple[str, ...]
    everyday: tuple[str, ...]
    leadership: tuple[str, ...]
    by_trade: dict[str, Career]
    tongues: tuple[Tongue, ...]


@cache
def careers() -> Careers:
    """Return what people have to tell, read once."""
    told: dict[str, Any] = tomllib.loads(files("jobs.services.mock").joinpath("careers.toml").read_text("utf-8"))
    return Careers(
        soft_skills=tuple(told["soft_skills"]),
        everyday=tuple(told["everyday"]),
        leadership=tuple(told["leadership"]),
        by_trade={career["trade"]: _read_career(career, told["schools"]) for career in told["career"]},
        tongues=tuple(Tongue(**tongue | {"achievements": tuple(tongue["achievements"])}) for tongue in told["tongue"]),
    )


def _read_career(told: dict[str, Any], schools: dict[str, list[str]]) -> Career:
    return Career(
        headings=tuple(told.get("headings", HEADINGS)),
        strengths=tuple(told["strengths"]),
        achievements=tuple(told["achievements"]),
        projects=tuple(
            ToldProject(name, description, tuple(tool for tool in tools.split(", ") if tool))
            for name, description, tools in told["projects"]
        ),
        degrees=tuple((degree, field) for degree, field in told["degrees"]),
        schools=tuple(schools[told["school"]]),
        coursework=tuple(told["coursework"]),
        certificates=tuple((name, issuer, years) for name, issuer, years in told["certificates"]),
    )
