import assert from "node:assert/strict";
import { refuseMassRemoval } from "../../components/groupChecks.ts";

const listed = (names: string) => ({ administrators: names.split(" ").map((name) => ({ name })) });

describe("An edit of the administrators", () => {
  for (const [olds, news] of [
    ["a", "b"],
    ["a b", "c b"],
    ["a b c", "c b a d"],
    ["a b c d", "c d"],
  ] as const) {
    it(`may make "${news}" of "${olds}"`, () => {
      assert.doesNotThrow(() => {
        refuseMassRemoval(listed(news), listed(olds));
      });
    });
  }

  for (const [olds, news, removed] of [
    ["a b", "c", "a, b, more than half of the 2"],
    ["a b c", "a x y z", "b, c, more than half of the 3"],
    ["a b c d e", "a b", "c, d, e, more than half of the 5"],
  ] as const) {
    it(`must not make "${news}" of "${olds}"`, () => {
      const edit = () => {
        refuseMassRemoval(listed(news), listed(olds));
      };
      assert.throws(edit, new RegExp(`this edit removes ${removed} administrators of this stack`));
    });
  }
});
