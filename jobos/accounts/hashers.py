"""Passwords that people bring along from the older systems: checked as passlib checked them, renewed at that sign-in."""

from __future__ import annotations

import base64
import hashlib
import re
from contextlib import suppress

import bcrypt
from django.contrib.auth.hashers import BCryptPasswordHasher, PBKDF2PasswordHasher
from django.utils.crypto import constant_time_compare

COLUMN_LENGTH = 128
BCRYPT_LENGTH = 72

# Rounds end where a sign-in would hang: ten million of PBKDF2, a cost of 16, are some four seconds.
_PBKDF2 = re.compile(
    r"passlib_pbkdf2_sha256\$(?P<rounds>[1-9][0-9]{0,6}|10000000)"
    r"\$(?P<salt>(?:[A-Za-z0-9./+]{4})*(?:[A-Za-z0-9./+]{2,3})?)\$(?P<checksum>[A-Za-z0-9./+]{43})"
)
# The last letters of salt and checksum leave bits unused, which are zero.
_BCRYPT = re.compile(
    r"passlib_bcrypt\$(?P<hash>\$2[aby]\$(?:0[4-9]|1[0-6])"
    r"\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26])"
)


def adopt_hash(legacy: str | None) -> str | None:
    """Return the hash text of an older system as it is stored here; None for what no sign-in can check."""
    legacy = legacy or ""
    if legacy.startswith("$pbkdf2-sha256$"):
        pattern, stored = _PBKDF2, f"{PasslibPBKDF2SHA256Hasher.algorithm}{legacy.removeprefix('$pbkdf2-sha256')}"
    else:
        pattern, stored = _BCRYPT, f"{PasslibBcryptHasher.algorithm}${legacy}"
    return stored if len(stored) <= COLUMN_LENGTH and pattern.fullmatch(stored) else None


class PasslibPBKDF2SHA256Hasher(PBKDF2PasswordHasher):
    """passlib's `pbkdf2_sha256`: the salt is bytes, written like the checksum in base64 with '.' for '+', unpadded."""

    algorithm = "passlib_pbkdf2_sha256"
    iterations = 29_000  # passlib's own default.

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        rounds = iterations or self.iterations
        checksum = hashlib.pbkdf2_hmac("sha256", password.encode(), _read_base64(salt), rounds)
        return f"{self.algorithm}${rounds}${salt}${_write_base64(checksum)}"

    def decode(self, encoded: str) -> dict[str, str | int]:
        """Return the parts; raise ValueError where it is no such hash."""
        parts = _match(_PBKDF2, encoded)
        return {
            "algorithm": self.algorithm,
            "hash": parts["checksum"],
            "iterations": int(parts["rounds"]),
            "salt": parts["salt"],
        }

    def verify(self, password: str, encoded: str) -> bool:
        parts = _PBKDF2.fullmatch(encoded)
        if parts is None:
            return False
        again = self.encode(password, parts["salt"], int(parts["rounds"])).rpartition("$")[2]
        return constant_time_compare(_read_base64(again), _read_base64(parts["checksum"]))

    def must_update(self, encoded: str) -> bool:
        return True

    def harden_runtime(self, password: str, encoded: str) -> None:
        with suppress(ValueError):
            super().harden_runtime(password, encoded)


class PasslibBcryptHasher(BCryptPasswordHasher):
    """passlib's `bcrypt`: counts the first 72 bytes of a password, and takes none with a NUL."""

    algorithm = "passlib_bcrypt"
    rounds = 12  # passlib's own default.

    def encode(self, password: str, salt: str | bytes) -> str:
        if "\0" in password:
            raise ValueError("A password with a NUL was never taken.")
        salt = salt.encode() if isinstance(salt, str) else salt
        return f"{self.algorithm}${bcrypt.hashpw(password.encode()[:BCRYPT_LENGTH], salt).decode()}"

    def decode(self, encoded: str) -> dict[str, str | int]:
        """Return the parts; raise ValueError where it is no such hash."""
        _match(_BCRYPT, encoded)
        return super().decode(encoded)

    def verify(self, password: str, encoded: str) -> bool:
        parts = _BCRYPT.fullmatch(encoded)
        if parts is None or "\0" in password:
            return False
        return constant_time_compare(encoded, self.encode(password, parts["hash"]))

    def must_update(self, encoded: str) -> bool:
        return True

    def harden_runtime(self, password: str, encoded: str) -> None:
        with suppress(ValueError):
            self.decode(encoded)
            super().harden_runtime(password, encoded)


def _match(pattern: re.Pattern[str], encoded: str) -> re.Match[str]:
    found = pattern.fullmatch(encoded)
    if found is None:
        raise ValueError("This is no hash of its kind.")
    return found


def _read_base64(text: str) -> bytes:
    return base64.b64decode(text.replace(".", "+") + "=" * (-len(text) % 4))


def _write_base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii").rstrip("=").replace("+", ".")
