/** Integer arithmetic between colour spaces, exactly as TensorFlow, libjpeg and libpng compute it. */

/** The first of every three channels. */
export function firstChannel(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let pixel = 0; pixel < grey.length; pixel += 1) grey[pixel] = rgb[3 * pixel] ?? 0;
  return grey;
}

/** libjpeg's luma of an RGB JPEG: weights 0.299, 0.587, 0.114 in 16-bit fixed point, rounded. */
export function lumaAsJpeg(rgb: Uint8Array): Uint8Array {
  return weighted(rgb, [19595, 38470, 7471], 16, 1 << 15);
}

/** libpng's grey as TensorFlow asks for it: weights 0.299, 0.587, 0.114 in 15-bit fixed point, rounded down. */
export function greyAsTensorFlowPng(rgb: Uint8Array): Uint8Array {
  return weighted(rgb, [9797, 19234, 3737], 15, 0);
}

/**
 * RGB of a CMYK picture by TensorFlow's rule.
 *
 * @param inverted four bytes a pixel, 255 minus libjpeg's samples.
 * @param hasAdobeMarker Adobe stores inks inverted: r = k·c/255, else r = (255 − c)·(255 − k)/255, rounded down.
 */
export function rgbFromInks(inverted: Uint8Array, hasAdobeMarker: boolean): Uint8Array {
  const pixelCount = inverted.length / 4;
  const flip = hasAdobeMarker ? 255 : 0;
  const rgb = new Uint8Array(3 * pixelCount);
  for (let pixel = 0; pixel < pixelCount; pixel += 1) {
    const black = (inverted[4 * pixel + 3] ?? 0) ^ flip;
    for (let ink = 0; ink < 3; ink += 1) {
      rgb[3 * pixel + ink] = Math.floor((((inverted[4 * pixel + ink] ?? 0) ^ flip) * black) / 255);
    }
  }
  return rgb;
}

function weighted(
  rgb: Uint8Array,
  [red, green, blue]: readonly [number, number, number],
  bits: number,
  rounding: number,
): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let pixel = 0; pixel < grey.length; pixel += 1) {
    const at = 3 * pixel;
    const sum = red * (rgb[at] ?? 0) + green * (rgb[at + 1] ?? 0) + blue * (rgb[at + 2] ?? 0);
    grey[pixel] = (sum + rounding) >> bits;
  }
  return grey;
}
