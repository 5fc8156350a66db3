/** Numbers as people read them. */
import type { Bound, Figure } from '../measurement/finding.ts';

/** Three significant digits, but never fewer than the whole part has. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '?';
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

export function formatFigure({ value, unit }: Figure): string {
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

export function formatBound({ relation, value }: Bound): string {
  return `${relation === 'at least' ? '≥' : '≤'} ${formatNumber(value)}`;
}
