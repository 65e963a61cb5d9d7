"""Files that people hand in: good ones of every kind, and a corpus of hostile ones, all made here."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

__all__ = ["EVIL", "GPS", "SCRIPT", "File", "corpus", "good"]

EVIL = "http://evil.example"
#: Says so on the console and asks elsewhere, wherever it runs.
SCRIPT = (
    "<script>console.log('baithak-hit');try{top.hit=1}catch(e){};"
    f"new Image().src='{EVIL}/script'</script>"
)
CODE = f"console.log('baithak-hit');top.hit=1;new Image().src='{EVIL}/code';"
#: What a place looks like in metadata: words of it, and the numbers as they are stored.
GPS = (b"GPSLat", b"23.7104", struct.pack("<6L", 23, 1, 42, 1, 3744, 100), b"Dhaka-canary")

_MICROSOFT = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "pdf": "application/pdf", "docx": _MICROSOFT + "wordprocessingml.document",
    "xlsx": _MICROSOFT + "spreadsheetml.sheet", "pptx": _MICROSOFT + "presentationml.presentation",
    "odt": _OPEN + "text", "ods": _OPEN + "spreadsheet", "odp": _OPEN + "presentation",
    "csv": "text/csv", "txt": "text/plain", "md": "text/markdown", "svg": "image/svg+xml", "html": "text/html",
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """One file as a browser sends it. ``ends``: ``kept``, the code of its refusal, or ``either``."""

    group: str
    name: str
    declared: str
    content: bytes
    ends: str

    def upload(self) -> SimpleUploadedFile:
        """Django's own upload cuts folders off names; here the name comes as it was sent."""
        told = SimpleUploadedFile("x", self.content, self.declared)
        told._name = self.name
        return told


def picture(form: str, size: tuple[int, int] = (48, 32), **how: object) -> bytes:
    image = Image.linear_gradient("L").resize(size)
    told = Image.merge(
        "RGB", (image, image.rotate(180), image.transpose(Image.Transpose.ROTATE_90).resize(size))
    )
    if form == "GIF":
        told = told.quantize(32)
    out = io.BytesIO()
    if form == "PNG":
        how = {"compress_level": 1, **how}  # not as the hub writes it
    told.save(out, form, **how)
    return out.getvalue()


PICTURES = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WEBP"}


def packed(parts: dict[str, bytes | str], level: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else level
            info.filename = info.orig_filename = name
            archive.writestr(info, content)
    return out.getvalue()


MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}


def office(ending: str) -> dict[str, bytes | str]:
    """The parts of a small document of this kind."""
    if ending in ("odt", "ods", "odp"):
        return {
            "mimetype": TYPES[ending],
            "content.xml": '<?xml version="1.0" encoding="UTF-8"?><office/>',
            "META-INF/manifest.xml": '<?xml version="1.0" encoding="UTF-8"?><manifest/>',
        }
    part, kind = MAIN[ending]
    return {
        "[Content_Types].xml": f'<?xml version="1.0" encoding="UTF-8"?><Types><Override PartName="/{part}"'
        f' ContentType="{_MICROSOFT}{kind}"/></Types>',
        "_rels/.rels": '<?xml version="1.0" encoding="UTF-8"?><Relationships/>',
        part: '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><document>Listening</document>',
    }


PDF = (
    b"%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type /Pages /Kids [] /Count 0>>\n"
    b"endobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
)
TEXTS = {
    "csv": "ward,people\nشمال,1200\nউত্তর,900\n".encode(),
    "txt": "\ufeffہم ایک ساتھ رہتے ہیں۔ Living together, a < b.\n".encode(),
    "md": b"# Listening\n\n- *ask*\n- **wait** <br>\n\n    <p>code</p>\n",
}


def _real_office() -> Iterator[File]:
    """As office programmes' own libraries write them."""
    from docx import Document
    from openpyxl import Workbook

    document, book = Document(), Workbook()
    document.add_paragraph("Listening")
    book.active["A1"] = "ward"
    for ending, thing in (("docx", document), ("xlsx", book)):
        out = io.BytesIO()
        thing.save(out)
        yield File("good", f"Real guide.{ending}", TYPES[ending], out.getvalue(), "kept")


def good() -> list[File]:
    """One or more of everything that is kept."""
    contents = {ending: picture(form) for ending, form in PICTURES.items()}
    contents |= {ending: packed(office(ending)) for ending in (*MAIN, "odt", "ods", "odp")}
    contents |= {"pdf": PDF, **TEXTS}
    told = [
        File("good", f"Guide.{e}", TYPES[e], content, "kept") for e, content in contents.items()
    ]
    told += [
        File("good", "Photo.JPEG", "image/jpeg", contents["jpg"], "kept"),
        File("good", "table.csv", "application/vnd.ms-excel", TEXTS["csv"], "kept"),
        File("good", "notes.md", "application/octet-stream", TEXTS["md"], "kept"),
        File("good", "notes.md", "", TEXTS["md"], "kept"),
    ]
    return told + list(_real_office())


def corpus() -> list[File]:
    """More than 200 files that somebody could hand in to harm others, and what becomes of each."""
    return [
        *_pages(), *_texts(), *_polyglots(), *_metadata(), *_names(), *_bombs(), *_cut(), *_office(), *_pdfs(),
        *_lies(),
    ]  # fmt: skip


def _pages() -> Iterator[File]:
    """Pages and drawings with programs, called whatever is allowed."""
    html = f"<html><body>{SCRIPT}</body></html>"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{SCRIPT}</svg>'
    bodies = {
        "html": (html.encode(), "markup"),
        "doctype": (f"<!DOCTYPE html>{html}".encode(), "markup"),
        "bom": (b"\xef\xbb\xbf" + html.encode(), "markup"),
        "spaces": (b" \t\r\n" * 300 + html.encode(), "markup"),
        "comment": (f"<!-- {'x' * 2000} -->{html}".encode(), "markup"),
        "after words": (f"Hello\n{SCRIPT}".encode(), "markup"),
        "svg": (svg.encode(), "markup"),
        "svg xml": (f'<?xml version="1.0"?>{svg}'.encode(), "markup"),
        "svg onload": (
            b'<svg xmlns="http://www.w3.org/2000/svg" onload="top.hit=1;console.log(\'baithak-hit\')"/>',
            "markup",
        ),
        "foreign": (f'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject>{html}</foreignObject></svg>'.encode(), "markup"),
        "xhtml": (f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">{SCRIPT}</html>'.encode(), "markup"),
        "xslt": (f'<?xml-stylesheet href="{EVIL}/x.xsl" type="text/xsl"?><a/>'.encode(), "markup"),
        "upper": (html.upper().encode(), "markup"),
        "utf-16": (html.encode("utf-16"), "encoding"),
        "utf-16be": (b"\xfe\xff" + html.encode("utf-16-be"), "encoding"),
        "utf-16 unmarked": (html.encode("utf-16-le"), "kind"),
        "nul": (b"\0" + html.encode(), "kind"),
        "latin": (b"\xe9 " * 2000 + html.encode(), "encoding"),
    }  # fmt: skip
    for what, (content, code) in bodies.items():
        for ending in ("svg", "html", "png", "txt", "pdf"):
            yield File("pages", f"{what}.{ending}", TYPES[ending], content, code)


def _texts() -> Iterator[File]:
    """Texts that are kept, byte for byte, and would like to run."""
    eicar = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$NOT-THE-REAL-TEST-FILE!$H+H*"
    html = f"<html>{SCRIPT}</html>"
    for ending, content, ends in (
        ("txt", eicar + SCRIPT, "markup"),
        ("txt", eicar + "\n" * 1100 + SCRIPT, "kept"),
        ("csv", f"name,words\nPark,{SCRIPT}\n", "markup"),
        ("csv", "name,words\n" + "Park,green\n" * 200 + f"Park,{SCRIPT}\n", "kept"),
        ("csv", '=HYPERLINK("http://evil.example","x"),1\n', "kept"),
        ("md", "# Title\n" + "word " * 300 + SCRIPT, "kept"),
        ("md", f"[x](javascript:{CODE})\n![x]({EVIL}/p.png)\n", "kept"),
        ("txt", CODE, "kept"),
        ("csv", CODE, "kept"),
        ("md", CODE, "kept"),
        ("txt", f"*{{background:url({EVIL}/css)}}", "kept"),
        ("txt", html.replace("<", "+ADw-").replace(">", "+AD4-"), "kept"),
        ("txt", "\u202e" + "gnp.txet", "kept"),
        ("txt", "#!/bin/sh\nrm -rf /\n", "kept"),
        ("txt", "x\x1b[2J", "kind"),
        ("txt", "GIF8", "picture"),
        ("txt", "%!PS-Adobe-3.0\n", "kept"),
        ("txt", "", "empty"),
        ("png", "", "empty"),
        ("txt", "a" * (20 * 1024 * 1024 + 1), "too_large"),
    ):
        yield File("texts", f"words.{ending}", TYPES[ending], content.encode(), ends)


def _polyglots() -> Iterator[File]:
    """Whole pictures that are something else too: all are kept, of their pixels only."""
    html = f"<html><body>{SCRIPT}</body></html>".encode()
    jar = packed(
        {
            "META-INF/MANIFEST.MF": "Main-Class: Evil\n",
            "Evil.class": b"\xca\xfe\xba\xbe" + b"payload-canary",
        }
    )
    for ending, form in PICTURES.items():
        content = picture(form)
        for what, hung in {
            "html": html,
            "jar": jar,
            "pdf": PDF,
            "php": b"<?php system('payload-canary'); ?>",
            "js": f"*/=1;{CODE}//payload-canary".encode(),
        }.items():
            yield File("polyglots", f"{what}.{ending}", TYPES[ending], content + hung, "kept")
        for lie in {"png", "jpg", "gif", "webp", "pdf", "docx", "html", "svg", "jar"} - {ending}:
            yield File(
                "polyglots",
                f"lie.{lie}",
                TYPES.get(lie, "application/java-archive"),
                content + html,
                "differs",
            )
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", html.decode())
    notes.add_itxt("payload-canary", html.decode(), zip=False)
    yield File("polyglots", "text.png", "image/png", picture("PNG", pnginfo=notes), "kept")
    yield File("polyglots", "comment.jpg", "image/jpeg", picture("JPEG", comment=html), "kept")
    yield File("polyglots", "comment.gif", "image/gif", picture("GIF", comment=html), "kept")
    # A picture whose size, read as a program, opens a comment: GIF89a/*…*/=1;…
    gif = bytearray(picture("GIF"))
    gif[6:8] = b"/*"
    yield File(
        "polyglots", "gif89a.gif", "image/gif", bytes(gif) + b"*/=1;" + CODE.encode(), "either"
    )
    png = picture("PNG")
    inside = png[:33] + _chunk(b"teXt", html) + png[33:]
    yield File("polyglots", "inside.png", "image/png", inside, "kept")


def _chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def place(orientation: int = 1) -> Image.Exif:
    """Metadata of a camera that knows where it is."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "Dhaka-canary"
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (23.0, 42.0, 37.44), 3: "E", 4: (90.0, 24.0, 1.0), 29: "Dhaka-canary"}
    )
    return exif


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="23.7104" '
    b'exif:GPSLongitude="90.4">Dhaka-canary</rdf:Description></rdf:RDF></x:xmpmeta>'
)


def _metadata() -> Iterator[File]:
    """Pictures that say where they were taken."""
    for orientation in range(1, 9):
        exif = place(orientation)
        for ending in ("jpg", "png", "webp"):
            content = picture(PICTURES[ending], exif=exif)
            assert b"Dhaka-canary" in content
            yield File("gps", f"{orientation}.{ending}", TYPES[ending], content, "kept")
    for ending in ("jpg", "webp"):
        content = picture(PICTURES[ending], xmp=XMP)
        assert GPS[1] in content
        yield File("gps", f"xmp.{ending}", TYPES[ending], content, "kept")
    profile = b"Dhaka-canary GPSLatitude 23.7104".ljust(400, b"\0")
    yield File("gps", "profile.png", "image/png", picture("PNG", icc_profile=profile), "kept")
    yield File("gps", "profile.jpg", "image/jpeg", picture("JPEG", icc_profile=profile), "kept")
    yield File("gps", "profile.webp", "image/webp", picture("WEBP", icc_profile=profile), "kept")
    jpeg = picture("JPEG")
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x10Dhaka-canary\0\0\0\0"
    yield File("gps", "iptc.jpg", "image/jpeg", jpeg[:2] + _segment(0xED, iptc) + jpeg[2:], "kept")
    yield File("gps", "after.jpg", "image/jpeg", jpeg + XMP, "kept")
    png = picture("PNG")
    late = png[:-12] + _chunk(b"eXIf", place().tobytes()[6:]) + png[-12:]
    yield File("gps", "late.png", "image/png", late, "kept")
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=False)
    notes.add_text("Raw profile type exif", place().tobytes().hex() + " Dhaka-canary")
    yield File("gps", "xmp.png", "image/png", picture("PNG", pnginfo=notes), "kept")
    yield File("gps", "comment.gif", "image/gif", picture("GIF", comment=XMP), "kept")


def _segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


NAMES = (
    "../../evil.{}", "..\\..\\evil.{}", "/tmp/baithak-t20-evil.{}", "C:\\Windows\\evil.{}", "....//....//evil.{}",
    "%2e%2e%2fevil.{}", "evil\0.exe.{}", "evil.{}\0.exe", "\u202egnp.exe.{}", "evil\r\nSet-Cookie: a=b.{}",
    'evil"; filename="x.exe.{}', "evil';*=utf-8''x.exe.{}", "a" * 5000 + ".{}", "۔" * 3000 + ".{}", ".{}", "..{}",
    "~/.ssh/authorized_keys.{}", "CON.{}", "evil.exe\u200b.{}", "<img src=x onerror=top.hit=1>.{}", "$(touch evil).{}",
    "file:///etc/passwd.{}", "evil.{}/", "evil.{}::$DATA", "evil.php.{}", "\ud800evil.{}",
)  # fmt: skip


def _names() -> Iterator[File]:
    """Good files under bad names."""
    for name in NAMES:
        for ending, content in (("png", picture("PNG")), ("txt", b"Listening")):
            told = name.format(ending)
            ends = "kept" if told.endswith(f".{ending}") else "differs"
            yield File("names", told, TYPES[ending], content, ends)


def _png(
    wide: int, high: int, *, depth: int = 8, colour: int = 2, before: bytes = b"", data: bytes = b""
) -> bytes:
    head = struct.pack(">IIBBBBB", wide, high, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + before
        + _chunk(b"IDAT", data or zlib.compress(b"\0" * 1000)) + _chunk(b"IEND", b"")
    )  # fmt: skip


def _webp(block: bytes, head: bytes) -> bytes:
    body = b"WEBP" + block + struct.pack("<I", len(head)) + head
    return b"RIFF" + struct.pack("<I", len(body)) + body


def zeros(megabytes: int, raw: bool = False) -> bytes:
    """So many zeros, packed without ever being there at once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS if raw else zlib.MAX_WBITS)
    return b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(megabytes)) + packer.flush()


def _bombs() -> Iterator[File]:
    """Small files that grow without end."""
    rows = zlib.compress(b"\0" * 60_001 * 50)
    text = _chunk(b"zTXt", b"Comment\0\0" + zeros(200))
    several = b"".join(
        _chunk(b"zTXt", b"c\0\0" + zlib.compress(bytes(1_000_000))) for _ in range(200)
    )
    for name, content, ends in (
        ("20k.png", _png(20_000, 20_000, data=rows), "pixels"),
        ("bits.png", _png(40_000, 40_000, depth=1, colour=0), "pixels"),
        ("line.png", _png(2**31 - 1, 1), "pixels"),
        ("just.png", _png(8_000, 5_001), "pixels"),
        ("ztxt.png", _png(10, 10, before=text), "picture"),
        ("ztxts.png", _png(10, 10, before=several), "picture"),
        ("itxt.png", _png(10, 10, before=_chunk(b"iTXt", b"c\0\1\0\0\0" + zeros(200))), "picture"),
        ("iccp.png", _png(10, 10, before=_chunk(b"iCCP", b"c\0\0" + zeros(200))), "picture"),
        ("idat.png", _png(10, 10, data=zeros(500)), "either"),
        ("screen.gif", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + picture("GIF")[13:], "pixels"),
        ("vp8x.webp", _webp(b"VP8X", b"\0\0\0\0" + b"\xff\x3f\0" * 2), "pixels"),
        ("vp8x.huge.webp", _webp(b"VP8X", b"\0\0\0\0" + b"\xff\xff\xff" * 2), "pixels"),
        ("vp8l.webp", _webp(b"VP8L", b"\x2f\xff\xff\xff\x0f"), "pixels"),
        ("vp8.webp", _webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a\xff\x3f\xff\x3f"), "pixels"),
        ("size.jpg", _jpeg_of(65_500, 65_500), "pixels"),
        ("scans.jpg", _jpeg_of_many_scans(), "picture"),
        ("segments.jpg", b"\xff\xd8" + b"\xff\xfe\0\2" * 500_000, "picture"),
    ):  # fmt: skip
        yield File("bombs", name, TYPES[name.rpartition(".")[2]], content, ends)
    plain = office("docx")
    for name, content, ends in (
        ("ratio.docx", _hand_zip([*plain.items(), ("word/a.xml", None)], zeros(100, raw=True), 100 << 20), "bomb"),
        ("lies.docx", _hand_zip([*plain.items(), ("word/a.xml", None)], zeros(100, raw=True), 500_000), "bomb"),
        ("whole.docx", packed(plain | {f"word/{n}.bin": bytes(1_000_000) for n in range(300)}), "bomb"),
        ("many.docx", packed(plain | {f"word/{n}": b"" for n in range(6_000)}, zipfile.ZIP_STORED), "bomb"),
        ("directory.docx", packed(plain | {f"{'d' * 2000}{n}": b"" for n in range(1_500)}), "bomb"),
        ("overlap.docx", _overlapping(plain), "bomb"),
    ):  # fmt: skip
        yield File("bombs", name, TYPES["docx"], content, ends)
    stream = (
        b"5 0 obj\n<</Type /ObjStm /Filter /FlateDecode>>\nstream\n"
        + zeros(200)
        + b"\nendstream\nendobj\n"
    )
    yield File(
        "bombs",
        "objects.pdf",
        "application/pdf",
        PDF.replace(b"trailer", stream + b"trailer"),
        "bomb",
    )


def _jpeg_of(wide: int, high: int) -> bytes:
    jpeg = bytearray(picture("JPEG"))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = struct.pack(">HH", high, wide)
    return bytes(jpeg)


def _jpeg_of_many_scans() -> bytes:
    """Its last pass said again and again; each would cost as much as the whole picture."""
    jpeg = picture("JPEG", (2000, 2000), progressive=True)
    last = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    return jpeg[:-2] + last * 3_000 + b"\xff\xd9"


def _hand_zip(parts: list[tuple[str, bytes | str | None]], packed_bytes: bytes, told: int) -> bytes:
    """An archive whose part without content holds these packed bytes and claims this size."""
    out, directory = bytearray(), bytearray()
    for name, content in parts:
        raw = content.encode() if isinstance(content, str) else content
        body = packed_bytes if raw is None else raw
        method, size = (8, told) if raw is None else (0, len(body))
        fields = struct.pack(
            "<HHHHHLLLHH",
            20,
            0,
            method,
            0,
            0x21,
            zlib.crc32(raw or b""),
            len(body),
            size,
            len(name),
            0,
        )
        directory += (
            b"PK\1\2\x14\0" + fields + struct.pack("<HHHLL", 0, 0, 0, 0, len(out)) + name.encode()
        )
        out += b"PK\3\4" + fields + name.encode() + body
    end = struct.pack("<HHHHLLH", 0, 0, len(parts), len(parts), len(directory), len(out), 0)
    return bytes(out + directory) + b"PK\5\6" + end


def _overlapping(parts: dict[str, bytes | str]) -> bytes:
    """One part's bytes are the whole of another part."""
    inner = packed({"word/b.bin": b"x" * 900}, zipfile.ZIP_STORED)
    inner = inner[: inner.index(b"PK\1\2")]
    content = bytearray(
        packed(parts | {"word/a.bin": inner, "word/b.bin": b"x" * 900}, zipfile.ZIP_STORED)
    )
    entry = content.rindex(b"word/b.bin") - 46
    content[entry + 42 : entry + 46] = struct.pack("<L", content.index(inner))
    return bytes(content)


def _cut() -> Iterator[File]:
    """Files that end too soon."""
    for file in good():
        ending = file.name.rpartition(".")[2]
        if ending in TEXTS or ending == "JPEG" or file.name.startswith("Real"):
            continue
        for part in (0.3, 0.6, 0.9):
            yield File(
                "cut",
                file.name,
                file.declared,
                file.content[: int(len(file.content) * part)],
                "cut",
            )


def _office() -> Iterator[File]:
    """Documents with programs, with names that lead elsewhere, with entities, or that are none."""
    xxe = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    for ending in MAIN:
        parts, main = office(ending), MAIN[ending][0]
        types = str(parts["[Content_Types].xml"])
        folder = main.partition("/")[0]
        made = {
            "macros": (parts | {f"{folder}/vbaProject.bin": b"\xd0\xcf\x11\xe0"}, "macros"),
            "macros upper": (parts | {f"{folder}/VBAPROJECT.BIN": b""}, "macros"),
            "macro type": (
                parts | {"[Content_Types].xml": types.replace("</Types>", '<Default Extension="bin" ContentType='
                '"application/vnd.ms-office.vbaProject"/></Types>')}, "macros"),
            "enabled": (
                parts | {"[Content_Types].xml": types.replace(_MICROSOFT, "application/vnd.ms-word.").replace(
                    ".main+xml", ".macro&#69;nabled.main+xml")}, "macros"),
            "activex": (parts | {f"{folder}/activeX/activeX1.xml": "<a/>"}, "macros"),
            "macrosheet": (parts | {"xl/macrosheets/sheet1.xml": "<a/>"}, "macros"),
            "embedded": (parts | {f"{folder}/embeddings/book.xlsm": b"PK"}, "macros"),
            "xxe": (parts | {main: xxe}, "entities"),
            "xxe rels": (parts | {"_rels/.rels": xxe}, "entities"),
            "xxe late": (parts | {main: "<!-- " + random.Random(20).randbytes(524_288).hex() + " -->" + xxe}, "entities"),
            "xxe elsewhere": (parts | {"customXml/item1.data": xxe}, "entities"),
            "utf-16 xml": (parts | {main: xxe.encode("utf-16")}, "entities"),
            "utf-7 xml": (parts | {main: '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>'}, "entities"),
            "none": ({"readme.txt": "hello"}, "kind"),
            "no relations": ({n: c for n, c in parts.items() if n != "_rels/.rels"}, "kind"),
            "epub": ({"mimetype": "application/epub+zip", "META-INF/container.xml": "<a/>"}, "kind"),
        }  # fmt: skip
        for what, (told, ends) in made.items():
            yield File("office", f"{what}.{ending}", TYPES[ending], packed(told), ends)
        for name in (
            "../../evil.xml",
            "/tmp/evil.xml",
            "..\\evil.xml",
            "C:evil.xml",
            "a/../../evil",
            "evil\n.xml",
        ):
            yield File(
                "office", f"names.{ending}", TYPES[ending], packed(parts | {name: b"<a/>"}), "paths"
            )
        whole = packed(parts)
        html = f"<html>{SCRIPT}</html>".encode()
        nul = packed(parts | {"evilQ.xml": b"<a/>"}).replace(b"evilQ.xml", b"evil\0.xml")
        yield File("office", f"nul.{ending}", TYPES[ending], nul, "paths")
        yield File("office", f"hung on.{ending}", TYPES[ending], whole + html, "document")
        yield File("office", f"before.{ending}", TYPES[ending], html + whole, "kind")
        yield File(
            "office",
            f"other name.{ending}",
            TYPES[ending],
            whole.replace(main.encode(), b"x" * len(main), 1),
            "document",
        )
        yield File("office", f"flipped.{ending}", TYPES[ending], _flipped(parts), "document")
        yield File(
            "office",
            f"old.{ending}",
            TYPES[ending],
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "old",
        )
    for ending in ("odt", "ods", "odp"):
        parts = office(ending)
        yield File(
            "office",
            f"basic.{ending}",
            TYPES[ending],
            packed(parts | {"Basic/Standard/x.xml": "<a/>"}),
            "macros",
        )
        yield File(
            "office",
            f"script.{ending}",
            TYPES[ending],
            packed(parts | {"Scripts/python/x.py": "x"}),
            "macros",
        )
        yield File(
            "office",
            f"xxe.{ending}",
            TYPES[ending],
            packed(parts | {"content.xml": xxe}),
            "entities",
        )


def _flipped(parts: dict[str, bytes | str]) -> bytes:
    content = bytearray(packed(parts, zipfile.ZIP_STORED))
    content[content.index(b"Override")] ^= 1
    return bytes(content)


def _pdfs() -> Iterator[File]:
    """PDFs that are pages too, or hold programs."""
    html = f"<html>{SCRIPT}</html>".encode()
    action = b"3 0 obj\n<</S /JavaScript /JS (app.alert\\(1\\))>>\nendobj\n"
    inside = zlib.compress(b"3 0 <</S /JavaScript /JS (app.alert\\(1\\))>>")
    stream = (
        b"4 0 obj\n<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode>>\nstream\n"
        + inside
        + b"\nendstream\nendobj\n"
    )
    for what, content, ends in (
        ("hung on", PDF + html, "document"),
        ("zip", PDF + packed({"Evil.class": b"\xca\xfe\xba\xbe"}), "document"),
        ("before", html + PDF, "markup"),
        ("within", PDF.replace(b"1 0 obj", b"%" + html + b"\n1 0 obj", 1), "kept"),
        ("version", PDF.replace(b"%PDF-1.7", b"%PDF-<script>"), "document"),
        ("action", PDF.replace(b"trailer", action + b"trailer"), "scripts"),
        (
            "hex",
            PDF.replace(
                b"trailer", action.replace(b"/JavaScript", b"/J#61vaScr#69pt") + b"trailer"
            ),
            "scripts",
        ),
        (
            "launch",
            PDF.replace(b"trailer", b"3 0 obj <</S /Launch /F (calc.exe)>> endobj\ntrailer"),
            "scripts",
        ),
        ("packed", PDF.replace(b"trailer", stream + b"trailer"), "scripts"),
    ):
        yield File("pdfs", f"{what}.pdf", "application/pdf", content, ends)


def _lies() -> Iterator[File]:
    """Good files that say they are something else."""
    for file in good()[:14:2]:
        ending = file.name.rpartition(".")[2]
        for lie in ("exe", "html", "svg", "png" if ending != "png" else "jpg"):
            yield File("lies", f"Guide.{lie}", file.declared, file.content, "differs")
        for declared in ("text/html", "image/svg+xml", "application/x-msdownload"):
            yield File("lies", file.name, declared, file.content, "differs")
        yield File("lies", "Guide", file.declared, file.content, "differs")
