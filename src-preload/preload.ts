import { contextBridge, ipcRenderer } from 'electron';
import {
  COMMAND_CHANNEL,
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

contextBridge.exposeInMainWorld('wirebench', bridge);
