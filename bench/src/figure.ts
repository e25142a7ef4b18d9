/** One measured number, and what it should be. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  aim?: { op: "<=" | ">="; value: number };
}

export function isShort({ value, aim }: Figure): boolean {
  if (!aim) return false;
  return aim.op === "<=" ? value > aim.value : value < aim.value;
}

/** `figure <name> <value> <unit> aim <op> <value> ok|short` */
export function line(figure: Figure): string {
  const { name, value, unit, aim } = figure;
  const told = aim ? `${aim.op} ${aim.value} ${isShort(figure) ? "short" : "ok"}` : "none";
  return `figure ${name} ${value} ${unit} aim ${told}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error("There is no median of nothing.");
  return (low + high) / 2;
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
