import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Refusal } from "@psqm/refusal/refusal";
import { type CsvError, parse } from "csv-parse";
import iconv from "iconv-lite";
import { type TextShape, textShapeOf } from "./text-encoding.ts";

export class FileUnreadable extends Refusal {
  constructor(file: string, reason: string) {
    super("FILE_UNREADABLE", `The file ${file} cannot be read: ${reason}. Give the path of a CSV file.`);
  }
}

export class FileTruncated extends Refusal {
  constructor(line: number, reason: string) {
    super(
      "FILE_TRUNCATED",
      `The file is cut off or broken at line ${line}: ${reason}. Nothing was imported. Download it again.`,
      { line },
    );
  }
}

/** A row with the line of the file on which it begins. */
export interface CsvRow {
  line: number;
  fields: string[];
}

export interface GiasFile extends TextShape {
  /** Bytes read by the time the rows given so far were read; rows are read a little ahead. */
  bytesRead(): number;
  /**
   * Every row, the header first, blank lines left out. Streams: memory does not grow with the file.
   * @throws FileTruncated when a quotation mark is never closed, the last row is short, or the last line has no end
   */
  rows(): AsyncGenerator<CsvRow>;
}

// GIAS's rows have at most about 4,000 characters; more means that a quotation mark was never closed.
const LONGEST_ROW = 100_000;

/**
 * Opens an extract of GIAS in whichever encoding it comes.
 * @throws FileUnreadable, NotText
 */
export async function openGiasFile(file: string): Promise<GiasFile> {
  try {
    if (!(await stat(file)).isFile()) throw new FileUnreadable(file, "it is no file");
    const shape = await textShapeOf(file);
    let read = 0;
    return { ...shape, bytesRead: () => read, rows: () => readRows(file, shape, (bytes) => (read += bytes)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new FileUnreadable(file, "there is no such file");
    if (code === "EACCES" || code === "EPERM") throw new FileUnreadable(file, "permission is denied");
    throw error;
  }
}

async function* readRows(file: string, shape: TextShape, onBytes: (bytes: number) => void): AsyncGenerator<CsvRow> {
  // The parser is ahead of the reader: where it fails is told by what it has parsed, not by what was read of it.
  let parsedTo = 0;
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: LONGEST_ROW,
    on_record: (fields) => {
      parsedTo += linesOf(fields);
      return fields;
    },
  });
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  const source = createReadStream(file);
  const flowing =
    shape.encoding === "UTF-8"
      ? pipeline(source, counted, parser)
      : pipeline(source, counted, iconv.decodeStream("windows-1252"), parser);
  // Its failure is met below, where the rows are read.
  flowing.catch(() => {});

  let width: number | undefined;
  let held: CsvRow | undefined;
  try {
    let readTo = 0;
    for await (const fields of parser as AsyncIterable<string[]>) {
      const row = { line: readTo + 1, fields };
      readTo += linesOf(fields);
      if (row.fields.length === 1 && row.fields[0]?.trim() === "") continue;
      width ??= row.fields.length;
      if (held) yield held;
      held = row;
    }
  } catch (error) {
    throw truncation(error as CsvError, parsedTo + 1);
  } finally {
    source.destroy();
  }
  if (!held) return;
  if (width !== undefined && held.fields.length < width) {
    throw new FileTruncated(held.line, `its last row has ${held.fields.length} of ${width} columns`);
  }
  if (!shape.endsComplete) throw new FileTruncated(held.line, "its last line has no end, unlike the others");
  yield held;
}

/** Lines that a row takes in the file. (The parser's own count takes CR LF within quotation marks for two.) */
function linesOf(fields: readonly string[]): number {
  let lines = 1;
  for (const field of fields) if (field.includes("\n")) lines += field.split("\n").length - 1;
  return lines;
}

function truncation(error: CsvError, line: number): unknown {
  if (error.code === "CSV_QUOTE_NOT_CLOSED" || error.code === "CSV_MAX_RECORD_SIZE") {
    return new FileTruncated(line, "a quotation mark that opens there is never closed");
  }
  return error;
}
