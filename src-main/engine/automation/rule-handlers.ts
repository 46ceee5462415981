import { ruleCommands } from '../../../src-shared/contract/rule-commands';
import { hostFieldOf } from '../../../src-shared/payload/host-field';
import { handler } from '../command-handler';
import { compileRules } from './compile-rules';

/** The handlers of what a window may ask about rules. */
export const ruleHandlers = {
  setRules: handler(ruleCommands.setRules, async (engine, { socket, rules }) => {
    const asked = engine.registry.get(socket);
    const host = hostFieldOf(asked.info().address);
    const book = rules && (await compileRules(rules, { host }));
    asked.setBehaviour(book && { name: 'rules', rules: book });
    return {};
  }),
  tryRules: handler(ruleCommands.tryRules, async (_engine, { rules, message, host }) => {
    const book = await compileRules(rules, { host: host ?? null });
    return book.try(message);
  }),
};
