import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { rules } from "../../policy/rules/index.ts";
import { findEngine } from "../../sandbox/engine.ts";
import { listen, type Loopback } from "../support/loopback.ts";

const run = promisify(execFile);
const policyDir = join(import.meta.dirname, "../../policy");

interface Published {
  readonly name: string;
  readonly versionTag: string;
  readonly readme: string;
  readonly runtime: string;
  readonly policies: readonly { name: string; enforcementLevel: string; severity: string }[];
}

// The CLI is real, the service is not: this shows what the CLI sends, not what Pulumi Cloud makes of it.
describe("publishing the policy pack with the real CLI to a stand-in of the service", function () {
  this.timeout(120_000);
  let folder: string;
  let service: Loopback | undefined;
  /** The bodies that were sent last, by method and URL. */
  let calls = new Map<string, Buffer>();
  let pulumi: (...args: string[]) => Promise<string>;

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "policy-publish-"));
    const engine = await findEngine();
    if (engine.command === undefined) this.skip();
    const { command } = engine.command;
    const server = createServer((request, response) => {
      void answer(request).then((body) => {
        response.setHeader("content-type", "application/json").end(JSON.stringify(body));
      });
    });
    service = await listen(server);
    const env = {
      HOME: folder,
      PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: service.url,
      PULUMI_ACCESS_TOKEN: "stand-in",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    pulumi = async (...args) => {
      const { stdout } = await run(command, [...args, "--non-interactive"], { cwd: policyDir, env });
      return stdout;
    };
  });
  beforeEach(() => {
    calls = new Map();
  });
  after(async () => {
    await service?.close();
    await rm(folder, { recursive: true });
  });

  async function answer(request: IncomingMessage): Promise<object> {
    const { method = "", url = "" } = request;
    calls.set(`${method} ${url}`, await buffer(request));
    if (url === "/api/user") return { id: "1", githubLogin: "someone", organizations: [] };
    if (url === "/api/orgs/acme/policypacks") return { version: 1, uploadURI: `${service?.url}/upload` };
    return {};
  }

  const sent = (call: string): Buffer => {
    const body = calls.get(call);
    if (body === undefined) assert.fail(`${call} is not in ${[...calls.keys()].join(", ")}`);
    return body;
  };

  it("sends the rules with their metadata, the package, and that it is complete", async () => {
    const { version } = JSON.parse(await readFile(join(policyDir, "package.json"), "utf8")) as {
      version: string;
    };
    const printed = await pulumi("policy", "publish", "acme");
    assert.match(printed, new RegExp(`Publishing "iam-administrators" - version ${version} to "acme"`));

    const pack = JSON.parse(sent("POST /api/orgs/acme/policypacks").toString()) as Published;
    assert.equal(pack.name, "iam-administrators");
    assert.equal(pack.versionTag, version);
    assert.equal(pack.runtime, "nodejs");
    assert.equal(pack.readme, await readFile(join(policyDir, "README.md"), "utf8"));
    assert.deepEqual(
      pack.policies.map(({ name, enforcementLevel, severity }) => [name, enforcementLevel, severity]),
      rules.map(({ name, enforcementLevel, severity }) => [name, enforcementLevel, severity]).sort(),
    );

    await writeFile(join(folder, "pack.tgz"), sent("PUT /upload"));
    const { stdout } = await run("tar", ["-tzf", "pack.tgz"], { cwd: folder });
    const files = stdout.trim().split("\n");
    for (const file of ["package.json", "PulumiPolicy.yaml", "start.cjs", "bin/index.js"]) {
      assert.ok(files.includes(`package/${file}`), file);
    }
    assert.ok(!files.some((file) => file.endsWith(".ts")));
    sent(`POST /api/orgs/acme/policypacks/iam-administrators/versions/${version}/complete`);
    assert.ok(!(await readdir(policyDir)).some((file) => file.endsWith(".tgz")));
  });

  it("enables it for a policy group with the README's configuration, and disables it", async () => {
    const readme = await readFile(join(policyDir, "README.md"), "utf8");
    const config = /```json\n(.*?)```/s.exec(readme)?.[1] ?? "";
    await writeFile(join(folder, "config.json"), config);
    const enable = ["enable", "acme/iam-administrators", "latest", "--policy-group", "production"];
    await pulumi("policy", ...enable, "--config", join(folder, "config.json"));
    assert.deepEqual(JSON.parse(sent("PATCH /api/orgs/acme/policygroups/production").toString()), {
      addPolicyPack: { name: "iam-administrators", config: JSON.parse(config) as object },
    });

    calls.clear();
    await pulumi("policy", "disable", "acme/iam-administrators", "--policy-group", "production");
    assert.deepEqual(JSON.parse(sent("PATCH /api/orgs/acme/policygroups/production").toString()), {
      removePolicyPack: { name: "iam-administrators" },
    });
  });
});
