import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, sep } from "node:path";
import Mocha from "mocha";

const { EVENT_HOOK_END, EVENT_RUN_END, EVENT_TEST_END, EVENT_TEST_PENDING } = Mocha.Runner.constants;
const file = "coverage/counts.json";
const runAnywhere = ["unit", "policy", "integration"];

/** The folder below test/: `unit`. */
function suiteOf({ file: testFile = "" }) {
  const folders = testFile.split(sep);
  return folders[folders.lastIndexOf("test") + 1] ?? "";
}

/**
 * Mocha's own "spec" reporter, which also leaves the counts in coverage/counts.json, for .ci/run and the benchmark: mocha
 * takes one reporter at a time.
 */
export default class SpecWithCounts extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    // Only what needs the Pulumi CLI may be skipped, where there is none.
    const skippedWithoutReason = [];
    runner.on(EVENT_TEST_PENDING, (test) => {
      if (runAnywhere.includes(suiteOf(test))) skippedWithoutReason.push(test.fullTitle());
    });
    // Of all tests and hooks added up: several files run at a time.
    const seconds = {};
    for (const end of [EVENT_HOOK_END, EVENT_TEST_END]) {
      runner.on(end, (ended) => {
        seconds[suiteOf(ended)] = (seconds[suiteOf(ended)] ?? 0) + (ended.duration ?? 0) / 1000;
      });
    }
    runner.once(EVENT_RUN_END, () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ passed, failed, skipped, skippedWithoutReason, seconds }));
    });
  }
}
