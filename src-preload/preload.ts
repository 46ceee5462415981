import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  COMMAND_CHANNEL,
  DROP_CHANNEL,
  ENGINE_PORT,
  EVENT_CHANNEL,
  type Bridge,
} from '../src-shared/contract/bridge';

const bridge: Bridge = {
  command: (name, params) => ipcRenderer.invoke(COMMAND_CHANNEL, name, params),
  onEvent(listener) {
    // The page gets the payload, never Electron's event with its sender.
    const forward = (_event: unknown, payload: unknown): void => listener(payload);
    ipcRenderer.on(EVENT_CHANNEL, forward);
    return () => void ipcRenderer.off(EVENT_CHANNEL, forward);
  },
};

// The context bridge cannot carry a MessagePort; a window message can.
ipcRenderer.on(ENGINE_PORT, (event) => {
  window.postMessage(ENGINE_PORT, window.location.origin, [...event.ports]);
});

/** Files the user drags in; what the page makes up itself is not trusted. */
function draggedFiles(event: DragEvent): DataTransfer | null {
  const { dataTransfer } = event;
  if (!event.isTrusted || dataTransfer?.types.includes('Files') !== true) return null;
  event.preventDefault();
  return dataTransfer;
}

window.addEventListener('dragover', (event) => {
  const dragged = draggedFiles(event);
  if (dragged !== null) dragged.dropEffect = 'copy';
});
window.addEventListener('drop', (event) => {
  const files = [...(draggedFiles(event)?.files ?? [])];
  // Where they are is told to main from here: the page has no paths.
  const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
  if (paths.length > 0) void ipcRenderer.invoke(DROP_CHANNEL, paths);
});

contextBridge.exposeInMainWorld('wirebench', bridge);
