import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configJsonSchema } from "../../config/jsonSchema.ts";

const root = join(import.meta.dirname, "..", "..");

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

// That the schema accepts and refuses the right files is for a JSON Schema validator to show, and none is a dependency.
describe("The JSON Schema of the stack config", () => {
  it("is the one that the validation schema gives (npm run schema)", () => {
    assert.deepEqual(JSON.parse(read("stack-config.schema.json")), configJsonSchema());
  });

  for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
    it(`is named in ${file}, for editors to find`, () => {
      assert.match(read(file), /^# yaml-language-server: \$schema=\.\/stack-config\.schema\.json$/m);
    });
  }

  it("asks for the administrators, unless an environment may bring them", () => {
    const { if: condition, then } = configJsonSchema();
    assert.deepEqual(condition, { not: { required: ["environment"] } });
    assert.deepEqual(then, {
      required: ["config"],
      properties: { config: { type: "object", required: ["iam-administrators:administrators"] } },
    });
  });

  it("takes a password as a secret only", () => {
    const text = JSON.stringify(configJsonSchema());
    assert.equal(text.split('"password":').length, 2);
    assert.match(
      text,
      /"password":\{"type":"object","properties":\{"secure":\{"type":"string"\}\},"required":\["secure"\]/,
    );
  });

  it("describes every key of this project", () => {
    const { config } = configJsonSchema().properties as {
      config: { properties: Record<string, { description?: string }> };
    };
    const undescribed = Object.entries(config.properties).filter(
      ([, { description = "" }]) => description === "",
    );
    assert.deepEqual(undescribed, []);
  });
});
