"""The pictures of the course, kept in memory under the addresses that pages give them."""

from collections import OrderedDict
from pathlib import Path

from yongxin.catalogue import Catalogue
from yongxin.language import Language
from yongxin.site.assets import IMAGE_SUFFIXES, Asset, asset
from yongxin.site.rendering import image_path

#: Pictures take at most so many bytes; those that nobody asked for the longest go first.
MOST_BYTES = 64 * 1024 * 1024


class Pictures:
    """The pictures of one course. ``read`` may wait for a disk; the rest is for the event loop."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._root = catalogue.root
        self._kept: OrderedDict[tuple[Path, str], Asset] = OrderedDict()
        self._size = 0

    def path(self, language: Language, module_id: str, name: str) -> Path | None:
        """Return where a picture stands; ``None`` for a name that no picture can have."""
        if Path(name).suffix not in IMAGE_SUFFIXES:
            return None
        return image_path(self._root, language, module_id, name)

    def kept(self, path: Path, version: str) -> Asset | None:
        """Return a picture from memory, if it is there."""
        found = self._kept.get((path, version))
        if found is not None:
            self._kept.move_to_end((path, version))
        return found

    def read(self, path: Path) -> Asset | None:
        """Read a picture; ``None`` if there is none."""
        if path.is_symlink() or not path.is_file():
            return None
        return asset(path.name, path.read_bytes())

    def keep(self, path: Path, picture: Asset) -> None:
        """Keep a picture that was read."""
        if (path, picture.version) in self._kept:
            return
        self._kept[path, picture.version] = picture
        self._size += picture.size
        while self._size > MOST_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.size
