import type { AwsSdkOptions } from "./awsSdk.ts";

// Pulumi hands the text of these functions to another process, for the custom passwords: they take nothing but each other
// from this file, and import what they need where they need it.

/**
 * The configuration of an AWS SDK client that goes where the AWS plugin goes with the same keys and environment.
 *
 * @param service - whose client it is
 * @throws {Error} what cannot be followed: the key or variable, and what to do
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/provider/
 */
export async function clientConfig(service: "iam" | "sts", options: AwsSdkOptions = {}) {
  const { env } = process;
  const { unavailableReason, profile, endpoints, useFipsEndpoint, useDualstackEndpoint } = options;
  if (unavailableReason !== undefined) {
    throw new Error(`the AWS SDK, which asks AWS what the plugin cannot, is not used: ${unavailableReason}`);
  }
  const stsRegion = service === "sts" ? options.stsRegion : undefined;
  const region = firstGiven(stsRegion, options.region, env.AWS_REGION, env.AWS_DEFAULT_REGION);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const given = {
    region,
    profile: firstGiven(profile),
    filepath: await oneFile("sharedCredentialsFiles", options.sharedCredentialsFiles),
    configFilepath: await oneFile("sharedConfigFiles", options.sharedConfigFiles),
    endpoint: firstGiven(endpoints?.[service]),
    useFipsEndpoint,
    useDualstackEndpoint,
    // Beside AWS_PROFILE the AWS SDK for JavaScript passes these over, and the plugin does not.
    credentials:
      !profile && accessKeyId && secretAccessKey
        ? { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN }
        : undefined,
  };
  if (given.configFilepath !== undefined && !region) {
    throw new Error(
      "sharedConfigFiles: the AWS SDK, which asks AWS what the plugin cannot, does not read the region in this file. Set " +
        "aws:region as well.",
    );
  }
  const config = {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    requestHandler: await connection(options),
    maxAttempts: 10,
  };
  const { assumeRoles = [], ...source } = options;
  const role = assumeRoles.at(-1);
  return role === undefined
    ? config
    : { ...config, credentials: () => assumed(role, { ...source, assumeRoles: assumeRoles.slice(0, -1) }) };
}

/** The credentials of a role, assumed with those that the options lead to. */
async function assumed(role: NonNullable<AwsSdkOptions["assumeRoles"]>[number], source: AwsSdkOptions) {
  const { AssumeRoleCommand, STSClient } = await import("@aws-sdk/client-sts");
  const { Credentials } = await new STSClient(await clientConfig("sts", source)).send(
    // Without the duration: what is asked takes less than the shortest session.
    new AssumeRoleCommand({
      RoleArn: role.roleArn,
      RoleSessionName: role.sessionName ?? "iam-administrators",
      ExternalId: role.externalId,
      Policy: role.policy,
      PolicyArns: role.policyArns?.map((arn) => ({ arn })),
      SourceIdentity: role.sourceIdentity,
      Tags: role.tags && Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
      TransitiveTagKeys: role.transitiveTagKeys,
    }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
    ...(Credentials?.Expiration ? { expiration: Credentials.Expiration } : {}),
  };
}

/** How requests travel: proxies and certificates, as the plugin's httpclient (aws-sdk-go-base) finds them. */
async function connection(options: AwsSdkOptions) {
  const { env } = process;
  const bundle = options.customCaBundle ? await expanded(options.customCaBundle) : env.AWS_CA_BUNDLE;
  const { readFile } = await import("node:fs/promises");
  const proxyEnv = await proxies(options);
  return {
    httpAgent: { proxyEnv },
    httpsAgent: {
      proxyEnv,
      ...(bundle ? { ca: await readFile(bundle) } : {}),
      ...(options.insecure === true ? { rejectUnauthorized: false } : {}),
    },
  };
}

/** The proxies by the names that Node gives them; none for this machine, as in Go. */
async function proxies({ httpProxy, httpsProxy, noProxy }: AwsSdkOptions) {
  const { env } = process;
  const http = httpProxy ?? firstGiven(env.HTTP_PROXY, env.http_proxy);
  // Without a proxy of its own, https takes the config's for http (HTTPProxyModeLegacy).
  const https = httpsProxy ?? firstGiven(env.HTTPS_PROXY, env.https_proxy, httpProxy);
  if (!http && !https) return {};
  const withScheme = (name: string, url: string | undefined) => {
    const full = url && (/^\w+:\/\//.test(url) ? url : `http://${url}`);
    if (full && !/^https?:\/\//.test(full)) {
      throw new Error(
        `${name}: the AWS SDK, which asks AWS what the plugin cannot, takes proxies of http:// and https:// only`,
      );
    }
    return full;
  };
  const { Agent } = await import("node:https");
  try {
    // A Node that knows the option refuses this.
    new Agent({ proxyEnv: { HTTPS_PROXY: "http://[" } });
    throw new Error(
      "a proxy is set, which the AWS SDK can use on Node 24.5 or later: put that first on PATH",
    );
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error;
  }
  // In Go a domain stands for its subdomains as well.
  const exceptions = (noProxy ?? firstGiven(env.NO_PROXY, env.no_proxy) ?? "")
    .split(",")
    .map((entry) => entry.trim());
  const domains = exceptions.filter((entry) => /^\w/.test(entry)).map((entry) => `.${entry}`);
  const local = ["localhost", "127.0.0.1", "::1", "[::1]"];
  return {
    HTTP_PROXY: withScheme("httpProxy, HTTP_PROXY", http),
    HTTPS_PROXY: withScheme("httpsProxy, HTTPS_PROXY", https),
    NO_PROXY: [...exceptions, ...domains, ...local].filter((entry) => entry !== "").join(","),
  };
}

/** The one file that the key names; the AWS SDK for JavaScript reads no more. */
async function oneFile(key: string, files: readonly string[] = []): Promise<string | undefined> {
  const [file, another] = files;
  if (another !== undefined) {
    throw new Error(
      `${key}: the AWS SDK, which asks AWS what the plugin cannot, reads one file. Put all into ${file}.`,
    );
  }
  return file === undefined ? undefined : expanded(file);
}

/** Variables and the home folder, as the plugin writes them out. */
async function expanded(path: string): Promise<string> {
  const { homedir } = await import("node:os");
  return path
    .replace(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (_, inBraces?: string, plain?: string) => process.env[inBraces ?? plain ?? ""] ?? "",
    )
    .replace(/^~(?=\/|$)/, process.env.HOME ?? homedir());
}

/** An empty variable or key says nothing. */
function firstGiven(...texts: readonly (string | undefined)[]): string | undefined {
  return texts.find((text) => text !== undefined && text !== "");
}
