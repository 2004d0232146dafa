"""Passwords as argon2id hashes, with the parameters of RFC 9106 for machines short of memory (64 MiB, 3 passes)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY


class Argon2Passwords:
    def __init__(self) -> None:
        self._hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._nobody = self._hasher.hash("")

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def fits(self, password: str, stored: str | None) -> bool:
        """Takes as long for a person without a password, or an unknown one (`stored` None), as for a wrong one."""
        try:
            return self._hasher.verify(stored or self._nobody, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
