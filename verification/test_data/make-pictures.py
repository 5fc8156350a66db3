"""Makes every picture of this folder from nothing but arithmetic: run `python make-pictures.py` (needs pillow)."""

import io
import math
import random
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).resolve().parent


def scene(width, height):
    """Gradients, shapes and letters: smooth areas, hard edges and saturated colours in one small picture."""
    picture = Image.new("RGB", (width, height))
    pixels = picture.load()
    for y in range(height):
        for x in range(width):
            wave = 0.5 + 0.5 * math.sin(x / 5.0) * math.cos(y / 7.0)
            pixels[x, y] = (
                255 * x // max(width - 1, 1),
                255 * y // max(height - 1, 1),
                int(255 * wave),
            )
    draw = ImageDraw.Draw(picture)
    draw.ellipse((width * 0.1, height * 0.15, width * 0.5, height * 0.8), fill=(220, 30, 40), outline=(255, 255, 255))
    draw.rectangle((width * 0.55, height * 0.3, width * 0.9, height * 0.85), fill=(20, 60, 200), outline=(0, 0, 0))
    draw.line((0, height - 1, width - 1, 0), fill=(250, 250, 0))
    draw.text((width * 0.2, height * 0.05), "Fovea", fill=(0, 0, 0))
    return picture


def encoded(picture, form="JPEG", **options):
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def write(name, content):
    (HERE / name).write_bytes(content)


def segment(marker, payload):
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def segment_start(jpeg, marker):
    """Offset of the first segment with this marker code, walking from the start of the file."""
    at = 2
    while jpeg[at + 1] != marker:
        at += 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    return at


def with_sampling(jpeg, width, height, factors, second_uses_luma_tables=False):
    """The same coefficients under other sampling factors and another size with as many coding units.

    Blocks keep their order, so a block that becomes the second component's must keep the first one's code tables.
    """
    out = bytearray(jpeg)
    frame = segment_start(jpeg, 0xC0)
    out[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    for component, factor in enumerate(factors):
        out[frame + 11 + 3 * component] = factor
    if second_uses_luma_tables:
        out[segment_start(jpeg, 0xDA) + 8] = 0
    return bytes(out)


def without_segment(jpeg, marker):
    at = segment_start(jpeg, marker)
    return jpeg[:at] + jpeg[at + 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0] :]


def inserted(jpeg, extra, at=2):
    return jpeg[:at] + extra + jpeg[at:]


def four_inks(picture):
    """Cyan, magenta, yellow and a real black plate, so that k differs from 255 and from 0."""
    black = picture.convert("L").point(lambda value: (255 - value) // 2)
    inks = [plate.point(lambda value: 255 - value) for plate in picture.split()]
    return Image.merge("CMYK", [*inks, black])


def ycck(picture):
    """Y, Cb, Cr and K planes stored as they are under an Adobe marker whose transform byte says YCCK."""
    planes = [*picture.convert("YCbCr").split(), picture.convert("L")]
    # Pillow inverts four-channel pixels while saving.
    inverted = Image.merge("CMYK", [plane.point(lambda value: 255 - value) for plane in planes])
    out = bytearray(encoded(inverted, quality=90))
    out[segment_start(out, 0xEE) + 15] = 2
    return bytes(out)


def make_jpegs():
    colour = scene(67, 45)
    base = encoded(colour, quality=85, subsampling="4:2:0")
    write("baseline-420.jpg", base)
    write("baseline-422.jpg", encoded(colour, quality=85, subsampling="4:2:2"))
    write("baseline-444.jpg", encoded(colour, quality=95, subsampling="4:4:4"))
    write("even-sides-420.jpg", encoded(scene(96, 64), quality=75, subsampling="4:2:0"))
    write("low-quality.jpg", encoded(colour, quality=8))
    write("progressive.jpg", encoded(colour, quality=85, progressive=True))
    write("progressive-444.jpg", encoded(colour, quality=85, progressive=True, subsampling="4:4:4"))
    write("greyscale.jpg", encoded(colour.convert("L"), quality=85))
    write("progressive-greyscale.jpg", encoded(colour.convert("L"), quality=85, progressive=True))
    write("optimised-tables.jpg", encoded(colour, quality=85, optimize=True))
    write("restart-markers.jpg", encoded(colour, quality=85, restart_marker_blocks=2))
    write("one-pixel.jpg", encoded(Image.new("RGB", (1, 1), (200, 30, 90)), quality=90))
    write("one-row.jpg", encoded(scene(131, 1), quality=90))
    write("one-column.jpg", encoded(scene(1, 77), quality=90))
    write("adobe-rgb.jpg", encoded(colour, quality=85, keep_rgb=True, subsampling="4:4:4"))
    # The same number of coding units in another arrangement: the scene is jumbled, the file is valid.
    write("sampling-440.jpg", with_sampling(encoded(scene(64, 48), subsampling="4:2:2"), 48, 64, [0x12, 0x11, 0x11]))
    write("sampling-411.jpg", with_sampling(encoded(scene(64, 64)), 128, 32, [0x41, 0x11, 0x11]))
    write("sampling-441.jpg", with_sampling(encoded(scene(64, 64)), 32, 128, [0x14, 0x11, 0x11]))
    write("sampling-uncommon.jpg", with_sampling(encoded(scene(64, 64)), 64, 32, [0x21, 0x21, 0x21], True))
    write("sampling-rare.jpg", with_sampling(encoded(scene(64, 64)), 96, 30, [0x31, 0x11, 0x21], True))
    rotated = Image.Exif()
    rotated[0x0112] = 6
    write("exif-rotated.jpg", encoded(colour, quality=85, exif=rotated.tobytes()))
    thumbnail = b"Exif\0\0" + encoded(scene(32, 32), quality=50)
    write("thumbnail-in-exif.jpg", inserted(base, segment(0xE1, thumbnail)))
    write("fill-bytes.jpg", inserted(base, b"\xff\xff\xff\xff"))
    write("huge-segments.jpg", inserted(base, segment(0xE2, bytes(65533))))


def make_colour_spaces():
    colour = scene(67, 45)
    inks = encoded(four_inks(colour), quality=90)
    write("cmyk-adobe.jpg", inks)
    write("cmyk-plain.jpg", without_segment(inks, 0xEE))
    write("cmyk-progressive.jpg", encoded(four_inks(colour), quality=90, progressive=True))
    write("ycck-adobe.jpg", ycck(colour))
    # A profile that swaps channels would show at once if anything applied it.
    profile = swapped_profile()
    write("icc-profile.jpg", encoded(colour, quality=85, icc_profile=profile))
    write("icc-profile-grey.jpg", encoded(colour.convert("L"), quality=85, icc_profile=profile))


def swapped_profile():
    """A small RGB matrix profile with gamma 1.0 and with red and blue exchanged."""

    def xyz(x, y, z):
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in (x, y, z))

    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    text = b"text\0\0\0\0own work\0\0\0\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", 8) + b"swapped\0" + bytes(78)
    description += bytes(-len(description) % 4)
    tags = [
        (b"desc", description),
        (b"cprt", text),
        (b"wtpt", xyz(0.9642, 1.0, 0.8249)),
        (b"rXYZ", xyz(0.1431, 0.0606, 0.7141)),
        (b"gXYZ", xyz(0.3851, 0.7169, 0.0971)),
        (b"bXYZ", xyz(0.4360, 0.2225, 0.0139)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    at = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags:
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", at + len(body), len(content))
        body += content
    white = b"".join(struct.pack(">i", round(value * 65536)) for value in (0.9642, 1.0, 0.8249))
    header = struct.pack(">I4sI4s4s4s", at + len(body), b"none", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + white + bytes(48)
    return header + table + body


def deep_png(width, height):
    """Sixteen bits a channel, written by hand since pillow has no such mode."""

    def chunk(kind, content):
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    values = [(x * 977 + y * 1409 + channel * 20011) % 65536 for y in range(height) for x in range(width) for channel in range(3)]
    row = 3 * width
    lines = b"".join(b"\0" + struct.pack(f">{row}H", *values[y * row : (y + 1) * row]) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def make_damaged():
    base = encoded(scene(67, 45), quality=85)
    smooth = encoded(scene(67, 45), quality=85, progressive=True)
    half = len(base) // 2
    write("truncated.jpg", base[:half])
    write("truncated-progressive.jpg", smooth[:half])
    write("end-marker-missing.jpg", base[:-2])
    write("header-only.jpg", base[: segment_start(base, 0xDA)])
    start = segment_start(base, 0xDA) + 14
    noise = random.Random(7)
    damaged = bytearray(base)
    for _ in range(40):
        damaged[noise.randrange(start, len(base) - 2)] = noise.randrange(255)
    write("corrupt-entropy.jpg", bytes(damaged))
    write("extraneous-before-marker.jpg", inserted(base, b"\0\0\0\0"))
    write("extraneous-before-end.jpg", base[:-2] + b"\x12\x34\x56" + base[-2:])
    write("padding-before-end.jpg", base[:-2] + bytes(200) + base[-2:])
    write("padding-before-end-progressive.jpg", smooth[:-2] + bytes(200) + smooth[-2:])
    write("end-marker-early.jpg", base[:half] + b"\xff\xd9")
    write("middle-missing.jpg", base[: half - 100] + base[half + 100 :])
    write("zeros-inside.jpg", base[:half] + bytes(200) + base[half + 200 :])
    later_version = bytearray(base)
    later_version[11] = 7
    write("jfif-version-7.jpg", bytes(later_version))
    write("stray-between-segments.jpg", inserted(base, b"\0\1\2\3\4", segment_start(base, 0xDB)))
    write("trailing-bytes.jpg", base + b"trailing bytes after the end" * 4)
    write("two-pictures.jpg", base + encoded(scene(20, 20)))
    frame = segment_start(base, 0xC0)
    write("enormous-header.jpg", base[: frame + 5] + b"\xff\xff\xff\xff" + base[frame + 9 :])
    write("zero-width.jpg", base[: frame + 7] + b"\0\0" + base[frame + 9 :])
    write("zero-height.jpg", base[: frame + 5] + b"\0\0" + base[frame + 7 :])
    write("twelve-bits.jpg", base[: frame + 4] + b"\x0c" + base[frame + 5 :])
    write("tables-missing.jpg", without_segment(base, 0xC4))
    write("text-named.jpg", b"This is a text, whatever its name says.\n" * 3)
    write("empty.jpg", b"")


def make_other_formats():
    colour = scene(67, 45)
    alpha = colour.convert("L")
    with_alpha = colour.copy()
    with_alpha.putalpha(alpha)
    write("colour.png", encoded(colour, "PNG"))
    write("colour-alpha.png", encoded(with_alpha, "PNG"))
    write("grey.png", encoded(colour.convert("L"), "PNG"))
    write("grey-alpha.png", encoded(Image.merge("LA", [alpha, alpha.point(lambda value: 255 - value)]), "PNG"))
    write("palette.png", encoded(colour.quantize(16), "PNG"))
    write("palette-alpha.png", encoded(colour.quantize(16), "PNG", transparency=3))
    write("bilevel.png", encoded(colour.convert("1"), "PNG"))
    deep = Image.new("I;16", (67, 45))
    deep.putdata([(x * 977 + y * 1409) % 65536 for y in range(45) for x in range(67)])
    write("grey-16-bits.png", encoded(deep, "PNG"))
    write("colour-16-bits.png", deep_png(67, 45))
    write("icc-profile.png", encoded(colour, "PNG", icc_profile=swapped_profile()))
    write("truncated.png", encoded(colour, "PNG")[:600])
    write("lossless.webp", encoded(colour, "WEBP", lossless=True))
    write("lossless-alpha.webp", encoded(with_alpha, "WEBP", lossless=True, exact=True))
    write("lossy.webp", encoded(colour, "WEBP", quality=80))
    write("lossy-alpha.webp", encoded(with_alpha, "WEBP", quality=80))
    write("one-frame.gif", encoded(colour.quantize(32), "GIF"))
    write("uncompressed.bmp", encoded(scene(20, 12), "BMP"))
    write("little-endian.tiff", encoded(scene(20, 12), "TIFF"))


if __name__ == "__main__":
    make_jpegs()
    make_colour_spaces()
    make_damaged()
    make_other_formats()
