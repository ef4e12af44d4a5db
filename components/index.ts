export * from "./accountSettings.ts";
export * from "./administrator.ts";
export * from "./administratorGroup.ts";
export * from "./rootActivityAlarm.ts";
