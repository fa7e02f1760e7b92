"""The two languages of the course, and text that exists in both."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Language = Literal["zh-CN", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
FIRST_LANGUAGE: Language = "zh-CN"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class LocalizedText(BaseModel):
    """One text in both languages; neither may be missing or blank.

    In files the fields are spelled as the language tags, ``zh-CN`` and ``en``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    zh_cn: Text = Field(alias="zh-CN")
    en: Text

    def in_language(self, language: Language) -> str:
        """Return the text for a reader of ``language``."""
        return self.zh_cn if language == "zh-CN" else self.en
