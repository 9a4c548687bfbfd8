"""What the server sends, as Tencent's own client types it (npm openclaw-weixin, api/types.ts).

Unknown fields are let through and nulls count as absent: the protocol is another's, and grows.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Id = Annotated[str, BeforeValidator(str)]  # uint64 on the wire


class Shape(BaseModel):
    """One JSON object of theirs."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _no_nulls(cls, raw: Any) -> Any:
        return {k: v for k, v in raw.items() if v is not None} if isinstance(raw, dict) else raw


class Media(Shape):
    """Where an encrypted file lies, and the key to it in one of three spellings."""

    encrypt_query_param: str = Field("", repr=False)
    aes_key: str = Field("", repr=False)
    full_url: str = Field("", repr=False)


class TextItem(Shape):
    text: str = ""


class ImageItem(Shape):
    media: Media = Media()
    aeskey: str = Field("", repr=False)  # hex; goes before media.aes_key


class VoiceItem(Shape):
    """`text`: what was said, as WeChat heard it; `encode_type` 5 amr, 6 silk, 7 mp3."""

    media: Media = Media()
    encode_type: int = 6
    text: str = ""


class FileItem(Shape):
    file_name: str = ""


class Item(Shape):
    """One part of a message: type 1 text, 2 image, 3 voice, 4 file, 5 video."""

    type: int = 0
    msg_id: Id = ""
    ref_msg: "Reference | None" = None
    text_item: TextItem = TextItem()
    image_item: ImageItem = ImageItem()
    voice_item: VoiceItem = VoiceItem()
    file_item: FileItem = FileItem()


class Reference(Shape):
    """The message that is quoted: whole, or by its id alone (`svr_id`)."""

    message_item: Item | None = None
    title: str = ""
    svr_id: Id = ""


class Message(Shape):
    """One message; `message_type` 1 is a person's, 2 a bot's."""

    seq: int = 0
    message_id: Id = ""
    from_user_id: str = ""
    create_time_ms: int = 0
    group_id: str = ""
    message_type: int = 1
    item_list: tuple[Item, ...] = ()
    context_token: str = Field("", repr=False)

    @property
    def id(self) -> str:
        items = (item.msg_id for item in self.item_list if item.msg_id)
        return self.message_id or next(items, f"{self.create_time_ms}-{self.seq}")


class Updates(Shape):
    """What a long poll brings. Messages stay raw: one that cannot be read spoils no other."""

    msgs: tuple[Any, ...] = ()
    get_updates_buf: str = Field("", repr=False)
    longpolling_timeout_ms: int = 0


class QrCode(Shape):
    """`qrcode` asks how far the scan is, and is as good as a login; people scan `url`."""

    qrcode: str = Field(repr=False)
    url: str = Field(alias="qrcode_img_content")


class QrStatus(Shape):
    """wait · scaned · need_verifycode · verify_code_blocked · expired · binded_redirect ·
    scaned_but_redirect (go on at `redirect_host`) · confirmed (with all the rest)."""

    status: str
    redirect_host: str = ""
    bot_token: str = Field("", repr=False)
    ilink_bot_id: str = ""
    ilink_user_id: str = ""
    baseurl: str = ""


class Slot(Shape):
    """Where a file may be put."""

    upload_param: str = Field("", repr=False)
    upload_full_url: str = Field("", repr=False)
