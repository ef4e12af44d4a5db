import { administratorsProtected as rule } from "../../policy/rules/administratorsProtected.ts";
import { assertAccepts, assertReports, UNKNOWN } from "./policyRule.ts";

const parents = ["iam-administrators:index:AdministratorGroup"];
const admin = "arn:aws-cn:iam::aws:policy/AdministratorAccess";
const attachment = (props: object) => ({
  type: "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  props,
});
const policyAttachment = (props: object) => ({ type: "aws:iam/policyAttachment:PolicyAttachment", props });
const exclusive = (policyArns: unknown) => ({
  type: "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
  props: { groupName: "Administrators", policyArns },
});

describe("administrators-protected", () => {
  it("reports an unprotected group of the component, whatever its name, known or not", () => {
    const groups = ["Ops", UNKNOWN].map((name) => ({ props: { name }, parents }));
    assertReports(rule, /^Group .*: set the option protect: without group "(Ops|not known yet)"/, groups);
  });

  it("reports a group made elsewhere by a configured name, and no other", () => {
    const config = { groups: ["Ops"] };
    const [ours, ops] = ["Administrators", "Ops"].map((name) => ({ props: { name } }));
    assertReports(rule, /set the option protect/, [{ ...ours }, { ...ops, config }]);
    assertAccepts(rule, [
      { ...ours, config },
      ...["Readers", UNKNOWN, undefined].map((name) => ({ props: { name } })),
      { ...ops, parents: ["iam-administrators:index:AdministratorGroupReader"] },
    ]);
  });

  it("reports an unprotected attachment of AdministratorAccess to groups, in every form", () => {
    const attachments = [
      attachment({ group: "Administrators", policyArn: admin }),
      { ...attachment({ group: UNKNOWN, policyArn: admin }), parents },
      exclusive([UNKNOWN, admin]),
      policyAttachment({ groups: ["Administrators"], policyArn: admin }),
    ];
    assertReports(rule, /set the option protect: without this attachment/, attachments);
    const isProtected = attachments.map((sample) => ({ ...sample, protect: true }));
    assertAccepts(rule, isProtected);
  });

  it("accepts other attachments, to other groups too, and what is not known yet", () => {
    assertAccepts(rule, [
      // The rule administrator-access-only-in-administrator-group wants this one gone.
      attachment({ group: "Readers", policyArn: admin }),
      attachment({ group: UNKNOWN, policyArn: admin }),
      attachment({ group: "Administrators", policyArn: UNKNOWN }),
      attachment({ group: "Administrators", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
      exclusive(UNKNOWN),
      policyAttachment({ roles: ["ci"], policyArn: admin }),
      policyAttachment({ groups: UNKNOWN, policyArn: admin }),
    ]);
  });
});
