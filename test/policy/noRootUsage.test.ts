import assert from "node:assert/strict";
import { noRootUsage } from "../../policy/rules/noRootUsage.ts";
import { shown, UNKNOWN, verdict, type Sample } from "../support/policyRule.ts";

const group = (deployedBy: unknown, config = {}): Sample => ({
  type: "iam-administrators:index:AdministratorGroup",
  props: { deployedBy },
  config,
});
const user = (name: unknown): Sample => ({ type: "aws:iam/user:User", props: { name } });
const key = (owner: unknown): Sample => ({ type: "aws:iam/accessKey:AccessKey", props: { user: owner } });
const device = (name: unknown): Sample => ({
  type: "aws:iam/virtualMfaDevice:VirtualMfaDevice",
  props: { virtualMfaDeviceName: name },
});

describe("no-root-usage", () => {
  for (const deployer of [
    "arn:aws:iam::123456789012:root",
    "arn:aws-cn:iam::123456789012:root",
    "arn:aws-us-gov:iam::123456789012:root",
    "arn:aws-iso-b:iam::123456789012:root",
    "arn:aws:sts::123456789012:assumed-root/session",
  ]) {
    it(`reports a deployment by ${deployer} and says who deploys`, () => {
      const messages = verdict(noRootUsage, group(deployer));
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? "", /^AdministratorGroup "sample": the deployment runs as root/);
      assert.ok(messages[0]?.includes(deployer));
    });
  }

  for (const deployer of [
    "arn:aws:iam::123456789012:user/root",
    "arn:aws:iam::123456789012:user/Administrator",
    "arn:aws:sts::123456789012:assumed-role/deploy/root",
    undefined,
    UNKNOWN,
  ]) {
    it(`accepts a deployment by ${shown(deployer)}`, () => {
      assert.deepEqual(verdict(noRootUsage, group(deployer)), []);
    });
  }

  it("lets root deploy when allowBootstrap is configured, and only that", () => {
    const config = { allowBootstrap: true };
    assert.deepEqual(verdict(noRootUsage, group("arn:aws:iam::123456789012:root", config)), []);
    assert.equal(verdict(noRootUsage, { ...user("root"), config }).length, 1);
    assert.equal(verdict(noRootUsage, { ...key("root"), config }).length, 1);
    assert.equal(verdict(noRootUsage, { ...device("root-account-mfa-device"), config }).length, 1);
  });

  for (const name of ["root", "Root", "ROOT", "rOOt"]) {
    it(`reports a user named ${name}`, () => {
      assert.equal(verdict(noRootUsage, user(name)).length, 1);
    });
  }

  for (const name of ["rooty", "root2", "Administrator", "beetroot", "", undefined, UNKNOWN]) {
    it(`accepts a user named ${shown(name)}`, () => {
      assert.deepEqual(verdict(noRootUsage, user(name)), []);
    });
  }

  for (const owner of ["root", "ROOT", "<root_account>", "arn:aws:iam::123456789012:root"]) {
    it(`reports an access key for ${owner}`, () => {
      assert.equal(verdict(noRootUsage, key(owner)).length, 1);
    });
  }

  it("leaves access keys of other and of unknown users to the rule about credentials", () => {
    for (const owner of ["Administrator", undefined, UNKNOWN])
      assert.deepEqual(verdict(noRootUsage, key(owner)), []);
  });

  it("reports root's virtual MFA device in any letter case, and no other", () => {
    assert.equal(verdict(noRootUsage, device("root-account-mfa-device")).length, 1);
    assert.equal(verdict(noRootUsage, device("Root-Account-MFA-Device")).length, 1);
    for (const name of ["Administrator", undefined, UNKNOWN])
      assert.deepEqual(verdict(noRootUsage, device(name)), []);
  });

  it("does not look at roles, whose trust policies name account principals as root", () => {
    assert.throws(() => verdict(noRootUsage, { type: "aws:iam/role:Role" }), /not applicable/);
  });
});
