import { expect, test } from "@jest/globals";
import { ConversationSigns, MOST_PEOPLE, PRESENT_MS, type Signal, TYPING_MS } from "./activity.rules.ts";

const signal = (kind: Signal["kind"], personId = "per_sam", replica = "one"): Signal => ({
  conversationId: "con_1",
  kind,
  personId,
  replica,
});

test("one types until one stops, or until some seconds have gone by without a sign", () => {
  const signs = new ConversationSigns();
  signs.hear(signal("typing"), 0);
  expect(signs.scene(TYPING_MS - 1).typing).toEqual(["per_sam"]);
  expect(signs.scene(TYPING_MS).typing).toEqual([]);
  signs.hear(signal("typing"), 0);
  signs.hear(signal("stopped"), 1);
  expect(signs.scene(1).typing).toEqual([]);
});

test("one is present as long as one replica says so", () => {
  const signs = new ConversationSigns();
  signs.hear(signal("here", "per_sam", "one"), 0);
  signs.hear(signal("here", "per_sam", "two"), 10);
  signs.hear(signal("gone", "per_sam", "one"), 20);
  expect(signs.scene(20).present).toEqual(["per_sam"]);
  expect(signs.scene(PRESENT_MS + 9).present).toEqual(["per_sam"]);
  expect(signs.scene(PRESENT_MS + 10).present).toEqual([]);
});

test("of more people than there can be no sign is kept, and those of others are let go in time", () => {
  const signs = new ConversationSigns();
  for (let n = 0; n < MOST_PEOPLE + 10; n += 1) signs.hear(signal("typing", `per_${n}`), 0);
  expect(signs.scene(0).typing).toHaveLength(MOST_PEOPLE);
  signs.hear(signal("typing", "per_late"), TYPING_MS);
  expect(signs.scene(TYPING_MS).typing).toEqual(["per_late"]);
});

test("that a receipt has changed is seen and says nothing of who", () => {
  const signs = new ConversationSigns();
  signs.hear(signal("read"), 0);
  signs.hear(signal("who"), 0);
  expect(signs.scene(0)).toEqual({ typing: [], present: [], receipts: 1 });
});
