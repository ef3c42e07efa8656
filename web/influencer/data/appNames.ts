/** Names of apps are the same in every language; `other` has a word in the texts. */
export const APP_NAMES: Readonly<Record<string, string>> = {
  instagram: 'Instagram',
  tiktok: 'TikTok',
  facebook: 'Facebook',
  telegram: 'Telegram',
  whatsapp: 'WhatsApp',
  youtube: 'YouTube',
  vk: 'VK',
  threads: 'Threads',
};

const SHOP_NAMES: Readonly<Record<string, string>> = {
  wb: 'Wildberries',
  kaspi: 'Kaspi',
  technodom: 'Technodom',
  magnum: 'Magnum',
};

/** `wb:12345` → `Wildberries 12345`; other keys are addresses and are read as they are. */
export function productName(key: string): string {
  const [shop = '', id] = key.split(':', 2);
  const name = SHOP_NAMES[shop];
  return name && id ? `${name} ${id}` : key;
}
