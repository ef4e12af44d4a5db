import { readFileSync } from "node:fs";
import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules/index.ts";

new PolicyPack("iam-administrators", {
  policies: [...rules],
  displayName: "Administrators of an AWS account",
  provider: "AWS",
  tags: ["aws", "iam", "administrators", "cis"],
  // Every runner starts a pack in its own folder: the SDK takes the version from there too.
  readme: readFileSync("README.md", "utf8"),
});
