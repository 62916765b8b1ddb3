"""The one inference thread: loads the model, takes turns between clients, steps the backend.

Everything a backend does happens on this thread. Other threads hand in jobs and cancellations
through a small inbox; answers leave through the jobs' outboxes.
"""

import itertools
import logging
import threading
import time
from collections.abc import Callable

from algosmith.engine.admission import Admission
from algosmith.engine.ahead import Ahead
from algosmith.engine.backends.base import Backend, BackendStats, LoadReport
from algosmith.engine.cores import Watch
from algosmith.engine.curve import Curve, believable, first_guess, measure, pays_off
from algosmith.engine.jobs import Job
from algosmith.engine.rates import Rate
from algosmith.engine.running import DecodingGroup
from algosmith.engine.turns import Turns
from algosmith.errors import AlgosmithError, EngineBusy, FatalBackendError
from algosmith.wire import CANDIDATES, EngineStatus

_log = logging.getLogger(__name__)

_MOST_WAITING = 256
_MOST_WAITING_PER_CLIENT = 64
_IDLE_SECONDS = 2.0
_AGAIN_SECONDS = 300.0
"""After a measurement that other programs disturbed; until then the width stays as it is."""
_MOST_FAILED_STEPS = 3
"""So many failed steps in a row mean that the backend is broken."""


class Scheduler:
    """Owns the backend.

    Args:
        load: makes the backend; called on the scheduler's thread.
        on_fatal: called once, from the scheduler's thread, when only a new process helps.
        curve: where the machine's speed by number of sequences is kept; without it none is
            measured, and all of the backend's slots are used.
    """

    def __init__(
        self,
        load: Callable[[LoadReport], Backend],
        on_fatal: Callable[[str], None],
        curve: Curve | None = None,
    ) -> None:
        self._load, self._on_fatal, self._curve = load, on_fatal, curve
        self._measured = curve is None
        self._measure_after = 0.0
        self._width = CANDIDATES
        self._ahead = Ahead()
        self._condition = threading.Condition()
        self._inbox: list[Job] = []
        self._cancels: list[Job] = []
        self._stopping = False
        self._turns = Turns()
        self._running: DecodingGroup | None = None
        self._backend: Backend | None = None
        self._loading: tuple[str, float | None] = ("starting", None)
        self._failed: str | None = None
        self._broken = False
        self._stats = BackendStats()
        self._rate = Rate()
        self._ids = itertools.count(1)
        self._thread = threading.Thread(target=self._main, name="inference", daemon=True)
        self.last_work = time.monotonic()
        """When a job last came, ran or went."""

    def start(self) -> None:
        """Begin loading."""
        self._thread.start()

    def next_id(self) -> int:
        """A number for a new job."""
        return next(self._ids)

    def submit(self, job: Job) -> None:
        """Take a job (any thread).

        Raises:
            EngineBusy: too much waits already.
        """
        with self._condition:
            mine = sum(other.client == job.client for other in self._inbox)
            mine += self._turns.waiting(job.client)
            full = len(self._turns) + len(self._inbox) >= _MOST_WAITING
            if full or mine >= _MOST_WAITING_PER_CLIENT:
                raise EngineBusy(f"{len(self._turns)} requests wait already; try again later")
            self._inbox.append(job)
            self._condition.notify()

    def cancel(self, job: Job) -> None:
        """Let go of a job (any thread); its sequences end before the next step."""
        with self._condition:
            job.cancelled = True
            self._cancels.append(job)
            self._condition.notify()

    def stop(self, seconds: float = 10.0) -> None:
        """End everything and give the memory back (any other thread)."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        self._thread.join(seconds)

    @property
    def backend(self) -> Backend | None:
        """The loaded backend; its ``info`` may be read from any thread."""
        return self._backend

    @property
    def failed(self) -> str | None:
        """Why the model could not be loaded, or the device broke."""
        return self._failed

    @property
    def busy(self) -> bool:
        """Something runs or waits."""
        running = self._running
        return bool(self._inbox or len(self._turns) or (running and running.sequences))

    def status(self) -> EngineStatus:
        """What ``/health`` tells (any thread)."""
        backend, running, (message, fraction) = self._backend, self._running, self._loading
        info = backend.info if backend else None
        state = "failed" if self._failed else "ready" if info else "loading"
        if self._broken:  # a new process takes over: clients wait for it
            state = "starting"
        return EngineStatus(
            state=state,
            model=info.model if info else None,
            backend=info.name if info else None,
            device=info.device if info else None,
            memory_bytes=self._stats.memory_bytes,
            queue=len(self._turns) + len(self._inbox),
            running=sum(not job.ask.warm for job in running.jobs) if running else 0,
            tokens_per_second=round(self._rate.now(), 1),
            tokens_per_second_lately=round(self._rate.lately(), 1),
            message=self._failed or message,
            fraction=fraction if state == "loading" else None,
            cache_hits=self._stats.cache_hits,
            adapters=info.adapters if info else (),
            candidates=info.candidates if info else CANDIDATES,
            sequences=self._width,
        )

    def _main(self) -> None:
        try:
            backend = self._load(self._report)
        except AlgosmithError as error:
            self._fail(str(error), error.detail)
        except Exception as error:  # noqa: BLE001  contained: everybody who asks is told
            _log.exception("loading failed")
            self._fail(f"the model could not be loaded ({error!r}); the log says more", "")
        else:
            self._running = DecodingGroup(backend)
            self._stats = backend.stats()
            self._loading = ("", None)
            self._choose_width(backend)
            self._backend = backend
            self._serve(backend, self._running)
        self._refuse_until_stopped()
        if self._backend is not None:
            self._backend.close()

    def _report(self, message: str, fraction: float | None) -> None:
        _log.info("%s", message)
        self._loading = (message, fraction)

    def _fail(self, message: str, detail: str) -> None:
        _log.error("%s\n%s", message, detail)
        self._failed = message

    def _serve(self, backend: Backend, running: DecodingGroup) -> None:
        admission = Admission(running, self._turns, self._condition)
        failures = 0
        while self._failed is None:
            try:
                if not self._collect(running):
                    return
                admission.admit(backend.info.slots, self._width)
                if not running.sequences and not len(self._turns):
                    self._ahead.start(running)
                self._step(backend, running)
                self._measure_if_idle(backend, running)
                failures = 0
            except FatalBackendError as error:
                self._fatal(str(error), running)
            except Exception as error:  # noqa: BLE001  contained: the requests end, the engine lives
                failures += 1
                self._step_failed(error, failures, running)

    def _step_failed(self, error: Exception, failures: int, running: DecodingGroup) -> None:
        _log.error("a decoding step failed", exc_info=error)
        try:
            running.fail_all(f"decoding failed ({error}); ask again")
        except FatalBackendError as worse:
            self._fatal(str(worse), running)
            return
        if failures == _MOST_FAILED_STEPS:
            self._fatal(f"decoding failed {failures} times in a row ({error})", running)

    def _choose_width(self, backend: Backend) -> None:
        """So many sequences are decoded together: what pays off on this machine."""
        self._width = backend.info.slots
        if self._curve is not None:
            rates = self._curve.stored()
            self._measured = bool(rates) or backend.info.device != "cpu"
            self._width = first_guess(backend, rates)

    def _measure_if_idle(self, backend: Backend, running: DecodingGroup) -> None:
        """Measure once, after the first work, when a while has passed without more."""
        if self._measured or self._curve is None or running.jobs or not self._rate.total:
            return
        if time.monotonic() < self._measure_after:
            return
        with self._condition:
            if len(self._turns) or self._condition.wait_for(self._interrupted, _IDLE_SECONDS):
                return
        others = Watch(self._curve.threads)
        rates = measure(backend, self._interrupted)
        if rates and (others.disturbed() or not believable(rates)):
            self._measure_after = time.monotonic() + _AGAIN_SECONDS
            _log.info("tokens/s by sequences: %s; others were busy, so it is not used", rates)
        elif rates:
            self._measured = True
            self._curve.store(rates)
            self._width = min(backend.info.slots, pays_off(rates))
            _log.info("tokens/s by sequences: %s; %d pay off together", rates, self._width)

    def _collect(self, running: DecodingGroup) -> bool:
        """Take in what other threads handed over; false when it is time to leave."""
        with self._condition:
            while not (
                self._stopping
                or self._inbox
                or self._cancels
                or running.jobs
                or len(self._turns)
                or self._ahead.waiting
            ):
                self._condition.wait()
            arrived, self._inbox = self._inbox, []
            cancelled, self._cancels = self._cancels, []
            work = [job for job in arrived if not job.cancelled and not job.ask.warm]
            for job in work:
                self._turns.add(job, self._width)
            for job in cancelled:
                self._turns.drop(job)
        for job in arrived:
            if job.ask.warm:
                self._ahead.offer(job)
        if work or self._ahead.waiting:
            self._ahead.give_way(running)
        for job in cancelled:
            running.cancel(job)
            job.end("cancelled")
        self.last_work = time.monotonic()
        return not self._stopping

    def _step(self, backend: Backend, running: DecodingGroup) -> None:
        if not running.sequences:
            return
        for event in backend.step(self._interrupted):
            self._rate.add(event.tokens)
            running.take(event)
        self._stats = backend.stats()

    def _interrupted(self) -> bool:
        return bool(self._cancels or self._inbox or self._stopping)

    def _fatal(self, message: str, running: DecodingGroup) -> None:
        _log.critical("%s", message)
        self._broken, self._failed = True, message
        try:
            running.fail_all(f"{message}; the engine starts anew, ask again")
        finally:
            self._on_fatal(message)

    def _refuse_until_stopped(self) -> None:
        """After a failure: everybody who asks is told why."""
        reason = self._failed or "the engine is being stopped; ask again to start it anew"
        while True:
            with self._condition:
                refused = (*self._inbox, *self._turns.jobs())
                self._inbox, self._turns = [], Turns()
            for job in refused:
                job.end(reason)
            if self._running is not None:
                self._running.fail_all(reason)
            with self._condition:
                if self._stopping:
                    return
                self._condition.wait_for(lambda: self._stopping or self._inbox)
