"""The exceptions algosmith raises on purpose. Imports nothing.

Every message is written for the user and says what to do next; ``detail`` is for the log.

    AlgosmithError
    ├── ConfigError          a setting or file the user wrote is not usable
    ├── TaskError            no task there, or its text changed meanwhile
    ├── PromptError          a prompt file is not usable (names file and variable)
    ├── ReplyError           a model reply holds no usable candidate
    ├── EditError            a candidate can't be placed without harming the file
    ├── ModelError           a model folder or file is missing, damaged or refused
    ├── EngineError          the engine can't be reached, started or failed a request
    │   ├── EngineBusy       try again later
    │   ├── RequestRejected  the engine refused the request (a field it does not honour)
    │   └── FatalBackendError  only a new process of the engine helps
    └── SandboxError         no cage on this machine, or the cage failed
"""


class AlgosmithError(Exception):
    """Base class: ``str(error)`` is a sentence for the user."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class ConfigError(AlgosmithError):
    """A setting or configuration file is not usable."""


class TaskError(AlgosmithError):
    """There is no task at the place, or its text changed while it was being solved."""


class PromptError(AlgosmithError):
    """A prompt file is not usable."""


class ReplyError(AlgosmithError):
    """A model reply holds no usable candidate."""


class EditError(AlgosmithError):
    """A candidate can't be placed without harming the file."""


class ModelError(AlgosmithError):
    """A model folder or file is missing, damaged or refused."""


class EngineError(AlgosmithError):
    """The engine can't be reached, can't be started, or failed a request."""


class EngineBusy(EngineError):
    """The engine has no room for the request now."""


class RequestRejected(EngineError):
    """The engine refused the request."""


class ConnectionLost(EngineError):
    """The connection broke after the request was sent."""


class NoAnswer(ConnectionLost):
    """The connection broke before any of the answer came: asking again repeats nothing."""


class Unreachable(EngineError):
    """No connection could be made."""


class FatalBackendError(EngineError):
    """The device or library is broken for good; only a new process helps."""


class SandboxError(AlgosmithError):
    """No cage can be had on this machine, or the cage failed."""
