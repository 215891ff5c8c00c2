"""A language model from sentences: trigrams after Witten and Bell, written as ARPA.

Chen and Goodman, *An Empirical Study of Smoothing Techniques for Language Modeling* (1998), §2.5:
the more different words were seen after a history, the more goes to the shorter history. How often
a sentence stands in a list of all that can be said is not how often it is said: `Counts.damped`
takes the square root, history by history.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

BEGIN, END = "<s>", "</s>"
ORDER = 3
_NEVER = -99.0
"""What ARPA writes for the logarithm of nothing."""

Words = tuple[str, ...]
After = Mapping[Words, Mapping[str, float]]
"""By history, of no, one or two words: what follows it, and how much."""


class Counts:
    """How much there is of each stretch of one, two and three words."""

    def __init__(self) -> None:
        self._after: dict[Words, dict[str, float]] = {}

    @property
    def after(self) -> After:
        return self._after

    def add(self, words: Sequence[str], *, begins: bool = True, ends: bool = True) -> None:
        """Take in *words*: a whole utterance, or one that goes on before or behind."""
        row = (*([BEGIN] if begins else []), *words, *([END] if ends else []))
        for at in range(1 if begins else 0, len(row)):
            for begin in range(max(0, at - ORDER + 1), at + 1):
                follows = self._after.setdefault(row[begin:at], defaultdict(float))
                follows[row[at]] += 1.0

    def damped(self) -> After:
        """The same by square roots."""
        return {
            history: {word: math.sqrt(count) for word, count in follows.items()}
            for history, follows in self._after.items()
        }

    def may_be(self, words: Sequence[str]) -> bool:
        """Whether *words* begin as something that was added, and are made of its words alone."""
        row = (BEGIN, *words)[:ORDER]
        begins = all(row[at] in self._after.get(row[:at], ()) for at in range(1, len(row)))
        return bool(words) and begins and self.knows(words)

    def unseen(self, words: Sequence[str], order: int) -> int:
        """How often *order* neighbours in the utterance *words* are none in what was added."""
        row = (BEGIN, *words, END)
        return sum(
            row[at] not in self._after.get(row[max(0, at - order + 1) : at], ())
            for at in range(1, len(row))
        )

    def knows(self, words: Sequence[str]) -> bool:
        """Whether each of *words* is in what was added."""
        return all(word in self._after.get((), ()) for word in words)


def mixed(one: After, other: After, weight: float) -> After:
    """Both together, what is of *other* times *weight*."""
    both = {history: dict(follows) for history, follows in one.items()}
    for history, follows in other.items():
        here = both.setdefault(history, {})
        for word, count in follows.items():
            here[word] = here.get(word, 0.0) + weight * count
    return both


def arpa(after: After) -> bytes:
    """The model, as the recogniser reads it. Requires at least one utterance in *after*."""
    chances = _chances(after)
    lines = ["\\data\\"]
    lines += [f"ngram {order}={len(chances[order])}" for order in range(1, ORDER + 1)]
    for order in range(1, ORDER + 1):
        lines += ["", f"\\{order}-grams:"]
        lines += _lines(chances[order], after, last=order == ORDER)
    lines += ["", "\\end\\", ""]
    return "\n".join(lines).encode()


def _chances(after: After) -> dict[int, dict[Words, float]]:
    """Of each stretch of words, by their number: the probability of its last one."""
    words = {word for follows in after.values() for word in follows}
    even: dict[Words, float] = {(word,): 1.0 / len(words) for word in words}
    chances: dict[int, dict[Words, float]] = {0: even}
    for order in range(1, ORDER + 1):
        shorter = chances[order - 1]
        found: dict[Words, float] = {}
        for history, follows in after.items():
            if len(history) == order - 1:
                left = _left(follows)
                total = sum(follows.values())
                for word, count in follows.items():
                    behind = (*history, word)[1:] if order > 1 else (word,)
                    found[*history, word] = (1 - left) * count / total + left * shorter[behind]
        chances[order] = found
    chances[1][BEGIN,] = 0.0
    return chances


def _left(follows: Mapping[str, float]) -> float:
    """What goes to the shorter history, from 0 to 1."""
    kinds = len(follows)
    return kinds / (kinds + sum(follows.values()))


def _lines(chances: Mapping[Words, float], after: After, *, last: bool) -> Iterator[str]:
    for words, chance in sorted(chances.items()):
        line = f"{_log(chance):.4f} {' '.join(words)}"
        follows = {} if last else after.get(words, {})
        yield f"{line} {_log(_left(follows)):.4f}" if follows else line


def _log(chance: float) -> float:
    return math.log10(chance) if chance > 0 else _NEVER
