"""Do two names look like one company? Values in, values out.

Likeness only ever suggests. Letters alone would suggest Bank of Armenia for Bank of America, so words decide: all but
one of them are the same, and the one that differs is a slip of the pen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# Words that a company's name is often told without.
COMMON_WORDS = frozenset(
    [
        "company",
        "consulting",
        "corporation",
        "digital",
        "enterprises",
        "global",
        "group",
        "holding",
        "holdings",
        "industries",
        "international",
        "labs",
        "online",
        "partners",
        "services",
        "software",
        "solutions",
        "systems",
        "technologies",
        "technology",
        "worldwide",
    ]
)
SHORTEST_LABEL = 3
SHORTEST_MISSPELT_WORD = 5


@dataclass(frozen=True)
class Likeness:
    """How much speaks for two entries being one employer (0 to 1), and what, a sentence each."""

    score: float
    why: list[str] = field(default_factory=list)


def find_label(domain: str | None) -> str:
    """Return what a domain has before its ending: "acme" of acme.co.uk."""
    return (domain or "").split(".")[0]


def squash(name: str) -> str:
    """Return a normalised name without its spaces."""
    return name.replace(" ", "")


def find_core(name: str) -> str:
    """Return a normalised name without a leading "the" and the common words at its end; never empty."""
    words = name.split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in COMMON_WORDS:
        words = words[:-1]
    return " ".join(words)


def find_keys(name: str, domain: str | None) -> set[str]:
    """Return texts of which any two look-alikes share one, so that nobody has to compare everything with everything.

    For a slip these are the name with any one letter left out: both spellings come to the same text somewhere.
    """
    words = name.split()
    keys = {squash(name), squash(find_core(name)), "".join(sorted(words))}
    for place, word in enumerate(words):
        if len(word) >= SHORTEST_MISSPELT_WORD:
            before, after = "".join(words[:place]), "".join(words[place + 1 :])
            keys |= {f"{before}{word[:letter]}{word[letter + 1 :]}{after}" for letter in range(len(word))}
    label = find_label(domain)
    return keys | {label} if len(label) >= SHORTEST_LABEL else keys


def compare(one: tuple[str, str | None], other: tuple[str, str | None]) -> Likeness | None:
    """Return what speaks for two (normalised name, domain) being one employer, None where nothing does."""
    (name, domain), (other_name, other_domain) = one, other
    score, why = _compare_names(name, other_name)
    labels = find_label(domain), find_label(other_domain)
    if domain and other_domain:
        if labels[0] == labels[1] and len(labels[0]) >= SHORTEST_LABEL:
            shares_word = bool(set(name.split()) & set(other_name.split()))
            score = min(score + 0.1, 1) if score else 0.6 * shares_word
            why.append(f"{domain} and {other_domain} differ only in their ending.")
        elif score:
            score -= 0.25
            why.append(f"Against it: they have different websites, {domain} and {other_domain}.")
    elif domain or other_domain:
        bare, label, known = (other_name, labels[0], domain) if domain else (name, labels[1], other_domain)
        if len(label) >= SHORTEST_LABEL and squash(bare) == label:
            score = max(score, 0.75)
            why.append(f"\u201c{bare}\u201d is what the website {known} begins with.")
    return Likeness(round(score, 3), why) if score > 0 else None


def _compare_names(name: str, other: str) -> tuple[float, list[str]]:
    if name == other:
        return 0.9, [f"Both are called \u201c{name}\u201d when case, accents and legal forms are left out."]
    if squash(name) == squash(other):
        return 0.9, [f"\u201c{name}\u201d and \u201c{other}\u201d differ only in their spaces."]
    if sorted(name.split()) == sorted(other.split()):
        return 0.85, ["They have the same words in another order."]
    if find_core(name) == other or name == find_core(other):
        core = min(name, other, key=len)
        return 0.75, [f"Without words such as Group or Systems both are \u201c{core}\u201d."]
    slip = _find_slip(name.split(), other.split())
    if slip:
        return 0.8, [f"\u201c{slip[0]}\u201d and \u201c{slip[1]}\u201d differ by one letter."]
    return 0.0, []


def _find_slip(words: list[str], others: list[str]) -> tuple[str, str] | None:
    """Return the one pair of words that differs, where it is a slip: never in a number or a short word."""
    if len(words) != len(others):
        return None
    different = [(word, other) for word, other in zip(words, others, strict=True) if word != other]
    if len(different) != 1:
        return None
    word, other = different[0]
    is_long = min(len(word), len(other)) >= SHORTEST_MISSPELT_WORD
    has_digits = any(letter.isdigit() for letter in word + other)
    return (word, other) if is_long and not has_digits and _is_one_slip(word, other) else None


def _is_one_slip(word: str, other: str) -> bool:
    """Tell whether one letter was left out, put in, mistaken, or swapped with the next."""
    shorter, longer = sorted((word, other), key=len)
    start = next((place for place in range(len(shorter)) if shorter[place] != longer[place]), len(shorter))
    if len(longer) - len(shorter) == 1:
        return shorter[start:] == longer[start + 1 :]
    if len(longer) != len(shorter):
        return False
    is_swap = word[start : start + 2] == other[start : start + 2][::-1]
    return word[start + 1 :] == other[start + 1 :] or (is_swap and word[start + 2 :] == other[start + 2 :])
