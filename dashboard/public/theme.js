// Sets the theme before the first paint. A file of its own, since the policy of the page allows no inline script.
let chosen = 'system';
try {
  chosen = localStorage.getItem('reelay.theme') ?? 'system';
} catch {
  // Storage is blocked: the theme of the system is a good one.
}
const isDark = chosen === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
document.documentElement.dataset.mantineColorScheme = isDark ? 'dark' : 'light';
