import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configJsonSchema } from "../../config/jsonSchema.ts";

const read = (file: string) => readFileSync(join(import.meta.dirname, "../..", file), "utf8");

// That the schema accepts and refuses the right files is for a JSON Schema validator to show, and none is a dependency.
describe("The JSON Schema of the stack config", () => {
  const schema = configJsonSchema();

  it("is the one that the validation schema gives (npm run schema)", () => {
    assert.deepEqual(JSON.parse(read("stack-config.schema.json")), schema);
  });

  it("is named in the stacks' files, for editors to find", () => {
    for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
      assert.match(read(file), /^# yaml-language-server: \$schema=\.\/stack-config\.schema\.json$/m, file);
    }
  });

  it("takes a password as a secret only", () => {
    const [, password, ...others] = JSON.stringify(schema).split('"password":');
    const secret = '{"type":"object","properties":{"secure":{"type":"string"}},"required":["secure"]';
    assert.equal(password?.slice(0, secret.length), secret);
    assert.deepEqual(others, []);
  });

  it("describes every key of this project", () => {
    const { config } = schema.properties as {
      config: { properties: Record<string, { description?: string }> };
    };
    for (const [key, { description = "" }] of Object.entries(config.properties)) assert.ok(description, key);
  });
});
