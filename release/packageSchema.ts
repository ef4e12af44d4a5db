import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer.js";
import { generateSchema, type PackageSpec } from "@pulumi/pulumi/provider/experimental/schema.js";
import type { Manifest } from "./manifests.ts";

const name = "iam-administrators";
const components = [
  ...["AccountSettings", "Administrator", "AdministratorGroup", "AdministratorRole", "RootActivityAlarm"],
];
/**
 * The schema of the component package: what Pulumi's analyzer reads from the classes, and what it cannot know.
 *
 * @param folder - the components
 * @param manifest - their package.json
 * @see https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
 */
export function packageSchema(folder: string, manifest: Manifest): PackageSpec {
  const { version, description, license, keywords, homepage, repository } = manifest;
  const [owner] = new URL(homepage).pathname.split("/").filter((part) => part !== "");
  const analyzer = new Analyzer(folder, name, { exports: "./index.ts" }, new Set(components));
  const { components: classes, typeDefinitions } = analyzer.analyze();
  const { resources, types, language } = generateSchema(
    name,
    version,
    description,
    classes,
    typeDefinitions,
    [],
  );
  const schema = {
    ...{ name, displayName: "AWS IAM Administrators", version, description, keywords, homepage, license },
    repository: repository.url.replace(/^git\+|\.git$/g, ""),
    publisher: owner,
    // The CLI's own for a package of a folder. For one of a repository it would take the owner's name.
    namespace: "pulumi",
    // Without it Go has no name for a list that is no output, of administrators that are none.
    language: { ...language, go: { ...(language?.go as object), generateExtraInputTypes: true } },
    resources,
    types: Object.fromEntries(
      Object.entries(typeDefinitions)
        .filter(([type]) => type !== "AdministratorOutput")
        .map(([type, { description: comment }]) => {
          const token = `${name}:index:${type}`;
          return [token, { ...types[token], description: comment }];
        }),
    ),
  };
  return JSON.parse(JSON.stringify(schema, adapted)) as PackageSpec;
}

/** A part of the schema, as every language can use it. */
function adapted(key: string, value: unknown): unknown {
  // The lists of required properties say it already.
  if (key === "optional" && value === true) return undefined;
  // All numbers here are whole: lengths, days and versions.
  if (key === "type" && value === "number") return "integer";
  // Java exports maps, and no objects of a class.
  if (key === "administratorOutputs") return mapOfMaps(value as object);
  // An input: what a program gives is a secret then. Outputs are secrets without it, and Java's SDK of a component that
  // has one in its schema does not compile.
  if (key === "password") return { ...(value as object), secret: true };
  return value;
}

function mapOfMaps(property: object): object {
  const additionalProperties = { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } };
  return { ...property, additionalProperties };
}
