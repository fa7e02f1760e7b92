"""What the site counts of itself, for Prometheus. No label holds anything about a person."""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from prometheus_client import Counter, Gauge, Histogram, start_http_server
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry
from tornado import web

from yongxin.site.logs import route_of

#: Where the processes of one site count together. Read by prometheus-client when it is imported.
FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"

#: Worker → process id.
Processes = Callable[[], Mapping[str, int]]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SHORT = (0.001, 0.0025, *_SECONDS[:-2])
_EVENTS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        one_request = ("route", "method", "status")
        self._requests = Counter(
            "yongxin_requests", "Requests that were answered.", one_request, registry=self.registry
        )
        self._seconds = Histogram(
            "yongxin_request_seconds",
            "From the end of a request to the end of its answer.",
            ("route", "method"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._refusals = Counter(
            "yongxin_refusals",
            "Answers other than the one hoped for, by their code; kernels-busy among them.",
            ("route", "code"),
            registry=self.registry,
        )
        self._write_seconds = Histogram(
            "yongxin_store_write_seconds",
            "From the beginning of a write to its commit.",
            buckets=_SHORT,
            registry=self.registry,
        )
        self._write_events = Histogram(
            "yongxin_store_write_events",
            "How many events were written with one commit.",
            buckets=_EVENTS,
            registry=self.registry,
        )
        self._kernels = Gauge(
            "yongxin_kernels_running",
            "Kernels that run for open pages.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self._lag = Histogram(
            "yongxin_event_loop_lag_seconds",
            "How much later than wished the event loop came to its next work.",
            buckets=_SHORT,
            registry=self.registry,
        )

    def request_answered(self, handler: web.RequestHandler) -> None:
        """Count a finished request."""
        request, route = handler.request, route_of(handler)
        # Whatever word a client uses as a method would become a label.
        method = request.method if request.method in handler.SUPPORTED_METHODS else "other"
        status = f"{handler.get_status() // 100}xx"
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route, method).observe(request.request_time())
        code = getattr(handler, "refusal_code", None)
        if code is not None:
            self._refusals.labels(route, code).inc()

    def events_written(self, events: int, seconds: float) -> None:
        """Count one commit of the store."""
        self._write_events.observe(events)
        self._write_seconds.observe(seconds)

    def loop_looked_at(self, *, kernels: int, lag: float) -> None:
        """Note how the process is; to be called about once a second."""
        self._kernels.set(kernels)
        self._lag.observe(max(0.0, lag))


async def watch_loop(metrics: Metrics, kernels: Callable[[], int]) -> None:
    """Note each second, for ever, how late the event loop is and how many kernels run."""
    loop = asyncio.get_running_loop()
    while True:
        wished = loop.time() + 1
        await asyncio.sleep(1)
        metrics.loop_looked_at(kernels=kernels(), lag=loop.time() - wished)


class _CountedTogether(Collector):
    """Adds up what the processes of one site have counted in one folder."""

    def __init__(self, folder: Path) -> None:
        self._collector = MultiProcessCollector(None, str(folder))

    def collect(self) -> Iterable[Metric]:
        """Return our own metrics; libraries count in the same folder."""
        return (one for one in self._collector.collect() if one.name.startswith("yongxin_"))


class _Processes(Collector):
    """Processor time and memory of each process."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        for worker, process_id in self._processes().items():
            figures = ProcessCollector("yongxin", pid=lambda: process_id, registry=None)  # noqa: B023
            for found in figures.collect():
                family = families.setdefault(
                    found.name, Metric(found.name, found.documentation, found.type)
                )
                for sample in found.samples:
                    family.add_sample(sample.name, {"worker": worker}, sample.value)
        return families.values()


class MetricsPort:
    """Answers a Prometheus server on an address of its own, from a thread."""

    def __init__(
        self,
        port: int,
        address: str,
        counted: CollectorRegistry | Path,
        processes: Processes | None = None,
    ) -> None:
        """Begin to answer. ``counted`` is this process's registry, or the folder of all.

        ``processes`` are all of them, called in a thread; without it there is only this one.

        Raises ``OSError`` when nobody can listen there.
        """
        registry = CollectorRegistry()
        if isinstance(counted, Path):
            registry.register(_CountedTogether(counted))
        else:
            registry.register(counted)
        registry.register(_Processes(processes or (lambda: {"1": os.getpid()})))
        self._server, self._thread = start_http_server(port, address, registry)
        self.port = self._server.server_port

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def forget_process(process_id: int, folder: Path) -> None:
    """Let what a process that has ended had at the moment, such as kernels, count no more."""
    mark_process_dead(process_id, str(folder))
