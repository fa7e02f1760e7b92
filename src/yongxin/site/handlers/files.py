"""Files that never change under one address."""

from yongxin.language import Language
from yongxin.site.assets import Asset
from yongxin.site.handlers.base import Guarded
from yongxin.site.headers import FOREVER, FOREVER_FOR_ONE, PICTURE_POLICY
from yongxin.site.refusals import Refusal


class FileHandler(Guarded):
    """Sends a file in the smallest form that the browser knows."""

    for_programs = True

    def send_file(self, file: Asset) -> None:
        """Send ``file``; how long it may be kept is for the caller to say."""
        encoding, content = file.encoded(self.request.headers.get("Accept-Encoding", ""))
        self.set_header("Content-Type", file.content_type)
        if encoding:
            self.set_header("Content-Encoding", encoding)
        self.finish(content)

    def send_version(self, file: Asset, version: str) -> None:
        """Send ``file`` to a page that asks for ``version``, to be kept if it is that.

        A page of another version of the site may ask while servers are being replaced. It gets
        what there is, and nobody keeps it under the wrong address.
        """
        self.set_header("Cache-Control", FOREVER if version == file.version else "no-store")
        self.send_file(file)


class StaticHandler(FileHandler):
    """A file of the site itself: from memory, for everybody."""

    route = "static"
    asks_who = False

    async def get(self, version: str, name: str) -> None:
        asset = self.services.assets.get(name)
        if asset is None:
            raise Refusal(404, "not-found")
        self.send_version(asset, version)


class ImageHandler(FileHandler):
    """A picture of the course."""

    route = "image"

    async def get(self, language: Language, module_id: str, name: str) -> None:
        pictures = self.services.pictures
        version = self.get_query_argument("v", "")
        path = pictures.path(language, module_id, name)
        if path is None:
            raise Refusal(404, "not-found")
        picture = pictures.kept(path, version)
        if picture is None:
            picture = await self.services.in_thread(pictures.read, path)
            if picture is None:
                raise Refusal(404, "not-found")
            if picture.version == version:
                pictures.keep(path, picture)
        is_this = picture.version == version
        self.set_header("Cache-Control", FOREVER_FOR_ONE if is_this else "private, no-cache")
        self.set_header("Content-Security-Policy", PICTURE_POLICY)
        self.send_file(picture)
