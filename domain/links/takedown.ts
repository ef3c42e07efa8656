import type { Text } from '../conversions/reasons';

/** Why a link is reported or taken down. The same list stands in migrations 0011 and 0012. */
export const TAKEDOWN_REASONS = ['fraud', 'adult', 'misleading', 'broken', 'other'] as const;
export type TakedownReason = (typeof TAKEDOWN_REASONS)[number];

/** What the owner of a link reads; visitors are told only that it does not work. */
export const TAKEDOWN_TEXTS: Readonly<Record<TakedownReason, Text>> = {
  fraud: {
    ru: 'Ссылку сняли: на неё пожаловались как на обман. Если это ошибка, напишите в поддержку.',
    kk: 'Сілтеме алынды: оған алаяқтық деп шағым түсті. Қате болса, қолдау қызметіне жазыңыз.',
    en: 'The link was taken down after a report of fraud. If this is a mistake, write to support.',
  },
  adult: {
    ru: 'Ссылку сняли: товар или подача не для всех возрастов. Если это ошибка, напишите в поддержку.',
    kk: 'Сілтеме алынды: тауар не оның жарнамасы барлық жасқа арналмаған. Қате болса, қолдау қызметіне жазыңыз.',
    en: 'The link was taken down: the product or its text is not for all ages. If this is a mistake, write to support.',
  },
  misleading: {
    ru: 'Ссылку сняли: обещания рядом с ней не совпадают с товаром. Если это ошибка, напишите в поддержку.',
    kk: 'Сілтеме алынды: жанындағы уәделер тауарға сай емес. Қате болса, қолдау қызметіне жазыңыз.',
    en: 'The link was taken down: what is promised beside it does not fit the product. If this is a mistake, write to support.',
  },
  broken: {
    ru: 'Ссылку сняли: страница товара не открывается. Сделайте ссылку на другой товар.',
    kk: 'Сілтеме алынды: тауар беті ашылмайды. Басқа тауарға сілтеме жасаңыз.',
    en: 'The link was taken down: the product page does not open. Make a link to another product.',
  },
  other: {
    ru: 'Ссылку сняли после проверки. Почему, ответит поддержка.',
    kk: 'Сілтеме тексеруден кейін алынды. Себебін қолдау қызметі айтады.',
    en: 'The link was taken down after a review. Support will say why.',
  },
};
