// Messages of a conversation → the same, with the ends of cached prefixes marked where they are of use now.
import type Anthropic from '@anthropic-ai/sdk';

/** The last two messages of ours end a cached prefix: the one that was just read, and the one that is now written. */
export function markForCache(messages: Anthropic.MessageParam[]): void {
  const own = messages.flatMap(({ role }, at) => (role === 'user' && at > 0 ? [at] : []));
  for (const at of own) {
    const message = messages[at];
    if (message?.role !== 'user' || typeof message.content === 'string') continue;
    const isMarked = own.indexOf(at) >= own.length - 2;
    const content = message.content.map((block, place) => {
      if (block.type !== 'tool_result' && block.type !== 'text') return block;
      const { cache_control: _, ...rest } = block;
      const isLast = place === message.content.length - 1;
      return isMarked && isLast ? { ...rest, cache_control: { type: 'ephemeral' as const } } : rest;
    });
    messages[at] = { ...message, content };
  }
}
