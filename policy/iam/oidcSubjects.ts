import { matches } from "./glob.ts";

/** Whether a pattern with `*` and `?`, as the value of a claim or a condition key, can only mean one owner. */
export type NamesOneOwner = (pattern: string) => boolean;

/** An identity provider that many people get tokens from: by which claims its tokens tell whose they are. */
interface Issuer {
  readonly host: RegExp;
  readonly claims: Readonly<Record<string, NamesOneOwner>>;
  /** A value of the first claim, for a message. */
  readonly example: string;
}

/** A pattern that is a name itself. */
export const exact: NamesOneOwner = (pattern) => pattern !== "" && !/[*?]/.test(pattern);
const like =
  (shape: RegExp): NamesOneOwner =>
  (pattern) =>
    shape.test(pattern);

// An owner's whole name, before any wildcard: `repo:my-org*` is also `repo:my-organization-of-somebody-else`.
const repository = like(/^[^*?/]+\//);
const gitHubSubject = like(
  /^[^*?]*?(?:^|:)(?:repo|repository|repository_owner|repository_id|repository_owner_id|job_workflow_ref|enterprise|enterprise_id):[^*?:/@]+(?:@[^:/]*)?(?:[:/]|$)/,
);
const gitLabSubject = like(/^project_path:[^*?:/]+\//);
const organization = like(/^organization:[^*?:]+(?::|$)/);
const pulumiSubject = like(/^[^*?]*?(?:^|:)(?:org|pulumi\.organization\.login):[^*?:]+(?::|$)/);
const account = like(/^[a-z]+:[^*?:/]+(?:[:/]|$)/);

/** Not the pattern that any service account of a cluster matches. */
const serviceAccount: NamesOneOwner = (pattern) =>
  /[^*?:]/.test(pattern) && !matches(pattern, "system:serviceaccount:\u0001:\u0001");

/** At an issuer of one's own: not the pattern that each of its subjects, repositories or projects matches. */
const ownSubject: NamesOneOwner = (pattern) => {
  if (/^repo(?:sitory)?[:_]/.test(pattern)) return gitHubSubject(pattern);
  if (pattern.startsWith("project_path:")) return gitLabSubject(pattern);
  if (pattern.startsWith("organization:")) return organization(pattern);
  return serviceAccount(pattern);
};

/**
 * The providers that IAM knows as shared, each with the claim that IAM asks for, and those whose tokens AWS reads
 * itself. GitHub's further claims are those that STS passes on.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
const SHARED: readonly Issuer[] = [
  {
    host: /^(?:vs)?token\.actions\.(?:githubusercontent\.com|[^/]+\.ghe\.com)(?:\/|$)/,
    claims: {
      sub: gitHubSubject,
      repository,
      job_workflow_ref: repository,
      ...{ repository_id: exact, enterprise_id: exact, actor: exact, actor_id: exact },
    },
    example: "repo:ORGANIZATION/REPOSITORY:*",
  },
  { host: /^gitlab\.com$/, claims: { sub: gitLabSubject }, example: "project_path:GROUP/PROJECT:*" },
  {
    host: /^app\.(?:[a-z]+\.)?terraform\.io$/,
    claims: { sub: organization },
    example: "organization:ORGANIZATION:project:PROJECT:workspace:*",
  },
  {
    host: /^agent\.buildkite\.com$/,
    claims: { sub: organization },
    example: "organization:ORGANIZATION:pipeline:PIPELINE:*",
  },
  {
    host: /^api\.pulumi\.com\/oidc$/,
    claims: { sub: pulumiSubject, aud: exact },
    example: "pulumi:deploy:org:ORGANIZATION:project:PROJECT:*",
  },
  // Here the audience is whatever the token's owner asks for.
  {
    host: /^api\.pulumi\.com\/oidc\/v2$/,
    claims: { sub: pulumiSubject },
    example: "pulumi:environments:org:ORGANIZATION:*",
  },
  {
    host: /^oidc\.vercel\.com$/,
    claims: { sub: account, aud: exact },
    example: "owner:TEAM:project:PROJECT:environment:production",
  },
  { host: /^sandboxes\.cloud$/, claims: { aud: exact }, example: "YOUR_ACCOUNT" },
  {
    host: /^(?:oidc\.codefresh\.io|scalr\.io|studio\.datachain\.ai\/api|tokens\.cloud\.shisho\.dev|proidc\.upbound\.io|oidc-configuration\.audit-log\.githubusercontent\.com|oidc\.op1\.openshiftapps\.com\/.*)$/,
    claims: { sub: (pattern) => exact(pattern) || account(pattern) },
    example: "account:ACCOUNT:*",
  },
  {
    host: /^cognito-identity[.-]/,
    claims: { aud: exact, sub: exact },
    example: "the id of your identity pool",
  },
  {
    host: /^accounts\.google\.com$/,
    claims: { aud: exact, sub: exact, "google/organization_number": exact },
    example: "the client id of your application or service account",
  },
  {
    host: /^(?:www\.amazon\.com|graph\.facebook\.com)$/,
    claims: { app_id: exact, user_id: exact, id: exact },
    example: "the id of your application",
  },
  {
    host: /^(?:oidc[.-]eks[.-]|container\.googleapis\.com\/)/,
    claims: { sub: serviceAccount },
    example: "system:serviceaccount:NAMESPACE:NAME",
  },
];

/** Anybody's own issuer. An audience that is an application's own says who may get in, AWS's own says nothing. */
const OWN_ISSUER: Issuer = {
  host: /^/,
  claims: {
    sub: ownSubject,
    aud: (pattern) => exact(pattern) && !/^sts\.amazonaws\.com(?:\.cn)?$/.test(pattern),
    "oidc.circleci.com/project-id": exact,
  },
  example: "the subject of one of its users or workloads",
};

/** Whether a condition on an OIDC issuer's claim, in small letters, leaves only subjects of one owner. */
export function namesSubject(issuer: string, claim: string, pattern: string): boolean {
  const { claims } = issuerOf(issuer);
  return Object.hasOwn(claims, claim) && claims[claim]?.(pattern) === true;
}

/** What a condition on the issuer's tokens should require, for a message. */
export function subjectAdvice(issuer: string): string {
  const { claims, example } = issuerOf(issuer);
  return `require ${issuer}:${Object.keys(claims)[0] ?? "sub"}, such as ${example}`;
}

function issuerOf(issuer: string): Issuer {
  return SHARED.find(({ host }) => host.test(issuer)) ?? OWN_ISSUER;
}
