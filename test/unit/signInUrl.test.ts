import assert from "node:assert/strict";
import { signInUrl } from "../../components/signInUrl.ts";

describe("signInUrl", () => {
  for (const [partition, account, url] of [
    ["aws", "123456789012", "https://123456789012.signin.aws.amazon.com/console"],
    ["aws", "acme-dev", "https://acme-dev.signin.aws.amazon.com/console"],
    ["aws-us-gov", "123456789012", "https://123456789012.signin.amazonaws-us-gov.com/console"],
    ["aws-us-gov", "acme", "https://acme.signin.amazonaws-us-gov.com/console"],
    ["aws-cn", "123456789012", "https://123456789012.signin.amazonaws.cn/console"],
    ["aws-cn", "acme", "https://acme.signin.amazonaws.cn/console"],
  ] as const) {
    it(`leads the users of ${account} in ${partition} to ${url}`, () => {
      assert.equal(signInUrl(partition, account), url);
      assert.equal(new URL(signInUrl(partition, account)).href, url);
    });
  }

  for (const partition of ["aws-iso", "aws-isob", "AWS", ""]) {
    it(`knows no host of the partition "${partition}", and does not make one up`, () => {
      assert.throws(() => signInUrl(partition, "123456789012"), {
        message: `the sign-in host of the partition ${partition} is not known`,
      });
    });
  }
});
