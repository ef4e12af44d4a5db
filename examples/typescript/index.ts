import { AdministratorGroup } from "iam-administrators-components";

const group = new AdministratorGroup("administrators", {
  administrators: [{ name: "Administrator" }, { name: "Admin_2", backup: true }],
});

export const groupName = group.groupName;
export const administrators = group.administratorOutputs;
export const initialPasswords = group.initialPasswords;
