// An Action that does nothing but ask GitHub once: what every one that uses these two packages starts with.
// Plain JavaScript, since ncc reads no TypeScript of this version.
import { getInput } from '@actions/core';
import { getOctokit } from '@actions/github';

await getOctokit(getInput('github-token')).request('GET /repos/ada/engine');
