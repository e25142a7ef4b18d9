import { expect, test } from "@jest/globals";
import { Breaker } from "./breaker.ts";
import { RetryBudget } from "./retry-budget.ts";

function breakerAt() {
  const clock = { now: 1_000 };
  const breaker = new Breaker({ calls: 4, failurePercent: 50, openMs: 500 }, () => clock.now);
  const call = (good: boolean) => {
    if (!breaker.mayCall()) return "stopped";
    good ? breaker.succeeded() : breaker.failed();
    return "made";
  };
  return { clock, breaker, call };
}

test("calls are stopped once half of enough of them have failed, and not before", () => {
  const { call, breaker } = breakerAt();
  expect([call(false), call(false), call(true)]).toEqual(["made", "made", "made"]);
  expect(breaker.isOpen).toBe(false);
  expect([call(false), call(true)]).toEqual(["made", "stopped"]);
});

test("a minority of failures stops nothing, and old failures are forgotten", () => {
  const { call, breaker, clock } = breakerAt();
  for (let n = 0; n < 100; n++) call(n % 3 !== 2);
  expect(breaker.isOpen).toBe(false);
  const other = breakerAt();
  for (let n = 0; n < 3; n++) other.call(false);
  other.clock.now += 10_000;
  for (let n = 0; n < 3; n++) other.call(false);
  expect(other.breaker.isOpen).toBe(false);
  expect(clock.now).toBe(1_000);
});

test("after a pause one call tries for all: its failure stops them again, its success lets them pass", () => {
  const { call, breaker, clock } = breakerAt();
  for (let n = 0; n < 4; n++) call(false);
  clock.now += 499;
  expect(breaker.mayCall()).toBe(false);
  clock.now += 1;
  expect([breaker.mayCall(), breaker.mayCall()]).toEqual([true, false]);
  breaker.failed();
  expect(call(true)).toBe("stopped");
  clock.now += 500;
  expect([call(true), call(true), breaker.isOpen]).toEqual(["made", "made", false]);
  call(false);
  expect(breaker.isOpen).toBe(false);
});

test("what was sent before the breaker opened does not close it when it comes back late", () => {
  const { call, breaker } = breakerAt();
  expect(breaker.mayCall()).toBe(true);
  for (let n = 0; n < 4; n++) call(false);
  breaker.succeeded();
  expect(breaker.isOpen).toBe(true);
});

test("repeated calls are at most their share of the calls made, beyond what was saved", () => {
  const budget = new RetryBudget(10);
  let repeated = 0;
  for (let n = 0; n < 1_000; n++) {
    budget.earn();
    if (budget.spend()) repeated += 1;
    if (budget.spend()) repeated += 1;
  }
  expect(repeated).toBeGreaterThanOrEqual(108);
  expect(repeated).toBeLessThanOrEqual(110);
});
