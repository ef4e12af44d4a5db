package administrators;

import com.pulumi.Pulumi;
import com.pulumi.iamadministrators.AdministratorGroup;
import com.pulumi.iamadministrators.AdministratorGroupArgs;
import com.pulumi.iamadministrators.inputs.MemberArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var group = new AdministratorGroup("administrators", AdministratorGroupArgs.builder()
                .administrators(
                    MemberArgs.builder().name("Administrator").build(),
                    MemberArgs.builder().name("Admin_2").backup(true).build())
                .build());

            ctx.export("groupName", group.groupName());
            ctx.export("administrators", group.administratorOutputs());
            ctx.export("initialPasswords", group.initialPasswords());
        });
    }
}
