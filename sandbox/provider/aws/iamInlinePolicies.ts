import {
  DeleteGroupPolicyCommand,
  DeleteUserPolicyCommand,
  GetGroupPolicyCommand,
  GetUserPolicyCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import type { ResourceHandler } from "../resourceHandler.ts";
import { text } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, onceVisible, orAbsent } from "./errors.ts";

interface Calls {
  readonly put: (context: AwsContext, owner: string, name: string, policy: string) => Promise<unknown>;
  /** The document as AWS gives it: percent-encoded. */
  readonly get: (
    context: AwsContext,
    owner: string,
    name: string,
  ) => Promise<{ PolicyDocument?: string | undefined }>;
  readonly remove: (context: AwsContext, owner: string, name: string) => Promise<unknown>;
}

/** `aws:iam/groupPolicy:GroupPolicy`. Id, for imports too: `group:name`. */
export const groupPolicy = inlinePolicy("group", "Group", {
  put: ({ iam }, GroupName, PolicyName, PolicyDocument) =>
    iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument })),
  get: ({ iam }, GroupName, PolicyName) => iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName })),
  remove: ({ iam }, GroupName, PolicyName) =>
    iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName })),
});

/** `aws:iam/userPolicy:UserPolicy`. Id, for imports too: `user:name`. */
export const userPolicy = inlinePolicy("user", "User", {
  put: ({ iam }, UserName, PolicyName, PolicyDocument) =>
    iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
  get: ({ iam }, UserName, PolicyName) => iam.send(new GetUserPolicyCommand({ UserName, PolicyName })),
  remove: ({ iam }, UserName, PolicyName) => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
});

function inlinePolicy(owner: "group" | "user", title: string, calls: Calls): ResourceHandler<AwsContext> {
  return {
    inputs: {
      [owner]: { replaces: true },
      name: { replaces: true, autoname: true },
      policy: { compare: "json" },
    },
    outputs: [],

    async create(context, inputs) {
      const [ownerName, name] = [text(inputs, owner), text(inputs, "name")];
      const put = () => calls.put(context, ownerName, name, text(inputs, "policy"));
      await doing(`putting IAM ${title} (${ownerName}) Policy (${name})`, onceVisible(put));
      return { id: `${ownerName}:${name}` };
    },

    async read(context, id) {
      const [ownerName, name] = parseId(id, owner);
      const call = orAbsent(calls.get(context, ownerName, name));
      const found = await doing(`reading IAM ${title} Policy (${id})`, call);
      if (!found) return undefined;
      const policy = decodeURIComponent(found.PolicyDocument ?? "");
      return { properties: { [owner]: ownerName, name, policy } };
    },

    async update(context, id, _olds, news) {
      const [ownerName, name] = parseId(id, owner);
      const call = calls.put(context, ownerName, name, text(news, "policy"));
      await doing(`putting IAM ${title} (${ownerName}) Policy (${name})`, call);
      return undefined;
    },

    async delete(context, id) {
      const [ownerName, name] = parseId(id, owner);
      await doing(`deleting IAM ${title} Policy (${id})`, orAbsent(calls.remove(context, ownerName, name)));
    },
  };
}

function parseId(id: string, owner: string): [string, string] {
  const [ownerName, name, ...rest] = id.split(":");
  if (ownerName && name && rest.length === 0) return [ownerName, name];
  throw new Error(`unexpected format of ID ("${id}"), expected <${owner}-name>:<policy-name>`);
}
