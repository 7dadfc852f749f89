// Loaded before a program that reads workflows (`node --import`): the parser's package imports its schemas as JSON
// without the attribute that Node asks for. Jest takes them as they are.
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, next) {
    const json = url.endsWith('.json') && url.includes('/@actions/');
    return next(url, json ? { ...context, importAttributes: { type: 'json' } } : context);
  },
});
