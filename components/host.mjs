import { componentProviderHost } from "@pulumi/pulumi/provider/experimental/index.js";
import { AccountSettings } from "./accountSettings.ts";
import { Administrator } from "./administrator.ts";
import { AdministratorGroup } from "./administratorGroup.ts";
import { RootActivityAlarm } from "./rootActivityAlarm.ts";
void componentProviderHost({
  name: "iam-administrators",
  dirname: import.meta.dirname,
  components: [AccountSettings, Administrator, AdministratorGroup, RootActivityAlarm],
});
