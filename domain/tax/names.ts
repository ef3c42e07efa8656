import type { Regime, TaxComponent } from './regime';

/** As people read them in the apps, acts and receipts. */
export type Names = { readonly ru: string; readonly kk: string; readonly en: string };

export const REGIME_NAMES: Readonly<Record<Regime, Names>> = {
  individual_gph: {
    ru: 'Физическое лицо по договору ГПХ',
    kk: 'АҚС шарты бойынша жеке тұлға',
    en: 'Individual under a civil-law contract',
  },
  self_employed: { ru: 'Самозанятый', kk: 'Өзін-өзі жұмыспен қамтыған', en: 'Self-employed' },
  individual_entrepreneur: {
    ru: 'Индивидуальный предприниматель',
    kk: 'Жеке кәсіпкер',
    en: 'Individual entrepreneur',
  },
  esp: {
    ru: 'Единый совокупный платёж (2019–2023)',
    kk: 'Бірыңғай жиынтық төлем (2019–2023)',
    en: 'Single aggregate payment (2019–2023)',
  },
  demo_flat_10: {
    ru: 'Пример: 10 % от суммы (только тест)',
    kk: 'Мысал: сомадан 10 % (тек сынақ)',
    en: 'Example: 10 % of the amount (test only)',
  },
};

export const COMPONENT_NAMES: Readonly<Record<TaxComponent, Names>> = {
  opv: {
    ru: 'Обязательные пенсионные взносы (ОПВ)',
    kk: 'Міндетті зейнетақы жарналары (МЗЖ)',
    en: 'Mandatory pension contributions (OPV)',
  },
  opvr: {
    ru: 'Обязательные пенсионные взносы работодателя (ОПВР)',
    kk: 'Жұмыс берушінің міндетті зейнетақы жарналары (ЖМЗЖ)',
    en: 'Employer’s pension contributions (OPVR)',
  },
  vosms: {
    ru: 'Взносы на медицинское страхование (ВОСМС)',
    kk: 'Медициналық сақтандыру жарналары (МӘМСЖ)',
    en: 'Health insurance contributions (VOSMS)',
  },
  so: {
    ru: 'Социальные отчисления (СО)',
    kk: 'Әлеуметтік аударымдар (ӘА)',
    en: 'Social insurance (SO)',
  },
  iit: {
    ru: 'Индивидуальный подоходный налог (ИПН)',
    kk: 'Жеке табыс салығы (ЖТС)',
    en: 'Individual income tax (IIT)',
  },
  demo_flat: {
    ru: 'Пример удержания 10 %',
    kk: '10 % ұстау мысалы',
    en: 'Example deduction of 10 %',
  },
};
