"""Errors of our own, named by who can mend them. The message is for the person who reads it: say what to do."""

from __future__ import annotations

import difflib


class PackshotError(Exception):
    """Something in packshot failed."""

    code: str = "error"
    step: int | None = None
    """Which of the steps that a plugin host was given has failed, where that is known."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)


class PermanentError(PackshotError):
    """The request itself is wrong; doing it again changes nothing."""

    code = "permanent"


class TransientError(PackshotError):
    """Something around the request is away for now; doing it again later can succeed."""

    code = "transient"


class BadPhoto(PermanentError):
    """The file is not a picture that packshot takes."""

    code = "bad_photo"


class BadFrame(PermanentError):
    """A stored frame cannot be read: it is damaged, or a newer packshot wrote it."""

    code = "bad_frame"


class BadUrl(PermanentError):
    """A photo's URL is not one that packshot fetches."""

    code = "bad_url"


class BadParameters(PermanentError):
    """An operation was given parameters it does not take."""

    code = "bad_parameters"


class BadRecipe(PermanentError):
    """The recipe cannot be run as written."""

    code = "bad_recipe"


class UnknownName(PermanentError):
    """No recipe, operation or service has this name."""

    code = "unknown_name"


class OperationFailed(PermanentError):
    """An operation raised an error of its own on this picture."""

    code = "operation_failed"


class BadSettings(PermanentError):
    """A setting (PACKSHOT_...) cannot be used as given."""

    code = "bad_settings"


class BadPlugin(PermanentError):
    """A plugin cannot be used as it is; its author must mend it."""

    code = "bad_plugin"


class ArtifactMissing(PermanentError):
    """The object store has no artifact with this digest."""

    code = "artifact_missing"


class ArtifactDamaged(PermanentError):
    """The object store gave back other bytes than were stored; check its disks, then upload the photo again."""

    code = "artifact_damaged"


class ModelMissing(PermanentError):
    """A model's files are not on this machine; `packshot models fetch` brings them."""

    code = "model_missing"


class ModelDamaged(PermanentError):
    """A model's file is not the one that its card names."""

    code = "model_damaged"


class FetchFailed(TransientError):
    """A photo could not be fetched from its URL for now."""

    code = "fetch_failed"


class BusUnavailable(TransientError):
    """The message broker cannot be reached."""

    code = "bus_unavailable"


class Unroutable(TransientError):
    """No queue takes this message yet; is a worker with this operation running?"""

    code = "unroutable"


class StoreUnavailable(TransientError):
    """The object store cannot be reached."""

    code = "store_unavailable"


class DatabaseUnavailable(TransientError):
    """The database cannot be reached."""

    code = "database_unavailable"


class ServerUnavailable(TransientError):
    """packshot's HTTP API cannot be reached."""

    code = "server_unavailable"


class HomeInUse(TransientError):
    """Another packshot is at work in this home."""

    code = "home_in_use"


class HostCrashed(TransientError):
    """The plugin-host process died while it worked on this picture."""

    code = "host_crashed"


class DeadlineExceeded(TransientError):
    """The operation was stopped because it ran past its deadline."""

    code = "deadline_exceeded"


class OperationQuarantined(TransientError):
    """The operation has crashed or hung several times in a row and rests for a while."""

    code = "operation_quarantined"


class OperationAway(TransientError):
    """No plugin of this worker offers the operation any more; the step waits for one that does."""

    code = "operation_away"


class VersionGone(TransientError):
    """The version that a visit was planned with has been replaced; the visit is planned anew."""

    code = "version_gone"


class DeviceOutOfMemory(TransientError):
    """The device had no memory left for this picture."""

    code = "device_out_of_memory"


def error_of(code: str, message: str) -> PackshotError:
    """The error with this `code`, as it came over a wire. Codes of errors from other modules are not known here."""
    kinds = [PackshotError]
    for kind in kinds:
        if kind.code == code:
            return kind(message)
        kinds.extend(below for below in kind.__subclasses__() if below.__module__ == __name__)
    return PackshotError(message)


def nearest(name: str, known: list[str]) -> str:
    """A sentence naming what is closest to `name` among `known`, or listing what there is."""
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        # Beside a name that is nearly the same, one that shares a few letters only confuses.
        best = [each for each in close if _likeness(name, each) > _likeness(name, close[0]) - 0.2]
        return "Did you mean " + " or ".join(best) + "?"
    if not known:
        return "None is known yet."
    return "Known: " + ", ".join(sorted(known)[:20]) + ("…" if len(known) > 20 else "") + "."


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
