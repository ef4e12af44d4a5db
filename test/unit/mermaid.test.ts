import assert from "node:assert/strict";
import type { Path } from "../../review/judgePaths.ts";
import { drawPaths } from "../../review/mermaid.ts";

/** A path from a subject by actions and targets in turn. */
const path = (subject: string, ...parts: string[]): Path => ({
  subject,
  steps: parts.flatMap((action, index) =>
    index % 2 === 0 ? [{ action, target: parts[index + 1] ?? "", way: "" }] : [],
  ),
});

/** The text between the fences. */
const pictureIn = (markdown: string) => /```mermaid\n([^]*)\n```/.exec(markdown)?.[1] ?? "";

describe("The picture of paths", () => {
  /** The lines that Mermaid reads as nodes and arrows: names stand in quotes, and have none of their own. */
  const line =
    /^ {2}(?:n\d+(?:\[|\(\[|\{\{|>|\[\/|\(\()"[^"]+"(?:\]|\]\)|\}\}|\/\]|\)\))|n\d+ --> n\d+|n\d+ -->\|"[^"]+"\| n\d+)$/;

  it("keeps every name within its quotes", () => {
    const names = ["a", "end", "x@y.z", "a,b", "=+-_.", "o#1", 'q"uote', "class", "1. first", "graph;"];
    const kinds = ["user", "role", "group", "policy", "account", "OIDC provider", "SAML provider"];
    const all = names.flatMap((name) =>
      kinds.map((kind) =>
        path(`${kind} ${name}`, "sts:AssumeRole", `role ${name}`, "iam:PassRole, lambda:*", `policy ${name}`),
      ),
    );
    for (const one of all) {
      const [head, ...lines] = pictureIn(drawPaths([one])).split("\n");
      assert.equal(head, "flowchart LR");
      for (const each of lines) assert.match(each, line);
    }
    const picture = pictureIn(drawPaths([path('user o#1"', "iam:PutUserPolicy", 'user o#1"')]));
    assert.match(picture, /n0\(\["user o#35;1#quot;"\]\)/);
  });

  it("ends everywhere in full power, with one arrow for what is done to the same one", () => {
    const paths = [
      path("user eve", "iam:PutUserPolicy", "user eve"),
      path("user ci", "iam:PutRolePolicy", "role build", "sts:AssumeRole", "role build"),
      path("anybody with an AWS account", "sts:AssumeRole", "role build"),
    ];
    assert.deepEqual(pictureIn(drawPaths(paths)).split("\n"), [
      "flowchart LR",
      '  n0[/"anybody with an AWS account"/]',
      '  n1["role build"]',
      '  n2(("full power"))',
      '  n3(["user eve"])',
      '  n4(["user ci"])',
      '  n0 -->|"sts:AssumeRole"| n1',
      "  n1 --> n2",
      '  n3 -->|"iam:PutUserPolicy"| n2',
      '  n4 -->|"iam:PutRolePolicy, sts:AssumeRole"| n1',
    ]);
  });

  it("has sixty nodes at most: those from outside first, and a line that says what is left out", () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      path(`user u${index}`, "iam:AddUserToGroup", "group g"),
    );
    const far = path("account 210987654321", "sts:AssumeRole", "role far");
    const markdown = drawPaths([...many, far]);
    assert.match(
      markdown,
      /```\n\nThe picture shows 57 of 101 paths, those from outside and the shortest first\.$/,
    );
    const lines = pictureIn(markdown).split("\n");
    assert.equal(lines.filter((line) => /^ {2}n\d+[^ \d]/.test(line)).length, 60);
    assert.equal(lines[1], '  n0[/"account 210987654321"/]');
  });
});
