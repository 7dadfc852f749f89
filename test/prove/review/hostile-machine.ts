// A machine whose own configuration of git would start commands: filters, drivers, hooks and helpers that attributes of a
// repository can name. None of it may take effect, whoever's fault it is.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function withHostileMachine<T>(
  folder: string,
  canaries: string,
  work: () => Promise<T>,
): Promise<T> {
  const home = join(folder, 'home');
  const hooks = join(home, 'hooks');
  await mkdir(hooks, { recursive: true });
  const touch = (name: string): string => `touch ${join(canaries, name)}`;
  for (const name of [
    'post-checkout',
    'post-merge',
    'reference-transaction',
    'post-index-change',
    'fsmonitor',
    'pre-auto-gc',
  ]) {
    const path = join(hooks, name);
    await writeFile(path, `#!/bin/sh\n${touch(`hook-${name}`)}\ncat\n`);
    await chmod(path, 0o755);
  }
  const config = `[core]
\thooksPath = ${hooks}
\tfsmonitor = ${join(hooks, 'fsmonitor')}
\tpager = ${touch('pager')}
\tsshCommand = ${touch('ssh')}
\tattributesFile = ${join(home, 'attributes')}
\taskPass = ${touch('askpass')}
[filter "evil"]
\tclean = ${touch('clean')}; cat
\tsmudge = ${touch('smudge')}; cat
\tprocess = ${touch('process')}
\trequired = true
[filter "lfs"]
\tsmudge = ${touch('lfs')}; cat
\tprocess = ${touch('lfs-process')}
[diff]
\texternal = ${touch('external')}
[diff "evil"]
\tcommand = ${touch('diff-command')}
\ttextconv = ${touch('textconv')}; cat
[merge "evil"]
\tdriver = ${touch('merge')}
[credential]
\thelper = !${touch('credential')}
[uploadpack]
\tpackObjectsHook = ${touch('pack-objects')}
[url "ext::${touch('ext')} "]
\tinsteadOf = evil:
[protocol "ext"]
\tallow = always
`;
  await writeFile(join(home, '.gitconfig'), config);
  await writeFile(join(home, 'attributes'), '* filter=evil diff=evil merge=evil\n');
  const names = {
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_EXTERNAL_DIFF: touch('external-variable'),
    GIT_PAGER: touch('pager-variable'),
    GIT_ASKPASS: touch('askpass-variable'),
    GIT_SSH_COMMAND: touch('ssh-variable'),
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_TEMPLATE_DIR: hooks,
  };
  const before = Object.keys(names).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, names);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
