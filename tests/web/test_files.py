"""What people hand in is kept under a random name, as what it is, and served so that it cannot run."""

from __future__ import annotations

import contextlib
import io
import os
import unicodedata

import pytest
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from baithak.web import files
from baithak.web.content import pictures
from baithak.web.content.archives import parts, unpacked
from baithak.web.content.look import look
from baithak.web.content.unfit import UnfitError
from baithak.web.files import FileError, Kept, file_words, forget, keep, serve
from baithak.web.limited import LimitError
from factories.files import PDF, PICTURES, TEXTS, TYPES, File, good, office, packed, picture, place

# A response that is closed tells Django so, which looks after its connections.
pytestmark = pytest.mark.django_db

CONTENTS = {ending: picture(form) for ending, form in PICTURES.items()}


@pytest.fixture
def store(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path / "files"


def given_as(name: str, content: bytes, declared: str = "") -> Kept:
    return keep(File("", name, declared, content, "").upload())


def refused(name: str, content: bytes, declared: str = "") -> FileError:
    with pytest.raises(FileError) as told:
        given_as(name, content, declared)
    return told.value


def corners(content: bytes) -> dict[tuple[int, int], int]:
    """The brightness near each corner of a picture."""
    with Image.open(io.BytesIO(content)) as shown:
        grey, (wide, high) = shown.convert("L"), shown.size
        return {
            (right, low): round(grey.getpixel((right * (wide - 9) + 4, low * (high - 9) + 4)) / 50)
            for right in (0, 1)
            for low in (0, 1)
        }


def test_a_document_comes_back_byte_for_byte_under_a_random_name(store):
    one, other = given_as("Guide.pdf", PDF), given_as("Guide.pdf", PDF)
    assert one.name != other.name
    assert one.sha256 == other.sha256
    assert (one.media_type, one.size, one.title) == ("application/pdf", len(PDF), "Guide")
    with contextlib.closing(serve(one, "Guide")) as response:
        assert b"".join(response.streaming_content) == PDF
    assert {path.name for path in store.iterdir()} == {one.name, other.name}
    assert (store / one.name).stat().st_mode & 0o777 == 0o600


def test_what_is_forgotten_is_gone_and_can_be_forgotten_again(store):
    kept = given_as("Guide.pdf", PDF)
    forget(kept.name)
    forget(kept.name)
    assert list(store.iterdir()) == []
    with pytest.raises(Http404):
        serve(kept, "Guide")


@pytest.mark.parametrize(
    "name", ["", "..", "../secret-key", "/etc/passwd", "a" * 32 + "/", "A" * 32, "a" * 31]
)
def test_only_names_that_the_store_gave_lead_anywhere(store, name):
    (store.parent / "secret-key").write_text("stays")
    with pytest.raises(Http404):
        serve(Kept(name, "text/plain", 1, "", ""), "x")
    forget(name)
    assert (store.parent / "secret-key").read_text() == "stays"


def test_a_picture_is_upright_whatever_its_metadata_say():
    shown = Image.new("L", (48, 32))
    for at, light in (((0, 0), 250), ((24, 0), 150), ((0, 16), 50)):
        shown.paste(light, (*at, at[0] + 24, at[1] + 16))
    out = io.BytesIO()
    shown.save(out, "PNG")
    turned_back = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    for orientation, back in turned_back.items():
        lying, told = (
            shown if back is None else shown.transpose(Image.Transpose(back)),
            io.BytesIO(),
        )
        lying.save(told, "PNG", exif=place(orientation))
        ending, content = pictures.clean(told.getvalue(), "png")
        assert (ending, corners(content)) == ("png", corners(out.getvalue())), orientation


def test_pixels_and_see_through_colours_stay():
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        shown = Image.linear_gradient("L").resize((5, 3)).convert("L" if mode == "I;16" else mode)
        if mode == "I;16":
            shown = Image.frombytes(mode, (5, 3), bytes(range(30)))
        out = io.BytesIO()
        shown.save(out, "PNG", **({"transparency": 1} if mode == "P" else {}))
        _, content = pictures.clean(out.getvalue(), "png")
        with (
            Image.open(io.BytesIO(out.getvalue())) as before,
            Image.open(io.BytesIO(content)) as after,
        ):
            assert after.mode == before.mode
            assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_the_first_picture_of_a_moving_one_is_kept():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    ending, content = pictures.clean(out.getvalue(), "gif")
    with Image.open(io.BytesIO(content)) as shown:
        assert (ending, shown.format, getattr(shown, "n_frames", 1)) == ("png", "PNG", 1)
        assert shown.convert("RGB").getpixel((3, 3)) == (255, 0, 0)


def test_printers_colours_become_those_of_screens():
    out = io.BytesIO()
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(out, "JPEG")
    _, content = pictures.clean(out.getvalue(), "jpg")
    with Image.open(io.BytesIO(content)) as shown:
        red, green, blue = shown.getpixel((4, 4))
        assert shown.mode == "RGB"
        assert red > 200 > 60 > max(green, blue)


def test_large_webp_pictures_are_kept_in_a_kind_that_needs_less_memory(monkeypatch):
    monkeypatch.setattr(pictures, "_WEBP", 1000)
    assert pictures.clean(picture("WEBP"), "webp")[0] == "jpg"
    out = io.BytesIO()
    Image.new("RGBA", (48, 32), (9, 9, 9, 99)).save(out, "WEBP")
    assert pictures.clean(out.getvalue(), "webp")[0] == "png"


def test_pixels_are_counted_before_anything_is_decoded(monkeypatch):
    monkeypatch.setattr(pictures, "PIXELS", 48 * 32 - 1)
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    for ending, content in CONTENTS.items():
        with pytest.raises(UnfitError) as told:
            pictures.clean(content, ending)
        assert told.value.code == "pixels"


def test_a_motion_photo_is_not_taken_for_a_bomb():
    """Phones hang a film on to a picture: whatever it holds, the picture before it is kept."""
    content = CONTENTS["jpg"] + b"\xff\xda\0\2" * 5000
    assert pictures.clean(content, "jpg")[0] == "jpg"


def test_parts_are_unpacked_as_they_were_packed():
    told = office("docx") | {
        "word/a.bin": os.urandom(100_000),
        "word/b.xml": "".join(f"<a>{n}</a>" for n in range(300_000)),
    }
    source = packed(told)
    found = {part[0].filename: b"".join(unpacked(source, part)) for part in parts(source)}
    assert found == {name: c.encode() if isinstance(c, str) else c for name, c in told.items()}


def test_a_text_is_of_the_kind_that_its_name_says(store):
    for ending, content in TEXTS.items():
        assert given_as(f"a.{ending}", content).media_type == TYPES[ending]
    assert refused("a.exe", TEXTS["txt"]).params == {"says": ".exe", "is": ".txt"}


def test_a_refusal_says_what_the_file_says_and_what_it_is(store):
    error = refused("Guide.pdf", CONTENTS["png"])
    assert (error.code, error.params) == ("differs", {"says": ".pdf", "is": ".png"})
    assert "says that it is .pdf, but its content is .png" in file_words(error.code, **error.params)
    error = refused("Guide.png", CONTENTS["png"], "text/html; charset=utf-8")
    assert error.params == {"says": "html", "is": ".png"}


def test_what_is_too_large_is_not_even_looked_at(store, settings, monkeypatch):
    settings.FILES_LARGEST = 1024**2
    monkeypatch.setattr(files, "limited", lambda *_: pytest.fail("looked at"))
    error = refused("a.txt", b"a" * (1024**2 + 1))
    assert file_words(error.code, **error.params).startswith("This file is larger than 1 MB.")
    upload = File("", "a.txt", "", b"a" * (1024**2 + 1), "").upload()
    upload.size = 10  # a size that is told wrong
    with pytest.raises(FileError, match="too_large"):
        keep(upload)
    assert not store.exists()


@pytest.mark.parametrize("code", ["time", "broken"])
def test_a_look_that_does_not_end_well_is_told_calmly(store, monkeypatch, code):
    def breaks(*_):
        raise LimitError(code)

    monkeypatch.setattr(files, "limited", breaks)
    assert refused("a.txt", b"words").code == code
    assert not store.exists()


def test_a_disk_that_is_full_leaves_nothing_behind(store, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        given_as("Guide.pdf", PDF)
    assert list(store.iterdir()) == []


def test_every_code_has_a_sentence_with_a_remedy():
    words = {"most": 20, "says": ".pdf", "is": ".png"}
    for code in files._WORDS:
        told = file_words(code, **words)
        assert told.endswith(".")
        assert "%" not in told
        assert any(
            verb in told for verb in ("Choose", "choose", "Give", "give", "Save", "Print")
        ), told


def test_headers_of_a_download_and_of_a_picture_in_its_page(store):
    paper, photo = given_as("Guide.pdf", PDF), given_as("a.png", CONTENTS["png"])
    told = serve(paper, "سننے کی رہنمائی", inline=True)
    assert told["Content-Disposition"].startswith("attachment; filename*=utf-8''%D8%B3")
    assert told["Content-Disposition"].endswith(".pdf")
    assert told["Cache-Control"] == "private, no-store"
    shown = serve(photo, 'A "quoted"\r\nX-Evil: 1/../photo.png', public=True, inline=True)
    assert shown["Content-Disposition"] == 'inline; filename="photo.png"'
    assert shown["Cache-Control"] == "public, max-age=3600"
    for response in (told, shown):
        assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'; ")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        response.close()


def test_a_media_type_that_the_store_does_not_know_is_only_bytes(store):
    kept = given_as("Guide.pdf", PDF)
    response = serve(Kept(kept.name, "text/html", 1, "", ""), "Guide", inline=True)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="Guide.bin"'
    response.close()


def test_titles_keep_the_words_of_every_script():
    assert files._title("ශ්‍රී ලංකා මග පෙන්වීම.pdf") == "ශ්‍රී ලංකා මග පෙන්වීම"
    assert files._title("C:\\Users\\me\\Annual.Report.2026.docx") == "Annual.Report.2026"
    assert files._title("Version 2.5") == "Version 2.5"
    assert files._title("\u202egnp.exe.png") == "gnp.exe"


@given(st.text(max_size=300))
def test_no_title_hides_anything_or_leads_anywhere(name):
    told = files._title(name)
    assert len(told) <= 120
    assert not set("/\\") & set(told)
    assert not told.startswith(".")
    assert all(unicodedata.category(sign)[0] != "C" or sign in "\u200c\u200d" for sign in told)
    assert files._title(told + ".pdf") == told


WHOLE = [file.content for file in good() if not file.name.startswith("Real")]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8),
    st.binary(max_size=40),
)
def test_a_look_ends_with_a_kind_or_a_code(source, changes, hung):
    told = bytearray(source)
    for at, byte in changes:
        told[at % len(told)] = byte
    found = look(bytes(told) + hung)
    assert found.get("wrong") in {*files._WORDS, None}
    assert ("wrong" in found) != ("is" in found)
