import { coordinatesOf } from "./coordinates.ts";

const shown = 25;

/** What differs between two versions of a schema, in the words of a client: added, gone, changed. */
export function differences(before: string | undefined, after: string): string[] {
  if (before === undefined) return ["missing"];
  const [old, now] = [byName(before), byName(after)];
  const lines = [
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `- ${name}`),
    ...[...now.keys()].filter((name) => !old.has(name)).map((name) => `+ ${name}`),
    ...[...now].filter(([name, text]) => old.has(name) && old.get(name) !== text).map(([name]) => `~ ${name}`),
  ];
  if (lines.length === 0) return ["other text"];
  return lines.length > shown ? [...lines.slice(0, shown), `… and ${lines.length - shown} more`] : lines;
}

function byName(sdl: string): Map<string, string> {
  try {
    return new Map(coordinatesOf(sdl).map(({ name, shape, description }) => [name, `${shape} ${description}`]));
  } catch {
    return new Map();
  }
}
