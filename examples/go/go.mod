module administrators-go

go 1.26

require (
	github.com/OWNER/REPO/sdk/go v0.0.0-00010101000000-000000000000
	github.com/pulumi/pulumi/sdk/v3 v3.260.0
)

replace github.com/OWNER/REPO/sdk/go => ./sdks/pulumi-iam-administrators
