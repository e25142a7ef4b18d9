import escapeHtml from "escape-html";
import type { Block } from "./mail.ts";

/** A mail as it is shown: two forms of the same words. */
export interface Rendered {
  text: string;
  html: string;
}

/**
 * Shows the blocks of a mail as plain text and as HTML.
 * @param base what paths of links are under
 * @param unsubscribe where one says that one wants no more of these
 */
export function renderMail(body: readonly Block[], base: string, unsubscribe?: string): Rendered {
  const blocks: readonly Block[] = unsubscribe
    ? [...body, { link: "I want no more mails of this kind", to: unsubscribe }]
    : body;
  const absolute = (to: string) => new URL(to, base).href;
  return {
    text: `${blocks.map((block) => asText(block, absolute)).join("\n\n")}\n`,
    html: page(blocks.map((block) => asHtml(block, absolute)).join("\n")),
  };
}

function asText(block: Block, absolute: (to: string) => string): string {
  if (typeof block === "string") return block;
  if ("list" in block) return block.list.map((item) => `- ${item}`).join("\n");
  if ("link" in block) return `${block.link}:\n${absolute(block.to)}`;
  return `${block.by}:\n${block.quote.replace(/^/gm, "> ")}`;
}

function asHtml(block: Block, absolute: (to: string) => string): string {
  if (typeof block === "string") return `<p>${escapeHtml(block)}</p>`;
  if ("list" in block) return `<ul>${block.list.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
  if ("link" in block) return `<p><a href="${escapeHtml(absolute(block.to))}">${escapeHtml(block.link)}</a></p>`;
  return (
    `<p style="margin-bottom:0">${escapeHtml(block.by)}:</p>` +
    `<blockquote style="margin:4px 0 16px;padding-left:12px;border-left:3px solid #bbb;white-space:pre-line">${escapeHtml(block.quote)}</blockquote>`
  );
}

/** @param content HTML already */
export function page(content: string): string {
  return (
    '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
    '<title>Primary Science Quality Mark</title></head><body style="font:16px/1.5 sans-serif;max-width:36em;margin:1em auto">' +
    `${content}</body></html>`
  );
}
