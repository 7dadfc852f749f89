// Whatever a route throws → `{"error", "message"}`: never a stack, never what a library says of our insides.
import type { ErrorRequestHandler } from 'express';
import * as z from 'zod';
import type { Log } from './open-log.ts';
import { Problem } from './problem.ts';

export function answerErrors(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = readProblem(error);
    if (problem.status >= 500) {
      log.error(
        { method: request.method, path: request.path, error: problem.code, err: error },
        problem.message,
      );
    }
    // A body that was refused unread must not be waited for.
    if (problem.status === 413 || problem.code === 'overloaded') response.set('Connection', 'close');
    response.locals['answer'] = problem.code;
    response
      .status(problem.status)
      .set(problem.headers)
      .json({ error: problem.code, message: problem.message });
  };
}

/** The router and the files behind it throw errors with a `status`; their words are for developers, so ours are told. */
const httpError = z.object({ status: z.int().min(400).max(499) });

function readProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { status } = httpError.safeParse(error).data ?? {};
  if (status !== undefined) {
    return new Problem(status, 'bad_request', 'The request cannot be answered as it is.', { cause: error });
  }
  return new Problem(500, 'internal_error', 'Something went wrong here; the log says what.', {
    cause: error,
  });
}
