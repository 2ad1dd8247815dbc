// Writes the variables of the component library into a style sheet when the application is built: the library itself
// would write them into a <style> element, which the policy of the page refuses.
import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import type { Plugin } from 'vite';
import { theme } from './src/ui/theme.ts';

const NAME = 'virtual:mantine-variables.css';
const FILE = '/mantine-variables.css';

/** Makes {@link NAME} a style sheet that can be imported. */
export function mantineVariables(): Plugin {
  return {
    name: 'mantine-variables',
    resolveId: (name) => (name === NAME ? FILE : undefined),
    load(file) {
      if (file !== FILE) return undefined;
      const whole = mergeMantineTheme(DEFAULT_THEME, theme);
      return convertCssVariables(defaultCssVariablesResolver(whole), ':root');
    },
  };
}
