import {
  createTheme,
  DEFAULT_THEME,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';

import { dark, gray, green, red, tide, yellow } from './colors';

/** `touch` for the phone app: 44 px controls everywhere; `desk` gets them on coarse pointers only (theme.css). */
export type Density = 'touch' | 'desk';

const palette: Record<string, MantineColorsTuple> = { tide, gray, dark, green, yellow, red };

const FONT =
  '"Inter Gamma", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';

export function createGammaTheme(density: Density): MantineThemeOverride {
  const size = density === 'touch' ? 'md' : 'sm';
  return createTheme({
    colors: palette,
    primaryColor: 'tide',
    primaryShade: 6,
    autoContrast: true,
    luminanceThreshold: 0.32,
    black: gray[9],
    defaultRadius: 'md',
    fontFamily: FONT,
    fontFamilyMonospace: 'ui-monospace, "SF Mono", "Roboto Mono", "DejaVu Sans Mono", monospace',
    headings: {
      fontFamily: FONT,
      fontWeight: '640',
      sizes: {
        h1: { fontSize: '1.625rem', lineHeight: '1.25' },
        h2: { fontSize: '1.25rem', lineHeight: '1.3' },
        h3: { fontSize: '1.0625rem', lineHeight: '1.4' },
      },
    },
    focusRing: 'auto',
    cursorType: 'pointer',
    respectReducedMotion: true,
    // Plain objects, not `Modal.extend`: naming a component here would put its code into every first load.
    components: {
      Button: { defaultProps: { size } },
      ActionIcon: { defaultProps: { variant: 'subtle', size: 'lg' } },
      Input: { defaultProps: { size } },
      InputWrapper: { defaultProps: { size } },
      Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 560, size: 'lg' } },
      Card: { defaultProps: { withBorder: true, padding: 'md', radius: 'lg' } },
      Paper: { defaultProps: { radius: 'lg' } },
      Modal: { defaultProps: { centered: true, radius: 'lg' } },
    },
  });
}

const COLORS = [...new Set([...Object.keys(DEFAULT_THEME.colors), ...Object.keys(palette)])].filter(
  (color) => color !== 'dark',
);

const forEachColor = (line: (color: string) => [string, string][]): Record<string, string> =>
  Object.fromEntries(COLORS.flatMap(line));

/** A shade of a colour dark enough for text on white; Mantine's own palettes are mixed with black for it. */
const strong = (color: string, shade: number): string =>
  color in palette
    ? `var(--mantine-color-${color}-${shade})`
    : `color-mix(in srgb, var(--mantine-color-${color}-9) 65%, black)`;

/**
 * Mantine's own pairs for `light` variants, dimmed text and placeholders stay under 4.5 : 1 for several
 * colours; these replace them by shades that hold AA in both schemes.
 */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': 'var(--mantine-color-gray-6)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-6)',
    '--mantine-color-error': 'var(--mantine-color-red-6)',
    '--mantine-color-anchor': 'var(--mantine-color-tide-7)',
    '--gamma-canvas': 'var(--mantine-color-gray-0)',
    '--gamma-surface': '#ffffff',
    '--gamma-line': 'var(--mantine-color-gray-2)',
    ...forEachColor((color) => [
      [`--mantine-color-${color}-light`, `var(--mantine-color-${color}-0)`],
      [`--mantine-color-${color}-light-hover`, `var(--mantine-color-${color}-1)`],
      [`--mantine-color-${color}-light-color`, strong(color, 8)],
      [`--mantine-color-${color}-text`, strong(color, 7)],
      [`--mantine-color-${color}-outline`, strong(color, 7)],
    ]),
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-2)',
    '--mantine-color-disabled': 'var(--mantine-color-dark-5)',
    '--mantine-color-disabled-color': 'var(--mantine-color-dark-3)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-2)',
    '--mantine-color-error': 'var(--mantine-color-red-3)',
    '--mantine-color-anchor': 'var(--mantine-color-tide-3)',
    '--gamma-canvas': 'var(--mantine-color-dark-8)',
    '--gamma-surface': 'var(--mantine-color-dark-7)',
    '--gamma-line': 'var(--mantine-color-dark-5)',
    ...forEachColor((color) => [
      [
        `--mantine-color-${color}-light`,
        `color-mix(in srgb, var(--mantine-color-${color}-6) 24%, var(--mantine-color-dark-7))`,
      ],
      [
        `--mantine-color-${color}-light-hover`,
        `color-mix(in srgb, var(--mantine-color-${color}-6) 32%, var(--mantine-color-dark-7))`,
      ],
      [`--mantine-color-${color}-light-color`, `var(--mantine-color-${color}-2)`],
      [`--mantine-color-${color}-text`, `var(--mantine-color-${color}-3)`],
      [`--mantine-color-${color}-outline`, `var(--mantine-color-${color}-3)`],
    ]),
  },
});
