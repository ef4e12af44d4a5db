import { z } from "zod";
import { namespace } from "./namespace.ts";
import { stackConfigSchema } from "./schema.ts";

/** What `pulumi config set --secret` leaves in the file. */
const secret = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/**
 * JSON Schema of a whole `Pulumi.<stack>.yaml`, for editors to complete and check. It is made from the schema that the
 * program validates with. What spans several keys, and whether an OpenPGP key is any good, the program alone checks.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/
 */
export function configJsonSchema(): Record<string, unknown> {
  const { properties = {} } = z.toJSONSchema(stackConfigSchema, {
    // Defaults are filled in by the program: what has one may be left out of the file.
    io: "input",
    // The draft that YAML editors know in full.
    target: "draft-7",
    override: ({ jsonSchema, path }) => {
      if (path.at(-1) === "password") replace(jsonSchema, { ...secret, ...described(jsonSchema) });
      // `pulumi config set KEY true` writes the text "true", which is as good.
      if (path.length === 2 && jsonSchema.type === "boolean") {
        delete jsonSchema.type;
        jsonSchema.enum = [true, false, "true", "false"];
      }
    },
  });
  const required = `${namespace}:administrators`;
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `Stack config of ${namespace}`,
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          ...Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [`${namespace}:${key}`, value]),
          ),
          "aws:region": { type: "string", description: "Region of what is not global" },
          "aws:allowedAccountIds": {
            type: "array",
            items: { type: "string", pattern: "^\\d{12}$" },
            minItems: 1,
            description: "The one account that this stack may change; quoted, an ID can begin with 0",
          },
        },
        // Keys of other packages are theirs to check.
        patternProperties: { [`^(?!${namespace}:)[^:]+:.`]: true },
        additionalProperties: false,
      },
      environment: { type: ["array", "object"], description: "Pulumi ESC environments that add config" },
      secretsprovider: { type: "string", description: "What encrypts the secrets" },
      encryptedkey: { type: "string" },
      encryptionsalt: { type: "string" },
    },
    additionalProperties: false,
    // The administrators may come from an ESC environment.
    if: { not: { required: ["environment"] } },
    then: { required: ["config"], properties: { config: { type: "object", required: [required] } } },
  };
}

function described({ description }: z.core.JSONSchema.BaseSchema): { description?: string } {
  return description === undefined ? {} : { description };
}

/** Overrides work on the object that zod goes on to use. */
function replace(target: z.core.JSONSchema.BaseSchema, by: object): void {
  for (const key of Object.keys(target)) Reflect.deleteProperty(target, key);
  Object.assign(target, by);
}
