package main

import (
	"github.com/OWNER/REPO/sdk/go/iamadministrators"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := iamadministrators.NewAdministratorGroup(ctx, "administrators", &iamadministrators.AdministratorGroupArgs{
			Administrators: []iamadministrators.MemberArgs{
				{Name: "Administrator"},
				{Name: "Admin_2", Backup: pulumi.BoolRef(true)},
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("groupName", group.GroupName)
		ctx.Export("administrators", group.AdministratorOutputs)
		ctx.Export("initialPasswords", group.InitialPasswords)
		return nil
	})
}
