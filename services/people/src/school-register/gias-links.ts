import { openGiasFile } from "../school/import/gias-file.ts";
import { giasColumns } from "../school/import/gias-row.rules.ts";
import type { SuccessionLink } from "./successions.rules.ts";

const URN = /^\d{6}$/;

/**
 * The register's file of links ("links_edubasealldata…csv" of GIAS's downloads): which school came after which. Links of
 * other kinds, such as sixth form centres, are left out.
 * @throws FileUnreadable, NotText, FileTruncated
 * @throws NotGias when it lacks the columns of that file
 */
export async function readLinks(file: string): Promise<SuccessionLink[]> {
  const rows = (await openGiasFile(file)).rows();
  const links = new Map<string, SuccessionLink>();
  try {
    const header = await rows.next();
    const at = giasColumns(header.done ? [] : header.value.fields, ["URN", "LinkURN", "LinkType"]);
    for await (const { fields } of rows) {
      const cell = (column: string) => fields[at.get(column) ?? -1]?.trim() ?? "";
      const link = linkOf(cell("URN"), cell("LinkURN"), cell("LinkType"));
      if (link) links.set(`${link.from} ${link.to}`, link);
    }
  } finally {
    await rows.return(undefined);
  }
  return [...links.values()];
}

/** The file has every link twice, once from each end. */
function linkOf(urn: string, linkUrn: string, type: string): SuccessionLink | undefined {
  if (!URN.test(urn) || !URN.test(linkUrn)) return undefined;
  const isWhole = !/merge|amalgamat|split/i.test(type);
  if (/^Successor\b/i.test(type)) return { from: urn, to: linkUrn, isWhole };
  if (/^Predecessor\b/i.test(type)) return { from: linkUrn, to: urn, isWhole };
  return undefined;
}
