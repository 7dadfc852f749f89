// An error of the SDK → what a person can do about it, and whether trying again could help.
import {
  APIConnectionError,
  APIError,
  AnthropicError,
  AuthenticationError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import * as z from 'zod';

export interface Failure {
  readonly reason: string;
  readonly final: boolean;
}

/** Never quotes the request: the key and the code stay out of logs. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof AuthenticationError) {
    return {
      reason: 'the Claude API refused the key (401): check the secret behind `anthropic-api-key`',
      final: true,
    };
  }
  if (error instanceof PermissionDeniedError) {
    return { reason: `the Claude API key may not do this (403): ${apiMessage(error)}`, final: true };
  }
  if (error instanceof NotFoundError) {
    return {
      reason: `the Claude API does not know the model or the address (404): ${apiMessage(error)}`,
      final: true,
    };
  }
  if (error instanceof RateLimitError) {
    return {
      reason:
        "the Claude API's rate limit was reached (429), also after retries: run the workflow again later",
      final: false,
    };
  }
  if (error instanceof APIConnectionError) {
    return {
      reason: `the Claude API could not be reached, also after retries (${error.message})`,
      final: false,
    };
  }
  if (error instanceof APIError && error.status !== undefined) {
    const overloaded =
      error.status === 529 ? 'is overloaded (529), also after retries: run the workflow again later' : '';
    return {
      reason: `the Claude API ${overloaded || `answered ${error.status}: ${apiMessage(error)}`}`,
      final: false,
    };
  }
  if (error instanceof AnthropicError) {
    return { reason: `the answer of the Claude API broke off (${error.message})`, final: false };
  }
  throw error;
}

/** The API's own sentence, without the JSON around it. */
function apiMessage(error: APIError): string {
  const body = z.object({ error: z.object({ message: z.string() }) }).safeParse(error.error);
  return body.success ? body.data.error.message : 'no further detail';
}
