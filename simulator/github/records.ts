// What the local GitHub remembers of each thing, as plain data.
import type { Commit } from './git/read-commits.ts';

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
}

export type PermissionLevel = 'read' | 'write';
export type PermissionScope =
  | 'actions'
  | 'administration'
  | 'checks'
  | 'contents'
  | 'issues'
  | 'metadata'
  | 'pull_requests'
  | 'repository_hooks'
  | 'workflows';
export type TokenPermissions = Readonly<Partial<Record<PermissionScope, PermissionLevel>>>;

export interface Token {
  readonly value: string;
  readonly login: string;
  readonly permissions: TokenPermissions;
  /** Full names; undefined for every repository. */
  readonly repositories: readonly string[] | undefined;
  /** Requests an hour. */
  readonly limit: number;
  used: number;
  /** Seconds since 1970. */
  windowEndsAt: number;
  /** Of an App itself; its calls are about installations. */
  readonly appId?: number;
  /** Of an installation's token. */
  readonly expiresAtMs?: number;
  readonly installationId?: number;
}

export interface App {
  readonly id: number;
  readonly slug: string;
  /** PEM. */
  readonly publicKey: string;
  /** Budget of the App itself. */
  token: Token | undefined;
}

export interface AppInstallation {
  readonly id: number;
  readonly appId: number;
  /** Full names. */
  readonly repositories: readonly string[];
  readonly permissions: TokenPermissions;
}

export interface Hook {
  readonly id: number;
  active: boolean;
  events: readonly string[];
  url: string;
  contentType: 'json' | 'form';
  insecureSsl: string;
  secret: string | undefined;
  readonly createdAt: string;
  updatedAt: string;
  lastResponse: { readonly code: number | null; readonly status: string; readonly message: string | null };
}

export interface Delivery {
  /** A 64-bit integer, as text. */
  readonly id: string;
  readonly hookId: number;
  readonly repository: string;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly redelivery: boolean;
  readonly deliveredAt: string;
  readonly durationSeconds: number;
  readonly status: string;
  readonly statusCode: number;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
}

export interface Review {
  readonly id: number;
  readonly author: string;
  body: string;
  readonly state: 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'PENDING';
  readonly commitId: string;
  /** Undefined while it is pending: only its author sees it then. */
  readonly submittedAt: string | undefined;
}

export interface ReviewComment {
  readonly id: number;
  readonly reviewId: number;
  readonly author: string;
  readonly path: string;
  body: string;
  readonly side: 'LEFT' | 'RIGHT';
  readonly line: number;
  readonly startLine: number | null;
  readonly startSide: 'LEFT' | 'RIGHT' | null;
  readonly commitId: string;
  /** The hunk up to the commented line. */
  readonly diffHunk: string;
  /** Rows down from the first `@@` of the file. */
  readonly position: number;
  readonly createdAt: string;
  /** The comment with which the thread begins; undefined for that one itself. */
  readonly inReplyTo: number | undefined;
  /** Who has resolved the thread that begins with this comment. */
  resolvedBy: string | undefined;
  readonly reactions: Reaction[];
}

export interface Reaction {
  readonly login: string;
  /** `+1`, `-1`, `eyes`… */
  readonly content: string;
}

export interface IssueComment {
  readonly id: number;
  /** Of the issue or pull request. */
  readonly number: number;
  readonly author: string;
  readonly body: string;
  readonly createdAt: string;
  readonly reactions: Reaction[];
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly author: string;
  readonly createdAt: string;
}

export interface PullRequest {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly author: string;
  state: 'open' | 'closed';
  draft: boolean;
  readonly head: { readonly repository: Repository; readonly branch: string; sha: string };
  readonly base: { readonly branch: string; sha: string };
  changes: { readonly files: number; readonly additions: number; readonly deletions: number };
  readonly createdAt: string;
  updatedAt: string;
  readonly reviews: Review[];
  readonly comments: ReviewComment[];
  readonly commits: Commit[];
}

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  readonly appSlug: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  detailsUrl: string;
  externalId: string;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: Annotation[];
  readonly startedAt: string;
  completedAt: string | null;
}

export interface WorkflowRun {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly displayTitle: string;
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly actor: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  readonly createdAt: string;
  updatedAt: string;
}

export interface Repository {
  readonly id: number;
  readonly owner: string;
  name: string;
  /** `owner/name`, as it is now. */
  readonly fullName: string;
  /** Names it had before; GitHub redirects from them. */
  readonly formerNames: string[];
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly gitDir: string;
  readonly forkOf: Repository | undefined;
  readonly hooks: Hook[];
  readonly pulls: PullRequest[];
  readonly checkRuns: CheckRun[];
  readonly workflowRuns: WorkflowRun[];
  readonly issues: Issue[];
  readonly issueComments: IssueComment[];
  /** Login → right, of those who are not the owner. */
  readonly collaborators: Map<string, 'read' | 'write' | 'admin'>;
  actionsEnabled: boolean;
  /** Paths of workflows that somebody switched off. */
  readonly disabledWorkflows: Set<string>;
  /** Gone: pull requests from it have no `head.repo` any more. */
  deleted: boolean;
}

/** What happened that a workflow may listen to. */
export interface WorkflowTrigger {
  readonly event:
    | 'repository_dispatch'
    | 'workflow_dispatch'
    | 'pull_request'
    | 'issue_comment'
    | 'pull_request_review_comment';
  readonly payload: Readonly<Record<string, unknown>>;
  readonly repository: Repository;
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  readonly fromFork: boolean;
}
