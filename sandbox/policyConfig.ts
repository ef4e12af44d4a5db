import { isObject, type Values } from "../config/namespace.ts";
import { rules } from "../policy/rules/index.ts";

/**
 * The config of the policy pack that a stack needs whose group has a name of its own, by rule: the rules' key `groups`.
 *
 * @param values - the stack config by full keys
 */
export function policyConfig(
  values: Values,
): Readonly<Record<string, { readonly groups: readonly string[] }>> {
  const group = values["iam-administrators:group"];
  const name = isObject(group) ? group.name : undefined;
  if (typeof name !== "string") return {};
  const told = rules.filter(({ configSchema }) => Object.hasOwn(configSchema?.properties ?? {}, "groups"));
  return Object.fromEntries(told.map((rule) => [rule.name, { groups: [name] }]));
}
