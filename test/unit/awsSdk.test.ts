import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import { iamSdk, sdkMark } from "../../components/awsSdk.ts";
import { clientConfig } from "../../components/awsSdkConfig.ts";
import { awsSdkOptions } from "../../config/awsSdkOptions.ts";
import { cert } from "../support/certificate.ts";
import { startIamServer } from "../support/iamServer.ts";
import { startAwsBehindProxy, type AwsBehindProxy } from "./awsBehindProxy.ts";

const keys = { AWS_ACCESS_KEY_ID: "ENVIRONMENT", AWS_SECRET_ACCESS_KEY: "x" };

describe("The AWS SDK goes where the AWS plugin goes", () => {
  const { env } = process;
  let dir = "";
  let aws: AwsBehindProxy;
  const file = (name: string) => join(dir, name);
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "aws-sdk-"));
    await writeFile(file("ca.pem"), cert);
    const profile = (name: string, key: string) =>
      `[${name}]\naws_access_key_id = ${key}\naws_secret_access_key = x\n`;
    await writeFile(file("credentials"), profile("default", "FILE") + profile("dev", "FILEDEV"));
    await writeFile(file("config"), `${profile("profile dev", "CONFIGDEV")}region = eu-west-1\n`);
  });
  beforeEach(async () => {
    aws = await startAwsBehindProxy();
  });
  afterEach(async () => {
    process.env = env;
    await aws.close();
  });
  after(() => rm(dir, { recursive: true }));

  /** What AWS is asked with these keys of the plugin and this environment, `HOST KEY REGION ACTION`. */
  async function asked(
    plugin: Readonly<Record<string, unknown>>,
    environment: NodeJS.ProcessEnv,
    service: "iam" | "sts" = "iam",
  ) {
    const options = surroundedBy(environment, plugin);
    const config = await clientConfig(service, options);
    await (service === "iam" ? new IAM(config).getUser({}) : new STS(config).getCallerIdentity({}));
    const lines = aws.seen.map(({ host, key, region, action }) => `${host} ${key} ${region} ${action}`);
    aws.seen.length = 0;
    return lines;
  }
  /** The options, in this environment. */
  function surroundedBy(environment: NodeJS.ProcessEnv, plugin: Readonly<Record<string, unknown>>) {
    const nowhere = { AWS_CONFIG_FILE: file("none"), AWS_SHARED_CREDENTIALS_FILE: file("none") };
    process.env = { HOME: dir, AWS_EC2_METADATA_DISABLED: "true", ...nowhere, ...environment };
    const full = Object.entries(plugin).map(([key, value]) => [`aws:${key}`, value] as const);
    return awsSdkOptions(Object.fromEntries(full));
  }
  const inIreland = { region: "eu-west-1" };
  const plain = "iam.amazonaws.com:443 ENVIRONMENT us-east-1 GetUser";

  it("through the proxy of its config or of the environment, and trusts what it trusts", async () => {
    const { proxy } = aws;
    const httpsProxy = proxy;
    const [AWS_CA_BUNDLE, customCaBundle] = [file("ca.pem"), file("ca.pem")];
    for (const [plugin, environment] of [
      [{ httpsProxy, customCaBundle }, {}],
      [{ httpsProxy: proxy.replace("http://", ""), customCaBundle: "$HOME/ca.pem" }, {}],
      [{ httpsProxy, customCaBundle: "~/ca.pem" }, { HTTPS_PROXY: "http://127.0.0.1:1" }],
      [{ httpsProxy, insecure: "true" }, {}],
      [{ httpProxy: proxy }, { AWS_CA_BUNDLE }],
      [{}, { HTTPS_PROXY: proxy, AWS_CA_BUNDLE }],
      [{}, { https_proxy: proxy, AWS_CA_BUNDLE, NO_PROXY: "example.com" }],
    ] as const) {
      assert.deepEqual(await asked({ ...inIreland, ...plugin }, { ...keys, ...environment }), [plain]);
    }
  });

  it("past the proxy for this machine, and for the hosts that are named, with their subdomains as in Go", async () => {
    const server = await startIamServer(() => ({ result: "" }));
    const { AWS_ENDPOINT_URL_IAM: iam } = process.env;
    const environment = { ...keys, HTTP_PROXY: aws.proxy, HTTPS_PROXY: aws.proxy };
    assert.deepEqual(await asked({ ...inIreland, endpoints: JSON.stringify([{ iam }]) }, environment), []);
    assert.deepEqual(server.requests, [{ Action: "GetUser" }]);
    await server.close();
    const local = "localhost,127.0.0.1,::1,[::1]";
    for (const [options, NO_PROXY] of [
      [{ noProxy: "amazonaws.com, .aws" }, `amazonaws.com,.aws,.amazonaws.com,${local}`],
      [{}, `example.com,*.aws,.example.com,${local}`],
    ] as const) {
      process.env = { https_proxy: "http://proxy:3128", no_proxy: "example.com,*.aws" };
      const proxyEnv = { HTTP_PROXY: undefined, HTTPS_PROXY: "http://proxy:3128", NO_PROXY };
      const { requestHandler } = await clientConfig("iam", options);
      assert.deepEqual(requestHandler, { httpAgent: { proxyEnv }, httpsAgent: { proxyEnv } });
    }
  });

  it("to the endpoints for FIPS and dual stack, and for STS in the region of the config, then the environment's", async () => {
    const behind = { ...keys, HTTPS_PROXY: aws.proxy, AWS_CA_BUNDLE: file("ca.pem") };
    const hosts = [
      [
        { ...inIreland, useFipsEndpoint: "true" },
        {},
        "sts-fips.eu-west-1.amazonaws.com",
        "iam-fips.amazonaws.com",
      ],
      [{ ...inIreland, useDualstackEndpoint: true }, {}, "sts.eu-west-1.api.aws", "iam.global.api.aws"],
      [inIreland, { AWS_REGION: "us-east-1" }, "sts.eu-west-1.amazonaws.com"],
      [{}, { AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "x" }, "sts.us-east-1.amazonaws.com"],
      [{}, { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-1" }, "sts.eu-west-1.amazonaws.com"],
      [{ ...inIreland, stsRegion: "us-east-1" }, {}, "sts.us-east-1.amazonaws.com"],
      [{}, { AWS_PROFILE: "dev", AWS_CONFIG_FILE: file("config") }, "sts.eu-west-1.amazonaws.com"],
    ] as const;
    for (const [plugin, environment, sts, iam = "iam.amazonaws.com"] of hosts) {
      const seen = [];
      for (const service of ["sts", "iam"] as const) {
        seen.push(...(await asked({ ...plugin, insecure: true }, { ...behind, ...environment }, service)));
      }
      assert.deepEqual(
        seen.map((line) => line.split(":")[0]),
        [sts, iam],
      );
    }
  });

  it("with the credentials of the same profile and files; those of the environment go before AWS_PROFILE", async () => {
    const behind = { HTTPS_PROXY: aws.proxy, AWS_CA_BUNDLE: file("ca.pem"), AWS_REGION: "eu-west-1" };
    const files = {
      sharedCredentialsFiles: JSON.stringify([file("credentials")]),
      sharedConfigFiles: JSON.stringify(["~/config"]),
    };
    const { sharedCredentialsFiles, sharedConfigFiles } = files;
    for (const [plugin, environment, key] of [
      [{ sharedCredentialsFiles }, {}, "FILE"],
      [{ sharedCredentialsFiles, profile: "dev" }, keys, "FILEDEV"],
      [{ sharedConfigFiles, profile: "dev" }, keys, "CONFIGDEV"],
      [{ sharedConfigFiles }, { AWS_PROFILE: "dev" }, "CONFIGDEV"],
      [files, { AWS_PROFILE: "dev", ...keys }, "ENVIRONMENT"],
      [{}, { AWS_SHARED_CREDENTIALS_FILE: file("credentials"), AWS_PROFILE: "dev" }, "FILEDEV"],
    ] as const) {
      const seen = await asked(plugin, { ...behind, ...environment });
      assert.deepEqual(seen, [`iam.amazonaws.com:443 ${key} us-east-1 GetUser`]);
    }
  });

  it("as the role that it assumes, one after the other", async () => {
    const behind = { ...keys, HTTPS_PROXY: aws.proxy, AWS_CA_BUNDLE: file("ca.pem") };
    const roleArn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
    const assumeRoles = [
      { roleArn: roleArn("first"), externalId: "secret", sessionName: "me", tags: { team: "a" } },
      { roleArn: roleArn("second"), policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] },
    ];
    const options = surroundedBy(behind, { region: "us-east-1", assumeRoles: JSON.stringify(assumeRoles) });
    await new IAM(await clientConfig("iam", options)).getUser({});
    const tags = { "Tags.member.1.Key": "team", "Tags.member.1.Value": "a" };
    const policies = { "PolicyArns.member.1.arn": "arn:aws:iam::aws:policy/ReadOnlyAccess" };
    const first = { RoleArn: roleArn("first"), RoleSessionName: "me", ExternalId: "secret", ...tags };
    const second = { RoleArn: roleArn("second"), RoleSessionName: "iam-administrators", ...policies };
    const sts = { host: "sts.us-east-1.amazonaws.com:443", region: "us-east-1", action: "AssumeRole" };
    const iam = { host: "iam.amazonaws.com:443", region: "us-east-1", action: "GetUser" };
    assert.deepEqual(aws.seen, [
      { ...sts, key: "ENVIRONMENT", parameters: first },
      { ...sts, key: "first", parameters: second },
      { ...iam, key: "second", parameters: {} },
    ]);
  });

  it("and asks nothing in another account than the plugin's", async () => {
    const behind = { ...keys, HTTPS_PROXY: aws.proxy, AWS_CA_BUNDLE: file("ca.pem") };
    const sdk = surroundedBy(behind, inIreland);
    await iamSdk({ ...sdk, accountId: "123456789012" });
    const message =
      "the AWS SDK's credentials are of the account 123456789012, and the AWS plugin works in 210987654321. Give pulumi the " +
      "credentials in the environment, or in a profile with aws:profile.";
    await assert.rejects(iamSdk({ ...sdk, accountId: "210987654321" }), { message });
    assert.deepEqual(
      aws.seen.map(({ action }) => action),
      ["GetCallerIdentity", "GetCallerIdentity"],
    );
  });

  for (const [key, value, says] of [
    ...["accessKey", "secretKey", "token", "assumeRole", "assumeRoleWithWebIdentity"].map(
      (name) => [name, "x", `does not take aws:${name}`] as const,
    ),
    ["ec2MetadataServiceEndpoint", "http://127.0.0.1", "does not take aws:ec2MetadataServiceEndpoint"],
    ["httpsProxy", { secure: "v1:x" }, "aws:httpsProxy is encrypted"],
    ["httpsProxy", "socks5://me:secret@127.0.0.1", "httpsProxy, HTTPS_PROXY: "],
    ["sharedConfigFiles", ["a", "b"], "sharedConfigFiles: "],
    ["sharedCredentialsFiles", ["a", "b"], "sharedCredentialsFiles: "],
    ["sharedConfigFiles", ["a"], "Set aws:region as well"],
  ] as const) {
    it(`or says why not: ${key} ${JSON.stringify(value)}`, async () => {
      const refused = asked({ [key]: value }, keys);
      await assert.rejects(
        refused,
        ({ message }: Error) => message.includes(says) && !message.includes("secret@"),
      );
      assert.deepEqual(aws.seen, []);
    });
  }

  it("under a name for hooks that tells options apart, and nothing of what they say", () => {
    assert.equal(sdkMark(), "");
    assert.equal(sdkMark({}), "");
    assert.match(sdkMark({ httpsProxy: "http://me:secret@proxy" }), /^:[0-9a-f]{8}$/);
    assert.notEqual(sdkMark({ region: "a" }), sdkMark({ region: "b" }));
  });
});
