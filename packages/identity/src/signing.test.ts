import { expect, jest, test } from "@jest/globals";
import { SignJWT } from "jose";
import { operationText, signViewer, UnsignedCall, verifyViewer } from "./signing.ts";

const secret = "a secret of at least thirty-two bytes";
const call = { audience: "people", viewer: { kind: "person", personId: "per_1" }, body: '{"query":"{ me }"}' };

test("a signed viewer is read back by the audience it was signed for", async () => {
  const token = await signViewer(secret, call);
  expect(await verifyViewer(secret, token, call)).toEqual(call.viewer);
});

test("a secret given as bytes is the same secret as its text", async () => {
  const token = await signViewer(new TextEncoder().encode(secret), call);
  expect(await verifyViewer(secret, token, call)).toEqual(call.viewer);
});

test.each([
  ["no signature", undefined, {}, /no signature/],
  ["something that is no JWS", "x.y.z", {}, /does not fit/],
  ["an altered body", "signed", { body: '{"query":"{ me  }"}' }, /body is not the one/],
  ["another audience", "signed", { audience: "finance" }, /another service/],
])("%s is refused as UNSIGNED_CALL", async (_what, token, changed, reason) => {
  const signed = token === "signed" ? await signViewer(secret, call) : token;
  const refusal = await verifyViewer(secret, signed, { ...call, ...changed }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UnsignedCall);
  expect(refusal).toMatchObject({ code: "UNSIGNED_CALL", message: expect.stringMatching(reason) });
});

test("a signature made with another secret is refused", async () => {
  const token = await signViewer("another secret of thirty-two bytes or more", call);
  await expect(verifyViewer(secret, token, call)).rejects.toThrow(UnsignedCall);
});

test("a signature is worth nothing after a minute", async () => {
  const token = await signViewer(secret, call);
  jest.useFakeTimers({ now: Date.now() + 70_000, doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  try {
    await expect(verifyViewer(secret, token, call)).rejects.toThrow(/older than a minute/);
  } finally {
    jest.useRealTimers();
  }
});

test("a token without signature algorithm or expiry is refused", async () => {
  const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"aud":"people"}').toString("base64url")}.`;
  await expect(verifyViewer(secret, none, call)).rejects.toThrow(UnsignedCall);
  const endless = await new SignJWT({ viewer: {}, digest: "x" })
    .setProtectedHeader({ alg: "HS256" })
    .setAudience("people")
    .sign(new TextEncoder().encode(secret));
  await expect(verifyViewer(secret, endless, call)).rejects.toThrow(UnsignedCall);
});

test("a short secret is refused with a sentence", async () => {
  await expect(signViewer("short", call)).rejects.toThrow(/at least 32 bytes/);
});

test("an operation's text does not depend on how absence is spelled", () => {
  const query = "subscription { tick }";
  expect(operationText({ query })).toBe(operationText({ query, operationName: null, variables: null }));
  expect(operationText({ query, variables: { a: 1 } })).not.toBe(operationText({ query }));
});
