"""Files that never change under one address, and the health of the server."""

from yongxin.site.handlers.base import Guarded, ProgramHandler
from yongxin.site.refusals import Refusal

FOREVER = "public, max-age=31536000, immutable"


class StaticHandler(Guarded):
    """A file of the site itself."""

    route = "static"
    for_programs = True

    async def get(self, version: str, name: str) -> None:
        asset = self.services.assets.get(name)
        if asset is None:
            raise Refusal(404, "not-found")
        # A page of another version of the site may ask here while servers are being replaced.
        # It gets what there is, and nobody keeps it under the wrong address.
        self.set_header("Cache-Control", FOREVER if version == asset.version else "no-store")
        self.set_header("Content-Type", asset.content_type)
        self.set_header("Vary", "Accept-Encoding")
        self.set_header("ETag", f'"{asset.version}"')
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
        elif "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(asset.compressed)
        else:
            self.finish(asset.content)


class HealthHandler(ProgramHandler):
    """Says whether the server can do its work. For monitors: no user, no cookie."""

    route = "health"

    async def get(self) -> None:
        await self.services.in_thread(self.services.store.ping)
        await self.services.in_thread(lambda: self.services.catalogue.course)
        self.send({"status": "ok"})
