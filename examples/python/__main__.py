import pulumi
from pulumi_iam_administrators import AdministratorGroup

group = AdministratorGroup(
    "administrators",
    administrators=[
        {"name": "Administrator"},
        {"name": "Admin_2", "backup": True},
    ],
)

pulumi.export("groupName", group.group_name)
pulumi.export("administrators", group.administrator_outputs)
pulumi.export("initialPasswords", group.initial_passwords)
