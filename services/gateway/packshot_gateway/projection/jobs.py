"""What an event does to a job. Facts only accumulate, so the order in which they come does not matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from packshot.contracts.envelope import Envelope, Message
from packshot.contracts.messages import (
    Failure,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobOrder,
    StepFailed,
    StepFinished,
)
from packshot.contracts.plan import Plan
from packshot.contracts.result import StepRecord
from packshot.contracts.state import JobState
from packshot_gateway.database.tables import Job, JobRoute, Output, Visit

SOURCE = "packshot/gateway"


@dataclass
class JobInHand:
    """A job with what is known of its outputs, and what this transaction adds."""

    job: Job
    outputs: dict[str, Output]
    new_outputs: list[Output] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    routes: list[JobRoute] = field(default_factory=list)
    shadow: Plan | None = None
    """What is to run in its shadow, where that is news."""
    ended_by: Envelope | None = None
    """The event to publish because the job has just ended."""

    @property
    def state(self) -> JobState:
        """Where it is."""
        return JobState(self.job.state)

    def belongs_to(self, listing: str, photo: str) -> None:
        """This is where the job comes from; the first word counts."""
        self.job.listing, self.job.photo = self.job.listing or listing, self.job.photo or photo

    def order(self, order: JobOrder, overdue_s: float) -> None:
        """This is what the job is to do."""
        plan_of(self.job, order.plan)
        self.routes = routes_of(self.job.id, order.plan)
        self.shadow = order.shadow
        self.heard(overdue_s)
        self.settle()

    def heard(self, overdue_s: float, wait_s: float = 0.0) -> None:
        """There was news: the reconciler need not look for a while."""
        self.job.redispatches = 0
        self.job.due_at = datetime.now(UTC) + patience(self.job, overdue_s) + timedelta(seconds=wait_s)

    def step_finished(self, event: str, time: datetime, body: StepFinished) -> None:
        """A visit has ended; perhaps an output is ready."""
        self._done(record.id for record in (*body.frame.history, *body.steps))
        self._running()
        if body.output is not None:
            self._ready(event, body)
        else:
            self.visits.append(_visit(event, time, body))
        self.settle()

    def step_failed(self, event: str, body: StepFailed) -> None:
        """A step has failed; if for good, so have the outputs that needed it."""
        self._running()
        if body.final:
            for name in body.outputs:
                output = self._output(name)
                if output.failed_by is None or event < output.failed_by:
                    output.failed_by, output.failure = event, body.failure.model_dump(mode="json")
        self.settle()

    def step_under_way(self) -> None:
        """A worker is at it."""
        self._running()

    def settle(self) -> None:
        """End the job if every output it plans is ready or has failed."""
        if self.state is not JobState.FINISHED:
            self._advance()
        names = self.job.planned_outputs
        if self.state.ended or not names:
            return
        known = [self.outputs.get(name) for name in names]
        if any(output is None or (output.ready_by is None and output.failed_by is None) for output in known):
            return
        failed = next((output for output in known if output is not None and output.ready_by is None), None)
        if failed is None:
            self.end(JobState.FINISHED)
        else:
            self.end(JobState.FAILED, Failure.model_validate(failed.failure))

    def end(self, state: JobState, failure: Failure | None = None) -> None:
        """The job ends, once; a job that has ended stays as it is."""
        if self.state.ended:
            return
        self.job.state = state.value
        self.job.failure = failure.model_dump(mode="json") if failure else None
        self.job.ended_at = datetime.now(UTC)
        if state is JobState.FINISHED:
            self.job.progress = 1.0
        self.ended_by = Envelope.of(self._last_word(state, failure), source=SOURCE, subject=self.job.id)

    def _last_word(self, state: JobState, failure: Failure | None) -> Message:
        job = self.job
        if state is JobState.CANCELLED:
            return JobCancelled(job=job.id, tenant=job.tenant)
        if failure is None:
            return JobFinished(job=job.id, listing=job.listing or "", tenant=job.tenant, recipe=job.recipe)
        return JobFailed(job=job.id, listing=job.listing or "", tenant=job.tenant, recipe=job.recipe, failure=failure)

    def _running(self) -> None:
        if self.state is JobState.ACCEPTED:
            self.job.state = JobState.RUNNING.value

    def _done(self, steps: Iterable[str]) -> None:
        done = {*self.job.done_steps, *steps}
        if len(done) > len(self.job.done_steps):
            self.job.done_steps = sorted(done)

    def _advance(self) -> None:
        planned = self.job.planned_steps
        if planned:
            self.job.progress = len(set(planned) & set(self.job.done_steps)) / len(planned)

    def _output(self, name: str) -> Output:
        if name not in self.outputs:
            self.outputs[name] = Output(job=self.job.id, name=name, tenant=self.job.tenant)
            self.new_outputs.append(self.outputs[name])
        return self.outputs[name]

    def _ready(self, event: str, body: StepFinished) -> None:
        assert body.output is not None
        output = self._output(body.output)
        if output.ready_by is not None and output.ready_by <= event:
            return
        artifact = body.frame.file or body.frame.planes
        output.ready_by = event
        output.artifact = artifact.model_dump(mode="json") if artifact else None
        output.digest = artifact.digest if artifact else None
        output.width, output.height = body.frame.width or None, body.frame.height or None
        output.findings = dict(body.frame.findings)
        output.lineage = [record.model_dump(mode="json") for record in _lineage(body)]


def plan_of(job: Job, plan: Plan) -> None:
    """Write down what a job plans, and what the projection needs of it without reading the plan again."""
    steps = list(plan.all_steps())
    job.plan = plan.model_dump(mode="json")
    job.recipe = plan.recipe
    job.planned_steps = [step.id for step in steps]
    job.planned_outputs = list(plan.outputs())
    job.patience_s = max((step.timeout_s for step in steps), default=0.0)


def routes_of(job: str, plan: Plan) -> list[JobRoute]:
    """The versions that traffic policies chose for a job."""
    chosen = {(step.operation, step.major) for step in plan.all_steps() if step.routed}
    return [JobRoute(job=job, operation=operation, major=major) for operation, major in sorted(chosen)]


def patience(job: Job, overdue_s: float) -> timedelta:
    """How long a job may be silent: its longest step may run to its deadline, be killed and be tried again."""
    return timedelta(seconds=max(overdue_s, 2 * (job.patience_s or 0.0)))


def _visit(event: str, time: datetime, body: StepFinished) -> Visit:
    return Visit(
        event=event,
        job=body.job,
        depth=len(body.frame.history),
        repairing=body.repairing,
        frame=body.frame.model_dump(mode="json"),
        remaining=body.remaining.model_dump(mode="json"),
        finished_at=time,
    )


def _lineage(body: StepFinished) -> tuple[StepRecord, ...]:
    return body.frame.history or body.steps
