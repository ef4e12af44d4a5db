import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { MockCallArgs, MockCallResult } from "@pulumi/pulumi/runtime/mocks.js";
import { useTestMonitor } from "../../sandbox/testMonitor.ts";

/** A resource as the engine would see its registration. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  /** Secrets unwrapped. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The inputs that arrive as secrets, sorted. */
  readonly secretInputs: readonly string[];
  /** `<type> <logical name>` */
  readonly parent: string | undefined;
  /** `<type> <logical name>` of what it waits for, sorted. */
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

const accountId = "123456789012";

/** Runs a program under Pulumi's mocks: its result, and what it registered and called until the end. */
export async function run<Result>(program: () => Result | Promise<Result>, setting: Setting = {}) {
  const { partition = "aws", preview = false } = setting;
  const resources: Registered[] = [];
  const calls: MockCallArgs[] = [];
  const requests = new Map<string, RegisterResourceRequest>();
  await useTestMonitor(
    {
      newResource: ({ type, name, custom, ...args }) => {
        const inputs = args.inputs as Record<string, unknown>;
        const registered = registration(inputs, requests.get(`${type} ${name}`));
        resources.push(registered);
        const known = preview ? {} : { ...computed(registered, partition), ...setting.outputs?.[type] };
        return { id: custom ? name : undefined, state: { ...inputs, ...known } };
      },
      call: (args) => {
        calls.push(args);
        return answer(args, partition, setting);
      },
    },
    { stack: "test", preview },
    (request) => {
      const identity = `${request.getType()} ${request.getName()}`;
      // The engine refuses this too, and only it does.
      if (requests.has(identity)) throw new Error(`duplicate resource ${identity}`);
      requests.set(identity, request);
    },
  );
  const result = await program();
  await pulumi.runtime.disconnect();
  return { result, resources, calls };
}

/** `<type> <logical name>` of each resource, sorted: what a stack consists of. */
export function identities(resources: readonly Registered[]): string[] {
  return resources.map(({ type, name }) => `${type} ${name}`).sort();
}

/** The inputs of each resource by `<last part of the type> <name>`, or `[inputs, options]` where there are options. */
export function declared(resources: readonly Registered[]): Record<string, object> {
  const all: Record<string, object> = {};
  for (const { type, name, inputs, options } of resources) {
    const isPlain = Object.keys(options).length === 0;
    all[`${type.split(":").at(-1) ?? ""} ${name}`] = isPlain ? inputs : [inputs, options];
  }
  return all;
}

/** The one resource of this type, the last part of which is enough, and of this name where there are several. */
export function only(resources: readonly Registered[], type: string, name?: string): Registered {
  const ofType = resources.filter((it) => `:${it.type}`.endsWith(`:${type}`));
  const [found, another] = ofType.filter((it) => it.name === (name ?? it.name));
  if (found === undefined || another !== undefined) {
    throw new Error(`not one resource is ${type} ${name ?? ""}: ${identities(resources).join(", ")}`);
  }
  return found;
}

/** The value of an output. In a preview an unknown one never comes. */
export function value<T>(output: pulumi.Input<T> | undefined): Promise<T | undefined> {
  const known = pulumi.output(output) as pulumi.Output<T | undefined>;
  return new Promise((resolve) => known.apply(resolve));
}

/** An error as the engine hands the plugin's on. */
export function failure(details: string): Error {
  return Object.assign(new Error(details), { details });
}

/** What the plugin says of a group that is not there. */
export function noSuchGroup(name: string): string {
  const answer = "https response error StatusCode: 404, RequestID: 1";
  return `getting group: operation error IAM: GetGroup, ${answer}, NoSuchEntity: The group with name ${name} cannot be found.`;
}

function registration(inputs: Record<string, unknown>, request?: RegisterResourceRequest): Registered {
  if (request === undefined) throw new Error("a resource is read, and not registered");
  const { isRpcSecret, unwrapRpcSecret } = pulumi.runtime;
  const entries = Object.entries(inputs);
  const options = {
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: [...new Set(request.getAdditionalsecretoutputsList())],
    import: request.getImportid(),
    replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
  };
  const isSet = (option: unknown) => Boolean(option) && (option as { length?: number }).length !== 0;
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: Object.fromEntries(entries.map(([key, input]) => [key, unwrapRpcSecret(input) as unknown])),
    secretInputs: entries.flatMap(([key, input]) => (isRpcSecret(input) ? [key] : [])).sort(),
    parent: request.getParent() === "" ? undefined : identityOf(request.getParent()),
    dependsOn: request.getDependenciesList().map(identityOf).sort(),
    options: Object.fromEntries(Object.entries(options).filter(([, option]) => isSet(option))),
  };
}

function identityOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1) ?? ""} ${name}`;
}

/** What AWS would add to the inputs. */
function computed({ type, name, inputs }: Registered, partition: string): object {
  const { path = "/", region = "", pgpKey, ...others } = inputs as Record<string, string | undefined>;
  const arn = (service: string, at: string, rest: string) =>
    `arn:${partition}:${service}:${at}:${accountId}:${rest}`;
  // Pulumi makes one where the program gives none.
  const physicalName = `${name}-0a1b2c3`;
  const outputs: Readonly<Record<string, object>> = {
    "aws:iam/group:Group": { arn: arn("iam", "", `group${path}${others.name ?? ""}`) },
    "aws:iam/role:Role": { arn: arn("iam", "", `role${path}${others.name ?? ""}`) },
    "aws:iam/user:User": { arn: arn("iam", "", `user${path}${others.name ?? ""}`) },
    "aws:iam/userLoginProfile:UserLoginProfile":
      pgpKey === undefined
        ? { password: `first password of ${name}` }
        : { encryptedPassword: "ZW5jcnlwdGVk" },
    "aws:sns/topic:Topic": { arn: arn("sns", region, physicalName) },
    "aws:cloudwatch/eventRule:EventRule": { name: physicalName },
    "aws:kms/key:Key": { arn: arn("kms", region, "key/0") },
    "random:index/randomString:RandomString": { result: "0a1b2c3d" },
  };
  return outputs[type] ?? {};
}

function answer({ token, inputs }: MockCallArgs, partition: string, setting: Setting): MockCallResult {
  const { caller = `arn:${partition}:iam::${accountId}:user/Operator`, groups = {}, alias } = setting;
  const answers: Readonly<Record<string, () => MockCallResult>> = {
    "aws:index/getPartition:getPartition": () => ({ partition }),
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId, arn: caller }),
    "aws:iam/getGroup:getGroup": () => {
      const { groupName } = inputs as { groupName: string };
      // A group may be named toString.
      const users = Object.hasOwn(groups, groupName) ? groups[groupName] : undefined;
      if (users === undefined) throw failure(noSuchGroup(groupName));
      const arn = `arn:${partition}:iam::${accountId}:group/${groupName}`;
      return { groupName, arn, users: users.map((userName) => ({ userName })) };
    },
    "aws:iam/getAccountAlias:getAccountAlias": () => {
      if (alias === undefined) throw failure("reading IAM Account Alias: empty result");
      return { accountAlias: alias };
    },
    ...setting.calls,
  };
  const answered = answers[token];
  if (answered === undefined) throw new Error(`no answer for ${token}`);
  return answered();
}
