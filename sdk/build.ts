// Builds dist/ of the package that is packed: JavaScript and declarations, by the compiler of the repository. npm runs it in
// the folder of that package.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', '.'], { stdio: 'inherit' });
