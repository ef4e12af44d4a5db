import {
  DisableOrganizationsRootCredentialsManagementCommand,
  DisableOrganizationsRootSessionsCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  ListOrganizationsFeaturesCommand,
} from "@aws-sdk/client-iam";
import type { ResourceHandler } from "../resourceHandler.ts";
import { texts } from "../values.ts";
import type { AwsContext } from "./context.ts";
import { doing, isAbsence } from "./errors.ts";

/** `aws:iam/organizationsFeatures:OrganizationsFeatures`: central root access. Id, for imports too: the organization's. */
export const organizationsFeatures: ResourceHandler<AwsContext> = {
  inputs: { enabledFeatures: { compare: "set" } },
  outputs: [],

  async create(context, inputs) {
    await doing("creating IAM Organizations Features", change(context, [], texts(inputs, "enabledFeatures")));
    const { OrganizationId: id = "" } = await context.iam.send(new ListOrganizationsFeaturesCommand());
    return { id };
  },

  async read({ iam }) {
    try {
      const { EnabledFeatures = [] } = await iam.send(new ListOrganizationsFeaturesCommand());
      return EnabledFeatures.length > 0 ? { properties: { enabledFeatures: EnabledFeatures } } : undefined;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  },

  async update(context, id, olds, news) {
    const changed = change(context, texts(olds, "enabledFeatures"), texts(news, "enabledFeatures"));
    await doing(`updating IAM Organizations Features (${id})`, changed);
    return undefined;
  },

  async delete(context, id, state) {
    const changed = change(context, texts(state, "enabledFeatures"), []);
    await doing(`deleting IAM Organizations Features (${id})`, changed);
  },
};

async function change({ iam }: AwsContext, olds: string[], news: string[]): Promise<void> {
  const enable = (feature: string) => news.includes(feature) && !olds.includes(feature);
  const disable = (feature: string) => olds.includes(feature) && !news.includes(feature);
  const credentials = "RootCredentialsManagement";
  const sessions = "RootSessions";
  if (enable(credentials)) await iam.send(new EnableOrganizationsRootCredentialsManagementCommand());
  if (enable(sessions)) await iam.send(new EnableOrganizationsRootSessionsCommand());
  if (disable(credentials)) await iam.send(new DisableOrganizationsRootCredentialsManagementCommand());
  if (disable(sessions)) await iam.send(new DisableOrganizationsRootSessionsCommand());
}
