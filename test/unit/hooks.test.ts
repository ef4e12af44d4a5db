import assert from "node:assert/strict";
import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { awsProvider, hookName } from "../../components/hooks.ts";
import { run } from "./mocks.ts";

describe("A hook", () => {
  it("has a name for each provider that its check asks, and for each mark", async () => {
    await run(() => {
      const [one, two] = [new Provider("one"), new Provider("two")];
      const names = [undefined, one, two, one].map((provider) => hookName("check", provider));
      assert.deepEqual(names, ["check", "check provider 1", "check provider 2", "check provider 1"]);
      assert.equal(hookName("check", two, ":1a2b"), "check provider 2:1a2b");
    });
  });

  it("asks with the provider that a component gets, alone, among others or from its parent", async () => {
    await run(() => {
      const [aws, usEast] = [new Provider("a"), new Provider("b")];
      const component = (name: string, opts: pulumi.ComponentResourceOptions) =>
        new pulumi.ComponentResource("test:index:Parent", name, {}, opts);
      assert.equal(awsProvider(undefined), undefined);
      assert.equal(awsProvider({ parent: component("plain", {}) }), undefined);
      assert.equal(awsProvider({ provider: aws }), aws);
      assert.equal(awsProvider({ providers: [aws] }), aws);
      assert.equal(awsProvider({ providers: { aws } }), aws);
      const parent = component("parent", { provider: aws });
      assert.equal(awsProvider({ parent }), aws);
      assert.equal(awsProvider({ parent, providers: { aws: usEast } }), usEast);
    });
  });
});
