import assert from "node:assert/strict";
import { createRandomBackend } from "../../../sandbox/provider/randomProvider.ts";
import { text } from "../../../sandbox/provider/values.ts";

const stringType = "random:index/randomString:RandomString";
const passwordType = "random:index/randomPassword:RandomPassword";
const idType = "random:index/randomId:RandomId";

describe("the stand-in's random resources", () => {
  const backend = createRandomBackend();

  it("make text of the length and the characters that are asked for", async () => {
    const { id, outputs } = await backend.create(stringType, "s", {
      length: 40,
      special: false,
      minNumeric: 30,
    });
    const result = text(outputs, "result");
    assert.equal(id, result);
    assert.match(result, /^[a-zA-Z0-9]{40}$/);
    assert.ok(result.replaceAll(/\D/g, "").length >= 30);
    const other = await backend.create(stringType, "s", { length: 40, special: false });
    assert.notEqual(other.outputs.result, result);
  });

  it("refuse a length that has no room for the minima", async () => {
    await assert.rejects(
      backend.create(stringType, "s", { length: 1, minLower: 2 }),
      /length 1 is less than/,
    );
  });

  it("keep what they made, and make anew for any change", async () => {
    const inputs = backend.check(stringType, "s", { length: 8, keepers: { a: "1" } });
    const { id, outputs } = await backend.create(stringType, "s", inputs);
    assert.deepEqual(await backend.read(stringType, id, outputs, inputs), { id, inputs, outputs });
    assert.deepEqual(backend.diff(stringType, outputs, inputs).changed, []);
    const news = { ...inputs, length: 9, keepers: { a: "2" } };
    assert.deepEqual(backend.diff(stringType, outputs, news).replaces, ["keepers", "length"]);
  });

  it("do not put a password into its id", async () => {
    const { id, outputs } = await backend.create(passwordType, "p", { length: 12 });
    assert.equal(id, "none");
    assert.equal(text(outputs, "result").length, 12);
    assert.deepEqual(backend.secretOutputs(passwordType), ["result"]);
  });

  it("give an id's bytes in every notation", async () => {
    const { id, outputs } = await backend.create(idType, "i", { byteLength: 8, prefix: "p-" });
    const hex = Buffer.from(id, "base64url").toString("hex");
    assert.equal(outputs.hex, `p-${hex}`);
    assert.equal(outputs.dec, `p-${BigInt(`0x${hex}`).toString()}`);
    assert.equal((await backend.read(idType, id))?.inputs.byteLength, 8);
  });

  it("say what to install for a type that they do not carry", async () => {
    await assert.rejects(
      backend.create("random:index/randomPet:RandomPet", "p", {}),
      /stand-in for the random plugin does not carry random:index\/randomPet:RandomPet; install the official plugin: pulumi plugin install resource random/,
    );
  });
});
