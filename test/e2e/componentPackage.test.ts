import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { cliIn, policyDir, projectDir, useEngine } from "../support/stack.ts";
import { administratorsGroup, administratorUser, emptyAccount } from "../support/stackAccount.ts";
import { assertRefused, assertSucceeded, blocking } from "../support/stackAsserts.ts";
import { startGitServer } from "./gitServer.ts";

const components = join(projectDir, "components");
const index = "iam-administrators:index:";

type Outputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface SchemaType {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
  readonly inputProperties?: SchemaType["properties"];
  readonly requiredInputs?: readonly string[];
}

interface Schema {
  readonly namespace?: string;
  readonly resources: Readonly<Record<string, SchemaType>>;
  readonly types: Readonly<Record<string, SchemaType>>;
}

interface Language {
  readonly file: string;
  /** The commands that a program in it needs, its language host first. */
  readonly needs: readonly string[];
  /** What `pulumi install` prints where the language's own packages cannot be fetched; absent: it needs none. */
  readonly offline?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
  /** Where in the file `protect: false` goes, and how it is written. */
  readonly protect: readonly [before: string, text: string];
}

const languages: Readonly<Record<string, Language>> = {
  typescript: {
    file: "index.ts",
    needs: ["pulumi-language-nodejs"],
    protect: ["  administrators: [", "  protect: false,\n"],
  },
  python: {
    file: "__main__.py",
    needs: ["pulumi-language-python", "python3"],
    offline: /No matching distribution found/,
    protect: ["    administrators=[", "    protect=False,\n"],
  },
  go: {
    file: "main.go",
    needs: ["pulumi-language-go", "go"],
    offline: /dial tcp|proxyconnect|module lookup disabled/,
    // Compiled without optimizations, which takes two thirds of the time.
    env: { GOFLAGS: `${process.env.GOFLAGS ?? ""} '-gcflags=all=-N -l'` },
    protect: ["\t\t\tAdministrators:", "\t\t\tProtect: pulumi.BoolRef(false),\n"],
  },
  java: {
    file: "src/main/java/administrators/App.java",
    needs: ["pulumi-language-java", "mvn"],
    offline: /Unknown host|Could not transfer artifact/,
    protect: ["                .administrators(", "                .protect(false)\n"],
  },
  yaml: {
    file: "Pulumi.yaml",
    needs: ["pulumi-language-yaml"],
    protect: ["      administrators:\n", "      protect: false\n"],
  },
};

describe("The component package", function () {
  // A program in Go is compiled with Pulumi's SDK, the first time for minutes.
  this.timeout(900_000);
  const engine = useEngine();
  const folders: string[] = [];
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  const emptyFolder = async () => {
    const dir = await mkdtemp(join(tmpdir(), "iam-administrators-package-"));
    folders.push(dir);
    return dir;
  };
  const newFolder = async (env?: Language["env"]) => cliIn(await emptyFolder(), engine.proxy, env);
  const example = async (name: string, source = components, env?: Language["env"]) => {
    await engine.emptyAccount();
    const stack = await newFolder(env);
    const { dir, cli, asked } = stack;
    await cp(join(projectDir, "examples", name), dir, { recursive: true });
    const edit = async (file: string, part: string, by: string) => {
      const text = await readFile(join(dir, file), "utf8");
      assert.ok(text.includes(part), `${file} has no ${part}`);
      await writeFile(join(dir, file), text.replace(part, by));
    };
    if (name === "typescript") {
      // What npm install would link.
      await mkdir(join(dir, "node_modules"));
      await symlink(components, join(dir, "node_modules/iam-administrators-components"));
      await symlink(join(projectDir, "node_modules/@pulumi"), join(dir, "node_modules/@pulumi"));
    } else {
      await edit("Pulumi.yaml", "../../components", source);
    }
    // The project that policies let make administrators.
    await edit("Pulumi.yaml", `administrators-${name}`, "iam-administrators");
    await cli("stack", "init");
    const outputs = async () =>
      JSON.parse(await asked("stack", "output", "--json", "--show-secrets")) as Outputs;
    return { ...stack, edit, outputs };
  };

  it("has a schema with every component, and a description of every input and output", async () => {
    const printed = await (await newFolder()).asked("package", "get-schema", components);
    // The CLI tells of its installation first.
    const { resources, types } = JSON.parse(printed.slice(printed.indexOf("\n{"))) as Schema;
    const required = Object.entries(resources).map(([token, type]) => [
      token.replace(index, ""),
      type.requiredInputs,
    ]);
    assert.deepEqual(Object.fromEntries(required), {
      AccountSettings: undefined,
      Administrator: ["name"],
      AdministratorGroup: ["administrators"],
      AdministratorRole: ["administrators"],
      RootActivityAlarm: ["accountId", "emails", "partition"],
    });
    const described = Object.entries({ ...resources, ...types }).flatMap(([token, type]) => [
      ...Object.entries({ ...type.inputProperties, ...type.properties }),
      ...(type.inputProperties === undefined ? [] : [[token.replace(index, ""), type] as const]),
    ]);
    const readme = await readFile(join(components, "README.md"), "utf8");
    for (const [name, { description = "" }] of described) {
      assert.match(description, /^[A-Z][^[\]]+$/, name);
      assert.ok(readme.includes(`\`${name}\``), `components/README.md does not tell of ${name}`);
    }
  });

  for (const [language, { file, needs, offline, env, protect }] of Object.entries(languages)) {
    it(`is used from ${language} (skipped without ${needs.join(", ")})`, async function () {
      if (!needs.every(isThere)) this.skip();
      const stack = await example(language, components, env);
      const unprotect = () => stack.edit(file, protect[0], protect[1] + protect[0]);
      if (offline !== undefined) {
        await unprotect();
        const install = await stack.cli("install");
        if (offline.test(install.printed)) this.skip();
        assert.equal(install.exitCode, 0, install.printed);
      }

      // Judged as this project's own stacks are.
      const up = await stack.cli("up", "--yes", "--skip-preview", "--policy-pack", policyDir);
      assertSucceeded(up);
      assert.deepEqual(blocking(up), []);
      assert.deepEqual(await engine.contents(), {
        users: {
          Admin_2: administratorUser({ tags: { backup: "true" } }),
          Administrator: administratorUser(),
        },
        groups: { Administrators: administratorsGroup },
      });
      const { administrators, initialPasswords } = await stack.outputs();
      const arn = "arn:aws:iam::123456789012:user/Admin_2";
      assert.deepEqual(administrators?.Admin_2, { arn, mustResetPassword: true });
      assert.equal(initialPasswords?.Admin_2, await engine.passwordOf("Admin_2"));
      assert.ok(!up.printed.includes(String(initialPasswords?.Admin_2)));

      // Changed and deleted: the other hosts do the same, only slower.
      if (offline !== undefined) return;
      await stack.edit(file, "Admin_2", "Admin_3");
      assertSucceeded(await stack.cli("up", "--yes", "--skip-preview", "--refresh"));
      assert.deepEqual(Object.keys((await engine.contents()).users), ["Admin_3", "Administrator"]);
      const destroy = await stack.cli("destroy", "--yes", "--skip-preview", "--run-program");
      assertRefused(destroy, /administrator "\w+": protect is true, and nothing is destroyed/);
      assert.deepEqual(Object.keys((await engine.contents()).users), ["Admin_3", "Administrator"]);
      await unprotect();
      assertSucceeded(await stack.cli("up", "--yes", "--skip-preview"));
      assertSucceeded(await stack.cli("destroy", "--yes", "--skip-preview"));
      assert.deepEqual(await engine.contents(), emptyAccount);
    });
  }

  it("is used from a repository, by the same name, and installs what it runs on (skipped without git)", async function () {
    if (!["git", "pulumi-language-yaml"].every(isThere)) this.skip();
    const server = await startGitServer(projectDir, "v0.1.0", await emptyFolder());
    try {
      const source = `${server.address}/components@0.1.0`;
      const stack = await example("yaml", source, { ...server.env, npm_config_dry_run: "false" });
      const install = await stack.cli("install");
      if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED/.test(install.printed)) this.skip();
      assert.equal(install.exitCode, 0, install.printed);
      const { namespace } = JSON.parse(await stack.asked("package", "get-schema", source)) as Schema;
      assert.equal(namespace, "pulumi");

      const plugins = join(stack.dir, "home/plugins");
      const [plugin = ""] = await readdir(plugins);
      const packages = await readdir(join(plugins, plugin, "node_modules"));
      assert.ok(packages.includes("@pulumi"));
      for (const name of ["mocha", "eslint", "zod", "openpgp", "node"])
        assert.ok(!packages.includes(name), name);

      assertSucceeded(await stack.cli("up", "--yes", "--skip-preview"));
      assert.deepEqual(Object.keys((await engine.contents()).users), ["Admin_2", "Administrator"]);
    } finally {
      await server.close();
    }
  });

  it("takes several groups in one stack, and refuses what it must (skipped without pulumi-language-yaml)", async function () {
    if (!isThere("pulumi-language-yaml")) this.skip();
    const stack = await example("yaml");
    const project = parse(await readFile(join(projectDir, "examples/yaml/Pulumi.yaml"), "utf8")) as object;
    const preview = async (groups: Readonly<Record<string, object>>, ...flags: readonly string[]) => {
      // One after the other, so that the first is there when the second fails.
      const resources = Object.entries(groups).map(([name, properties], index, all) => {
        const dependsOn = all.slice(0, index).map(([before]) => `\${${before}}`);
        return [name, { type: "iam-administrators:AdministratorGroup", properties, options: { dependsOn } }];
      });
      // JSON is YAML.
      const program = {
        ...{ ...project, name: "iam-administrators", packages: { "iam-administrators": components } },
        ...{ resources: Object.fromEntries(resources) as unknown, outputs: {} },
      };
      await writeFile(join(stack.dir, "Pulumi.yaml"), JSON.stringify(program));
      return stack.cli("preview", ...flags);
    };
    const group = { name: "Others" };
    const first = { administrators: [{ name: "Administrator" }] };

    stack.deployAs("arn:aws:iam::123456789012:root");
    const named = { group, administrators: [{ name: "${first.groupName}" }] };
    const lax = await preview({ first: { ...first, requireMfa: false }, named }, "--policy-pack", policyDir);
    assertRefused(lax, /must be known when the program runs/);
    const rules = new Set(lax.policies.map(({ rule }) => rule));
    for (const rule of ["no-root-usage", "mfa-required", "backup-administrator"])
      assert.ok(rules.has(rule), rule);

    const password = { "fn::secret": "Custom-Passw0rd-1!" };
    const custom = await preview({ first: { administrators: [{ name: "Administrator", password }] } });
    assertRefused(custom, /a custom initial password can be set by a program that imports/);
    assert.doesNotMatch(custom.printed, /Passw0rd/);

    const missing = await preview({ first: { ...first, group: { name: "Missing", existing: true } } });
    assertRefused(missing, /group\.name "Missing": must be the name of a group that exists/);
    assert.doesNotMatch(missing.printed, /error serializing/);

    await engine.iam.createGroup({ GroupName: "Others" });
    const taken = await preview({ first, second: { group, administrators: [{ name: "Other" }] } });
    assertRefused(taken, /group\.name "Others": the account has a group of this name already/);
    assert.ok(taken.steps.includes("create Group first"));
  });
});

function isThere(command: string): boolean {
  return spawnSync(command, ["--help"]).error === undefined;
}
