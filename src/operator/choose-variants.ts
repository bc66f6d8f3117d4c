import { variantKey } from '../incident/choose-variant';
import type { Incident } from '../incident/incident-schema';
import { nearestName } from '../incident/nearest-name';
import type { CompiledNotice, NoticeSet } from '../notice/compile-notice';
import { ToldError } from './told-error';
import { printable } from './words';

export interface VariantWish {
  variant?: string[];
  all?: boolean;
}

/**
 * The variants that were asked for, each once; without a wish what most customers get: the default language, no law in particular,
 * the password expired. @throws ToldError with the nearest and all that there are.
 */
export function chooseVariants(
  { variants }: NoticeSet,
  { defaultLanguage }: Incident,
  { variant: asked, all }: VariantWish,
): CompiledNotice[] {
  if (all) return [...variants.values()];
  const usual = variantKey({
    wave: 'notice',
    language: defaultLanguage,
    jurisdiction: 'default',
    disposition: 'expired',
  });
  return [...new Set(asked ?? [usual])].map((key) => {
    const found = variants.get(key);
    if (found) return found;
    const keys = [...variants.keys()];
    const near = nearestName(key, keys);
    throw new ToldError(
      [
        `--variant: found "${printable(key, 80)}", write ${near === null ? 'one of these' : `${near}, or another of these`}:`,
        ...keys.map((one) => `  ${one}`),
      ].join('\n'),
      2,
    );
  });
}
