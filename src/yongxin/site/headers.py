"""Headers that protect readers, the same for every answer of the site."""

from collections.abc import Mapping
from typing import Final

#: What a page of ours may load and do. Data in ``application/json`` blocks is no script. A page
#: with a kernel shows Voila's front end, which needs more: see below.
PAGE_POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "worker-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'self'"
)

#: A page with a kernel, as strict as JupyterLab's code in Voila's front end allows:
#:
#: - ``blob:`` scripts, since anywidget runs a widget's own script as one. Only a script that runs
#:   already can make such an address, so markup that got into a page cannot use it.
#: - inline styles, since JupyterLab, ipywidgets and plotly write style elements and attributes.
#: - ``blob:`` pictures and fonts as data, which widgets and plotly make of what a kernel sends.
#:
#: Inline scripts and eval are refused here as everywhere; what a cell shows as HTML shows, and does
#: not run.
LIVE_POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; "
    "media-src 'self' data: blob:; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "worker-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'self'"
)

#: A picture that is opened by itself is a document, and SVG documents can hold scripts.
PICTURE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

#: Abilities of a device that no page of a course has any use for.
_UNUSED_ABILITIES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)

#: What every answer says unless its handler says otherwise.
EVERYWHERE: Final[Mapping[str, str]] = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{one}=()" for one in _UNUSED_ABILITIES),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

#: For what belongs to one person. Chromium and Safari keep such a page whole for the way back all
#: the same, and let it go when a cookie changes, as it does when somebody signs out.
PERSONAL: Final = "no-store"
#: For addresses under which the content never changes.
FOREVER: Final = "public, max-age=31536000, immutable"
#: … and which only those who are signed in may have.
FOREVER_FOR_ONE: Final = "private, max-age=31536000, immutable"
