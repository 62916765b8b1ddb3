"""Starting what waits, as far as sequences and memory allow. Runs on the scheduler's thread."""

import threading

from algosmith.engine.running import DecodingGroup
from algosmith.engine.turns import Room, Turns, Wave
from algosmith.errors import EngineBusy, EngineError, RequestRejected


class Admission:
    """Moves waves from the queue to the backend."""

    def __init__(self, running: DecodingGroup, turns: Turns, lock: threading.Condition) -> None:
        self._running, self._turns, self._lock = running, turns, lock

    def admit(self, slots: int, width: int) -> None:
        """Start the waves that fit into ``slots`` sequences, ``width`` for each client, in turn."""
        while True:
            with self._lock:
                wave = self._next(slots, width)
            if wave is None:
                return
            if wave.job.done:
                continue
            try:
                self._running.start(wave)
            except EngineBusy as error:
                self._make_room(wave, error)
                return
            except RequestRejected as error:
                self._give_up(wave, str(error), rejected=True)
            except EngineError as error:
                self._give_up(wave, str(error))
            except Exception:
                # The inference thread goes on; but nobody may wait for an answer that can't come.
                self._give_up(wave, "the engine failed to start this request; its log says why")
                raise

    def _next(self, slots: int, width: int) -> Wave | None:
        running = self._running
        free = 0 if running.alone else slots - running.sequences
        return self._turns.take(Room(free, width, running.by_client))

    def _make_room(self, wave: Wave, error: EngineBusy) -> None:
        """No memory now: wait for others to end, or try fewer choices at a time."""
        with self._lock:
            if self._running.sequences:
                self._turns.put_back(wave)
            elif wave.count > 1:
                half = wave.count // 2
                self._turns.put_back(Wave(wave.job, wave.first + half, wave.count - half))
                self._turns.put_back(Wave(wave.job, wave.first, half))
            else:
                wave.job.end(f"{error}; lower `answer_tokens`, `thinking.tokens` or the prompt")

    def _give_up(self, wave: Wave, message: str, *, rejected: bool = False) -> None:
        with self._lock:
            self._turns.drop(wave.job)
        self._running.cancel(wave.job)
        wave.job.end(message, rejected=rejected)
