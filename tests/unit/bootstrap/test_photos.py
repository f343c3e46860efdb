"""Pictures are made small and bare, whatever somebody sends."""

import asyncio
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from nazdik.bootstrap.photos import BYTES_MAX, EDGE_PX_MAX, PhotoNotFound, Photos, PhotoTooLarge, PhotoUnreadable, bare

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def picture(size: tuple[int, int] = (2400, 1200), form: str = "JPEG", *, turned: int = 1) -> bytes:
    """Return a picture, red on its left half, that tells who took it and where."""
    image = Image.new("RGB", size, (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    told = Image.Exif()
    told[ORIENTATION], told[MAKER], told[GPS] = turned, "Secret Telephone", {2: (35.0, 42.0, 0.0)}
    out = BytesIO()
    image.save(out, form, exif=told, **({"comment": b"by a witness"} if form == "JPEG" else {}))
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_only_pixels_are_kept(form: str) -> None:
    kept = bare(picture(form=form))
    assert (kept.width, kept.height) == (EDGE_PX_MAX, EDGE_PX_MAX // 2)
    assert b"Secret Telephone" not in kept.body and b"Exif" not in kept.body and b"witness" not in kept.body
    with Image.open(BytesIO(kept.body)) as again:
        assert (again.format, again.size, dict(again.getexif())) == ("JPEG", (1600, 800), {})


def test_a_picture_is_turned_upright_before_it_forgets_how_it_was_held() -> None:
    kept = bare(picture((800, 400), turned=6))
    with Image.open(BytesIO(kept.body)) as again:
        assert again.size == (400, 800)
        red, _, blue = again.convert("RGB").getpixel((200, 50))  # type: ignore[misc]
        assert red > 200 and blue < 60


@pytest.mark.parametrize(
    "body",
    [b"", b"no picture", picture()[:900], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + bytes(40)],
)
def test_what_is_no_picture_is_refused(body: bytes) -> None:
    with pytest.raises(PhotoUnreadable):
        bare(body)


def test_too_many_bytes_or_pixels_are_refused() -> None:
    with pytest.raises(PhotoTooLarge):
        bare(bytes(BYTES_MAX + 1))
    vast = BytesIO()
    Image.new("1", (9000, 9000)).save(vast, "PNG")
    with pytest.raises(PhotoTooLarge):
        bare(vast.getvalue())


def test_a_file_that_is_not_what_its_name_says_is_not_handed_out(tmp_path: Path) -> None:
    photos = Photos(tmp_path / "photos")

    async def go() -> None:
        name, kept = await photos.keep(picture())
        assert await photos.find(name) == kept.body
        assert (await photos.keep(picture()))[0] == name
        (file,) = (path for path in (tmp_path / "photos").rglob("*") if path.is_file())
        file.write_bytes(kept.body[:-1] + b"x")
        with pytest.raises(PhotoNotFound):
            await photos.find(name)

    asyncio.run(go())
