/** Bilinear resizing written down once more, plainly, to hold the prepared pictures against. */

export interface PlainPicture {
  readonly width: number;
  readonly height: number;
  /** RGB, row by row. */
  readonly pixels: ArrayLike<number>;
}

/** The weights along one side: pixel centres lie at halves, and beyond the edge the last pixel goes on. */
function samples(from: number, to: number): readonly { low: number; high: number; share: number }[] {
  return Array.from({ length: to }, (_, index) => {
    const at = ((index + 0.5) * from) / to - 0.5;
    const low = Math.floor(at);
    return { low: Math.max(0, low), high: Math.min(from - 1, low + 1), share: at - low };
  });
}

/** As `tf.image.resize` does it: four pixels a sample, however much the picture shrinks. */
export function referenceResize(picture: PlainPicture, [height, width]: readonly [number, number]): number[] {
  const columns = samples(picture.width, width);
  const pixel = (row: number, column: number, channel: number): number =>
    picture.pixels[(row * picture.width + column) * 3 + channel] ?? NaN;
  return samples(picture.height, height).flatMap((row) =>
    columns.flatMap((column) =>
      [0, 1, 2].map((channel) => {
        const along = (line: number): number =>
          pixel(line, column.low, channel) * (1 - column.share) +
          pixel(line, column.high, channel) * column.share;
        return along(row.low) * (1 - row.share) + along(row.high) * row.share;
      }),
    ),
  );
}
