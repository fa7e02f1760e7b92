"""What a device needs to go on without a network: the worker, and a page that says so."""

from yongxin.language import Language
from yongxin.site.handlers.base import Guarded
from yongxin.site.handlers.files import FileHandler
from yongxin.site.worker import offline_page, service_worker


class ServiceWorkerHandler(FileHandler):
    """The service worker. It may act below its own address, so that is the site's root."""

    route = "service-worker"
    asks_who = False

    async def get(self) -> None:
        services = self.services
        self._worker = service_worker(services.pages, services.paths)
        # Asked for at every page: an update must not wait for anything.
        self.set_header("Cache-Control", "no-cache")
        self.send_file(self._worker)

    def compute_etag(self) -> str | None:
        """Return the worker's version: mostly, there is no new one."""
        return f'"{self._worker.version}"'


class OfflineHandler(Guarded):
    """The page for what a device does not have, fetched by the worker while it is connected."""

    route = "offline"
    asks_who = False

    async def get(self, language: Language) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(offline_page(self.services.pages, self.services.paths, language))
