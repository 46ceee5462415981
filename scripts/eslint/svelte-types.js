// Gives the type-aware rules the components' scripts when the program is made. Without it the program
// is made anew for each component, which took three times as long. Read when the parser is loaded:
// import this before anything that loads it.
process.env.SVELTE_ESLINT_PARSER_EXPERIMENTAL_TS_SYS_HOOK ??= '1';
