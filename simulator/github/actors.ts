// What people do on GitHub, as methods: accounts, tokens, repositories, commits, pull requests.
import { randomBytes } from 'node:crypto';
import { createApp, installApp, uninstallApp, type AppInput } from './api/apps.ts';
import { addComment, findComment, replyInThread } from './comments.ts';
import { composeIssuePayload } from './webhooks/payloads.ts';
import { closePullRequest, openPullRequest, type PullRequestInput } from './pull-requests.ts';
import {
  commit,
  createRepository,
  fork,
  importCommit,
  type CommitInput,
  type RepositoryOptions,
} from './repositories.ts';
import { redeliver, sendEvent } from './webhooks/events.ts';
import {
  addUser,
  ensureUser,
  getPullRequest,
  getRepository,
  getUser,
  now,
  takeId,
  takeNumber,
  type AppInstallation,
  type Delivery,
  type Issue,
  type IssueComment,
  type PullRequest,
  type Repository,
  type Review,
  type ReviewComment,
  type TokenPermissions,
  type User,
  type World,
} from './world.ts';

export interface TokenOptions {
  /** Full names it reaches; every repository unless told. */
  readonly repositories?: readonly string[];
  /** Requests an hour; 5,000, or 1,000 for the token of a job, unless told. */
  readonly limit?: number;
}

export interface Actors {
  createUser(login: string, options?: { readonly type?: User['type'] }): User;
  /** The token's value. A login that ends in `[bot]` acts as an app, as the token of a job does. */
  createToken(login: string, permissions: TokenPermissions, options?: TokenOptions): string;
  revokeToken(token: string): void;
  /** Its id; the App proves itself with the private key. */
  createApp(input: AppInput): number;
  /** Its id. */
  installApp(installation: Omit<AppInstallation, 'id'>): number;
  uninstallApp(installationId: number): void;
  /** Settings → Actions → General. */
  setActions(fullName: string, enabled: boolean): void;
  /** As the menu on the page of a workflow does. */
  disableWorkflow(fullName: string, path: string): void;
  createRepository(owner: string, name: string, options?: RepositoryOptions): Promise<Repository>;
  fork(fullName: string, login: string): Promise<Repository>;
  /** It is gone; pull requests from it stay, without their `head.repo`. */
  deleteRepository(fullName: string): void;
  renameRepository(fullName: string, newName: string): void;
  /** A real commit; the branch's open pull requests get a `synchronize`. Returns its SHA. */
  commit(fullName: string, branch: string, change: CommitInput): Promise<string>;
  /** Moves a branch to a commit of any git repository on this machine, as a push does. Returns its SHA. */
  importCommit(fullName: string, branch: string, folder: string, revision: string): Promise<string>;
  openPullRequest(input: PullRequestInput): Promise<PullRequest>;
  closePullRequest(fullName: string, number: number): void;
  openIssue(fullName: string, author: string, title: string): Issue;
  /** A review of somebody else, as they would write it by hand. */
  createReview(fullName: string, number: number, author: string, body: string): Review;
  addCollaborator(fullName: string, login: string, right: 'read' | 'write' | 'admin'): void;
  /** In the conversation of a pull request. */
  comment(fullName: string, number: number, author: string, body: string): Promise<IssueComment>;
  /** In the thread of a review comment. */
  reply(fullName: string, commentId: number, author: string, body: string): Promise<ReviewComment>;
  resolveThread(fullName: string, commentId: number, login: string): void;
  react(fullName: string, commentId: number, login: string, content: string): void;
  /** Sends a delivery again, as the button on GitHub's page does. */
  redeliver(deliveryId: string): Promise<Delivery>;
}

export function composeActors(world: World): Actors {
  return {
    createUser: (login, { type } = {}) => addUser(world, login, type),
    createToken: (login, permissions, options) => createToken(world, login, permissions, options),
    revokeToken: (token) => {
      world.tokens.delete(token);
    },
    createApp: (input) => createApp(world, input),
    installApp: (installation) => installApp(world, installation),
    uninstallApp: (installationId) => uninstallApp(world, installationId),
    setActions: (fullName, enabled) => {
      getRepository(world, fullName).actionsEnabled = enabled;
    },
    disableWorkflow: (fullName, path) => {
      getRepository(world, fullName).disabledWorkflows.add(path);
    },
    createRepository: (owner, name, options) => createRepository(world, owner, name, options),
    fork: (fullName, login) => fork(world, fullName, login),
    deleteRepository: (fullName) => {
      getRepository(world, fullName).deleted = true;
    },
    renameRepository: (fullName, newName) => {
      const repository = getRepository(world, fullName);
      repository.formerNames.push(fullName);
      repository.name = newName;
    },
    commit: (fullName, branch, input) => commit(world, fullName, branch, input),
    importCommit: (fullName, branch, folder, revision) =>
      importCommit(world, fullName, branch, folder, revision),
    openPullRequest: (input) => openPullRequest(world, input),
    closePullRequest: (fullName, number) => {
      closePullRequest(world, fullName, getPullRequest(world, fullName, number));
    },
    openIssue: (fullName, author, title) => openIssue(world, fullName, author, title),
    createReview: (fullName, number, author, body) => {
      const pull = getPullRequest(world, fullName, number);
      const { login } = ensureUser(world, author);
      const ids = { id: takeId(world), commitId: pull.head.sha, submittedAt: now() };
      const review: Review = { ...ids, author: login, body, state: 'COMMENTED' };
      pull.reviews.push(review);
      return review;
    },
    addCollaborator: (fullName, login, right) => {
      getRepository(world, fullName).collaborators.set(ensureUser(world, login).login, right);
    },
    comment: (fullName, number, author, body) => addComment(world, fullName, number, author, body),
    reply: (fullName, commentId, author, body) => replyInThread(world, fullName, commentId, author, body),
    resolveThread: (fullName, commentId, login) => {
      findComment(getRepository(world, fullName), commentId).comment.resolvedBy = login;
    },
    react: (fullName, commentId, login, content) => {
      findComment(getRepository(world, fullName), commentId).comment.reactions.push({ login, content });
    },
    redeliver: (deliveryId) => redeliverById(world, deliveryId),
  };
}

function createToken(
  world: World,
  login: string,
  permissions: TokenPermissions,
  { repositories, limit }: TokenOptions = {},
): string {
  const isJob = getUser(world, login).type === 'Bot';
  const value = `${isJob ? 'ghs' : 'github_pat'}_${randomBytes(18).toString('hex')}`;
  const budget = { limit: limit ?? (isJob ? 1000 : 5000), used: 0, windowEndsAt: 0 };
  world.tokens.set(value, { value, login, permissions, repositories, ...budget });
  return value;
}

function openIssue(world: World, fullName: string, author: string, title: string): Issue {
  const repository = getRepository(world, fullName);
  const { login } = ensureUser(world, author);
  const number = takeNumber(repository);
  const issue: Issue = { id: takeId(world), number, title, body: null, author: login, createdAt: now() };
  repository.issues.push(issue);
  sendEvent(world, repository, 'issues', composeIssuePayload(world, repository, issue));
  return issue;
}

async function redeliverById(world: World, deliveryId: string): Promise<Delivery> {
  const delivery = world.deliveries.find(({ id }) => id === deliveryId);
  if (!delivery) throw new Error(`there is no delivery ${deliveryId}`);
  const repository = getRepository(world, delivery.repository);
  const hook = repository.hooks.find(({ id }) => id === delivery.hookId);
  if (!hook) throw new Error(`the hook of delivery ${deliveryId} is gone`);
  return redeliver(world, repository, hook, delivery);
}
