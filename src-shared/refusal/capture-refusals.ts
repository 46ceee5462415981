/** Refusals about captures, their rows, marks, exports and Wireshark, and files of main. */
export const CAPTURE_REFUSALS = {
  'no-marks-here': 'Lines of a stream have no marks; rows of the log do. Mark the row there',
  'export-itself': 'This is the capture itself. Choose another name',
  'export-blocked':
    'The disk takes nothing now, so the latest rows cannot be looked through. Make room where captures are, or export all rows.',
  'exports-busy': 'Other exports are still running. Wait for one to end',
  'export-frames':
    'Frames are no packets, so they cannot be exported as pcapng. Switch framing off, or choose another format.',
  'decoder-unusable': '{why}',
  'no-decoder': 'There is no decoder “{name}” for decode.{name}. Check the name',
  'bad-filter': '{why}',
  'bad-framing': '{why}',
  'capture-in-use': '{name} is open here. Close it first.',
  'capture-open': '{name} is open. Close the socket or capture that uses it first.',
  'too-many-views': 'No more than {most} views can be open. Close some tabs',
  'too-many-threads':
    'No more than {most} logs can be filtered, framed, searched or counted at once. Take a filter off another tab, or close it',
  'no-view': 'There is no view "{name}" (any more). Close the tab and open it again',
  'no-row': 'There is no row {row}; there are {rows}. Choose again',
  'no-such-rows': 'There are no such rows to be added up. Choose again',
  'capture-empty':
    '{path} is not a capture file: it is empty. Choose a file that ends in .pcapng or .pcap and was written by Wirebench, Wireshark or tcpdump.',
  'capture-markup':
    '{path} is not a capture file: it looks like HTML or XML. Choose a file that ends in .pcapng or .pcap and was written by Wirebench, Wireshark or tcpdump.',
  'capture-gzip':
    '{path} is not a capture file: it is compressed with gzip and has to be unpacked first. Choose a file that ends in .pcapng or .pcap and was written by Wirebench, Wireshark or tcpdump.',
  'not-a-capture':
    '{path} is not a capture file: it does not begin as one. Choose a file that ends in .pcapng or .pcap and was written by Wirebench, Wireshark or tcpdump.',
  'capture-no-file': '{path} is not a file. Choose a capture file.',
  'capture-foreign':
    '{path} was not recorded by Wirebench, so it is not changed. Recover it to a new file instead.',
  'capture-damaged':
    '{path} is damaged at byte {at}: {damage}. What follows might still be of use, so it is not cut off. Recover it to a new file instead.',
  'capture-shrank':
    'The file became shorter while it was copied. Try again when nobody writes to it.',
  'capture-folder':
    'Captures cannot be written to {folder}: {why}. Make the folder writable or choose another one in the settings.',
  'no-capture':
    'There is no capture {name} in {folder}. It may have been deleted or renamed: look at the list again.',
  'no-room-made': '{name} could not be deleted to make room: {why}',
  'folder-unchecked': 'The size of {folder} could not be checked: {why}',
  'row-gone':
    'The capture file no longer holds this row: another program has changed or cut it. Open the file again.',
  'capture-deleted':
    'The capture file was deleted while it was being written. What is recorded will be gone when the socket closes; save the capture to another file before.',
  'filter-slow':
    'The filter takes too long on the payloads from row {row} on. The rows before are looked through; write regular expressions without nested repetitions such as (a+)+.',
  'expression-slow':
    'The expression takes too long on the rows in sight. Write regular expressions without nested repetitions such as (a+)+.',
  'marks-newer':
    'The marks of this capture were written by a newer Wirebench ({path}). Use that one to change them.',
  'marks-large': '{bytes} bytes are too many for marks',
  'marks-unreadable': 'The marks of {name} cannot be read: {why}',
  'marks-damaged': 'The marks of {name} are damaged and were set aside as {aside}: {why}',
  'marks-unwritten': 'The marks of {name} hold until it is closed, but could not be written: {why}',
  'too-many-marks':
    'A capture can have {most} marks. Mark fewer rows, or use a filter instead: what it shows needs no mark.',
  'notes-too-long':
    'The notes of a capture can have {most} characters together. Write this one shorter.',
  'save-nothing': 'Nothing is recorded yet. Wait until something passes, then save',
  'save-itself': 'This is the file it is recorded to. Choose another name',
  'save-same': 'That is the capture itself. Choose another name.',
  'save-old-parts':
    'Files of the older format pcap cannot be joined as they are. Export the rows as pcapng instead.',
  'save-cut': '{path} was cut meanwhile. Try again when no other program changes it',
  'sharkd-parts':
    'This recording is in several files, which sharkd cannot read as one; tshark of Wireshark can, and was not found. Install it, or open one part alone.',
  'no-dissector':
    'Neither sharkd nor tshark of Wireshark was found. Install Wireshark with its command-line tools, or choose the program in the settings.',
  'dissector-timeout': 'Wireshark did not answer within {seconds} s and was ended. Try again.',
  'dissector-stuck':
    'Wireshark made no progress for {seconds} s and was ended. Set the filter again.',
  'dissector-memory':
    'Wireshark took more than 2 GiB of memory for this and was ended. Open a smaller capture.',
  'dissector-large': 'Wireshark wrote more than 16 MiB and was ended. Choose a smaller row.',
  'dissector-silent': 'Wireshark said nothing. Check its path in the settings.',
  'dissector-unstarted': '{path} did not start: {why}',
  'sharkd-failed': 'sharkd failed: {why}',
  'sharkd-ended': 'sharkd failed: it ended with {exit}. Try again',
  'dissector-failed': 'Wireshark failed. Try again.',
  'dissector-over': 'It was ended. Try again.',
  'parts-differ':
    '{path} is of another format than the files before it, and Wireshark takes them as one only when they are alike. Join them with mergecap, or open it alone.',
  'part-unreadable': '{path}: {why}.',
  'part-gone':
    '{path}: {why}. It is gone meanwhile, as a ring lets go of files: set the filter again.',
  'row-no-packet': 'This row has no packet. Choose a row with data.',
  'capture-no-packets': 'This capture has no packets. Open another one.',
  'packet-none':
    'Only packets can be dissected: this row has none in the file. Choose a row with data.',
  'packet-gone':
    'The packet of this row cannot be found in its file any more. Open the file again.',
  'folder-not-shown': 'The folder {folder} could not be shown: {why}',
  'exported-before':
    'The file was exported before the window was opened. Look for it in the folder you chose.',
  'not-a-program': '{path} is not a program that can be run. Choose the program of Wireshark.',
  'no-wireshark': 'Wireshark was not found. Install it, or choose the program in the settings.',
  'wireshark-failed': 'Wireshark did not start: {why}',
  'settings-unsaved': 'The settings hold until Wirebench ends, but could not be saved: {why}',
  'decoder-built-in': '“{name}” is a built-in decoder. Give it another name',
  'decoder-taken': 'There is a decoder “{name}” already. Give it another name',
  'decoder-unsaved': '“{name}” could not be saved: {why}',
  'decoder-undeleted': '“{name}” could not be deleted: {why}',
  'decoder-gone': 'There is no decoder “{name}” any more. Choose another',
  'profile-unsaved': 'The profile “{name}” could not be saved: {why}',
  'profile-undeleted': 'The profile could not be deleted: {why}',
  'profile-empty': 'The file is empty.',
  'profile-no-json': 'The file is not valid JSON.',
  'profile-newer':
    'It was written by a newer Wirebench (profile version {version}). Open it with that one.',
  'profile-wrong': '“{where}”: {why}',
  'profile-none': '{why}',
  'profile-no-file': 'It is not a file.',
  'profile-large': 'The file is larger than 5 MB.',
  'profile-no-text': 'The file is not UTF-8 text.',
  'profile-deep': 'It is nested too deeply.',
  'profile-key': 'It has the forbidden key “{key}”.',
  'profile-same-id': 'It has the same id as {other}. Import it to have it as a profile of its own.',
  'profile-not-aside': 'It could not be set aside: {why}',
  'profile-kept': 'The content saved last is used instead.',
  'profile-unreadable': '{why}',
  'profiles-left':
    '{count} files were left out: more than {most} at once. Import them after these.',
  'file-not-chosen': 'This file was not chosen for payloads. Choose it again.',
  'payload-no-file': 'This is no plain file. Choose one.',
  'payload-large': 'A payload has at most {most} bytes. Choose a smaller file.',
} as const;
