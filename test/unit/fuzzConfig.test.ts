import assert from "node:assert/strict";
import fc from "fast-check";
import { validate } from "../../config/loadConfig.ts";
import { describeProblems, type ConfigProblem } from "../../config/messages.ts";
import { withFullKeys } from "../../config/namespace.ts";
import type { StackConfig } from "../../config/schema.ts";
import { identities, run } from "./mocks.ts";
import { goodKey } from "../support/pgpKeys.ts";
import { setStackConfig } from "./stackConfig.ts";

const seed = Number(process.env.FUZZ_SEED ?? "4711");
const count = Number(process.env.FUZZ_RUNS ?? "1000");
/** How many of the accepted configs are planned; the whole program runs for each. */
const mostPlans = 12;
/** Stands in each password of a generated config, and must stand in no message. */
const marker = "Hunter2";

const iamName = fc.stringMatching(/^[A-Za-z0-9+=,.@_-]{1,20}$/);
const [flag, one] = [fc.boolean(), fc.constant<unknown>];

/** A config that is right; each key may be absent that is not required. */
function rightConfig(pgpKey: string) {
  const user = {
    ...{
      name: iamName,
      path: one("/a/b/"),
      email: one("a@example.com"),
      tags: one({ Team: "x", "a b": "" }),
    },
    ...{ backup: flag, passwordResetRequired: flag, passwordLength: one(128), passwordVersion: one(9) },
  };
  const password = `${marker}!aA1`;
  const signIn = fc.constantFrom({}, { consoleAccess: false }, { import: true }, { pgpKey }, { password });
  const administrator = fc
    .tuple(fc.record(user, { requiredKeys: ["name"] }), signIn)
    // What the program would pass over beside import is refused.
    .map(([keys, more]) => ("import" in more ? { name: keys.name, ...more } : { ...keys, ...more }));
  const stack = {
    administrators: fc.array(administrator, { minLength: 1, maxLength: 5 }),
    group: fc.record({ name: iamName, existing: flag }, { requiredKeys: [] }),
    passwordPolicy: one({ minimumLength: 8, maxAgeDays: 90, requireCharacterTypes: false }),
    accountAlias: fc.constantFrom("acme", { prefix: "acme" }),
    rootActivity: one({ emails: ["a@example.com"], cloudTrailLogGroup: "trail" }),
    ...{ requireMfa: flag, organizationRootAccess: flag, protect: flag, bootstrapAsRoot: flag },
  };
  return fc.record(stack, { requiredKeys: ["administrators"] });
}

const protoKeys = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "length"];
const oddKeys = ["", " name", "Name", "nаme", "pasword", "initial_password", "apiToken"];
const oddTexts = "~ yes No on 0o17 1_000 .inf &a << {} [ \0 \u200b \ud800 \u202e %s ${x}".split(" ");
/** One mistake, at a place that is chosen by a number, because the places depend on the config. */
const mistake = fc.record({
  place: fc.nat(),
  change: fc.constantFrom("replace", "remove", "rename", "add"),
  key: fc.oneof(fc.constantFrom(...protoKeys, ...oddKeys), fc.string({ unit: "binary", maxLength: 12 })),
  value: fc.oneof(
    fc.constantFrom(...protoKeys, ...oddTexts, "a".repeat(100_000)),
    fc.constantFrom<unknown>(0, -1, 1, 1.5, 129, 1e21, 5e-324, 2 ** 53, [null], { secure: "v1:abc" }),
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.jsonValue({ maxDepth: 4 }),
  ),
});
type Mistake = typeof mistake extends fc.Arbitrary<infer T> ? T : never;

function spoil(config: object, { place, change, key, value }: Mistake): object {
  const changed = (old: unknown) => {
    if (change === "remove") return undefined;
    if (change === "replace" || typeof old !== "object" || old === null) return value;
    const entries = Object.entries(old);
    const moved: unknown = change === "rename" ? entries.pop()?.[1] : value;
    return Object.fromEntries([...entries, [key, moved]]);
  };
  const text = JSON.stringify(config);
  let left = place % text.split(/[{[,]/).length;
  const spoilt: unknown = JSON.parse(text, (_, old: unknown) => (left-- === 0 ? changed(old) : old));
  // What a config is once it was a file; none is anything but an object.
  const written = JSON.stringify(spoilt ?? null);
  return written.startsWith("{") ? (JSON.parse(written) as object) : config;
}

function assertRefusal(raw: object, problems: readonly ConfigProblem[]): void {
  assert.ok(problems.length > 0, "refused without a reason");
  const message = describeProblems("Pulumi.test.yaml", withFullKeys({ ...raw }), problems);
  for (const line of message.split("\n").slice(1)) {
    assert.match(line, /^ {2}\S.*: \S/s);
    assert.doesNotMatch(line, /node_modules|\[object Object\]|undefined/);
    // eslint-disable-next-line no-control-regex -- what could forge a line or steer a terminal is escaped
    assert.doesNotMatch(line, /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]/);
    assert.ok(line.length < 2000, `a line of ${line.length} characters`);
  }
  // Beside the administrators, under a harmless key, nobody can know a password for one.
  const harmless = (key: string, value: unknown) =>
    key === "administrators" || /pass?w|token/i.test(key) ? null : value;
  if (JSON.stringify(raw, harmless).includes(marker)) return;
  assert.ok(!message.includes(marker), "a password is in the message");
}

let plans = 0;

/** Runs the whole program in a preview, which must make each administrator. */
async function assertPlanned(raw: object, { administrators, group }: StackConfig): Promise<void> {
  plans += 1;
  const program = async () => {
    setStackConfig({ ...raw });
    await import(`../../index.ts?fuzz=${plans}`);
  };
  // A group that is adopted has to be there.
  const groups = group.existing ? { [group.name]: [] } : {};
  const { resources } = await run(program, { preview: true, groups });
  const users = resources.filter(({ type }) => type === "aws:iam/user:User");
  assert.deepEqual(identities(users), administrators.map(({ name }) => `aws:iam/user:User ${name}`).sort());
}

// Whether the right configs are accepted, and with which words the wrong ones are refused, config.test.ts shows.
describe("A stack config out of a generator", () => {
  after(() => {
    setStackConfig({});
  });

  it(`is accepted and can be planned, or is refused by naming its keys (${count}, seed ${seed})`, async () => {
    const { publicKey } = await goodKey();
    const mistakes = fc.oneof(fc.constant([]), fc.array(mistake, { maxLength: 3 }));
    const config = fc
      .tuple(rightConfig(publicKey), mistakes)
      .map(([right, wrong]) => wrong.reduce(spoil, right));
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(config, async (raw) => {
        const result = await validate(withFullKeys({ ...raw }));
        if (result.config === undefined) {
          assertRefusal(raw, result.problems);
          return;
        }
        accepted += 1;
        // Where there is a custom password, an AWS is asked that is not there.
        const asksAws = result.config.administrators.some((it) => it.password !== undefined);
        if (plans < mostPlans && !asksAws) await assertPlanned(raw, result.config);
      }),
      { seed, numRuns: count },
    );
    assert.ok(accepted > count / 10 && accepted < (count * 9) / 10, `${accepted} accepted: lopsided`);
    assert.ok(plans > 0);
  });
});
