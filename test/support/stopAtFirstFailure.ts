import type { Suite } from "mocha";

/**
 * Registers hooks for a `describe` whose tests go on from where the one before left the stack: what follows a failure in the
 * same `describe` is skipped, for it would fail of the same. Mocha's own `bail` leaves no trace of what it did not run.
 */
export function stopAtFirstFailure(): void {
  const failed = new Set<Suite | undefined>();
  beforeEach(function () {
    if (failed.has(this.currentTest?.parent)) this.skip();
  });
  afterEach(function () {
    if (this.currentTest?.state === "failed") failed.add(this.currentTest.parent);
  });
}
