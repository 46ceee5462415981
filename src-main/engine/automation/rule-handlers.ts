import { ruleCommands } from '../../../src-shared/contract/rule-commands';
import { handler } from '../command-handler';
import { compileRules } from './compile-rules';

/** The handlers of what a window may ask about rules. */
export const ruleHandlers = {
  setRules: handler(ruleCommands.setRules, async (engine, { socket, rules }) => {
    const asked = rules && ({ name: 'rules', rules: await compileRules(rules) } as const);
    engine.registry.get(socket).setBehaviour(asked);
    return {};
  }),
  tryRules: handler(ruleCommands.tryRules, async (_engine, { rules, message }) => {
    const book = await compileRules(rules);
    return book.try(message);
  }),
};
