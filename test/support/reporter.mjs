import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, sep } from "node:path";
import Mocha from "mocha";

const { EVENT_RUN_END, EVENT_TEST_PENDING } = Mocha.Runner.constants;
const file = "coverage/counts.json";

function runsAnywhere(testFile = "") {
  return ["unit", "policy", "integration"].some((level) =>
    testFile.includes(["", "test", level, ""].join(sep)),
  );
}

/**
 * Mocha's own "spec" reporter, which also leaves the counts in coverage/counts.json, for .ci/run: mocha takes one
 * reporter at a time.
 */
export default class SpecWithCounts extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    // Only what needs the Pulumi CLI may be skipped, where there is none.
    const skippedWithoutReason = [];
    runner.on(EVENT_TEST_PENDING, (test) => {
      if (runsAnywhere(test.file)) skippedWithoutReason.push(test.fullTitle());
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ passed, failed, skipped, skippedWithoutReason }));
    });
  }
}
