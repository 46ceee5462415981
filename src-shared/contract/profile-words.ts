/* What of profiles is needed where none is checked: without their schema. */

export const PROFILE_VERSION = 1;

/** Folders in each other, and characters of the name of one. */
export const MAX_FOLDERS = 8;
export const MAX_FOLDER_CHARS = 100;
