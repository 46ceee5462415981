/** The version of package.json; put in by the build (vite.cli.config.ts). */
declare const WIREBENCH_VERSION: string;
