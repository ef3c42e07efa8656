import type { MantineColorsTuple } from '@mantine/core';

/**
 * The palette of both apps. Shades 7–9 on 0–1 and 0–2 on the dark surfaces hold 4.5 : 1, which is what
 * `light` badges and alerts use (theme.ts); shade 6 holds white text at 4.5 : 1.
 */
export const tide: MantineColorsTuple = [
  '#e9f6f6',
  '#cfebec',
  '#a3d9db',
  '#70c4c8',
  '#42adb4',
  '#1c939c',
  '#0b7580',
  '#085f69',
  '#094c54',
  '#0a3a41',
];

export const gray: MantineColorsTuple = [
  '#f6f8f9',
  '#eef1f3',
  '#e1e7ea',
  '#d0d8dc',
  '#b3bec4',
  '#84929a',
  '#58666e',
  '#414e56',
  '#2a353b',
  '#172025',
];

export const dark: MantineColorsTuple = [
  '#e6ebed',
  '#c6cfd3',
  '#a3afb5',
  '#7d8a91',
  '#3b474d',
  '#2b353a',
  '#1d2529',
  '#13191c',
  '#0e1315',
  '#090d0e',
];

export const green: MantineColorsTuple = [
  '#eaf6ec',
  '#d3ecd8',
  '#a9d8b2',
  '#7cc38a',
  '#55ae67',
  '#34934a',
  '#22793a',
  '#1a632f',
  '#165027',
  '#103d1d',
];

export const yellow: MantineColorsTuple = [
  '#fdf4e1',
  '#fae7bf',
  '#f4d28a',
  '#ebba54',
  '#dfa229',
  '#c0860f',
  '#8f6200',
  '#775100',
  '#614200',
  '#4a3200',
];

export const red: MantineColorsTuple = [
  '#fdeeee',
  '#f9d8d8',
  '#f2b1b1',
  '#ea8686',
  '#df5f5f',
  '#cf3f40',
  '#b92c2e',
  '#9a2224',
  '#7d1c1e',
  '#611618',
];
