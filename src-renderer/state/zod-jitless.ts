import { z } from 'zod';

// zod decides when a schema is made whether it may compile it with `new Function`. The page's content
// security policy forbids that and would report every try, so this has to be the first import of
// main.ts, before any schema of the contract is made.
z.config({ jitless: true });
