import assert from "node:assert/strict";
import fc from "fast-check";
import type { Identity } from "../../account/identities.ts";
import {
  ADMINISTRATOR,
  allow,
  arn,
  deny,
  document,
  identity,
  managed,
  pathsIn,
  trust,
  type Statement,
} from "../support/accounts.ts";
import { slowPaths } from "./slowPaths.ts";

const USERS = ["u0", "u1", "u2"];
const ROLES = ["r0", "r1", "r2"];
const GROUPS = ["g0", "g1"];
const ACTIONS = {
  user: "iam:CreateAccessKey iam:UpdateLoginProfile iam:PutUserPolicy iam:AttachUserPolicy",
  role: "sts:AssumeRole iam:PutRolePolicy iam:AttachRolePolicy iam:UpdateAssumeRolePolicy",
  group: "iam:AddUserToGroup iam:PutGroupPolicy iam:AttachGroupPolicy",
} as const;

const statement = fc.oneof(
  ...(["user", "role", "group"] as const).map((kind) => {
    const names = { user: USERS, role: ROLES, group: GROUPS }[kind];
    const resource = fc.constantFrom(
      ...names.map((name) => arn(kind, name)),
      arn(kind, "x*"),
      arn(kind, `${kind[0]}1*`),
    );
    return fc
      .tuple(fc.boolean(), fc.constantFrom(...ACTIONS[kind].split(" ")), resource)
      .map(([isAllow, action, on]) => (isAllow ? allow(action, on) : deny(action, on)));
  }),
);
const statements = fc.array(statement, { maxLength: 3 });
const boundary = fc.option(fc.constant(managed("limits", allow("iam:CreateAccessKey sts:*"))), {
  nil: undefined,
  freq: 5,
});
const trusted = fc.constantFrom(
  ...[...USERS.map((name) => arn("user", name)), ...ROLES.map((name) => arn("role", name))],
  ...["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root"],
);

/** Whether a policy of somebody's own denies the first thing that the others allow, and whether they may delete it. */
const denial = fc.constantFrom("none", "none", "denied", "may be deleted");
const DELETE = { user: "iam:DeleteUserPolicy", role: "iam:DeleteRolePolicy", group: "iam:DeleteGroupPolicy" };

/** Somebody with these statements, those that deny in a policy of their own. */
function withStatements(
  kind: Identity["kind"],
  name: string,
  [own, first]: readonly [readonly Statement[], string],
  more: Partial<Identity>,
) {
  const allows = own.filter(({ Effect }) => Effect === "Allow");
  const denies = own.filter(({ Effect }) => Effect === "Deny");
  if (first !== "none" && allows[0]) denies.push({ ...allows[0], Effect: "Deny" });
  if (first === "may be deleted") allows.push(allow(DELETE[kind], arn(kind, name)));
  const denials = { name: "denials", document: document(...denies) };
  return identity(kind, name, allows, {
    ...more,
    policies: [...(more.policies ?? []), ...(denies.length > 0 ? [denials] : [])],
  });
}

/** A small account in which somebody has full power. */
const account: fc.Arbitrary<Identity[]> = fc
  .tuple(
    fc.tuple(...USERS.map(() => fc.tuple(statements, denial, boundary, fc.subarray(GROUPS)))),
    fc.tuple(...ROLES.map(() => fc.tuple(statements, denial, boundary, trusted))),
    fc.tuple(...GROUPS.map(() => fc.tuple(statements, denial))),
    fc.constantFrom("g0", "r0", "u0"),
  )
  .map(([users, roles, groups, full]) => {
    const power = (name: string) => (name === full ? { policies: [ADMINISTRATOR] } : {});
    return [
      ...users.map(([own, first, limits, memberOf], index) => {
        const more = { boundary: limits, groups: memberOf, ...power(`u${index}`) };
        return withStatements("user", `u${index}`, [own, first], more);
      }),
      ...roles.map(([own, first, limits, by], index) => {
        const more = { boundary: limits, trust: trust({ AWS: by }), ...power(`r${index}`) };
        return withStatements("role", `r${index}`, [own, first], more);
      }),
      ...groups.map((own, index) => withStatements("group", `g${index}`, own, power(`g${index}`))),
    ];
  });

describe("In small accounts of any shape, the paths to full power", function () {
  this.timeout(300_000);

  it("are those of everybody whom a slow search finds, and of nobody else", () => {
    fc.assert(
      fc.property(account, (identities) => {
        assert.deepEqual(Object.keys(pathsIn(identities)).sort(), slowPaths(identities).sort());
      }),
      { numRuns: 1000 },
    );
  });

  it("are gone, or others, when any one of their steps is denied to whoever takes it", () => {
    fc.assert(
      fc.property(account, (identities) => {
        for (const [subject, line] of Object.entries(pathsIn(identities))) {
          const parts = line.split(" -> ");
          for (let at = 1; at < parts.length; at += 2) {
            const [action = "", target = ""] = parts.slice(at, at + 2);
            const [kind = "", name = ""] = target.split(" ");
            // Attached, and nobody may detach it.
            const attached = managed("attached", deny(action, arn(kind, name)));
            const without = identities.map((one) => ({ ...one, policies: [...one.policies, attached] }));
            assert.notEqual(pathsIn(without)[subject], line);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
