"""Reading a prompt before it is asked for, while nobody needs the engine.

Only the newest such prompt counts: it is where the user looks now. Real work comes first and ends
it at once; what was read until then stays in the cache. Runs on the scheduler's thread.
"""

from algosmith.engine.jobs import Job
from algosmith.engine.running import DecodingGroup
from algosmith.engine.turns import Wave
from algosmith.errors import EngineError


class Ahead:
    """The prompt that is to be read, or is being read, ahead."""

    def __init__(self) -> None:
        self.waiting: Job | None = None
        self._reading: Job | None = None

    def offer(self, job: Job) -> None:
        """Take a job in place of the one that waits."""
        if self.waiting is not None:
            self.waiting.end()
        self.waiting = job

    def start(self, running: DecodingGroup) -> None:
        """Read the prompt that waits; nothing else runs."""
        job, self.waiting = self.waiting, None
        if job is None or job.cancelled:
            return
        self._reading = job
        try:
            running.start(Wave(job, 0, 1))
        except EngineError as error:  # too long, or no room: it will be said when it is asked for
            job.end(str(error))

    def give_way(self, running: DecodingGroup) -> None:
        """End the reading: somebody asked for something."""
        job, self._reading = self._reading, None
        if job is not None and not job.done:
            running.cancel(job)
            job.end()
