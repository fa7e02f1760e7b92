"""Where an element stands on a page, what it says, and how keys are pressed there."""

from playwright.sync_api import Locator, Page


def root(page: Page, name: str) -> Locator:
    return page.locator(f'[data-yongxin-element="{name}"]')


def status(page: Page, name: str) -> Locator:
    """The line that tells whether an answer is saved."""
    return root(page, name).locator(".yongxin-status")


def voice(page: Page, name: str) -> Locator:
    """What a screen reader is told."""
    return root(page, name).locator(".yongxin-announcer")


def keys(page: Page, *presses: str) -> None:
    for one in presses:
        page.keyboard.press(one)
