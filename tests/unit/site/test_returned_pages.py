"""The pages of somebody to whom a reflection was returned."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support.site_here import Site
from yongxin.grading.exchange import ExchangeSettings, Receipt
from yongxin.grading.feedback import (
    Feedback,
    FieldFeedback,
    ReflectionFeedback,
    feedback_path,
)
from yongxin.grading.feedback_page import render
from yongxin.language import LocalizedText
from yongxin.text import interface_text

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MODULE, REFLECTION = "z1-lift", "lift-log"
EXEMPLAR = "Tuesday, seven in the evening & <i>still</i> no word."
SECRET = "secret"


def both(words: str) -> LocalizedText:
    return LocalizedText.model_validate({"zh-CN": words, "en": words})


def grade(site: Site, exchange: ExchangeSettings) -> None:
    """Hand in, and put feedback where ``nbgrader release_feedback`` would."""
    receipt = {"timestamp": "2026-03-04 12:00:00.000000 UTC", "directory": "d", "secret": SECRET}
    site.store.hand_in(
        site.learner("lin").id,
        MODULE,
        event_id="h1",
        allowed_attempts=2,
        now=NOON,
        snapshot={"answers": {}, "reflections": {}},
        deliver=lambda _: receipt,
    )
    written = FieldFeedback(label=both("Facts"), text=both("<b>long</b>"), exemplar=both(EXEMPLAR))
    reflection = ReflectionFeedback(
        id=REFLECTION,
        number=3,
        prompt=None,
        fields=(written,),
        points=1,
        max=3,
        comment="<script>x</script>",
        rubric=(),
    )
    feedback = Feedback(
        module=MODULE,
        title=None,
        language="en",
        timestamp=Receipt(**receipt).timestamp,
        late=False,
        score=1,
        max_score=3,
        late_penalty=0,
        items=(),
        reflections=(reflection,),
        generated=NOON,
    )
    path = feedback_path(exchange, MODULE, SECRET)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(feedback), encoding="utf-8")


def revise(site: Site) -> None:
    def change(snapshot: Any) -> Any:
        return snapshot

    site.store.revise(
        site.learner("lin").id,
        MODULE,
        REFLECTION,
        event_id="r1",
        now=NOON,
        change=change,
        deliver=lambda _: {"timestamp": "t", "directory": "d", "secret": "another"},
    )


def test_the_model_answer_waits_until_the_revision_is_handed_in(
    own_site: Site, tmp_path: Path
) -> None:
    """Whoever could copy it would learn nothing from revising."""
    text = interface_text("en")
    grade(own_site, ExchangeSettings(tmp_path / "state" / "exchange"))
    client = own_site.client("lin")
    address = f"en/results/{MODULE}"
    shown = "Tuesday, seven in the evening &amp; &lt;i&gt;still&lt;/i&gt; no word."
    page = client.get(address).text
    assert shown in page
    assert text("feedback.exemplar") in page
    assert "&lt;b&gt;long&lt;/b&gt;" in page
    assert "<script>x" not in page

    own_site.store.return_reflection(
        own_site.learner("lin").id, MODULE, REFLECTION, comment="<i>why?</i>", now=NOON
    )
    for one in (address, "en/results", "en/"):
        page = client.get(one).text
        assert "&lt;i&gt;why?&lt;/i&gt;" in page
        assert "Tuesday" not in page

    revise(own_site)
    page = client.get(address).text
    assert shown in page, "the feedback from before can be read until there is newer"
    assert "Your revised answer was handed in" in page
    assert "why?" not in page
    assert "&lt;i&gt;why?" not in client.get("en/").text
