/** The models that requests may name, as the document offers them. */
import type { ModelListing } from '../../inference/model-listing.ts';
import type { DescribedModel } from '../../wire/openapi/operation.ts';

/** First `resnet`, when that is a name for one of them; then those that are installed, served now or not. */
export function describedModels(listings: readonly ModelListing[]): readonly DescribedModel[] {
  const models = listings
    .map(({ name, resnet, versions, installedVersions }) => ({
      name,
      isAlias: resnet && name !== 'resnet',
      versions: versions.length > 0 ? versions.map(({ version }) => version) : installedVersions,
    }))
    .filter(({ versions }) => versions.length > 0);
  const alias = models.find(({ isAlias }) => isAlias);
  return [
    ...(alias === undefined ? [] : [{ name: 'resnet', versions: alias.versions }]),
    ...models.map(({ name, versions }) => ({ name, versions })),
  ];
}
