import { z } from 'zod';

// zod decides when a schema is made whether it may compile it with `new Function`. The page's content
// security policy forbids that and would report every try, so this is imported before any schema: first
// of all in the decode worker, and in main.ts, whose file is run before all that is loaded later.
z.config({ jitless: true });
