// A policy pack as Pulumi's template for TypeScript has it, with one rule.
import * as aws from "@pulumi/aws";
import { PolicyPack, validateResourceOfType } from "@pulumi/policy";

new PolicyPack("conventional", {
  policies: [
    {
      name: "additive-group-membership",
      description: "Members are added to groups; no list of members rules out those added elsewhere.",
      enforcementLevel: "mandatory",
      validateResource: validateResourceOfType(aws.iam.GroupMembership, (_membership, _args, report) => {
        report("Add members with UserGroupMembership, which leaves other members alone.");
      }),
    },
  ],
});
