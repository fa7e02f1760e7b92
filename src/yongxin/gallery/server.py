"""The gallery's site: the learners' site, and one script more."""

from importlib.resources import files

from yongxin.elements.assets import bare
from yongxin.site.app import YongxinServer
from yongxin.site.assets import Asset, asset

#: Every page has this script; the gallery's own goes along with it.
SCRIPT = "site.js"


class GalleryServer(YongxinServer):
    """A site whose pages let the copies in the state "refused" be refused."""

    def make_assets(self) -> list[Asset]:
        """As in the base class, with the gallery's script."""
        own = bare(files("yongxin.gallery").joinpath("refuse.js").read_text(encoding="utf-8"))
        return [
            asset(SCRIPT, one.content + b"\n" + own.encode()) if one.name == SCRIPT else one
            for one in super().make_assets()
        ]
