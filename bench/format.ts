// Numbers as the table shows them.

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export const perSecond = (value: number): string => `${formatCount(value)} /s`;
export const kilobytes = (bytes: number): string => `${formatCount(bytes / 1000)} kB`;
export const megabytes = (value: number): string => `${value.toFixed(1)} MB`;

export function milliseconds(value: number): string {
  return value < 10 ? `${value.toFixed(2)} ms` : `${formatCount(value)} ms`;
}

export function formatRatio(value: number): string {
  return value < 10 ? value.toFixed(2) : formatCount(value);
}
