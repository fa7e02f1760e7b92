"""How the gallery's visitor comes in."""

from yongxin.gallery.visitor import USERNAME
from yongxin.language import LANGUAGES
from yongxin.store import Store
from yongxin.text import interface_text


def invitation(store: Store, url: str) -> str:
    """Return a block, in both languages, with a link that signs the visitor in."""
    texts = [interface_text(language) for language in LANGUAGES]
    lines = [
        url,
        "",
        *(text("gallery.link") for text in texts),
        "",
        f"  {url}sign-in/{store.issue_sign_in_token(USERNAME)}",
        "",
        *(text("gallery.stop") for text in texts),
    ]
    rule = "─" * 72
    return "\n".join([rule, *(f"  {line}".rstrip() for line in lines), rule])
