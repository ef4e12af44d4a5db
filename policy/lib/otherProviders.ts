import { asFields, asList, asText, UNKNOWN, type Fields, type Value } from "../iam/values.ts";
import { asKnownList, isAbsent } from "./inputs.ts";
import { BUDGET_ACTION, iam, ofService, ssoadmin } from "./resources.ts";
import type { Subject } from "./subject.ts";

/** What a resource type of CloudFormation is in the AWS provider's types: inputs by type, one entry a resource. */
type Shape = Readonly<Record<string, (state: Fields) => readonly Fields[]>>;

/** An input named `PolicyDocument` in CloudFormation is `policyDocument` here, as in `aws-native`. */
const SHAPES: Readonly<Record<string, Shape>> = {
  "AWS::AccountAccess::Entitlement": {
    [ofService("accountaccess", "Entitlement")]: ({ applicationArn }) => [{ applicationArn }],
  },
  "AWS::IAM::AccessKey": { [iam("AccessKey")]: ({ userName }) => [{ user: userName }] },
  "AWS::IAM::Group": {
    [iam("Group")]: ({ groupName }) => [{ name: groupName }],
    [iam("GroupPolicy")]: (state) => inline(state, { group: state.groupName }),
    [iam("GroupPoliciesExclusive")]: ({ groupName, policies }) =>
      isAbsent(policies) ? [] : [{ groupName, policyNames: namesOf(policies) }],
    [iam("GroupPolicyAttachmentsExclusive")]: ({ groupName, managedPolicyArns }) =>
      isAbsent(managedPolicyArns) ? [] : [{ groupName, policyArns: managedPolicyArns }],
  },
  "AWS::IAM::GroupPolicy": {
    [iam("GroupPolicy")]: (state) => [{ ...document(state), group: state.groupName }],
  },
  "AWS::IAM::ManagedPolicy": {
    [iam("Policy")]: (state) => [{ ...document(state), name: state.managedPolicyName }],
    [iam("PolicyAttachment")]: attached,
  },
  "AWS::IAM::Policy": {
    [iam("Policy")]: (state) => [document(state)],
    [iam("PolicyAttachment")]: attached,
  },
  "AWS::IAM::Role": {
    [iam("Role")]: ({ roleName, assumeRolePolicyDocument, policies, managedPolicyArns }) => [
      {
        name: roleName,
        assumeRolePolicy: assumeRolePolicyDocument,
        managedPolicyArns,
        inlinePolicies: asKnownList(policies).map(documentIn),
      },
    ],
  },
  "AWS::IAM::RolePolicy": { [iam("RolePolicy")]: (state) => [{ ...document(state), role: state.roleName }] },
  "AWS::IAM::User": {
    [iam("User")]: ({ userName }) => [{ name: userName }],
    [iam("UserLoginProfile")]: ({ userName, loginProfile }) =>
      isAbsent(loginProfile) || loginProfile === UNKNOWN
        ? []
        : [{ ...members(loginProfile), user: userName }],
    [iam("UserPolicy")]: (state) => inline(state, { user: state.userName }),
    [iam("UserPolicyAttachmentsExclusive")]: ({ userName, managedPolicyArns }) =>
      isAbsent(managedPolicyArns) ? [] : [{ userName, policyArns: managedPolicyArns }],
    [iam("UserGroupMembership")]: ({ userName, groups }) => [{ user: userName, groups }],
  },
  "AWS::IAM::UserPolicy": { [iam("UserPolicy")]: (state) => [{ ...document(state), user: state.userName }] },
  "AWS::IAM::UserToGroupAddition": {
    [iam("UserGroupMembership")]: ({ groupName }) => [{ groups: [groupName] }],
  },
  "AWS::IAM::VirtualMFADevice": {
    [iam("VirtualMfaDevice")]: ({ virtualMfaDeviceName }) => [{ virtualMfaDeviceName }],
  },
  "AWS::IdentityStore::GroupMembership": {
    [ofService("identitystore", "GroupMembership")]: ({ groupId }) => [{ groupId }],
  },
  "AWS::SSO::Assignment": { [ssoadmin("AccountAssignment")]: (state) => [state] },
  "AWS::SSO::PermissionSet": {
    [ssoadmin("PermissionSetInlinePolicy")]: ({ name, inlinePolicy }) =>
      isAbsent(inlinePolicy) ? [] : [{ permissionSetArn: name, inlinePolicy }],
    [ssoadmin("ManagedPolicyAttachmentsExclusive")]: ({ name, managedPolicies }) =>
      isAbsent(managedPolicies) ? [] : [{ permissionSetArn: name, managedPolicyArns: managedPolicies }],
  },
  "AWS::Budgets::BudgetsAction": {
    [BUDGET_ACTION]: ({ definition }) => [
      { definition: { iamActionDefinition: members(members(definition).iamActionDefinition) } },
    ],
  },
};

/** Where CloudFormation's name of a resource's type and its state stand in a resource of another provider. */
type Wrapping = Readonly<Record<string, (inputs: Fields) => { typeName: Value; state: Value }>>;

/** The resources that can be of any type. */
const GENERAL: Wrapping = {
  "aws:cloudcontrol/resource:Resource": ({ typeName, desiredState }) => ({ typeName, state: desiredState }),
  "aws-native:index:ExtensionResource": ({ type, properties }) => ({ typeName: type, state: properties }),
};

const OTHER_PROVIDERS: Wrapping = {
  ...GENERAL,
  ...Object.fromEntries(
    Object.keys(SHAPES).map((typeName) => [nativeType(typeName), (state: Fields) => ({ typeName, state })]),
  ),
};

/** The types of other providers that can do what resources of these types do. */
export function typesOfOtherProviders(types: ReadonlySet<string>): string[] {
  const shapes = Object.entries(SHAPES).filter(([, shape]) =>
    Object.keys(shape).some((type) => types.has(type)),
  );
  if (shapes.length === 0) return [];
  return [...Object.keys(GENERAL), ...shapes.map(([typeName]) => nativeType(typeName))];
}

/**
 * A resource of another provider as the resources of the AWS provider that do the same. Nothing for a type that gives no
 * permissions, and for what is not known yet.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
 */
export function asAwsResources(subject: Subject): Subject[] {
  const { typeName, state } = OTHER_PROVIDERS[subject.type]?.(subject.inputs) ?? {};
  const shape = Object.entries(SHAPES).find(
    ([name]) => name.toLowerCase() === asText(typeName)?.trim().toLowerCase(),
  );
  const fields = members(typeof state === "string" ? parse(state) : state);
  return Object.entries(shape?.[1] ?? {}).flatMap(([type, read]) =>
    read(fields).map((inputs) => ({ ...subject, type, inputs })),
  );
}

/** `aws-native:iam:User` for `AWS::IAM::User`. */
function nativeType(typeName: string): string {
  const [, service = "", resource = ""] = typeName.split("::");
  return `aws-native:${service.toLowerCase()}:${resource.replace("MFA", "Mfa")}`;
}

function parse(json: string): Value {
  try {
    return JSON.parse(json) as Value;
  } catch {
    // Cloud Control refuses it too.
    return undefined;
  }
}

/** An object's members, with CloudFormation's names in camel case. */
function members(value: Value): Fields {
  const entries = Object.entries(asFields(value) ?? {});
  return Object.fromEntries(
    entries.map(([key, member]) => [key.charAt(0).toLowerCase() + key.slice(1), member]),
  );
}

function document({ policyName, policyDocument }: Fields): Fields {
  return { name: policyName, policy: policyDocument };
}

function documentIn(value: Value): Value {
  return value === UNKNOWN ? UNKNOWN : document(members(value));
}

function inline({ policies }: Fields, holder: Fields): Fields[] {
  return asKnownList(policies).flatMap((value) =>
    value === UNKNOWN ? [] : [{ ...document(members(value)), ...holder }],
  );
}

function namesOf(policies: Value): Value {
  if (policies === UNKNOWN) return UNKNOWN;
  return asList(policies).map((value) => (value === UNKNOWN ? UNKNOWN : members(value).policyName));
}

function attached({ users, groups, roles }: Fields): Fields[] {
  return [{ users, groups, roles }];
}
