import assert from "node:assert/strict";
import { globalRegion, signInUrl } from "../../components/partitions.ts";

describe("A partition", () => {
  for (const [partition, host, region] of [
    ["aws", "signin.aws.amazon.com", "us-east-1"],
    ["aws-us-gov", "signin.amazonaws-us-gov.com", "us-gov-west-1"],
    ["aws-cn", "signin.amazonaws.cn", "cn-north-1"],
    ["aws-eusc", undefined, "eusc-de-east-1"],
    ["aws-iso", undefined, "us-iso-east-1"],
    ["aws-iso-b", undefined, "us-isob-east-1"],
    ["aws-unheard-of", undefined, undefined],
  ] as const) {
    it(`named ${partition} signs in at ${host ?? "no known host"} and records in ${region ?? "no known region"}`, () => {
      const url = host === undefined ? undefined : `https://acme-dev.${host}/console`;
      assert.equal(signInUrl(partition, "acme-dev"), url);
      assert.equal(globalRegion(partition), region);
    });
  }
});
