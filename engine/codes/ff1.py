"""FF1, the format-preserving encryption of NIST SP 800-38G, with AES.

A permutation of the numbers with so many digits, another one for each key and tweak. The letters
are the standard's: `n` digits to a `radix`, in halves of `u` and `v`, whose numbers take `b` bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ROUNDS = 10
LEAST = 1_000_000
"""How many numbers there must be, by the standard's first revision: fewer can be tabulated."""
WIDEST = 12
"""How many bytes `b` may be here: a round is then one block of AES."""

TWEAKS = 64
"""How many tweaks are kept ready: most codes of a format have the same."""

_BLOCK = 16
_Round = Callable[[int, int], int]


class FF1:
    """Encrypts the whole numbers below `radix ** n`. Threads may share it."""

    def __init__(self, key: bytes, radix: int, n: int) -> None:
        u, v = n // 2, n - n // 2
        self._halves: tuple[int, int] = (radix**u, radix**v)
        self._b = ((self._halves[1] - 1).bit_length() + 7) // 8
        if radix**n < LEAST or self._b > WIDEST:
            raise ValueError(f"{n} digits to the radix {radix} are too few or too many")
        # The standard builds its round function from single blocks of AES, which it chains itself.
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305
        # P of step 5 but for the length of the tweak.
        sizes = (radix.to_bytes(3, "big"), bytes((ROUNDS, u % 256)), n.to_bytes(4, "big"))
        self._parameters = b"\x01\x02\x01" + b"".join(sizes)
        self._last_block = lru_cache(TWEAKS)(self._chained)

    def encrypt(self, number: int, tweak: bytes) -> int:
        """The number that stands for another under a tweak."""
        halves, y = self._halves, self._round_function(tweak)
        left, right = divmod(number, halves[1])
        for i in range(ROUNDS):
            left, right = right, (left + y(i, right)) % halves[i & 1]
        return left * halves[1] + right

    def decrypt(self, number: int, tweak: bytes) -> int:
        """What `encrypt` made this number of."""
        halves, y = self._halves, self._round_function(tweak)
        left, right = divmod(number, halves[1])
        for i in range(ROUNDS - 1, -1, -1):
            left, right = (right - y(i, left)) % halves[i & 1], left
        return left * halves[1] + right

    def _round_function(self, tweak: bytes) -> _Round:
        """Steps 6.i to 6.iv: what a round adds to one half, by its number and the other half."""
        encrypt = self._cipher.encryptor().update
        last, shift = self._last_block(tweak), 8 * self._b
        # Of S, as many bytes of one block as the standard's d.
        cut = 8 * (_BLOCK - (4 * -(-self._b // 4) + 4))

        def y(i: int, half: int) -> int:
            block = last ^ (i << shift) ^ half
            return int.from_bytes(encrypt(block.to_bytes(_BLOCK, "big")), "big") >> cut

        return y

    def _chained(self, tweak: bytes) -> int:
        """The last block of P and Q before the number of a round and a half are put in.

        The blocks before it are the same in all rounds, and for the same tweak.
        """
        encrypt = self._cipher.encryptor().update
        end = 1 + self._b
        p = self._parameters + len(tweak).to_bytes(4, "big")
        blocks = p + tweak + bytes(-(len(tweak) + end) % _BLOCK + end)
        state = bytes(_BLOCK)
        for start in range(0, len(blocks) - _BLOCK, _BLOCK):
            state = encrypt(_xor(state, blocks[start : start + _BLOCK]))
        return int.from_bytes(_xor(state, blocks[-_BLOCK:]), "big")


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(_BLOCK, "big")
