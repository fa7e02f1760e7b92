"""The pages that are made of a notebook: lesson and exercise, and the pictures in them."""

import asyncio
from pathlib import Path
from typing import Any, cast

from nbclient.exceptions import DeadKernelError
from voila.utils import get_page_config

from yongxin.elements import assets as element_assets
from yongxin.grading.submission import warm_up
from yongxin.language import LANGUAGES, Language
from yongxin.site.handlers.base import PageHandler
from yongxin.site.identity import device_name
from yongxin.site.kernels import OwnedKernels
from yongxin.site.live import LiveBody, LiveNotebook
from yongxin.site.modules import neighbours, require_module
from yongxin.site.pages import course_menu
from yongxin.site.refusals import Refusal
from yongxin.site.rendering import Body, image_path
from yongxin.store import StoreError

#: How many seconds a whole page may take to be made ready in its kernel.
PAGE_SECONDS = 120
#: … and one of its cells.
CELL_SECONDS = 45

PICTURES_ONLY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

IMAGE_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}


class _NotebookHandler(PageHandler):
    """Shows a notebook: text and elements from the cache, other code from a kernel."""

    async def show_notebook(self, template: str, path: Path, module_id: str) -> None:
        """Send the page of a notebook. Raises ``Refusal`` or ``CatalogueError``."""
        services = self.services
        live: LiveBody | None = None
        body = await services.in_thread(services.lessons.body, path, self.language)
        if body is None:
            body, live = await self._run(path)
        state = await services.in_thread(
            services.learning.page_state,
            self.learner,
            body.elements,
            self.language,
            module_id=module_id,
        )
        surroundings = await services.in_thread(self._surroundings, module_id)
        page = self._page(state, module_id)
        self.show(template, body=body, live=live, page=page, **surroundings)

    def _surroundings(self, module_id: str) -> dict[str, Any]:
        """Return what stands around the notebook."""
        catalogue = self.services.catalogue
        modules = catalogue.course.modules
        before, after = neighbours(catalogue, module_id)
        bank = catalogue.bank(module_id)
        return {
            "menu": course_menu(catalogue.course, self.services.paths, self.language, module_id),
            "sections": bank.lesson[self.language],
            "module": modules[module_id],
            "has_exercise": bool(bank.exercise),
            "before": modules.get(before or ""),
            "after": modules.get(after or ""),
            "place": self.route,
        }

    def _page(self, state: dict[str, Any], module_id: str) -> dict[str, Any]:
        """Return what the elements' script finds in the page."""
        services = self.services
        return {
            "base": services.paths.base,
            "learner": device_name(self.application.settings["cookie_secret"], self.learner),
            "language": self.language,
            "module": module_id,
            "xsrf_cookie": "_xsrf",
            "sign_in": services.paths.sign_in(self.language, self.request.path),
            "plotly": services.pages.asset("plotly.js"),
            "text": element_assets.browser_text(self.language),
            "elements": state,
        }

    async def _run(self, path: Path) -> tuple[Body, LiveBody]:
        """Run the notebook's own code in a kernel of this learner's."""
        services = self.services
        prepared = await services.in_thread(services.lessons.prepare, path, self.language)
        kernels = cast(OwnedKernels, self.kernel_manager)
        configuration = self.settings["voila_configuration"]
        page_config = get_page_config(
            base_url=self.base_url,
            settings=self.settings,
            log=self.log,
            voila_configuration=configuration,
        )
        notebook = LiveNotebook(
            prepared,
            services.lessons.exporter(self.language),
            self.text,
            CELL_SECONDS,
            request_handler=self,
            voila_configuration=configuration,
            traitlet_config=self.settings["voila_config"],
            notebook_path=str(path),
            template_paths=[],
            base_url=self.base_url,
            kernel_spec_manager=self.kernel_spec_manager,
            page_config=page_config,
        )
        await notebook.initialize()
        kernel_id = await kernels.start_for(
            self.learner.id,
            course_root=services.catalogue.root,
            directory=path.parent.relative_to(services.catalogue.root).as_posix(),
            kernel_name=notebook.notebook.metadata.kernelspec.name,
        )
        try:
            async with asyncio.timeout(PAGE_SECONDS):
                html = await notebook.generate_content_str(kernel_id, kernels.get_kernel(kernel_id))
        except BaseException as error:
            await kernels.shut_down(kernel_id)
            if isinstance(error, DeadKernelError | TimeoutError | RuntimeError):
                self.log.exception("the kernel for %s did not do its work", path)
                raise Refusal(503, "kernel-lost", retry_after=10) from error
            raise
        finally:
            notebook.close()
        live = LiveBody(html, kernel_id, page_config | {"kernelId": kernel_id})
        return Body(prepared.title, html, prepared.elements), live


class LessonHandler(_NotebookHandler):
    """The lesson of a module."""

    route = "lesson"

    async def get(self, language: Language, module_id: str) -> None:
        learning = self.services.learning
        await self.services.in_thread(require_module, self.services.catalogue, module_id)
        path = self.services.catalogue.lesson_path(module_id, language)
        try:
            await self.services.in_thread(learning.record_visit, self.learner, module_id)
        except StoreError:
            # The page is worth more than the note that it was opened.
            self.log.exception("the visit of %s to %s", self.learner.username, module_id)
        await self.show_notebook("lesson.html", path, module_id)


class ExerciseHandler(_NotebookHandler):
    """The exercise of a module, which ends with handing it in."""

    route = "exercise"

    async def get(self, language: Language, module_id: str) -> None:  # noqa: ARG002
        # The notebook is the same in every language; what is on it is not.
        await self.services.in_thread(require_module, self.services.catalogue, module_id)
        path = self.services.catalogue.exercise_path(module_id)
        if not path.is_file():
            raise Refusal(404, "not-found")
        # nbgrader takes seconds to import; whoever hands in, some minutes from now, shall not wait.
        self.services.in_background(warm_up)
        await self.show_notebook("exercise.html", path, module_id)


class ImageHandler(PageHandler):
    """A picture of the course."""

    route = "image"
    for_programs = True

    async def get(self, language: str, module_id: str, name: str) -> None:
        content_type = IMAGE_TYPES.get(Path(name).suffix)
        if language not in LANGUAGES or content_type is None:
            raise Refusal(404, "not-found")
        path = image_path(self.services.catalogue.root, language, module_id, name)
        if path.is_symlink() or not path.is_file():
            raise Refusal(404, "not-found")
        content = await self.services.in_thread(path.read_bytes)
        self.set_header("Content-Type", content_type)
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        # A picture that is opened by itself is a document, and SVG documents can hold scripts.
        self.set_header("Content-Security-Policy", PICTURES_ONLY)
        self.finish(content)
