import { COMPONENT_NAMES, REGIME_NAMES } from './names';
import { overlappingParameters, parameterAt } from './parameterAt';
import { TAX_PARAMETERS } from './parameters';
import { REGIMES, TAX_COMPONENTS } from './regime';
import { baseModeAt } from './withhold';

describe('parameters', () => {
  it('never overlap, and say where they come from', () => {
    expect(overlappingParameters(TAX_PARAMETERS)).toEqual([]);
    for (const row of TAX_PARAMETERS) {
      expect(row.source).not.toBe('');
      expect(row.validFrom).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  it('two rows on one day throw; the end of an interval is not in it', () => {
    const [row] = TAX_PARAMETERS;
    if (!row) throw new Error('no rows');
    const twice = [row, { ...row, validFrom: '2024-12-31', validTo: null }];
    expect(() => parameterAt(twice, row.key, '2024-12-31')).toThrow(/overlap/);
    expect(overlappingParameters(twice)).toHaveLength(1);
    expect(overlappingParameters([{ ...row, validTo: row.validFrom }])).toHaveLength(1);
    expect(parameterAt([row], row.key, '2024-12-31').ok).toBe(true);
    expect(parameterAt([row], row.key, '2025-01-01').ok).toBe(false);
  });

  it('the base is gross until a row says otherwise', () => {
    expect(baseModeAt(TAX_PARAMETERS, '2026-11-23')).toEqual({ ok: true, value: 'gross' });
    expect(baseModeAt([], '2026-11-23')).toMatchObject({ ok: false, error: { key: 'base.mode' } });
  });

  it('regimes and components have names in three languages', () => {
    for (const names of [
      ...REGIMES.map((regime) => REGIME_NAMES[regime]),
      ...TAX_COMPONENTS.map((component) => COMPONENT_NAMES[component]),
    ]) {
      expect(Object.keys(names).sort()).toEqual(['en', 'kk', 'ru']);
      expect(Object.values(names).every((name) => name.trim() !== '')).toBe(true);
    }
  });
});
