"""Draws test accuracy over epochs as a self-contained SVG."""

from pathlib import Path

WIDTH, HEIGHT, MARGIN = 720, 360, 56


def write_plot(path: Path, log: list[dict]) -> None:
    """One point for each measured row of the log (`epoch`, `test_accuracy` from 0 to 1, or None)."""
    log = [row for row in log if row["test_accuracy"] is not None]
    if not log:
        return
    lowest = min(0.9, max(0.0, int(min(row["test_accuracy"] for row in log) * 10) / 10))
    last = max(2, log[-1]["epoch"])

    def x(epoch: float) -> float:
        return MARGIN + (epoch - 1) / (last - 1) * (WIDTH - 2 * MARGIN)

    def y(share: float) -> float:
        return HEIGHT - MARGIN - (share - lowest) / (1 - lowest) * (HEIGHT - 2 * MARGIN)

    lines = []
    step = 0.02 if lowest >= 0.8 else 0.1
    share = lowest
    while share < 1.0001:
        lines.append(f'<path d="M{MARGIN} {y(share):.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>')
        lines.append(f'<text x="{MARGIN - 8}" y="{y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>')
        share += step
    for mark in sorted({1, *range(max(1, last // 8), last + 1, max(1, last // 8)), last}):
        lines.append(f'<text x="{x(mark):.1f}" y="{HEIGHT - MARGIN + 20}" text-anchor="middle">{mark}</text>')
    points = " ".join(f"{x(row['epoch']):.1f},{y(row['test_accuracy']):.1f}" for row in log)
    final = log[-1]
    body = "\n".join(lines)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n'
        f'<polyline points="{points}" fill="none" stroke="#0b63b5" stroke-width="2"/>\n'
        f'<text x="{WIDTH / 2}" y="28" text-anchor="middle" font-size="15">Test accuracy after epoch {final["epoch"]}: '
        f"{final['test_accuracy']:.2%}</text>\n"
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">epoch</text>\n</svg>\n'
    )
