/** What a model_config_file or a reload request says about models. */

export type VersionPolicy =
  | { readonly kind: 'latest'; readonly count: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'specific'; readonly versions: readonly number[] };

export interface ModelConfiguration {
  readonly name: string;
  readonly basePath: string;
  /** `tensorflow` or whatever is written; empty when nothing is. */
  readonly platform: string;
  /** The latest one when nothing is written. */
  readonly versionPolicy: VersionPolicy;
  readonly versionLabels: ReadonlyMap<string, number>;
}
