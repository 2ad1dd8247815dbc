// How the component library wears our tokens (tokens.css). Every colour is a variable, so both themes need one theme.
import { createTheme, type MantineColorsTuple, type VariantColorsResolver } from '@mantine/core';

const PETROL: MantineColorsTuple = [
  '#e0f1f3',
  '#c2e4e8',
  '#98d3da',
  '#7ad5e2',
  '#5cc8d8',
  '#2fa3b5',
  '#157f91',
  '#0b6e7f',
  '#095b69',
  '#06262b',
];

/** Filled buttons and boxes: the library would pick white on the light accent of the dark theme, 1.96 : 1. */
const variantColorResolver: VariantColorsResolver = ({ variant }) => {
  if (variant === 'filled') {
    return {
      background: 'var(--accent)',
      hover: 'var(--accent-hover)',
      color: 'var(--on-accent)',
      border: '1px solid transparent',
    };
  }
  return {
    background: 'transparent',
    hover: 'var(--surface-2)',
    color: 'var(--text)',
    border: '1px solid transparent',
  };
};

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 4 },
  colors: { petrol: PETROL },
  variantColorResolver,
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
});
