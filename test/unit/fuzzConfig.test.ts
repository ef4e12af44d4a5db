import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { validate } from "../../config/loadConfig.ts";
import { describeProblems, type ConfigProblem } from "../../config/messages.ts";
import type { StackConfig } from "../../config/schema.ts";
import { identities, run, type Registered } from "../support/mocks.ts";
import { goodKey } from "../support/pgpKeys.ts";

const seed = Number(process.env.FUZZ_SEED ?? "4711");
const count = Number(process.env.FUZZ_RUNS ?? "1000");
/** How many of the accepted configs are planned; the whole program runs for each. */
const planned = 25;

/** Stands in each password of a generated config, and must stand in no message. */
const marker = "Hunter2";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const protoKeys = "__proto__ constructor toString hasOwnProperty prototype valueOf length".split(" ");

/** What one finds in YAML files where something else was meant. */
const oddity = fc.oneof(
  fc.constantFrom<Json[]>(
    ..."~ null yes No on True 0 14 0o17 1_000 .inf 2026-02-30 12:30:45 &a << {} [ \0 \u200b \ud800 \u202e %s ${x}".split(
      " ",
    ),
    ...[
      0,
      -0,
      -1,
      1,
      1.5,
      14,
      129,
      1e21,
      5e-324,
      Number.MAX_SAFE_INTEGER + 1,
      true,
      false,
      null,
      "",
      " ",
      "\n",
    ],
    ...[[], {}, [[]], [null], { a: { b: { c: null } } }, { secure: "v1:abc" }, "a".repeat(100_000)],
    ...protoKeys,
  ),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.array(fc.string(), { maxLength: 3 }),
);

const anyJson: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 4 }).map((value) => value as Json);

const iamName = fc.stringMatching(/^[A-Za-z0-9+=,.@_-]{1,20}$/);
const path = fc.stringMatching(/^\/(?:[a-z0-9]{1,8}\/){0,3}$/);
const emailAddress = fc.stringMatching(/^[a-z][a-z0-9]{0,9}@[a-z]{1,9}\.(?:com|org|example)$/);
const tagText = fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{1,20}$/);

/** Most keys are absent most of the time, as in real configs; what is there is right. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

/** A password that the schema takes, with the marker in it. */
const password = fc.stringMatching(/^[A-Za-z0-9!#]{8,20}$/).map((text) => `${marker}!${text}`);

const administrator = (pgpKey: string) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ name: iamName }) },
    {
      weight: 7,
      arbitrary: fc.record({
        name: iamName,
        path: maybe(path),
        email: maybe(emailAddress),
        tags: maybe(fc.dictionary(tagText, tagText, { maxKeys: 4 })),
        backup: maybe(fc.boolean()),
        consoleAccess: maybe(fc.constant(true)),
        passwordResetRequired: maybe(fc.boolean()),
        passwordLength: maybe(fc.integer({ min: 14, max: 128 })),
        pgpKey: fc.option(fc.constant(pgpKey), { nil: undefined, freq: 1 }),
        passwordIssue: maybe(fc.integer({ min: 1, max: 9 })),
      }),
    },
    { weight: 1, arbitrary: fc.record({ name: iamName, password }) },
    {
      weight: 1,
      arbitrary: fc.record({
        name: iamName,
        import: fc.boolean(),
        consoleAccess: fc.boolean(),
        passwordIssue: fc.constantFrom(1, 2),
      }),
    },
  );

const rightConfig = (pgpKey: string) =>
  fc
    .record({
      administrators: fc.array(administrator(pgpKey), { minLength: 1, maxLength: 5 }),
      group: maybe(fc.record({ name: iamName, path: maybe(path), existing: maybe(fc.boolean()) })),
      requireMfa: maybe(fc.boolean()),
      passwordPolicy: maybe(
        fc.record({
          minimumLength: maybe(fc.integer({ min: 6, max: 14 })),
          reusePrevention: maybe(fc.integer({ min: 1, max: 24 })),
          maxAgeDays: maybe(fc.integer({ min: 1, max: 1095 })),
          requireCharacterTypes: maybe(fc.boolean()),
        }),
      ),
      accountAlias: maybe(
        fc.oneof(
          fc.stringMatching(/^[a-z][a-z0-9]{3,20}$/),
          fc.record({ prefix: fc.stringMatching(/^[a-z][a-z0-9]{3,20}$/) }),
        ),
      ),
      rootActivity: maybe(
        fc.record({ emails: fc.uniqueArray(emailAddress, { minLength: 1, maxLength: 3 }) }),
      ),
      organizationRootAccess: maybe(fc.boolean()),
      protect: maybe(fc.boolean()),
      bootstrapAsRoot: maybe(fc.boolean()),
    })
    // What JSON cannot hold, undefined that is, no config holds.
    .map((config) => JSON.parse(JSON.stringify(config)) as Json);

/** One mistake: at a place that is chosen by numbers, because the place depends on the config. */
const mutation = fc.record({
  steps: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }),
  what: fc.constantFrom("replace", "remove", "rename", "add", "wrap", "double", "asText", "addPassword"),
  key: fc.oneof(
    fc.constantFrom(...protoKeys, "", " name", "Name", "nаme", "pasword", "initial_password", "apiToken"),
    fc.string({ unit: "binary", maxLength: 12 }),
  ),
  value: fc.oneof({ weight: 3, arbitrary: oddity }, { weight: 1, arbitrary: anyJson }),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own property, whatever its name: `object[key] = value` would change the prototype for one of them. */
function set(object: object, key: PropertyKey, value: Json): object {
  return Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

function mutate(config: Json, { steps, what, key, value }: Mutation): Json {
  let parent: Json = config;
  let at: string | undefined;
  for (const step of steps) {
    const next: Json = at === undefined ? parent : ((parent as Record<string, Json>)[at] ?? null);
    if (typeof next !== "object" || next === null || Object.keys(next).length === 0) break;
    const keys = Object.keys(next);
    parent = next;
    at = keys[step % keys.length];
  }
  if (at === undefined || typeof parent !== "object" || parent === null) return value;
  const old = (parent as Record<string, Json>)[at] ?? null;
  const changes: Record<Mutation["what"], () => unknown> = {
    replace: () => set(parent, at, value),
    remove: () => (Array.isArray(parent) ? parent.pop() : Reflect.deleteProperty(parent, at)),
    rename: () => isObject(parent) && Reflect.deleteProperty(parent, at) && set(parent, key, old),
    add: () => (isObject(old) ? set(old, key, value) : Array.isArray(old) && old.push(value)),
    wrap: () => set(parent, at, [old]),
    double: () => Array.isArray(old) && old.push(...old.slice(0, 50)),
    asText: () => set(parent, at, JSON.stringify(old)),
    addPassword: () => isObject(old) && set(old, "password", `${marker}!aA1aA1`),
  };
  changes[what]();
  return config;
}

/** Whether anything but a password field, or a text in place of a list, holds the marker: a `name` is no secret. */
function passwordIsElsewhere(value: unknown, inPassword = false): boolean {
  if (typeof value === "string") return !inPassword && value.includes(marker) && !/^[[{]/.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    passwordIsElsewhere(inner, inPassword || /pass?w|token/i.test(key)),
  );
}

let plans = 0;

/** What the whole program would make in a preview. */
async function plan(raw: object, { group }: StackConfig): Promise<readonly Registered[]> {
  const { resources } = await run(
    async () => {
      pulumi.runtime.setAllConfig(
        Object.fromEntries(
          Object.entries(raw).map(([key, it]) => [
            `iam-administrators:${key}`,
            typeof it === "string" ? it : JSON.stringify(it),
          ]),
        ),
        // A password that is no secret is for loadConfig to refuse.
        ["iam-administrators:administrators"],
      );
      plans += 1;
      await import(`../../index.ts?fuzz=${plans}`);
    },
    // A group that is adopted has to be there.
    { preview: true, groups: group.existing ? { [group.name]: [] } : {} },
  );
  return resources;
}

function assertPlanned(config: StackConfig, resources: readonly Registered[]): void {
  const made = (type: string) => identities(resources.filter((it) => it.type === type));
  const ofEach = (type: string, list: StackConfig["administrators"]) =>
    list.map(({ name }) => `${type} ${name}`).sort();
  const withProfile = config.administrators.filter(
    (it) => it.consoleAccess && (!it.import || it.passwordIssue > 1),
  );
  for (const [type, list] of [
    ["aws:iam/user:User", config.administrators],
    ["aws:iam/userGroupMembership:UserGroupMembership", config.administrators],
    ["aws:iam/userLoginProfile:UserLoginProfile", withProfile],
  ] as const) {
    assert.deepEqual(made(type), ofEach(type, list));
  }
  assert.equal(made("aws:iam/group:Group").length, config.group.existing ? 0 : 1);
}

// Whether the right configs are accepted, and with which words the wrong ones are refused, config.test.ts shows.
describe("A stack config out of a generator", function () {
  this.timeout(120_000);
  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  it(`is accepted and can be planned, or is refused by naming its keys (${count} of them)`, async () => {
    const { publicKey } = await goodKey();
    const mutations = fc.oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) },
    );
    const config = fc.oneof(
      {
        weight: 9,
        arbitrary: fc
          .tuple(rightConfig(publicKey), mutations)
          .map(([right, mistakes]) => mistakes.reduce(mutate, right)),
      },
      { weight: 1, arbitrary: anyJson },
    );
    let accepted = 0;
    let plannedNow = 0;
    await fc.assert(
      fc.asyncProperty(config, async (raw) => {
        const result = await validate(raw);
        if (result.config === undefined) {
          assertRefusal(raw, result.problems);
          return;
        }
        accepted += 1;
        // Where there is a custom password, an AWS is asked that is not there.
        const asksAws = result.config.administrators.some((it) => it.password !== undefined);
        if (plannedNow >= planned || asksAws) return;
        plannedNow += 1;
        assertPlanned(result.config, await plan(raw as object, result.config));
      }),
      { seed, numRuns: count },
    );
    console.log(
      `      seed ${seed}: ${accepted} accepted (${plannedNow} planned), ${count - accepted} refused`,
    );
    assert.ok(accepted > count / 10 && accepted < (count * 9) / 10, "the generator is lopsided");
    assert.equal(plannedNow, Math.min(planned, accepted));
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });
});

function assertRefusal(raw: Json, problems: readonly ConfigProblem[]): void {
  assert.ok(problems.length > 0, "refused without a reason");
  const message = describeProblems("Pulumi.test.yaml", raw, problems);
  const [heading = "", ...lines] = message.split("\n");
  assert.match(
    heading,
    /^the stack config has \d+ problems?, nothing was changed\. Correct Pulumi\.test\.yaml /,
  );
  const namesKeys = isObject(raw);
  for (const line of lines) {
    assert.match(line, namesKeys ? /^ {2}\S.*: \S/su : /^ {2}.*: \S/su);
    assert.doesNotMatch(line, /^\s+at |node_modules|\[object Object\]|undefined/);
    // eslint-disable-next-line no-control-regex -- what could forge a line or steer a terminal is escaped
    assert.doesNotMatch(line, /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]/);
    assert.ok(line.length < 2000, `a line of ${line.length} characters`);
  }
  if (!passwordIsElsewhere(raw))
    assert.equal(message.includes(marker), false, "a password is in the message");
}
