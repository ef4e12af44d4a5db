import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { MockCallArgs, MockCallResult, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";

/** A resource as the engine would see its registration. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  /** The inputs, secrets unwrapped. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The top-level inputs that arrive as secrets, sorted. */
  readonly secretInputs: readonly string[];
  /** The parent, as `<type> <logical name>`. */
  readonly parent: string | undefined;
  /** What it waits for, as `<type> <logical name>`, sorted. */
  readonly dependsOn: readonly string[];
  /** The options that are set; absent means the engine's default. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a program under test meets: the account, and whether it is a preview. */
export interface Setting {
  /** @default "aws" */
  readonly partition?: string;
  /** @default "arn:<partition>:iam::123456789012:user/Operator" */
  readonly caller?: string;
  /** The users in the groups that exist, by the group's name. @default no group exists */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** The account's alias. @default none */
  readonly alias?: string;
  /** Outputs, by the type of the resource, where they are others than those of a first `up`. */
  readonly outputs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Answers to function calls, by their tokens; they go before the others, and may throw. */
  readonly calls?: Readonly<Record<string, () => MockCallResult>>;
  /** Whether this is a preview, in which nothing that AWS computes is known. @default false */
  readonly preview?: boolean;
}

/** What a program registered, and what it called. */
export interface Run<Result> {
  readonly result: Result;
  readonly resources: readonly Registered[];
  readonly calls: readonly MockCallArgs[];
}

/** The account of every test. */
export const ACCOUNT_ID = "123456789012";

/**
 * Runs a program under Pulumi's mocks and waits until all that it registered has arrived: each urn is known then.
 *
 * @param program - makes resources; it runs after the mocks are in place
 */
export async function run<Result>(
  program: () => Result | Promise<Result>,
  setting: Setting = {},
): Promise<Run<Result>> {
  const resources: Registered[] = [];
  const calls: MockCallArgs[] = [];
  const requests = new Map<string, RegisterResourceRequest>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const request = requests.get(`${args.type} ${args.name}`);
        if (request === undefined) throw new Error(`${args.type} ${args.name} was not registered`);
        const registered = describeRegistration(args, request);
        resources.push(registered);
        const known = setting.preview
          ? {}
          : { ...computed(registered, partitionOf(setting)), ...setting.outputs?.[args.type] };
        return {
          id: args.custom ? idOf(registered) : undefined,
          state: { ...(args.inputs as object), ...known },
        };
      },
      call: (args) => {
        calls.push(args);
        return answer(args, setting);
      },
    },
    "iam-administrators",
    "test",
    setting.preview ?? false,
  );
  recordRequests(requests);
  const result = await program();
  await pulumi.runtime.disconnect();
  return { result, resources, calls };
}

/** `<type> <logical name>` of each resource, sorted: what a stack consists of. */
export function identities(resources: readonly Registered[]): string[] {
  return resources.map(({ type, name }) => `${type} ${name}`).sort();
}

/** The one resource of this type, and name where there are several. */
export function only(resources: readonly Registered[], type: string, name?: string): Registered {
  const found = resources.filter((it) => it.type === type && (name === undefined || it.name === name));
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(
      `${found.length} resources are ${type} ${name ?? ""}: ${identities(resources).join(", ")}`,
    );
  }
  return first;
}

/** The inputs of a serialized provider, which is a program text, left out. */
export function plainInputs({ inputs }: Registered): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "__provider"));
}

/** The value of an output. In a preview an unknown one never comes. */
export function value<T>(output: pulumi.Input<T> | undefined): Promise<T | undefined> {
  return new Promise((resolve) => {
    pulumi.output(output).apply((known) => {
      resolve(known as T | undefined);
    });
  });
}

function recordRequests(requests: Map<string, RegisterResourceRequest>): void {
  // Pulumi's test monitor keeps parents and options to itself.
  const runtime = pulumi.runtime as unknown as {
    getMonitor(): { registerResource(request: RegisterResourceRequest, done: unknown): unknown };
  };
  const monitor = runtime.getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    const identity = `${request.getType()} ${request.getName()}`;
    // The engine refuses this too, and only it does.
    if (requests.has(identity)) throw new Error(`duplicate resource ${identity}`);
    requests.set(identity, request);
    return register(request, done);
  };
}

function describeRegistration(args: MockResourceArgs, request: RegisterResourceRequest): Registered {
  const inputs = args.inputs as Record<string, unknown>;
  return {
    type: args.type,
    name: args.name,
    inputs: Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, unwrap(input)])),
    secretInputs: Object.keys(inputs)
      .filter((key) => holdsSecret(inputs[key]))
      .sort(),
    parent: request.getParent() === "" ? undefined : identityOf(request.getParent()),
    dependsOn: request
      .getDependenciesList()
      .map((urn) => identityOf(urn))
      .sort(),
    options: {
      ...(request.getProtect() ? { protect: true } : {}),
      ...(request.getRetainondelete() ? { retainOnDelete: true } : {}),
      ...(request.getDeletebeforereplace() ? { deleteBeforeReplace: true } : {}),
      ...listed("ignoreChanges", request.getIgnorechangesList()),
      ...listed("additionalSecretOutputs", [...new Set(request.getAdditionalsecretoutputsList())]),
      ...listed("replaceOnChanges", request.getReplaceonchangesList()),
      ...listed(
        "aliases",
        request.getAliasesList().map((alias) => alias.getSpec()?.getName() ?? alias.getUrn()),
      ),
      ...(request.getImportid() === "" ? {} : { import: request.getImportid() }),
      ...(request.getReplacementTrigger() === undefined
        ? {}
        : { replacementTrigger: request.getReplacementTrigger()?.toJavaScript() }),
    },
  };
}

function listed(key: string, list: readonly string[]): Record<string, readonly string[]> {
  return list.length === 0 ? {} : { [key]: list };
}

function identityOf(urn: string): string {
  const [, , types = "", ...name] = urn.split("::");
  return `${types.split("$").at(-1) ?? ""} ${name.join("::")}`;
}

interface WrappedSecret {
  readonly value: unknown;
}

function isSecret(input: unknown): input is WrappedSecret {
  return pulumi.runtime.isRpcSecret(input);
}

function unwrap(input: unknown): unknown {
  if (isSecret(input)) return unwrap(input.value);
  if (Array.isArray(input)) return input.map((element) => unwrap(element));
  if (typeof input !== "object" || input === null) return input;
  return Object.fromEntries(Object.entries(input).map(([key, inner]) => [key, unwrap(inner)]));
}

function holdsSecret(input: unknown): boolean {
  if (isSecret(input)) return true;
  return (
    typeof input === "object" && input !== null && Object.values(input).some((inner) => holdsSecret(inner))
  );
}

function partitionOf({ partition = "aws" }: Setting): string {
  return partition;
}

function idOf({ name, inputs, options }: Registered): string {
  return [options.import, inputs.name].find((it) => typeof it === "string") ?? name;
}

/** What AWS would add to the inputs. */
function computed({ type, name, inputs }: Registered, partition: string): Record<string, unknown> {
  const { name: awsName, path = "/", region = "us-east-1" } = inputs as Record<string, string | undefined>;
  // Pulumi makes one where the program gives none.
  const physicalName = `${name}-0a1b2c3`;
  const arn = (service: string, rest: string, at = "") =>
    `arn:${partition}:${service}:${at}:${ACCOUNT_ID}:${rest}`;
  switch (type) {
    case "aws:iam/role:Role":
      return { arn: arn("iam", `role/${awsName ?? ""}`) };
    case "aws:iam/group:Group":
      return { arn: arn("iam", `group${path}${awsName ?? ""}`) };
    case "aws:iam/user:User":
      return { arn: arn("iam", `user${path}${awsName ?? ""}`) };
    case "aws:iam/userLoginProfile:UserLoginProfile":
      return inputs.pgpKey === undefined
        ? { password: `first password of ${name}` }
        : { encryptedPassword: `encrypted password of ${name}` };
    case "aws:sns/topic:Topic":
      return { arn: arn("sns", physicalName, region) };
    case "aws:cloudwatch/eventRule:EventRule":
      return { name: physicalName };
    case "aws:kms/key:Key":
      return { arn: arn("kms", "key/0", region), keyId: "0" };
    case "random:index/randomString:RandomString":
      return { result: "0a1b2c3d" };
    default:
      return {};
  }
}

/** An error as the engine hands the plugin's on. */
export function failure(details: string): Error {
  return Object.assign(new Error(details), { details });
}

function answer({ token, inputs }: MockCallArgs, setting: Setting): MockCallResult | Promise<MockCallResult> {
  const partition = partitionOf(setting);
  const answered = setting.calls?.[token];
  if (answered !== undefined) return answered();
  switch (token) {
    case "aws:index/getPartition:getPartition":
      return { partition, dnsSuffix: partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com" };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        accountId: ACCOUNT_ID,
        arn: setting.caller ?? `arn:${partition}:iam::${ACCOUNT_ID}:user/Operator`,
        userId: "AIDA",
      };
    case "aws:iam/getGroup:getGroup": {
      const { groupName } = inputs as { groupName: string };
      // A group may be named toString.
      const members = new Map(Object.entries(setting.groups ?? {})).get(groupName);
      if (members === undefined) throw failure(`reading IAM Group (${groupName}): couldn't find resource`);
      return {
        groupName,
        arn: `arn:${partition}:iam::${ACCOUNT_ID}:group/${groupName}`,
        groupId: "AGPA",
        path: "/",
        users: members.map((userName) => ({ userName, arn: "", path: "/", userId: "" })),
      };
    }
    case "aws:iam/getAccountAlias:getAccountAlias":
      if (setting.alias === undefined) throw failure("reading IAM Account Alias: empty result");
      return { accountAlias: setting.alias, id: setting.alias };
    default:
      throw new Error(`no answer for ${token}`);
  }
}
