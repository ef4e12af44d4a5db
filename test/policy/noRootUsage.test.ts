import { noRootUsage as rule } from "../../policy/rules/noRootUsage.ts";
import { assertAccepts, assertReports, UNKNOWN, type Sample } from "./policyRule.ts";

const deployedBy = (arn: unknown): Sample => ({ props: { deployedBy: arn } });
const user = (name: unknown): Sample => ({ type: "aws:iam/user:User", props: { name } });
const key = (owner: unknown): Sample => ({ type: "aws:iam/accessKey:AccessKey", props: { user: owner } });
const device = (virtualMfaDeviceName: unknown): Sample => ({
  type: "aws:iam/virtualMfaDevice:VirtualMfaDevice",
  props: { virtualMfaDeviceName },
});
const root = "arn:aws:iam::123456789012:root";

describe("no-root-usage", () => {
  it("reports a deployment by root, in any partition, says who deploys, and accepts anybody else", () => {
    const sessions = ["arn:aws:sts::123456789012:assumed-root/session"];
    const partitions = ["aws-us-gov", "aws-iso-b"].map((partition) => root.replace("aws", partition));
    const expected =
      /^AdministratorGroup "sample": the deployment runs as root \(arn:.*:123456789012:.*root.*\);/;
    assertReports(rule, expected, [root, ...partitions, ...sessions].map(deployedBy));
    const others = [
      "arn:aws:iam::123456789012:user/root",
      "arn:aws:sts::123456789012:assumed-role/deploy/root",
    ];
    assertAccepts(rule, [...others, undefined, UNKNOWN].map(deployedBy));
  });

  it("lets root deploy when allowBootstrap is configured, and only that", () => {
    const allowed = (sample: Sample) => ({ ...sample, config: { allowBootstrap: true } });
    assertAccepts(rule, [allowed(deployedBy(root))]);
    assertReports(rule, /./, [user("root"), key("root"), device("root-account-mfa-device")].map(allowed));
  });

  it("reports a user named root in any letter case, and no other", () => {
    assertReports(rule, /a user named "(root|ROOT|rOOt)" is mistaken/, ["root", "ROOT", "rOOt"].map(user));
    assertAccepts(rule, ["root2", "beetroot", "", undefined, UNKNOWN].map(user));
  });

  it("reports an access key for root, and leaves others to the rule about credentials", () => {
    assertReports(rule, /root must have no access key/, ["root", "ROOT", "<root_account>", root].map(key));
    assertAccepts(rule, ["Administrator", undefined, UNKNOWN].map(key));
  });

  it("reports root's virtual MFA device in any letter case, and no other", () => {
    const names = ["root-account-mfa-device", " Root-Account-MFA-Device "];
    assertReports(rule, /this device is root's/, names.map(device));
    assertAccepts(rule, ["Administrator", undefined, UNKNOWN].map(device));
  });
});
