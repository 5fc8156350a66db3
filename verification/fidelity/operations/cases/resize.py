"""Resizing in every convention of pixel centres, up and down."""
import numpy as np
import tensorflow as tf

from .family import Family, noise

raw = tf.raw_ops
conventions = {
    "legacy": {},
    "half_pixel": {"half_pixel_centers": True},
    "aligned": {"align_corners": True},
}
#: Of 255: the compiled arithmetic may interpolate in another order.
TOLERANCE = 0.02


def resize():
    family = Family("resize")
    picture = np.round(noise(1, 1, 7, 10, 2, low=0, high=255))
    sizes = {"up": (13, 23), "double": (14, 20), "down": (4, 3), "half": (3, 5), "one": (1, 1), "mixed": (21, 5), "same": (7, 10)}

    def resized(operation, sizes, options):
        def answer(x):
            return {
                f"{convention}_{name}": operation(images=x, size=size, **flags)
                for convention, flags in options.items()
                for name, size in sizes.items()
            }

        return answer

    family.case("bilinear", picture, tolerance=TOLERANCE)(resized(raw.ResizeBilinear, sizes, conventions))
    family.case("bilinear_any_size", picture, np.round(noise(2, 2, 5, 6, 2, low=0, high=255)), shapes=[[None] * 3 + [2]], tolerance=TOLERANCE)(
        resized(raw.ResizeBilinear, {"up": (13, 23), "down": (4, 3)}, conventions)
    )
    family.case("nearest", picture)(resized(raw.ResizeNearestNeighbor, sizes, conventions))
    column = np.arange(15, dtype=np.float32).reshape(1, 15, 1, 1)
    for convention, flags in conventions.items():
        every = {str(size): (size, 1) for size in range(1, 49)}
        family.case(f"nearest_every_size_{convention}", column)(
            lambda x, flags=flags, every=every: tf.concat(
                [raw.ResizeNearestNeighbor(images=x, size=size, **flags) for size in every.values()], axis=1
            )
        )
    family.case("nearest_any_size", picture, shapes=[[None] * 3 + [2]])(
        resized(raw.ResizeNearestNeighbor, {"up": (13, 23), "down": (4, 3)}, conventions)
    )

    @family.case("bytes", picture.astype(np.uint8), tolerance=TOLERANCE)
    def _(x):
        return {
            "bilinear": raw.ResizeBilinear(images=x, size=(9, 4), half_pixel_centers=True),
            "nearest": raw.ResizeNearestNeighbor(images=x, size=(9, 4), half_pixel_centers=True),
        }

    @family.case("antialiased", picture, tolerance=TOLERANCE)
    def _(x):
        return {
            f"{method}_{name}": tf.image.resize(x, size, method=method, antialias=True)
            for method in ("bilinear", "bicubic")
            for name, size in {"up": (13, 23), "down": (4, 3), "mixed": (21, 5)}.items()
        }

    @family.case("computed_size", picture, tolerance=TOLERANCE)
    def _(x):
        height, width = tf.unstack(tf.shape(x)[1:3])
        return raw.ResizeBilinear(images=x, size=tf.stack([height * 2, width + height]), half_pixel_centers=True)

    return family
