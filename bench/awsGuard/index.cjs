// In plain JavaScript, which starts faster than AWSGuard's TypeScript template.
"use strict";
const { AwsGuard } = require("@pulumi/awsguard");

new AwsGuard({ all: "mandatory" });
