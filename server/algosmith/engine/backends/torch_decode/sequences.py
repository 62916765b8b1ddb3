"""What the host knows of the sequences that are decoded."""

from collections import deque
from collections.abc import Callable, Collection
from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field

from algosmith.engine.backends.base import Event, EventFinish
from algosmith.engine.backends.torch_decode.cache import copy_slot
from algosmith.engine.backends.torch_decode.sampling import FAILED
from algosmith.engine.backends.torch_decode.stepper import SequenceSampler, Stepper
from algosmith.engine.backends.torch_decode.tokens import Tokens

NOT_FINITE = (
    "the model computed numbers that are not finite; if it happens again, the weights are damaged "
    "or the adapter does not fit (try it without adapter and quantization)"
)


@dataclass(slots=True)
class Sequence:
    """A sequence that decodes; its slot is its place in the list of live ones."""

    group: int
    index: int
    position: int
    """Tokens whose keys are in the cache; ``last`` is the next to go in."""
    most: int
    """Tokens it may produce, forced ones included, as far as the context allows."""
    how: SequenceSampler
    prompt: SequenceOf[int]
    last: int = 0
    produced: int = 0
    answer: list[int] = field(default_factory=list[int])
    """Tokens produced so far."""

    def ends_within(self, new: SequenceOf[int], tokens: Tokens) -> bool:
        """Whether it ends with or before the last of some sampled tokens."""
        over = self.produced + len(new) >= self.most
        return over or any(token == FAILED or token in tokens.end for token in new)

    def take(self, new: SequenceOf[int], tokens: Tokens) -> Event:
        """Takes in sampled tokens up to where it ends; those after the end are dropped."""
        data, taken = b"", 0
        finish: EventFinish | None = None
        for token in new:
            if token == FAILED:
                return Event(self.group, self.index, data, taken, "error", NOT_FINITE)
            taken += 1
            self.produced += 1
            self.last = token
            self.answer.append(token)
            if token in tokens.end:
                finish = "stop"
                break
            data += tokens.bytes_of(token)
            if self.produced >= self.most:
                finish = "length"
                break
        return Event(self.group, self.index, data, taken, finish)


class LiveSequences:
    """The sequences in the first slots, without gaps: the last one moves where one has ended."""

    def __init__(self, stepper: Stepper, tokens: Tokens) -> None:
        self._stepper, self._tokens = stepper, tokens
        self._cache = stepper.decoder.cache
        self._place = stepper.decoder.place
        self._flights: deque[Callable[[], list[list[int]]]] = deque()
        self._ahead = 0
        """Steps that were launched and not yet taken in."""
        self.all: list[Sequence] = []

    @property
    def staging(self) -> int:
        """The slot in which prompts are read."""
        return self._stepper.slots

    def start(self, sequence: Sequence, token: int) -> Event:
        """Takes in a sequence whose prompt is in the staging slot, with its first token."""
        self._must_rest()
        event = sequence.take([token], self._tokens)
        if event.finish is None:
            slot = len(self.all)
            copy_slot(self._cache, self.staging, slot, sequence.position)
            self.all.append(sequence)
            self._put(slot, sequence)
        return event

    def decode(self, interrupted: Callable[[], bool]) -> list[Event]:
        """Decodes up to a block for all of them; a chunk at the least, even when interrupted.

        Where chunks are launched ahead, two go on running afterwards unless something ended or
        interrupted: the device is busy while the host deals with the tokens.
        """
        rows: list[list[int]] = []
        over = stopped = False
        while len(rows) < self._place.block and not over and not stopped:
            self._launch()
            rows += self._flights.popleft()()
            over, stopped = self._any_ends(rows), interrupted()
        if over:  # slots move, and may not under a running chunk
            rows += self._landed()
        elif self._place.chunk and not stopped:
            self._launch()
        return self._take_in(rows)

    def land(self) -> list[Event]:
        """Waits for what is under way and takes its tokens in.

        Anything but ``decode`` must come after it: slots may not move under a running chunk.
        """
        return self._take_in(self._landed()) if self._flights else []

    def rest(self) -> None:
        """Forgets what is under way, after it failed, and goes back to where it began."""
        self._flights.clear()
        self._ahead = 0
        for slot, sequence in enumerate(self.all):
            self._put(slot, sequence)

    def drop(self) -> None:
        """Lets go of all of them, whatever state the device is in."""
        self._flights.clear()
        self._ahead = 0
        self.all.clear()

    def _launch(self) -> None:
        """Launches until as much is under way as is meant to be."""
        longest = max(sequence.position for sequence in self.all)
        steps = self._place.chunk or self._place.block
        while len(self._flights) < (2 if self._place.chunk else 1):
            self._flights.append(self._stepper.launch(len(self.all), longest + self._ahead, steps))
            self._ahead += steps

    def _landed(self) -> list[list[int]]:
        rows: list[list[int]] = []
        while self._flights:
            rows += self._flights.popleft()()
        return rows

    def _any_ends(self, rows: list[list[int]]) -> bool:
        return any(
            sequence.ends_within([row[slot] for row in rows], self._tokens)
            for slot, sequence in enumerate(self.all)
        )

    def _must_rest(self) -> None:
        if self._flights:
            raise RuntimeError("steps are under way; land() comes first")

    def _take_in(self, rows: list[list[int]]) -> list[Event]:
        self._ahead -= len(rows)
        events: list[Event] = []
        ended: list[int] = []
        for slot, sequence in enumerate(self.all):
            sequence.position += len(rows)
            event = sequence.take([row[slot] for row in rows], self._tokens)
            events.append(event)
            if event.finish is not None:
                ended.append(slot)
            if event.finish == "error":
                # A NaN left in the cache would spoil the slot's next sequence even when masked.
                self._cache[:, :, slot].zero_()
        self._release(ended)
        return events

    def force(self, group: int, index: int, text: str) -> Event | None:
        """Appends trusted text to one of them and samples on; None when it is not there."""
        self._must_rest()
        for slot, sequence in enumerate(self.all):
            if (sequence.group, sequence.index) == (group, index):
                event = self._forced(slot, sequence, self._tokens.encode_trusted(text))
                if event.finish is not None:
                    self._release([slot])
                return event
        return None

    def forget(self, unwanted: Callable[[Sequence], bool]) -> None:
        """Lets go of some of them."""
        self._must_rest()
        self._release([slot for slot, each in enumerate(self.all) if unwanted(each)])

    def _forced(self, slot: int, sequence: Sequence, forced: list[int]) -> Event:
        if sequence.produced + len(forced) >= sequence.most:
            return Event(sequence.group, sequence.index, finish="length")
        run = [sequence.last, *forced]
        logits = self._stepper.prefill(run, slot, sequence.position, sequence.how.adapter)
        sequence.position += len(run)
        sequence.produced += len(forced)
        sequence.answer += forced
        (token,) = self._stepper.first_tokens(
            logits, sequence.position, [sequence.how], sequence.prompt, sequence.answer
        )
        event = sequence.take([token], self._tokens)
        if event.finish is None:
            self._put(slot, sequence)
        return event

    def _put(self, slot: int, sequence: Sequence) -> None:
        self._stepper.place_sequence(
            slot,
            sequence.last,
            sequence.position,
            sequence.how,
            sequence.prompt,
            sequence.answer,
        )

    def _release(self, slots: Collection[int]) -> None:
        for slot in sorted(slots, reverse=True):
            last = self.all.pop()
            if slot < len(self.all):
                copy_slot(self._cache, len(self.all), slot, last.position)
                self._stepper.move(len(self.all), slot)
                self.all[slot] = last
