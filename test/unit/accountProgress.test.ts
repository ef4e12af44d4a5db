import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { showProgress } from "../../account/progress.ts";

describe("The progress of reading an account", () => {
  /** What is written while somebody, or nobody, watches. */
  function watched(isTTY: boolean) {
    const written: string[] = [];
    const write = (text: string) => written.push(text);
    return { written, ...showProgress({ isTTY, write } as unknown as NodeJS.WriteStream, 5) };
  }

  it("is a line now and then without a terminal, until the end", async () => {
    const { written, progress, end } = watched(false);
    assert.deepEqual(written, []);
    while (written.length === 0) await sleep(1);
    progress(3, 7);
    written.length = 0;
    while (written.length === 0) await sleep(1);
    end();
    assert.equal(written[0], "3 of 7 users ...\n");
    const { length } = written;
    await sleep(20);
    assert.equal(written.length, length);
  });

  it("is one line in place on a terminal", () => {
    const { written, progress, end } = watched(true);
    progress(1, 2);
    progress(2, 2);
    end();
    assert.deepEqual(written, ["\r1 of 2 users", "\r2 of 2 users\n"]);
  });
});
