import { createBackend } from "./backend.ts";
import type { Backend, Package } from "./backend.ts";
import { randomId, randomPassword, randomString } from "./random/randomStrings.ts";

const randomPackage: Package<undefined> = {
  name: "random",
  resources: {
    "random:index/randomId:RandomId": randomId,
    "random:index/randomPassword:RandomPassword": randomPassword,
    "random:index/randomString:RandomString": randomString,
  },
  invokes: {},
};

/** The stand-in's random resources. */
export function createRandomBackend(): Backend {
  return createBackend(randomPackage, undefined);
}
