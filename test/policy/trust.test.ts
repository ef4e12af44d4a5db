import assert from "node:assert/strict";
import { findOpenTrust } from "../../policy/iam/openTrust.ts";
import { readTrust } from "../../policy/iam/trust.ts";
import { UNKNOWN, type Value } from "../../policy/iam/values.ts";

const ACCOUNT = "arn:aws:iam::123456789012";
const GITHUB = "token.actions.githubusercontent.com";
const EKS = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF";

/** A document of one statement, or of several. */
const trust = (...Statement: Value[]): Value => ({ Version: "2012-10-17", Statement });
const allow = (Principal: Value, Condition?: Value, Action: Value = "sts:AssumeRole"): Value => ({
  Effect: "Allow",
  ...{ Principal, Action, Condition },
});
const anybody = (Condition?: Value): Value => allow({ AWS: "*" }, Condition);
const token = (issuer: string, Condition?: Value): Value =>
  allow({ Federated: `${ACCOUNT}:oidc-provider/${issuer}` }, Condition, "sts:AssumeRoleWithWebIdentity");

/** The labels of the statements by which anybody gets in. */
function openIn(document: Value): string[] {
  const read = readTrust(document);
  assert.ok("entries" in read, JSON.stringify(read));
  return findOpenTrust(read.entries).map(({ entry }) => entry.label);
}

function assertOpen(...statements: Value[]): void {
  for (const statement of statements)
    assert.deepEqual(openIn(trust(statement)), ["statement 1"], JSON.stringify(statement));
}

function assertClosed(...statements: Value[]): void {
  for (const statement of statements)
    assert.deepEqual(openIn(trust(statement)), [], JSON.stringify(statement));
}

describe("a trust policy lets anybody in", () => {
  it("by every principal, or one of every account", () => {
    assertOpen(
      allow("*"),
      allow({ AWS: ["arn:aws:iam::*:root"] }),
      allow({ AWS: [`${ACCOUNT}:root`, "*"] }),
      allow({ aws: "arn:aws:iam::*:role/deploy" }),
      allow({ Service: "*" }),
      allow("*", undefined, "sts:*"),
      { Effect: "Allow", NotPrincipal: { AWS: `${ACCOUNT}:root` }, Action: "sts:AssumeRole" },
      { Effect: "Allow", Principal: "*", NotAction: "sts:TagSession" },
    );
  });

  it("under a condition that the caller chooses, or that is no secret", () => {
    const conditions = {
      "sts:ExternalId": "secret",
      "aws:SourceIp": "203.0.113.0/24",
      "aws:PrincipalTag/team": "ops",
      "sts:RoleSessionName": "ops",
    };
    for (const [key, value] of Object.entries(conditions))
      assertOpen(anybody({ StringEquals: { [key]: value } }));
    assertOpen(anybody({ Bool: { "aws:MultiFactorAuthPresent": "true" } }), anybody({}));
  });

  it("under a condition whose operator or value lets everybody through", () => {
    const org = (value: string | string[]) => ({ "aws:PrincipalOrgID": value });
    assertOpen(
      anybody({ StringEqualsIfExists: org("o-1234567890") }),
      anybody({ "ForAllValues:StringEquals": org("o-1234567890") }),
      anybody({ StringNotEquals: org("o-1234567890") }),
      anybody({ Null: org("false") }),
      ...["*", "o-*", ["o-1234567890", "*"]].map((value) => anybody({ StringLike: org(value) })),
      anybody({ StringLike: { "aws:PrincipalOrgPaths": "*/r-1234/*" } }),
      anybody({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/deploy" } }),
      anybody({ ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:role/deploy" } }),
      anybody({ StringEquals: { "aws:PrincipalAccount": "${aws:PrincipalAccount}" } }),
      anybody({ StringLike: { "aws:PrincipalAccount": "1234*" } }),
      anybody({ StringLike: { "aws:userid": "*:somebody" } }),
    );
  });

  it("but not under one that says whose the caller is", () => {
    assertClosed(
      anybody({ StringEquals: { "aws:PrincipalOrgID": "o-1234567890", "sts:ExternalId": "x" } }),
      anybody({ stringequals: { "AWS:principalorgid": ["o-1234567890", "o-0987654321"] } }),
      anybody({ StringEquals: { "aws:PrincipalOrgID": "${aws:ResourceOrgID}" } }),
      anybody({ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-1234567890/*" } }),
      anybody({
        "ForAllValues:StringLike": { "aws:PrincipalOrgPaths": "o-1234567890/r-1/*" },
        Null: { "aws:PrincipalOrgPaths": "false" },
      }),
      anybody({ StringEquals: { "aws:PrincipalAccount": [123456789012] } }),
      anybody({ ArnLike: { "aws:PrincipalArn": `${ACCOUNT}:role/*` } }),
      anybody({ StringEquals: { "aws:SourceAccount": "123456789012" } }),
      anybody({ ArnLike: { "aws:SourceArn": "arn:aws:sns:*:123456789012:*" } }),
      anybody({ ArnEquals: { "aws:SourceArn": "arn:aws:s3:::bucket" } }),
      anybody({ StringEquals: { "aws:PrincipalOrgID": UNKNOWN } }),
    );
  });

  it("unless the document denies it to everybody else", () => {
    const deny = (Condition: Value, parts: object = {}): Value => ({
      ...{ Effect: "Deny", Principal: "*", Action: "sts:*", Condition },
      ...parts,
    });
    const others = { StringNotEquals: { "aws:PrincipalOrgID": "o-1234567890" } };
    const service = { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } };
    const closings: readonly Value[] = [
      deny(others),
      deny({ ...others, ...service }),
      deny(UNKNOWN),
      deny(others, { Action: UNKNOWN }),
      { Effect: "Deny", NotPrincipal: { AWS: `${ACCOUNT}:root` }, Action: "*" },
    ];
    for (const closing of closings) {
      assert.deepEqual(openIn(trust(anybody(), closing)), [], JSON.stringify(closing));
    }
    const leavings: readonly Value[] = [
      deny({ StringEquals: { "aws:PrincipalOrgID": "o-1234567890" } }),
      deny({ ...others, StringEquals: { "aws:PrincipalTag/a": "b" } }),
      deny({ StringNotLike: { "aws:PrincipalOrgID": "o-*" } }),
      deny({ "ForAnyValue:StringNotEquals": { "aws:PrincipalOrgID": "o-1234567890" } }),
      deny(others, { Action: "sts:TagSession" }),
      deny(others, { Principal: { AWS: `${ACCOUNT}:root` } }),
    ];
    for (const leaving of leavings) {
      assert.deepEqual(openIn(trust(anybody(), leaving)), ["statement 1"], JSON.stringify(leaving));
    }
  });

  it("never by an account, its identities, a service, or what is not known or no call that assumes", () => {
    assertClosed(
      ...[`${ACCOUNT}:root`, "123456789012", 123456789012, `${ACCOUNT}:role/*`, "AROAEXAMPLE"].map((AWS) =>
        allow({ AWS }),
      ),
      allow({ Service: ["ec2.amazonaws.com", "lambda.amazonaws.com"] }),
      allow({ CanonicalUser: "0123" }),
      allow(UNKNOWN),
      allow({ AWS: [UNKNOWN] }),
      { Effect: "Allow", NotPrincipal: UNKNOWN, Action: "sts:AssumeRole" },
      { Effect: UNKNOWN, Principal: "*", Action: "*" },
      allow("*", undefined, UNKNOWN),
      allow("*", undefined, ["sts:TagSession", "sts:SetSourceIdentity"]),
      { Effect: "Allow", Principal: "*", NotAction: UNKNOWN },
      { Effect: "Allow", Action: "sts:AssumeRole" },
      token(GITHUB, UNKNOWN),
    );
    assert.deepEqual(openIn(UNKNOWN), []);
  });
});

/** Conditions on the tokens of an issuer, by the claim: what names nobody, and what names somebody. */
const SUBJECTS: Readonly<
  Record<string, Readonly<Record<string, readonly [open: readonly string[], closed: readonly string[]]>>>
> = {
  [GITHUB]: {
    sub: [
      ["*", "repo:*", "repo:*/*:ref:refs/heads/main", "repo:my-org*", "*:my-org/app:*", "environment:prod"],
      [
        "repo:my-org/*",
        "repo:my-org/app:*",
        "repo:my-org/app:ref:refs/heads/main",
        "repo:my-org@123/app@456:*",
        "repository_owner:my-org:*",
        "context:environment:prod:repository_id:1",
      ],
    ],
    aud: [["sts.amazonaws.com", "my-app"], []],
    repository: [
      ["*", "*/app"],
      ["my-org/app", "my-org/*"],
    ],
    repository_id: [["*", "1*"], ["123"]],
    job_workflow_ref: [["*"], ["my-org/app/.github/workflows/deploy.yml@*"]],
    environment: [["prod"], []],
    ref: [["refs/heads/main"], []],
  },
  [EKS]: {
    sub: [
      ["*", "system:*", "system:serviceaccount:*", "system:serviceaccount:*:*"],
      [
        ...["system:serviceaccount:kube-system:aws-node", "system:serviceaccount:kube-system:*"],
        "system:serviceaccount:crossplane-system:provider-aws-*",
      ],
    ],
    aud: [["sts.amazonaws.com", "my-app"], []],
  },
  "gitlab.com": { sub: [["project_path:*", "project_path:my*/app:*"], ["project_path:my-group/app:*"]] },
  "app.terraform.io": {
    sub: [
      ["organization:*", "organization:my*:project:*"],
      ["organization:my-org:project:*", "organization:my-org:project:*:workspace:*:run_phase:*"],
    ],
    aud: [["aws.workload.identity"], []],
  },
  "agent.buildkite.com": {
    sub: [["organization:*:pipeline:app:*"], ["organization:my-org:pipeline:*:ref:*"]],
  },
  "api.pulumi.com/oidc": {
    sub: [
      ["*", "pulumi:deploy:*", "pulumi:deploy:org:*:project:app:*"],
      ["pulumi:deploy:org:my-org:*", "pulumi:environments:pulumi.organization.login:my-org:*"],
    ],
    aud: [["*"], ["my-org", "aws:my-org"]],
  },
  "api.pulumi.com/oidc/v2": { aud: [["aws:my-org"], []] },
  "oidc.circleci.com/org/0123": {
    sub: [["*"], ["org/0123/project/4567/user/*"]],
    aud: [["sts.amazonaws.com"], ["0123"]],
    "oidc.circleci.com/project-id": [["*"], ["4567"]],
  },
  "login.example.com/": {
    sub: [
      ["*", "?*", "repo:*", "project_path:*", "system:serviceaccount:*"],
      ["user-1", "app:*"],
    ],
    aud: [["sts.amazonaws.com", "*"], ["0oa1234"]],
    amr: [["mfa"], []],
  },
  "cognito-identity.amazonaws.com": {
    aud: [["us-east-1:*"], ["us-east-1:01234567-89ab-cdef-0123-456789abcdef"]],
    amr: [["authenticated"], []],
  },
};

describe("a trust policy for tokens of", () => {
  for (const [issuer, claims] of Object.entries(SUBJECTS)) {
    it(`${issuer} lets anybody in unless it says whom they are about`, () => {
      const of = (claim: string, value: string) =>
        token(issuer, { StringLike: { [`${issuer}:${claim}`.toUpperCase()]: value } });
      assertOpen(token(issuer));
      for (const [claim, [open, closed]] of Object.entries(claims)) {
        assertOpen(...open.map((value) => of(claim, value)));
        assertClosed(...closed.map((value) => of(claim, value)));
      }
    });
  }

  it("one issuer does not heed the claims of another", () => {
    assertOpen(token(EKS, { StringEquals: { [`${GITHUB}:sub`]: "repo:my-org/app:ref:refs/heads/main" } }));
    const audience = { "cognito-identity.amazonaws.com:aud": "us-east-1:0123" };
    const cognito = (Condition: Value) =>
      allow({ Federated: "cognito-identity.amazonaws.com" }, Condition, "sts:AssumeRoleWithWebIdentity");
    assertClosed(cognito({ StringEquals: audience }));
    assertOpen(
      cognito({ "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" } }),
    );
  });

  it("a wrong operator lets anybody in", () => {
    const sub = { [`${GITHUB}:sub`]: "repo:my-org/app:*" };
    assertOpen(
      ...["StringLikeIfExists", "ForAllValues:StringLike", "StringNotLike", "NumericEquals"].map((operator) =>
        token(GITHUB, { [operator]: sub }),
      ),
      token(GITHUB, { StringLike: { [`${GITHUB}:sub`]: ["repo:my-org/app:*", "repo:*"] } }),
    );
    assertClosed(token(GITHUB, { "ForAnyValue:StringLike": sub }), token(GITHUB, { StringEquals: sub }));
  });

  it("SAML needs the audience", () => {
    const saml = (Condition?: Value) =>
      allow({ Federated: `${ACCOUNT}:saml-provider/Corp` }, Condition, "sts:AssumeRoleWithSAML");
    const audience = (value: string) => ({ StringLike: { "SAML:aud": value } });
    assertOpen(saml(), saml(audience("*")), saml({ StringEquals: { "SAML:iss": "x" } }));
    assertClosed(
      saml(audience("https://signin.aws.amazon.com/saml")),
      saml(audience("https://*.signin.aws.amazon.com/saml*")),
    );
  });
});

describe("the reading of a trust policy", () => {
  it("tells each principal, action and condition", () => {
    const Federated = `${ACCOUNT}:saml-provider/Corp`;
    const Principal = { AWS: [`${ACCOUNT}:root`, `${ACCOUNT}:user/a`], Federated };
    const Action = ["sts:AssumeRole", "sts:TagSession"];
    const read = readTrust(JSON.stringify(trust({ Sid: "Deploy", Effect: "Allow", Principal, Action })));
    const rest = {
      effect: "Allow",
      except: [],
      actions: { excluded: false, patterns: ["sts:assumerole", "sts:tagsession"] },
      condition: [],
      label: 'statement "Deploy"',
    };
    assert.deepEqual(read, {
      entries: [
        { ...rest, principal: { kind: "account", account: "123456789012" } },
        { ...rest, principal: { kind: "identity", arn: `${ACCOUNT}:user/a` } },
        { ...rest, principal: { kind: "saml", provider: Federated } },
      ],
    });
  });

  it("says why a document cannot be read", () => {
    assert.deepEqual(readTrust("{"), { malformed: "it is not JSON" });
    assert.deepEqual(readTrust({}), { malformed: "it has no Statement" });
  });
});
