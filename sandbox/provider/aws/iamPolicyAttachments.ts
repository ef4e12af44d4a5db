import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  paginateListAttachedGroupPolicies,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
} from "@aws-sdk/client-iam";
import type { AttachedPolicy } from "@aws-sdk/client-iam";
import type { ResourceHandler } from "../resourceHandler.ts";
import { text } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, onceVisible, orAbsent } from "./errors.ts";

interface Calls {
  readonly attach: (context: AwsContext, owner: string, policyArn: string) => Promise<unknown>;
  readonly detach: (context: AwsContext, owner: string, policyArn: string) => Promise<unknown>;
  readonly list: (
    context: AwsContext,
    owner: string,
  ) => AsyncIterable<{ AttachedPolicies?: AttachedPolicy[] | undefined }>;
}

/** `aws:iam/groupPolicyAttachment:GroupPolicyAttachment`. Id, for imports too: `group/policyArn`. */
export const groupPolicyAttachment = policyAttachment("group", "Group", {
  attach: ({ iam }, GroupName, PolicyArn) => iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn })),
  detach: ({ iam }, GroupName, PolicyArn) => iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn })),
  list: ({ iam: client }, GroupName) => paginateListAttachedGroupPolicies({ client }, { GroupName }),
});

/** `aws:iam/userPolicyAttachment:UserPolicyAttachment`. Id, for imports too: `user/policyArn`. */
export const userPolicyAttachment = policyAttachment("user", "User", {
  attach: ({ iam }, UserName, PolicyArn) => iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
  detach: ({ iam }, UserName, PolicyArn) => iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
  list: ({ iam: client }, UserName) => paginateListAttachedUserPolicies({ client }, { UserName }),
});

/** `aws:iam/rolePolicyAttachment:RolePolicyAttachment`. Id, for imports too: `role/policyArn`. */
export const rolePolicyAttachment = policyAttachment("role", "Role", {
  attach: ({ iam }, RoleName, PolicyArn) => iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
  detach: ({ iam }, RoleName, PolicyArn) => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
  list: ({ iam: client }, RoleName) => paginateListAttachedRolePolicies({ client }, { RoleName }),
});

function policyAttachment(
  owner: "group" | "role" | "user",
  title: string,
  calls: Calls,
): ResourceHandler<AwsContext> {
  return {
    inputs: { [owner]: { replaces: true }, policyArn: { replaces: true } },
    outputs: [],

    async create(context, inputs) {
      const [name, policyArn] = [text(inputs, owner), text(inputs, "policyArn")];
      const attach = () => calls.attach(context, name, policyArn);
      await doing(`attaching IAM Policy (${policyArn}) to IAM ${title} (${name})`, onceVisible(attach));
      return { id: `${name}/${policyArn}` };
    },

    async read(context, id) {
      const [name, policyArn] = parseId(id, owner);
      const attached = await orAbsent(attachedArns(calls.list(context, name)));
      return attached?.includes(policyArn) ? { properties: { [owner]: name, policyArn } } : undefined;
    },

    async delete(context, id) {
      const [name, policyArn] = parseId(id, owner);
      const call = orAbsent(calls.detach(context, name, policyArn));
      await doing(`detaching IAM Policy (${policyArn}) from IAM ${title} (${name})`, call);
    },
  };
}

async function attachedArns(pages: AsyncIterable<{ AttachedPolicies?: AttachedPolicy[] | undefined }>) {
  const arns: string[] = [];
  for await (const { AttachedPolicies = [] } of pages) {
    arns.push(...AttachedPolicies.map(({ PolicyArn = "" }) => PolicyArn));
  }
  return arns;
}

function parseId(id: string, owner: string): [string, string] {
  const slash = id.indexOf("/");
  if (slash > 0) return [id.slice(0, slash), id.slice(slash + 1)];
  throw new Error(`unexpected format of ID ("${id}"), expected <${owner}-name>/<policy_arn>`);
}
